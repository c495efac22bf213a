//! Who may call an operation. Decided in the core, so that no interface can omit the check.

use crate::base::{Error, Result};
use crate::db::Conn;
use crate::model::{
    CommandeId, ConversationId, FileId, InvoiceId, MessageId, NotificationId, Role, SupportRequestId, UserId,
};
use crate::repo::{commandes, files, invoices, messages, notifications, support_requests};
use crate::service::{Actor, Caller};

/// An access rule with the argument that it depends on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    Anyone,
    SignedIn,
    Admin,
    System,
    SelfOrAdmin(&'a UserId),
    OwnerOrAdmin(&'a CommandeId),
    InvoiceOwnerOrAdmin(&'a InvoiceId),
    FileViewer(&'a FileId),
    FileUploader(&'a FileId),
    ParticipantOrAdmin(&'a ConversationId),
    AddresseeOrAdmin(&'a NotificationId),
    ReaderOrAdmin(&'a MessageId),
    TicketViewer(&'a SupportRequestId),
    TicketAgent(&'a SupportRequestId),
}

/// What a decision depends on that may change until the operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// Nothing.
    Nothing,
    /// That the caller's account, which the operation is about, is active.
    OwnAccount,
    /// That the caller's account is active and has the claimed role.
    Account,
    /// Rows that name the caller, besides the account.
    Rows,
}

/// Anybody, signed in or not.
pub(super) const fn anyone<'a>() -> Rule<'a> {
    Rule::Anyone
}

/// Signed-in users and the system.
pub(super) const fn signed_in<'a>() -> Rule<'a> {
    Rule::SignedIn
}

/// The system only, no signed-in user.
pub(super) const fn system<'a>() -> Rule<'a> {
    Rule::System
}

/// Administrators and the system.
pub(super) const fn admin<'a>() -> Rule<'a> {
    Rule::Admin
}

/// The user concerned, and administrators.
pub(super) const fn self_or_admin(user: &UserId) -> Rule<'_> {
    Rule::SelfOrAdmin(user)
}

/// The order's owner, and administrators. A CORRECTOR is an ordinary user here, because no column assigns orders to
/// correctors.
pub(super) const fn owner_or_admin(commande: &CommandeId) -> Rule<'_> {
    Rule::OwnerOrAdmin(commande)
}

/// The owner of the invoice's order, and administrators.
pub(super) const fn invoice_owner_or_admin(invoice: &InvoiceId) -> Rule<'_> {
    Rule::InvoiceOwnerOrAdmin(invoice)
}

/// The file's uploader, the owner of its order, the sender and the receiver of a message with it, administrators, and
/// every signed-in user if the file is public.
pub(super) const fn file_viewer(file: &FileId) -> Rule<'_> {
    Rule::FileViewer(file)
}

/// The file's uploader, and administrators.
pub(super) const fn file_uploader(file: &FileId) -> Rule<'_> {
    Rule::FileUploader(file)
}

/// The senders and receivers of the conversation's messages, and administrators.
pub(super) const fn participant_or_admin(conversation: &ConversationId) -> Rule<'_> {
    Rule::ParticipantOrAdmin(conversation)
}

/// The notification's addressee, and administrators.
pub(super) const fn addressee_or_admin(notification: &NotificationId) -> Rule<'_> {
    Rule::AddresseeOrAdmin(notification)
}

/// The participants of the message's conversation, and administrators. A draft can be read by its author only.
pub(super) const fn reader_or_admin(message: &MessageId) -> Rule<'_> {
    Rule::ReaderOrAdmin(message)
}

/// The ticket's client, its agent, and administrators.
pub(super) const fn ticket_viewer(ticket: &SupportRequestId) -> Rule<'_> {
    Rule::TicketViewer(ticket)
}

/// The ticket's agent, and administrators.
pub(super) const fn ticket_agent(ticket: &SupportRequestId) -> Rule<'_> {
    Rule::TicketAgent(ticket)
}

impl Rule<'_> {
    /// Decides by the caller's claims where possible.
    pub(super) fn decide(&self, caller: &Caller) -> Result<Basis> {
        let (id, role) = match (&caller.actor, self) {
            (Actor::System, _) | (_, Self::Anyone) => return Ok(Basis::Nothing),
            (_, Self::System) => return Err(self.denied(&caller.actor)),
            (Actor::Anonymous, _) => return Err(Error::unauthenticated()),
            (Actor::User { id, role }, _) => (id, role),
        };
        match (self, role) {
            (Self::SelfOrAdmin(user), _) if *user == id => Ok(Basis::OwnAccount),
            (_, Role::Admin) | (Self::SignedIn, _) => Ok(Basis::Account),
            (Self::SelfOrAdmin(_) | Self::Admin | Self::System | Self::Anyone, _) => Err(self.denied(&caller.actor)),
            _ => Ok(Basis::Rows),
        }
    }

    /// Decides by the rows that the rule depends on.
    pub(super) async fn decide_by_rows(&self, conn: &mut Conn, caller: &Caller) -> Result<()> {
        let Actor::User { id: user, .. } = &caller.actor else { return Err(self.denied(&caller.actor)) };
        let allowed = match self {
            Self::OwnerOrAdmin(commande) => commandes::is_owner(conn, commande, user).await?,
            Self::InvoiceOwnerOrAdmin(invoice) => invoices::is_owner(conn, invoice, user).await?,
            Self::FileViewer(file) => files::is_viewer(conn, file, user).await?,
            Self::FileUploader(file) => files::is_uploader(conn, file, user).await?,
            Self::ParticipantOrAdmin(conversation) => messages::is_participant(conn, conversation, user).await?,
            Self::AddresseeOrAdmin(notification) => notifications::is_addressee(conn, notification, user).await?,
            Self::ReaderOrAdmin(message) => messages::is_reader(conn, message, user).await?,
            Self::TicketViewer(ticket) => support_requests::is_viewer(conn, ticket, user).await?,
            Self::TicketAgent(ticket) => support_requests::is_agent(conn, ticket, user).await?,
            _ => false,
        };
        if allowed { Ok(()) } else { Err(self.denied(&caller.actor)) }
    }

    /// Decides like [`Rule::decide_by_rows`] by the latest rows, and holds them until the transaction ends. `role` is that
    /// of the caller's account. Participants of a conversation are not held: they only become more, unless an
    /// administrator takes a claim back.
    pub(super) async fn decide_and_hold(&self, conn: &mut Conn, caller: &Caller, role: Option<&Role>) -> Result<()> {
        let Actor::User { id: user, .. } = &caller.actor else { return Err(self.denied(&caller.actor)) };
        let is_agent =
            |agent: Option<UserId>| agent.as_ref() == Some(user) && matches!(role, Some(Role::Admin | Role::Corrector));
        let allowed = match self {
            Self::OwnerOrAdmin(id) => commandes::lock(conn, id).await?.is_some_and(|it| it.user_id == *user),
            Self::FileUploader(id) => files::lock(conn, id).await?.is_some_and(|it| it.uploaded_by_id == *user),
            Self::AddresseeOrAdmin(id) => notifications::lock_addressee(conn, id).await?.as_ref() == Some(user),
            Self::TicketViewer(id) => support_requests::lock(conn, id)
                .await?
                .is_some_and(|it| it.user_id == *user || is_agent(it.assigned_to_id)),
            Self::TicketAgent(id) => {
                support_requests::lock(conn, id).await?.is_some_and(|it| is_agent(it.assigned_to_id))
            }
            Self::ReaderOrAdmin(id) => {
                messages::lock(conn, id).await?;
                return self.decide_by_rows(conn, caller).await;
            }
            _ => return self.decide_by_rows(conn, caller).await,
        };
        if allowed { Ok(()) } else { Err(self.denied(&caller.actor)) }
    }

    fn denied(&self, actor: &Actor) -> Error {
        Error::denied(actor, self.required())
    }

    /// Returns who may call, for an error message.
    const fn required(&self) -> &'static str {
        match self {
            Self::Anyone => "anybody",
            Self::SignedIn => "a signed-in user",
            Self::Admin => "an administrator",
            Self::System => "the system",
            Self::SelfOrAdmin(_) => "the user concerned or an administrator",
            Self::OwnerOrAdmin(_) => "the order's owner or an administrator",
            Self::InvoiceOwnerOrAdmin(_) => "the owner of the invoice's order or an administrator",
            Self::FileViewer(_) => {
                "the file's uploader, the owner of its order, a party to a message with it, or an administrator"
            }
            Self::FileUploader(_) => "the file's uploader or an administrator",
            Self::ParticipantOrAdmin(_) => "a participant of the conversation or an administrator",
            Self::AddresseeOrAdmin(_) => "the notification's addressee or an administrator",
            Self::ReaderOrAdmin(_) => "a reader of the message or an administrator",
            Self::TicketViewer(_) => "the ticket's client, its agent or an administrator",
            Self::TicketAgent(_) => "the ticket's agent or an administrator",
        }
    }
}
