//! Consultation slots and their bookings, which are tables owned by Staka, and the requests, which are messages.
//!
//! The tables have no foreign keys to those of the Prisma schema, because these may have another collation.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::select::{self, By, List, Path, SortColumn};
use super::table::{insert, insert_statement, part};
use crate::base::{Args, Between, Page, PageRequest, PartialRow, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{ConsultationSlot, ConsultationSlotState, ConsultationStatus};
use crate::model::{ConsultationBooking, ConsultationSlotId, ConsultationSlotRow, Message, MessageId};

/// A filter for consultation slots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ConsultationSlotFilter {
    /// When the slots begin: `from ≤ startsAt < to`; all by default.
    pub window: Between<Timestamp>,
}

static SLOTS: List = List {
    name: "consultations.list_available_slots",
    columns: ConsultationSlot::SELECT,
    from: "staka_consultation_slots t",
    id: "t.`id`",
    joined: &[Access::Index { table: "b", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "t", &["staka_consultation_slots_startsAt_key"]),
        Path::index(By::Filter(&["window"]), "t", &["staka_consultation_slots_startsAt_key"]),
    ],
};

/// Returns the slots that can be booked now, the earliest first; 50 per page by default, at most 200.
pub async fn list_available_slots(
    conn: &mut Conn,
    filter: &ConsultationSlotFilter,
    now: Timestamp,
    page: &PageRequest,
) -> Result<Page<ConsultationSlot>> {
    let mut predicate = Predicate::default();
    predicate.between("t.`startsAt`", &filter.window);
    predicate.and("t.`startsAt` > ?").push(now);
    predicate.and(
        "t.`isOpen` = TRUE AND NOT EXISTS (SELECT 1 FROM staka_consultation_bookings b WHERE b.`slotId` = t.`id`)",
    );
    select::page(conn, &SLOTS, predicate, &[SortColumn::asc("t.`startsAt`")], page, 50, 200).await
}

static STATE_COLUMNS: LazyLock<String> =
    LazyLock::new(|| format!("{}, b.`messageId`", part::<ConsultationSlotState>("t")));

const STATE_PATHS: &[Path] = &[
    Path::index(By::Default, "t", &["staka_consultation_slots_startsAt_key"]),
    Path::index(By::Filter(&["window"]), "t", &["staka_consultation_slots_startsAt_key"]),
];

static STATES: LazyLock<List> = LazyLock::new(|| List {
    name: "consultations.list_slots",
    columns: &STATE_COLUMNS,
    from: "staka_consultation_slots t LEFT JOIN staka_consultation_bookings b ON b.`slotId` = t.`id`",
    id: "t.`id`",
    joined: &[Access::Index { table: "b", keys: &["PRIMARY"] }],
    paths: STATE_PATHS,
});

/// Returns all slots of a period, the earliest first; 50 per page by default, at most 200.
pub async fn list_slots(
    conn: &mut Conn,
    filter: &ConsultationSlotFilter,
    page: &PageRequest,
) -> Result<Page<ConsultationSlotState>> {
    let mut predicate = Predicate::default();
    predicate.between("t.`startsAt`", &filter.window);
    select::page(conn, &STATES, predicate, &[SortColumn::asc("t.`startsAt`")], page, 50, 200).await
}

static ADD_SLOT: LazyLock<Statement> =
    LazyLock::new(|| insert_statement::<ConsultationSlotRow>("consultations.add_slot"));

/// Inserts a slot. Fails with `Conflict` if one begins at that time already.
pub async fn add_slot(conn: &mut Conn, slot: &ConsultationSlot, now: Timestamp) -> Result<()> {
    let ConsultationSlot { id, starts_at, minutes } = slot.clone();
    let row = ConsultationSlotRow { id, starts_at, minutes, is_open: true, created_at: now, updated_at: now };
    insert(conn, &ADD_SLOT, &row).await.map(drop)
}

static LOCK_SLOT: LazyLock<Statement> = LazyLock::new(|| {
    let columns = part::<ConsultationSlot>("t");
    let access = &[Access::Index { table: "t", keys: &["PRIMARY"] }];
    let text = format!("SELECT {columns}, t.`isOpen` FROM staka_consultation_slots t WHERE t.id = ? FOR UPDATE");
    Statement::fixed("consultations.lock_slot", "", access).with_text(text)
});

/// A slot that is locked until the transaction ends.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct LockedSlot {
    /// The slot itself.
    #[record(nested)]
    pub slot: ConsultationSlot,
    /// Whether the slot is open for booking.
    pub is_open: bool,
}

/// Locks and returns a slot, if it exists.
pub async fn lock_slot(conn: &mut Conn, id: &ConsultationSlotId) -> Result<Option<LockedSlot>> {
    conn.optional(&LOCK_SLOT, Args::new().with(id)).await
}

static BOOKED_BY: Statement = Statement::fixed(
    "consultations.booked_by",
    "SELECT b.messageId FROM staka_consultation_bookings b WHERE b.slotId = ? FOR UPDATE",
    &[Access::Index { table: "b", keys: &["PRIMARY"] }],
);

#[derive(Record)]
struct Booking {
    message: MessageId,
}

/// Returns the request that booked a slot, if there is one.
pub async fn booked_by(conn: &mut Conn, slot: &ConsultationSlotId) -> Result<Option<MessageId>> {
    Ok(conn.optional::<Booking>(&BOOKED_BY, Args::new().with(slot)).await?.map(|row| row.message))
}

static SET_SLOT_OPEN: Statement = Statement::fixed(
    "consultations.set_slot_open",
    "UPDATE staka_consultation_slots t SET t.isOpen = ?, t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND) WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Opens or closes a slot for booking.
pub async fn set_slot_open(conn: &mut Conn, id: &ConsultationSlotId, open: bool, now: Timestamp) -> Result<()> {
    conn.execute(&SET_SLOT_OPEN, Args::new().with(open).with(now).with(id)).await.map(|_| ())
}

static DELETE_SLOT: Statement = Statement::fixed(
    "consultations.delete_slot",
    "DELETE t FROM staka_consultation_slots t WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Deletes a slot.
pub async fn delete_slot(conn: &mut Conn, id: &ConsultationSlotId) -> Result<()> {
    conn.execute(&DELETE_SLOT, Args::new().with(id)).await.map(|_| ())
}

static BOOK: LazyLock<Statement> = LazyLock::new(|| insert_statement::<ConsultationBooking>("consultations.book"));

/// Books a slot for a request. Fails with `Conflict` if it is booked already.
pub async fn book(conn: &mut Conn, slot: &ConsultationSlotId, message: &MessageId, now: Timestamp) -> Result<()> {
    let booking = ConsultationBooking { slot_id: slot.clone(), message_id: message.clone(), booked_at: now };
    insert(conn, &BOOK, &booking).await.map(drop)
}

static FREE: Statement = Statement::fixed(
    "consultations.free",
    "DELETE b FROM staka_consultation_bookings b WHERE b.messageId = ?",
    &[Access::Index { table: "b", keys: &["staka_consultation_bookings_messageId_key"] }],
);

/// Deletes the booking of a request, if it has one.
pub async fn free(conn: &mut Conn, message: &MessageId) -> Result<()> {
    conn.execute(&FREE, Args::new().with(message)).await.map(|_| ())
}

/// The status in a metadata column, which may be encoded twice.
macro_rules! request_status {
    () => {
        "JSON_EXTRACT(IF(JSON_TYPE(t.metadata) = 'STRING', JSON_UNQUOTE(t.metadata), t.metadata), '$.consultationRequest.status')"
    };
}

/// A filter for requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ConsultationFilter {
    /// Only requests with this status; all by default.
    pub status: Option<ConsultationStatus>,
}

static REQUESTS: List = List {
    name: "consultations.list_requests",
    columns: <Message as Table>::SELECT,
    // MariaDB reads all messages by their time otherwise; few of them are requests.
    from: "messages t FORCE INDEX (messages_type_idx)",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["messages_type_idx"]),
        Path::index(By::Filter(&["status"]), "t", &["messages_type_idx"]),
    ],
};

/// Returns the requests, the newest first; 20 per page by default, at most 100.
pub async fn list_requests(conn: &mut Conn, filter: &ConsultationFilter, page: &PageRequest) -> Result<Page<Message>> {
    let mut predicate = Predicate::default();
    predicate.and("t.`type` = 'CONSULTATION_REQUEST' AND t.`statut` <> 'BROUILLON'");
    if let Some(status) = filter.status {
        predicate.and(concat!("JSON_UNQUOTE(", request_status!(), ") = ?")).push(status.as_str());
    }
    select::page(conn, &REQUESTS, predicate, &[SortColumn::desc("t.`createdAt`")], page, 20, 100).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&SLOTS, &*STATES, &REQUESTS]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*ADD_SLOT, &*LOCK_SLOT, &BOOKED_BY, &SET_SLOT_OPEN, &DELETE_SLOT, &*BOOK, &FREE]
}
