//! Operations of the groups `messages` and `consultations`.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    Claim, Consultation, ConsultationReceipt, ConsultationSlot, ConsultationSlotState, Conversation,
    ConversationMessage, InboxThread, MessageDraft, MessageItem, VisitorReceipt,
};
use crate::model::{ClaimId, ConsultationSlotId, ConversationId, MessageId, UserId};
pub use crate::repo::consultations::{ConsultationFilter, ConsultationSlotFilter};
pub use crate::repo::messages::{InboxFilter, MessageFilter, MessageSort, MessageSortKey};
use crate::repo::{claims, consultations, messages};
use crate::service::messages as service;
pub use crate::service::messages::{
    ClientMessage, ConsultationBooking, ConsultationDecision, ContactForm, FreeSample, MessageDraftUpdate,
    NewConsultationSlots, NewMessageDraft, Reply, StaffMessage, SystemMessage, VisitorMessage,
};

operations! {
    /// Messages between clients, staff and visitors. A visitor's thread keeps the visitor's e-mail address, whoever
    /// replies. A draft is visible to its author only. Reading a message does not mark it as read.
    messages: Messages {
        /// Returns the conversations in which a user sent or received a message, the most recently active first. Each
        /// has its newest message, its number of messages and its number of unread messages.
        read list_conversations(
            /// The user's id.
            user: UserId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 100),
        ) -> Page<Conversation>,
            for self_or_admin(user) = |conn, _| messages::list_conversations(conn, user, page);

        /// Returns a user's archived conversations, the most recently active first. A new message takes a conversation
        /// out of the archive.
        read list_archived_conversations(
            /// The user's id.
            user: UserId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 100),
        ) -> Page<Conversation>,
            for self_or_admin(user) = |conn, _| messages::list_archived_conversations(conn, user, page);

        /// Returns the messages of a conversation with their authors and attachments, the oldest first. Does not mark
        /// them as read.
        read list_by_conversation(
            /// The conversation's id.
            id: ConversationId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(1_000, 1_000),
        ) -> Page<ConversationMessage>,
            for participant_or_admin(id) = |conn, ctx| service::list_by_conversation(conn, ctx, id, page);

        /// Returns how many messages a user received and has not read. Messages that an administrator soft-deleted do
        /// not count. The number is the sum of `unreadCount` over the user's conversations.
        read unread_count(
            /// The user's id.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, _| messages::unread_count(conn, user);

        /// Returns a message with its author and attachments, or null if it does not exist.
        read get(
            /// The message's id.
            id: MessageId,
        ) -> Option<ConversationMessage>,
            for reader_or_admin(id) = |conn, ctx| service::get(conn, ctx, id);

        /// Returns the replies to a message with their authors and attachments, the oldest first.
        read list_replies(
            /// The id of the message that was replied to.
            id: MessageId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 100),
        ) -> Page<ConversationMessage>,
            for reader_or_admin(id) = |conn, ctx| service::list_replies(conn, ctx, id, page);

        /// Returns an administrator's inbox, one thread per correspondent, the most recently active first. A
        /// correspondent is a visitor's e-mail address or another user. Each thread has its newest message, its number
        /// of messages and its number of unread messages; messages that an administrator soft-deleted are left out.
        read list_inbox(
            /// Whose inbox to return, and whether unread threads only.
            filter: InboxFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<InboxThread>,
            for admin() = |conn, ctx| service::list_inbox(conn, ctx, filter, page);

        /// Returns the messages an administrator exchanged with one correspondent, the oldest first. Messages that an
        /// administrator soft-deleted are left out. Does not mark them as read.
        read list_thread(
            /// The `key` of the inbox thread: a visitor's e-mail address or a user's id. The empty key of the
            /// platform's messages is not accepted.
            key: String where Bounds::chars(1, 255),
            /// The id of the administrator whose inbox it is; the caller by default.
            administrator: Option<UserId> = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 100),
        ) -> Page<ConversationMessage>,
            for admin() = |conn, ctx| service::list_thread(conn, ctx, key, administrator.as_ref(), page);

        /// Returns the messages that match the filter, each with its sender and receiver; the newest first by default.
        read list(
            /// Which messages to return; all by default.
            filter: MessageFilter = default,
            /// How to sort the messages; newest first by default.
            sort: MessageSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<MessageItem>,
            for admin() = |conn, ctx| service::list(conn, ctx, filter, *sort, page);

        /// Returns how many messages match the filter.
        read count(
            /// Which messages to count; all by default.
            filter: MessageFilter = default,
        ) -> u64,
            for admin() = |conn, ctx| service::count(conn, ctx, filter);

        /// Sends a client's message to the staff, notifies the administrators and returns the message. It goes to the
        /// conversation of the two users, which is created if needed. Fails with `CONFLICT` if the message names no
        /// receiver and no administrator account is active.
        atomic send(
            /// The message to send.
            message: ClientMessage,
        ) -> ConversationMessage,
            for signed_in() = |conn, ctx| service::send(conn, ctx, message);

        /// Sends an administrator's message to a user, notifies that user and returns the message. It goes to the
        /// conversation of the two users, which is created if needed. Fails with `NOT_FOUND` if the user does not
        /// exist.
        atomic send_to(
            /// The receiver's user id.
            user: UserId,
            /// The message to send.
            message: StaffMessage,
        ) -> ConversationMessage,
            for admin() = |conn, ctx| service::send_to(conn, ctx, user, message);

        /// Sends a message from a visitor without an account and notifies the administrators. It begins a new
        /// conversation, or continues one that was begun with the same e-mail address. Fails with `DENIED` if that
        /// conversation does not exist or belongs to another address, and with `CONFLICT` if no administrator account
        /// is active.
        atomic send_as_visitor(
            /// The visitor's address, name and message.
            message: VisitorMessage,
        ) -> VisitorReceipt,
            for anyone() = |conn, ctx| service::send_as_visitor(conn, ctx, message);

        /// Sends a message from the platform to a user and returns it. Fails with `NOT_FOUND` if the user does not
        /// exist.
        atomic send_system(
            /// The receiver's user id.
            user: UserId,
            /// The message to send.
            message: SystemMessage,
        ) -> ConversationMessage,
            for system() = |conn, ctx| service::send_system(conn, ctx, user, message);

        /// Sends the platform's two welcome messages to a user in a new conversation and returns them. Fails with
        /// `NOT_FOUND` if the user does not exist.
        atomic send_welcome(
            /// The receiver's user id.
            user: UserId,
        ) -> Vec<ConversationMessage>,
            for system() = |conn, ctx| service::send_welcome(conn, ctx, user);

        /// Replies in a conversation and returns the new message. A client's reply goes to the staff and notifies the
        /// administrators; an administrator's reply goes to the client, who is notified. In a visitor's thread that no
        /// account has claimed, an administrator's reply has no receiver: the visitor is answered by e-mail outside of
        /// Staka. Fails with `NOT_FOUND` if the conversation does not exist, and with `CONFLICT` if nobody in it can be
        /// answered.
        atomic reply(
            /// The conversation's id.
            conversation: ConversationId,
            /// The reply to send.
            message: Reply,
        ) -> ConversationMessage,
            for participant_or_admin(conversation) = |conn, ctx| service::reply(conn, ctx, conversation, message);

        /// Returns the caller's drafts, the most recently changed first.
        read list_drafts(
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<MessageDraft>,
            for signed_in() = |conn, ctx| service::list_drafts(conn, ctx, page);

        /// Creates a draft that only the caller can see and returns it. The draft is for an existing conversation, or
        /// for a receiver with whom it will begin one. Fails with `NOT_FOUND` if the conversation or the receiver does
        /// not exist.
        atomic create_draft(
            /// The draft to create.
            draft: NewMessageDraft,
        ) -> ConversationMessage,
            for signed_in() = |conn, ctx| service::create_draft(conn, ctx, draft);

        /// Changes one of the caller's drafts and returns it. Fails with `CONFLICT` if it was already sent.
        atomic update_draft(
            /// The draft's message id.
            id: MessageId,
            /// The fields to change; fields left out keep their value.
            update: MessageDraftUpdate,
            /// The `updatedAt` the draft must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> ConversationMessage,
            for signed_in() = |conn, ctx| service::update_draft(conn, ctx, id, update, *expected_updated_at);

        /// Sends one of the caller's drafts and returns the message. Its `createdAt` becomes the current time, and the
        /// same users are notified as for any other message. Fails with `CONFLICT` if it was already sent.
        atomic send_draft(
            /// The draft's message id.
            id: MessageId,
        ) -> ConversationMessage,
            for signed_in() = |conn, ctx| service::send_draft(conn, ctx, id);

        /// Deletes one of the caller's drafts; the attached files are kept. Fails with `CONFLICT` if it was already
        /// sent.
        atomic delete_draft(
            /// The draft's message id.
            id: MessageId,
        ) -> (),
            for signed_in() = |conn, ctx| service::delete_draft(conn, ctx, id);

        /// Marks a message as delivered to its receiver and returns it. Its statut changes from ENVOYE to DELIVRE;
        /// fails with `CONFLICT` if it has another statut. Only its receiver and the system may call this.
        atomic mark_delivered(
            /// The message's id.
            id: MessageId,
        ) -> ConversationMessage,
            for signed_in() = |conn, ctx| service::mark_delivered(conn, ctx, id);

        /// Marks the messages the caller received in a conversation as read and returns how many were unread.
        write mark_read(
            /// The conversation's id.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, ctx| service::mark_read(conn, ctx, conversation);

        /// Archives a conversation for everybody who takes part in it and returns how many messages were archived.
        write archive(
            /// The conversation's id.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, ctx| messages::archive(conn, conversation, ctx.now);

        /// Unarchives a conversation and returns how many of its messages were archived.
        write unarchive(
            /// The conversation's id.
            conversation: ConversationId,
        ) -> u64,
            for participant_or_admin(conversation) = |conn, ctx| messages::unarchive(conn, conversation, ctx.now);

        /// Pins a message to its conversation.
        atomic pin(
            /// The message's id.
            id: MessageId,
        ) -> (),
            for reader_or_admin(id) = |conn, ctx| service::set_pinned(conn, ctx, id, true);

        /// Unpins a message from its conversation.
        atomic unpin(
            /// The message's id.
            id: MessageId,
        ) -> (),
            for reader_or_admin(id) = |conn, ctx| service::set_pinned(conn, ctx, id, false);

        /// Soft-deletes the thread with one correspondent and returns how many messages it had. The messages disappear
        /// from the inboxes of all administrators who take part in it; the client keeps them. A later message begins
        /// the thread anew. Fails with `NOT_FOUND` if there are no such messages.
        atomic soft_delete_thread(
            /// The `key` of the inbox thread: a visitor's e-mail address or a user's id. The empty key of the
            /// platform's messages is not accepted.
            key: String where Bounds::chars(1, 255),
            /// The id of the administrator whose inbox it is; the caller by default.
            administrator: Option<UserId> = default,
        ) -> u64,
            for admin() = |conn, ctx| service::soft_delete_thread(conn, ctx, key, administrator.as_ref());

        /// Assigns the conversations that a visitor began to an account and returns the claim. Users may claim the
        /// e-mail address of their own account only (`DENIED` otherwise), administrators any address. Fails with
        /// `CONFLICT` if another account has claimed the address, and with `NOT_FOUND` if the account or an unclaimed
        /// message of the address does not exist.
        atomic claim(
            /// The visitor's e-mail address; case is ignored.
            visitor_email: String where Bounds::chars(5, 255).trimmed(),
            /// The id of the user whose account receives the conversations.
            user: UserId,
        ) -> Claim,
            for self_or_admin(user) = |conn, ctx| service::claim(conn, ctx, visitor_email, user);

        /// Undoes a claim and returns it: exactly the messages it assigned are taken back. Only the user whose account
        /// has the claim and administrators may do so. Fails with `CONFLICT` if the claim was already undone. If it
        /// does not exist, administrators get `NOT_FOUND`, and others `DENIED`.
        atomic unclaim(
            /// The claim's id.
            id: ClaimId,
        ) -> Claim,
            for signed_in() = |conn, ctx| service::unclaim(conn, ctx, id);

        /// Returns a user's claims, the newest first.
        read list_claims_by_user(
            /// The user's id.
            user: UserId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Claim>,
            for self_or_admin(user) = |conn, _| claims::list_by_user(conn, user, page);

        /// Returns the claims of all users, the newest first.
        read list_claims(
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Claim>,
            for admin() = |conn, _| claims::list(conn, page);

        /// Submits the contact form: notifies the administrators and stores no message.
        atomic submit_contact_form(
            /// The filled-in contact form.
            form: ContactForm,
        ) -> (),
            for anyone() = |conn, ctx| service::submit_contact_form(conn, ctx, form);

        /// Requests a free sample: creates a visitor's message, with the file if one is given. Notifies the
        /// administrators. Fails with `CONFLICT` if no administrator account is active.
        atomic request_free_sample(
            /// The filled-in form for a free sample.
            form: FreeSample,
        ) -> VisitorReceipt,
            for anyone() = |conn, ctx| service::request_free_sample(conn, ctx, form);
    }

    /// Consultation slots and the requests to book them.
    consultations: Consultations {
        /// Returns the slots that can be booked now, the earliest first.
        read list_available_slots(
            /// Which slots to return; all by default.
            filter: ConsultationSlotFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 200),
        ) -> Page<ConsultationSlot>,
            for anyone() = |conn, ctx| consultations::list_available_slots(conn, filter, ctx.now, page);

        /// Returns all slots, each with the request that booked it, the earliest first.
        read list_slots(
            /// Which slots to return; all by default.
            filter: ConsultationSlotFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 200),
        ) -> Page<ConsultationSlotState>,
            for admin() = |conn, _| consultations::list_slots(conn, filter, page);

        /// Creates consultation slots, all or none, and returns them. Fails with `CONFLICT` if a slot already begins at
        /// one of these times.
        atomic create_slots(
            /// The slots to create.
            slots: NewConsultationSlots,
        ) -> Vec<ConsultationSlot>,
            for admin() = |conn, ctx| service::create_slots(conn, ctx, slots);

        /// Opens or closes a slot for booking; an existing booking is kept. Fails with `NOT_FOUND` if the slot does not
        /// exist.
        atomic set_slot_open(
            /// The slot's id.
            id: ConsultationSlotId,
            /// Whether the slot can be booked.
            open: bool,
        ) -> (),
            for admin() = |conn, ctx| service::set_slot_open(conn, ctx, id, *open);

        /// Deletes a slot. Fails with `NOT_FOUND` if it does not exist, and with `CONFLICT` if it is booked.
        atomic delete_slot(
            /// The slot's id.
            id: ConsultationSlotId,
        ) -> (),
            for admin() = |conn, ctx| service::delete_slot(conn, ctx, id);

        /// Books a slot for the caller's account or for a visitor, and notifies the administrators. Fails with
        /// `INVALID` if a visitor gives no first name, last name or e-mail address, with `NOT_FOUND` if the slot does
        /// not exist, and with `CONFLICT` if it is booked, closed or in the past.
        atomic book(
            /// The slot to book, and who books it.
            booking: ConsultationBooking,
        ) -> ConsultationReceipt,
            for anyone() = |conn, ctx| service::book(conn, ctx, booking);

        /// Returns the requests for consultations, the newest first.
        read list_requests(
            /// Which requests to return; all by default.
            filter: ConsultationFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Consultation>,
            for admin() = |conn, _| service::list_requests(conn, filter, page);

        /// Changes the status of a request, notifies the user who made it and returns the request. A refused or
        /// cancelled request frees its slot. Fails with `NOT_FOUND` if the message does not exist, and with `CONFLICT`
        /// if it is no request for a consultation or its status does not allow the change.
        atomic decide(
            /// The message id of the request.
            id: MessageId,
            /// The new status and an optional answer.
            decision: ConsultationDecision,
        ) -> Consultation,
            for admin() = |conn, ctx| service::decide(conn, ctx, id, decision);

        /// Cancels the caller's own request for a consultation, frees its slot and returns the request. Fails with
        /// `DENIED` if it is not the caller's, and with `CONFLICT` if it is no request or can no longer be cancelled.
        atomic cancel(
            /// The message id of the request.
            id: MessageId,
        ) -> Consultation,
            for signed_in() = |conn, ctx| service::cancel(conn, ctx, id);
    }
}
