//! Who may call an operation: decided here, in the core, so that no door can forget.

use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::flow::{Actor, Ctx};
use crate::model::{
    CommandeId, ConversationId, FileId, InvoiceId, MessageId, NotificationId, Role, SupportRequestId, UserId,
};
use crate::repo::{commandes, files, invoices, messages, notifications, support_requests};

/// Who may call, with the argument that it depends on.
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

/// The rules by the names under which the list declares them.
pub(super) const fn anyone<'a>() -> Rule<'a> {
    Rule::Anyone
}

/// Whoever is signed in, and the program itself.
pub(super) const fn signed_in<'a>() -> Rule<'a> {
    Rule::SignedIn
}

/// The program itself, and nobody who signed in.
pub(super) const fn system<'a>() -> Rule<'a> {
    Rule::System
}

/// Administrators.
pub(super) const fn admin<'a>() -> Rule<'a> {
    Rule::Admin
}

/// The user concerned, and administrators.
pub(super) const fn self_or_admin(user: &UserId) -> Rule<'_> {
    Rule::SelfOrAdmin(user)
}

/// Whose order it is, and administrators. A CORRECTOR is an ordinary user here: no column says which orders are whose
/// to correct, so none is.
pub(super) const fn owner_or_admin(commande: &CommandeId) -> Rule<'_> {
    Rule::OwnerOrAdmin(commande)
}

/// Whose order an invoice bills, and administrators.
pub(super) const fn invoice_owner_or_admin(invoice: &InvoiceId) -> Rule<'_> {
    Rule::InvoiceOwnerOrAdmin(invoice)
}

/// Who may see a file: who uploaded it, whose order it belongs to, who sent or received a message that it is attached
/// to, administrators, and whoever is signed in if it is public.
pub(super) const fn file_viewer(file: &FileId) -> Rule<'_> {
    Rule::FileViewer(file)
}

/// Who uploaded a file, and administrators.
pub(super) const fn file_uploader(file: &FileId) -> Rule<'_> {
    Rule::FileUploader(file)
}

/// Who wrote or received a message of the conversation, and administrators.
pub(super) const fn participant_or_admin(conversation: &ConversationId) -> Rule<'_> {
    Rule::ParticipantOrAdmin(conversation)
}

/// Whose notification it is, and administrators.
pub(super) const fn addressee_or_admin(notification: &NotificationId) -> Rule<'_> {
    Rule::AddresseeOrAdmin(notification)
}

/// Who may read the message: who takes part in its conversation, its author alone while it is a draft, and
/// administrators.
pub(super) const fn reader_or_admin(message: &MessageId) -> Rule<'_> {
    Rule::ReaderOrAdmin(message)
}

/// Who asks for help in a ticket, who of the team takes care of it, and administrators.
pub(super) const fn ticket_viewer(ticket: &SupportRequestId) -> Rule<'_> {
    Rule::TicketViewer(ticket)
}

/// Who of the team takes care of a ticket, and administrators.
pub(super) const fn ticket_agent(ticket: &SupportRequestId) -> Rule<'_> {
    Rule::TicketAgent(ticket)
}

impl Rule<'_> {
    /// Decides what needs no database; `Some` user means that [`Rule::ask`] must decide.
    pub(super) fn decide<'c>(&self, ctx: &'c Ctx) -> Result<Option<&'c UserId>> {
        let (id, role) = match (&ctx.actor, self) {
            (Actor::System, _) | (_, Self::Anyone) => return Ok(None),
            (_, Self::System) => return Err(denied()),
            (Actor::Anonymous, _) => return Err(Error::new(ErrorKind::Unauthenticated, "somebody must be signed in")),
            (Actor::User { id, role }, _) => (id, role),
        };
        match (self, role) {
            (_, Role::Admin) | (Self::SignedIn, _) => Ok(None),
            (Self::SelfOrAdmin(user), _) if *user == id => Ok(None),
            (Self::SelfOrAdmin(_) | Self::Admin | Self::System | Self::Anyone, _) => Err(denied()),
            // What only the rows can tell.
            _ => Ok(Some(id)),
        }
    }

    /// Decides what only the rows can tell.
    pub(super) async fn ask(&self, conn: &mut Conn, user: &UserId) -> Result<()> {
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
        if allowed { Ok(()) } else { Err(denied()) }
    }
}

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "the actor may not do this")
}
