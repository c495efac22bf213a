//! Messages.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Between, Listing, Page, Result, Timestamp};
use crate::flow::messages as flow;
pub use crate::flow::messages::{
    ClientMessage, ConsultationAnswer, ConsultationBooking, ContactForm, DraftChange, FreeSample, NewConsultationSlots,
    NewDraft, Reply, StaffMessage, SystemMessage, VisitorMessage,
};
use crate::model::view::{
    Claim, Consultation, ConsultationReceipt, ConsultationSlot, ConsultationSlotState, ConsultationStatus,
    Conversation, ConversationMessage, Draft, FoundMessage, InboxThread, VisitorReceipt,
};
use crate::model::{ClaimId, ConsultationSlotId, ConversationId, MessageId, UserId};
pub use crate::repo::messages::{InboxList, MessageOrder, MessageSearch};
use crate::repo::{claims, consultations, messages};

operations! {
    /// Messages between clients, staff and visitors. A visitor's thread stays the visitor's, whoever answers; a draft is
    /// its author's alone; reading marks nothing.
    messages: Messages {
        /// The conversations in which the user wrote or was written to, each with its newest message, their number
        /// and how many are unread; the one with the newest message first. 50 a page, 100 at the most.
        read conversations(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Conversation>,
            for self_or_admin(user) = |conn, _| messages::conversations(conn, user, page);

        /// Those of a user's conversations that are put away: a new message takes a conversation out again. 50 a page,
        /// 100 at the most.
        read archived(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Conversation>,
            for self_or_admin(user) = |conn, _| messages::archived(conn, user, page);

        /// The messages of a conversation, the oldest first, with author and attachments. Nothing is marked as read.
        /// 1000 a page, which is the most.
        read conversation(
            /// The conversation's key.
            id: ConversationId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConversationMessage>,
            for participant_or_admin(id) = |conn, act| flow::conversation(conn, act, id, page);

        /// How many messages the badge shows: received by the user, not read, and not removed by an administrator.
        /// The sum of what the user's conversations say.
        read unread_count(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, _| messages::unread_count(conn, user);

        /// One message with author and attachments; null when it is not there.
        read get(
            /// The message's key.
            id: MessageId,
        ) -> Option<ConversationMessage>,
            for reader_or_admin(id) = |conn, act| flow::get(conn, act, id);

        /// What was answered to a message, the oldest first. 50 a page, 100 at the most.
        read replies(
            /// The message that is answered.
            id: MessageId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConversationMessage>,
            for reader_or_admin(id) = |conn, act| flow::replies(conn, act, id, page);

        /// An administrator's inbox: a row for each correspondent, who is a visitor's e-mail address or the other
        /// party, with the newest message, their number and how many are unread, without what administrators removed.
        /// The one with the newest message first. 20 a page, 100 at the most.
        read inbox(
            /// Which.
            options: InboxList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<InboxThread>,
            for admin() = |conn, act| flow::inbox(conn, act, options, page);

        /// All messages of an administrator's conversations with one correspondent, the oldest first, without what
        /// administrators removed. Nothing is marked as read. 50 a page, 100 at the most.
        read thread(
            /// The key of the inbox's row: a visitor's e-mail address, or a user's id.
            key: String,
            /// Whose inbox; the caller's own unless given.
            administrator: Option<UserId> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConversationMessage>,
            for admin() = |conn, act| flow::thread(conn, act, key, administrator.as_ref(), page);

        /// The messages that a filter wants, with briefs of sender and receiver: the newest first unless it says
        /// otherwise. 20 a page, 100 at the most.
        read search(
            /// Which.
            filter: MessageSearch = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<FoundMessage>,
            for admin() = |conn, act| flow::search(conn, act, filter, page);

        /// How many messages a filter wants.
        read count(
            /// Which.
            filter: MessageSearch = default,
        ) -> u64,
            for admin() = |conn, act| flow::count(conn, act, filter);

        /// A client writes to the staff: in the thread of the two, which begins by it. The administrators are told.
        /// `Conflict` when no administrator may sign in.
        act send(
            /// What.
            message: ClientMessage,
        ) -> ConversationMessage,
            for signed_in() = |conn, act| flow::send(conn, act, message);

        /// An administrator writes to a user: in the thread of the two, which begins by it. The user is told.
        act send_to(
            /// To whom.
            user: UserId,
            /// What.
            message: StaffMessage,
        ) -> ConversationMessage,
            for admin() = |conn, act| flow::send_to(conn, act, user, message);

        /// Somebody without an account writes to the administrator who was there first, in a new conversation or one
        /// that the same address began (`Denied` otherwise). The administrators are told.
        act send_as_visitor(
            /// What.
            message: VisitorMessage,
        ) -> VisitorReceipt,
            for anyone() = |conn, act| flow::send_as_visitor(conn, act, message);

        /// The platform writes to a user.
        act send_system(
            /// To whom.
            user: UserId,
            /// What.
            message: SystemMessage,
        ) -> ConversationMessage,
            for system() = |conn, act| flow::send_system(conn, act, user, message);

        /// The platform's two first messages to a client, in a new conversation.
        act welcome(
            /// Whom.
            user: UserId,
        ) -> Vec<ConversationMessage>,
            for system() = |conn, act| flow::welcome(conn, act, user);

        /// Answers in a conversation: a client to the staff, who are told; an administrator to the client, who is told,
        /// or in a visitor's thread, which keeps the visitor's address and is answered by mail.
        act reply(
            /// The conversation.
            conversation: ConversationId,
            /// What.
            message: Reply,
        ) -> ConversationMessage,
            for participant_or_admin(conversation) = |conn, act| flow::reply(conn, act, conversation, message);

        /// The caller's drafts, the one that was changed last first. 20 a page, 100 at the most.
        read drafts(
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Draft>,
            for signed_in() = |conn, act| flow::drafts(conn, act, page);

        /// Begins a draft, which nobody else sees: for a conversation, or for somebody to write to.
        act save_draft(
            /// What.
            draft: NewDraft,
        ) -> ConversationMessage,
            for signed_in() = |conn, act| flow::save_draft(conn, act, draft);

        /// Changes a draft of the caller's own. `Conflict` when it was sent.
        act update_draft(
            /// Which.
            id: MessageId,
            /// What to change.
            change: DraftChange,
            /// The draft's `updatedAt` as the caller knows it; `Precondition` when it is another.
            expected: Option<Timestamp> = default,
        ) -> ConversationMessage,
            for signed_in() = |conn, act| flow::update_draft(conn, act, id, change, *expected);

        /// Sends a draft of the caller's own: it is a message of this moment then, and whom a message would tell is
        /// told. `Conflict` when it was sent already.
        act send_draft(
            /// Which.
            id: MessageId,
        ) -> ConversationMessage,
            for signed_in() = |conn, act| flow::send_draft(conn, act, id);

        /// Throws a draft of the caller's own away.
        act remove_draft(
            /// Which.
            id: MessageId,
        ) -> (),
            for signed_in() = |conn, act| flow::remove_draft(conn, act, id);

        /// A message has reached its receiver: `ENVOYE` becomes `DELIVRE`, all else is a `Conflict`. For its receiver, and
        /// the program itself.
        act mark_delivered(
            /// Which.
            id: MessageId,
        ) -> ConversationMessage,
            for signed_in() = |conn, act| flow::mark_delivered(conn, act, id);

        /// Marks what the caller received in a conversation as read; gives how many were unread.
        write mark_read(
            /// The conversation.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, act| flow::mark_read(conn, act, conversation);

        /// Puts a conversation away, for all who take part in it; gives how many messages were not.
        write archive(
            /// The conversation.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, act| messages::archive(conn, conversation, act.now);

        /// Takes a conversation out again; gives how many messages were put away.
        write unarchive(
            /// The conversation.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, act| messages::unarchive(conn, conversation, act.now);

        /// Pins a message to its thread.
        act pin(
            /// Which.
            id: MessageId,
        ) -> (),
            for reader_or_admin(id) = |conn, act| flow::pin(conn, act, id, true);

        /// Takes the pin away.
        act unpin(
            /// Which.
            id: MessageId,
        ) -> (),
            for reader_or_admin(id) = |conn, act| flow::pin(conn, act, id, false);

        /// Removes the thread with one correspondent from the inboxes of all administrators in it; gives how many
        /// messages it had. The client keeps it; what is written later begins it anew. `NotFound` when there is nothing to
        /// remove.
        act remove_thread(
            /// The key of the inbox's row: a visitor's e-mail address, or a user's id.
            key: String,
            /// Whose inbox; the caller's own unless given.
            administrator: Option<UserId> = default,
        ) -> u64,
            for admin() = |conn, act| flow::remove_thread(conn, act, key, administrator.as_ref());

        /// Gives the conversations that a visitor began to an account: its own if the address is the account's, any
        /// for an administrator. `Conflict` when another account has them, `NotFound` when there are none.
        act claim(
            /// The visitor's address.
            visitor_email: String,
            /// To whom.
            user: UserId,
        ) -> Claim,
            for self_or_admin(user) = |conn, act| flow::claim(conn, act, visitor_email, user);

        /// Takes back exactly what a claim gave. `Conflict` when it was undone already.
        act unclaim(
            /// Which.
            id: ClaimId,
        ) -> Claim,
            for signed_in() = |conn, act| flow::unclaim(conn, act, id);

        /// A user's claims, the newest first. 20 a page, 100 at the most.
        read claims(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Claim>,
            for self_or_admin(user) = |conn, _| claims::list(conn, Some(user), page);

        /// Everybody's claims, the newest first. 20 a page, 100 at the most.
        read all_claims(
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Claim>,
            for admin() = |conn, _| claims::list(conn, None, page);

        /// The contact form: the administrators are told, no message is kept.
        act contact(
            /// What was filled in.
            form: ContactForm,
        ) -> (),
            for anyone() = |conn, act| flow::contact(conn, act, form);

        /// The form for a free sample: a visitor's message, with the file where one is given.
        act free_sample(
            /// What was filled in.
            form: FreeSample,
        ) -> VisitorReceipt,
            for anyone() = |conn, act| flow::free_sample(conn, act, form);
    }

    /// Consultations: when somebody can be consulted, and who asked for it.
    consultations: Consultations {
        /// The slots that can be booked now, the first to come first. 50 a page, 200 at the most.
        read slots(
            /// When they begin, `from ≤ startsAt < to`.
            window: Between<Timestamp> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConsultationSlot>,
            for anyone() = |conn, act| consultations::available(conn, window, act.now, page);

        /// All slots, with what holds them, the first first. 50 a page, 200 at the most.
        read all_slots(
            /// When they begin, `from ≤ startsAt < to`.
            window: Between<Timestamp> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConsultationSlotState>,
            for admin() = |conn, _| consultations::states(conn, window, page);

        /// Adds slots, all or none. `Conflict` when one begins at one of the moments already.
        act create_slots(
            /// Which.
            slots: NewConsultationSlots,
        ) -> Vec<ConsultationSlot>,
            for admin() = |conn, act| flow::create_slots(conn, act, slots);

        /// Opens or closes a slot; what is booked stays booked.
        act set_slot(
            /// Which.
            id: ConsultationSlotId,
            /// Whether it can be booked.
            open: bool,
        ) -> (),
            for admin() = |conn, act| flow::set_slot(conn, act, id, *open);

        /// Removes a slot. `Conflict` when it is booked.
        act remove_slot(
            /// Which.
            id: ConsultationSlotId,
        ) -> (),
            for admin() = |conn, act| flow::remove_slot(conn, act, id);

        /// Books a slot, as a visitor or for the account that is signed in. The administrators are told. `Conflict` when it
        /// is taken, closed or past.
        act book(
            /// What is asked for.
            booking: ConsultationBooking,
        ) -> ConsultationReceipt,
            for anyone() = |conn, act| flow::book(conn, act, booking);

        /// The requests for consultations, the newest first. 20 a page, 100 at the most.
        read requests(
            /// Only those that stand there.
            status: Option<ConsultationStatus> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Consultation>,
            for admin() = |conn, _| flow::requests(conn, *status, page);

        /// Decides on a request; one that is refused or cancelled frees its slot. Who asked is told. `Conflict` when
        /// the message is no request, or does not go there from where it stands.
        act process(
            /// The request's message.
            id: MessageId,
            /// What becomes of it.
            decision: ConsultationAnswer,
        ) -> Consultation,
            for admin() = |conn, act| flow::process(conn, act, id, decision);

        /// Who asked for a consultation calls it off: its slot is free again.
        act cancel(
            /// The request's message.
            id: MessageId,
        ) -> Consultation,
            for signed_in() = |conn, act| flow::cancel(conn, act, id);
    }
}
