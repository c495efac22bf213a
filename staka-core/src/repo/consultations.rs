//! When somebody can be consulted, and which request holds which slot: two tables of ours, and the requests themselves,
//! which are messages.
//!
//! They are tied to the guide's tables by no foreign key: where their collation is not the guide's, none could be.

use staka_macros::Record;

use super::select::{self, By, List};
use crate::base::{Args, Between, Listing, Page, Result, Table, Timestamp, Where};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{ConsultationSlot, ConsultationSlotState, ConsultationStatus};
use crate::model::{ConsultationSlotId, Message, MessageId};

static SLOTS: List = List {
    name: "consultations.slots",
    columns: "t.`id`, t.`startsAt`, t.`minutes`",
    from: "staka_consultation_slots t",
    id: "t.`id`",
};

/// The slots that can be booked now, the first to come first; 50 unless the page says otherwise, 200 at the most.
pub async fn available(
    conn: &mut Conn,
    window: &Between<Timestamp>,
    now: Timestamp,
    page: &Page,
) -> Result<Listing<ConsultationSlot>> {
    let mut wanted = Where::default();
    wanted.between("t.`startsAt`", window);
    wanted.and("t.`startsAt` > ?").push(now);
    wanted.and(
        "t.`isOpen` = TRUE AND NOT EXISTS (SELECT 1 FROM staka_consultation_bookings b WHERE b.`slotId` = t.`id`)",
    );
    select::page(conn, &SLOTS, wanted, &[By::asc("t.`startsAt`")], page, 50, 200).await
}

static STATES: List = List {
    name: "consultations.all_slots",
    columns: "t.`id`, t.`startsAt`, t.`minutes`, t.`isOpen`, b.`messageId`",
    from: "staka_consultation_slots t LEFT JOIN staka_consultation_bookings b ON b.`slotId` = t.`id`",
    id: "t.`id`",
};

/// All slots of a window, the first first; 50 unless the page says otherwise, 200 at the most.
pub async fn states(
    conn: &mut Conn,
    window: &Between<Timestamp>,
    page: &Page,
) -> Result<Listing<ConsultationSlotState>> {
    let mut wanted = Where::default();
    wanted.between("t.`startsAt`", window);
    select::page(conn, &STATES, wanted, &[By::asc("t.`startsAt`")], page, 50, 200).await
}

static ADD_SLOT: Statement = Statement::fixed(
    "consultations.add_slot",
    "INSERT INTO staka_consultation_slots (`id`, `startsAt`, `minutes`, `isOpen`, `createdAt`, `updatedAt`) VALUES (?, ?, ?, TRUE, ?, ?)",
    &[],
);

/// Adds a slot. `Conflict` when one begins at that moment already.
pub async fn add_slot(conn: &mut Conn, slot: &ConsultationSlot, now: Timestamp) -> Result<()> {
    let args = Args::new().with(&slot.id).with(slot.starts_at).with(slot.minutes).with(now).with(now);
    conn.execute(&ADD_SLOT, args).await.map(|_| ())
}

static LOCK_SLOT: Statement = Statement::fixed(
    "consultations.lock_slot",
    "SELECT t.id, t.startsAt, t.minutes, t.isOpen FROM staka_consultation_slots t WHERE t.id = ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// A slot that nobody else books, opens, closes or removes until the transaction ends.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct LockedSlot {
    /// When it is.
    #[record(nested)]
    pub slot: ConsultationSlot,
    /// Whether it can be booked.
    pub is_open: bool,
}

/// The slot, locked; none when there is no such slot.
pub async fn lock_slot(conn: &mut Conn, id: &ConsultationSlotId) -> Result<Option<LockedSlot>> {
    conn.optional(&LOCK_SLOT, Args::new().with(id)).await
}

static HOLDER: Statement = Statement::fixed(
    "consultations.holder",
    "SELECT b.messageId FROM staka_consultation_bookings b WHERE b.slotId = ? FOR UPDATE",
    &[Access::Index { table: "b", keys: &["PRIMARY"] }],
);

#[derive(Record)]
struct Holder {
    message: MessageId,
}

/// The request that holds a slot, if one does.
pub async fn holder(conn: &mut Conn, slot: &ConsultationSlotId) -> Result<Option<MessageId>> {
    Ok(conn.optional::<Holder>(&HOLDER, Args::new().with(slot)).await?.map(|row| row.message))
}

static SET_SLOT: Statement = Statement::fixed(
    "consultations.set_slot",
    "UPDATE staka_consultation_slots t SET t.isOpen = ?, t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND) WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Opens or closes a slot.
pub async fn set_slot(conn: &mut Conn, id: &ConsultationSlotId, open: bool, now: Timestamp) -> Result<()> {
    conn.execute(&SET_SLOT, Args::new().with(open).with(now).with(id)).await.map(|_| ())
}

static REMOVE_SLOT: Statement = Statement::fixed(
    "consultations.remove_slot",
    "DELETE t FROM staka_consultation_slots t WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Removes a slot.
pub async fn remove_slot(conn: &mut Conn, id: &ConsultationSlotId) -> Result<()> {
    conn.execute(&REMOVE_SLOT, Args::new().with(id)).await.map(|_| ())
}

static BOOK: Statement = Statement::fixed(
    "consultations.book",
    "INSERT INTO staka_consultation_bookings (`slotId`, `messageId`, `bookedAt`) VALUES (?, ?, ?)",
    &[],
);

/// Gives a slot to a request. `Conflict` when another one holds it.
pub async fn book(conn: &mut Conn, slot: &ConsultationSlotId, message: &MessageId, now: Timestamp) -> Result<()> {
    conn.execute(&BOOK, Args::new().with(slot).with(message).with(now)).await.map(|_| ())
}

static FREE: Statement = Statement::fixed(
    "consultations.free",
    "DELETE b FROM staka_consultation_bookings b WHERE b.messageId = ?",
    &[Access::Index { table: "b", keys: &["staka_consultation_bookings_messageId_key"] }],
);

/// Takes the slot of a request from it, if it holds one.
pub async fn free(conn: &mut Conn, message: &MessageId) -> Result<()> {
    conn.execute(&FREE, Args::new().with(message)).await.map(|_| ())
}

/// `consultationRequest` of a metadata column, once or twice encoded.
macro_rules! request {
    () => {
        "JSON_EXTRACT(IF(JSON_TYPE(t.metadata) = 'STRING', JSON_UNQUOTE(t.metadata), t.metadata), '$.consultationRequest.status')"
    };
}

static REQUESTS: List =
    List { name: "consultations.requests", columns: <Message as Table>::SELECT, from: "messages t", id: "t.`id`" };

/// The requests, the newest first; 20 unless the page says otherwise, 100 at the most.
pub async fn requests(conn: &mut Conn, status: Option<ConsultationStatus>, page: &Page) -> Result<Listing<Message>> {
    let mut wanted = Where::default();
    wanted.and("t.`type` = 'CONSULTATION_REQUEST' AND t.`statut` <> 'BROUILLON'");
    if let Some(status) = status {
        wanted.and(concat!("JSON_UNQUOTE(", request!(), ") = ?")).push(status.as_str());
    }
    select::page(conn, &REQUESTS, wanted, &[By::desc("t.`createdAt`")], page, 20, 100).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD_SLOT, &LOCK_SLOT, &HOLDER, &SET_SLOT, &REMOVE_SLOT, &BOOK, &FREE]
}
