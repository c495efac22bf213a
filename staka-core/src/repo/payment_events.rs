//! Stripe's events as they were received, with their outcomes: a table owned by Staka. An event's text is written once.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::select::{self, By, List, Path, SortColumn, UNINDEXED};
use super::table::{insert, insert_or_statement, part};
use crate::base::{
    Args, Between, Cursor, Error, Length, Match, Page, PageRequest, PartialRow, Predicate, Result, Timestamp, Validate,
};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{PaymentEvent, PaymentEventDetail, PaymentEventReceipt};
use crate::model::{CommandeId, Payment, PaymentEventId, PaymentEventRow, PaymentOutcome, UserId};

/// The columns of [`PaymentEventDetail`].
fn detail_columns() -> String {
    format!("{}, e.`payload`", part::<PaymentEvent>("e"))
}

/// An event to record.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// Stripe's id of the event.
    pub id: &'a PaymentEventId,
    /// Stripe's type of the event, e.g. `charge.refunded`.
    pub r#type: &'a str,
    /// Id of the checkout session that it is about.
    pub session: Option<&'a str>,
    /// Id of the payment that it is about.
    pub intent: Option<&'a str>,
    /// Text of the event.
    pub payload: &'a str,
    /// Time of the event by Stripe's clock.
    pub occurred_at: Timestamp,
}

/// The row is locked until the transaction ends, whether it existed or not: the key decides which delivery is the
/// first. With a plain INSERT, two simultaneous deliveries would both take a shared lock and deadlock.
static RECEIVE: LazyLock<Statement> = LazyLock::new(|| {
    let existing = "ON DUPLICATE KEY UPDATE `deliveries` = `deliveries` + 1";
    insert_or_statement::<PaymentEventRow>("payment_events.receive", "INSERT", existing)
});

const BY_KEY: &[Access] = &[Access::Index { table: "e", keys: &["PRIMARY"] }];

static RECEIPT: LazyLock<Statement> = LazyLock::new(|| {
    let columns = part::<PaymentEventReceipt>("e");
    let text = format!("SELECT {columns} FROM staka_payment_events e WHERE e.id = ? FOR UPDATE");
    Statement::fixed("payment_events.receipt", "", BY_KEY).with_text(text)
});

/// Records a delivery of an event and returns how often it was delivered; the outcome is known from the second time on.
pub async fn receive(conn: &mut Conn, event: &Delivered<'_>, now: Timestamp) -> Result<PaymentEventReceipt> {
    let row = PaymentEventRow {
        id: event.id.clone(),
        r#type: event.r#type.to_owned(),
        session_id: event.session.map(str::to_owned),
        payment_intent: event.intent.map(str::to_owned),
        commande_id: None,
        user_id: None,
        payload: event.payload.to_owned(),
        occurred_at: event.occurred_at,
        received_at: now,
        deliveries: 1,
        outcome: PaymentOutcome::Deferred,
        detail: None,
        processed_at: None,
    };
    insert(conn, &RECEIVE, &row).await?;
    conn.one(&RECEIPT, Args::new().with(event.id)).await
}

fn by_key(name: &'static str, lock: &str) -> Statement {
    let columns = detail_columns();
    let text = format!("SELECT {columns} FROM staka_payment_events e WHERE e.id = ?{lock}");
    Statement::fixed(name, "", BY_KEY).with_text(text)
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| by_key("payment_events.locked", " FOR UPDATE"));

/// Returns the event with its text and locks it.
pub async fn locked(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static GET: LazyLock<Statement> = LazyLock::new(|| by_key("payment_events.get", ""));

/// Returns the event with its text.
pub async fn get(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&GET, Args::new().with(id)).await
}

static DECIDE: Statement = Statement::fixed(
    "payment_events.decide",
    "UPDATE staka_payment_events e SET e.outcome = ?, e.detail = ?, e.commandeId = ?, e.userId = ?, e.processedAt = ? WHERE e.id = ?",
    BY_KEY,
);

/// Records the outcome of an event, and the order and client it is about.
pub async fn decide(
    conn: &mut Conn,
    id: &PaymentEventId,
    outcome: &PaymentOutcome,
    detail: Option<&str>,
    owner: Option<(&CommandeId, &UserId)>,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new()
        .with(outcome)
        .with(detail)
        .with(owner.map(|(commande, _)| commande.as_str()))
        .with(owner.map(|(_, user)| user.as_str()))
        .with(now)
        .with(id);
    conn.execute(&DECIDE, args).await.map(drop)
}

static DEFERRED: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "e", keys: &["staka_payment_events_paymentIntent"] }];
    Statement::fixed("payment_events.deferred", "", access).with_text(format!(
        "SELECT {columns} FROM staka_payment_events e FORCE INDEX (staka_payment_events_paymentIntent) \
         WHERE e.paymentIntent = ? AND e.type = 'charge.refunded' AND e.outcome = 'DEFERRED' ORDER BY e.occurredAt, e.id FOR UPDATE",
        columns = detail_columns()
    ))
});

/// Locks and returns the deferred refunds of a payment, oldest first. It waits for refunds that are being inserted, and
/// for no other event of the payment, which may itself wait for the order.
pub async fn deferred(conn: &mut Conn, intent: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&DEFERRED, Args::new().with(intent)).await
}

static UNMATCHED: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "e", keys: &["staka_payment_events_sessionId"] }];
    Statement::fixed("payment_events.unmatched", "", access).with_text(format!(
        "SELECT {columns} FROM staka_payment_events e FORCE INDEX (staka_payment_events_sessionId) \
         WHERE e.sessionId = ? AND e.outcome = 'UNMATCHED' ORDER BY e.occurredAt, e.id FOR UPDATE",
        columns = detail_columns()
    ))
});

/// Locks and returns the events of a session that arrived before the session was known, oldest first.
pub async fn unmatched(conn: &mut Conn, session: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&UNMATCHED, Args::new().with(session)).await
}

/// Whether a session ended without a payment: a later report that it is pending is outdated then.
macro_rules! ended {
    ($session:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM staka_payment_events x FORCE INDEX (staka_payment_events_sessionId) WHERE x.sessionId = ",
            $session,
            " AND x.type IN ('checkout.session.async_payment_failed', 'checkout.session.expired') AND x.outcome <> 'UNMATCHED')"
        )
    };
}

static ENDED: Statement = Statement::fixed(
    "payment_events.ended",
    concat!("SELECT ", ended!("?")),
    &[Access::Index { table: "x", keys: &["staka_payment_events_sessionId"] }],
);

/// Returns whether a session is known to have ended without a payment.
pub async fn ended(conn: &mut Conn, session: &str) -> Result<bool> {
    Ok(conn.one::<i64>(&ENDED, Args::new().with(session)).await? != 0)
}

/// Which events to return: every given field must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PaymentEventFilter {
    /// Outcomes of processing the events, explained at `PaymentEventReceipt`; any by default.
    pub outcome: Match<PaymentOutcome>,
    /// Stripe's type of the event, e.g. `charge.refunded`; all by default.
    #[described(bounds = Bounds::chars(0, 255))]
    pub r#type: Option<String>,
    /// Id of the checkout session, `cs_…`.
    #[described(bounds = Bounds::chars(0, 255))]
    pub session: Option<String>,
    /// Id of the order that it is about.
    pub commande: Match<CommandeId>,
    /// Time of the first delivery, UTC: `from ≤ time < to`.
    pub received_at: Between<Timestamp>,
}

static LIST: List = List {
    name: "payments.list_events",
    columns: PaymentEvent::SELECT,
    from: "staka_payment_events t",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["staka_payment_events_receivedAt"]),
        Path::index(By::Filter(&["outcome"]), "t", &["staka_payment_events_outcome"]),
        Path::scan(By::Filter(&["type", "commande"]), "t", UNINDEXED),
        Path::index(By::Filter(&["session"]), "t", &["staka_payment_events_sessionId"]),
        Path::index(By::Filter(&["receivedAt"]), "t", &["staka_payment_events_receivedAt"]),
    ],
};

/// Returns the events that match the filter, newest first; 20 per page by default, at most 100.
pub async fn list(conn: &mut Conn, filter: &PaymentEventFilter, page: &PageRequest) -> Result<Page<PaymentEvent>> {
    let mut predicate = Predicate::default();
    predicate.matches("t.`outcome`", &filter.outcome);
    for (field, condition, text) in
        [("type", "t.`type` = ?", &filter.r#type), ("session", "t.`sessionId` = ?", &filter.session)]
    {
        let Some(text) = text else { continue };
        match text.problem(Length::Chars(255)) {
            Some(problem) => predicate.add_violation(field, problem),
            None => predicate.and(condition).push(text),
        }
    }
    predicate.matches_as("commande", "t.`commandeId`", &filter.commande);
    predicate.between("t.`receivedAt`", &filter.received_at);
    select::page(conn, &LIST, predicate, &[SortColumn::desc("t.`receivedAt`")], page, 20, 100).await
}

/// The facts about a payment that an event's verdict depends on.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct PaymentFact {
    /// Amount received, in centimes.
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
    /// Amount refunded, in centimes.
    pub refunded: i64,
}

impl From<&Payment> for PaymentFact {
    fn from(payment: &Payment) -> Self {
        Self { amount: payment.amount, currency: payment.currency.clone(), refunded: payment.refunded }
    }
}

/// The facts about an order that an event's verdict depends on.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct OrderFact {
    /// Id of the order.
    pub id: CommandeId,
    /// Payment status of the order, e.g. `paid`.
    pub payment_status: Option<String>,
    /// Id of the session opened last for it.
    pub session: Option<String>,
    /// Whether it is paid by another session.
    pub paid_by_other: bool,
}

/// A stored event with the facts that the tables hold now.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct StoredEvent {
    /// The event with its text.
    #[record(nested)]
    pub event: PaymentEventDetail,
    /// The payment of its session.
    #[record(nested)]
    pub of_session: Option<PaymentFact>,
    /// The payment with its payment id.
    #[record(nested)]
    pub of_intent: Option<PaymentFact>,
    /// Amount its session was opened for, in centimes.
    pub asked: Option<i64>,
    /// Whether its session ended without a payment.
    pub ended: bool,
    /// The order it is about.
    #[record(nested)]
    pub order: Option<OrderFact>,
}

static STORED_EVENTS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let after_cursor = if after { " AND (e.receivedAt > ? OR e.id > ?)" } else { "" };
        Statement::fixed(
            "payments.replay_events",
            "",
            &[
                Access::Index { table: "e", keys: &["staka_payment_events_receivedAt"] },
                Access::Index { table: "x", keys: &["staka_payment_events_sessionId"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
                Access::Index { table: "p", keys: &["PRIMARY"] },
                Access::Index { table: "q", keys: &["staka_payments_paymentIntent"] },
                Access::Index { table: "d", keys: &["staka_commandes_session"] },
                Access::Index { table: "c", keys: &["PRIMARY"] },
                Access::Index { table: "o", keys: &["staka_payments_commandeId"] },
            ],
        )
        .with_text(format!(
            "SELECT {columns}, p.amount, p.currency, p.refunded, q.amount, q.currency, q.refunded, s.amount, {ended}, \
             c.id, c.paymentStatus, c.stripeSessionId, \
             EXISTS (SELECT 1 FROM staka_payments o FORCE INDEX (staka_payments_commandeId) WHERE o.commandeId = c.id \
                     AND o.status <> 'refunded' AND NOT (o.sessionId <=> e.sessionId)) \
             FROM staka_payment_events e FORCE INDEX (staka_payment_events_receivedAt) \
             LEFT JOIN staka_checkouts s FORCE INDEX (PRIMARY) ON s.sessionId = e.sessionId \
             LEFT JOIN staka_payments p FORCE INDEX (PRIMARY) ON p.sessionId = e.sessionId \
             LEFT JOIN staka_payments q FORCE INDEX (staka_payments_paymentIntent) ON q.paymentIntent = e.paymentIntent \
             LEFT JOIN commandes d FORCE INDEX (staka_commandes_session) \
                    ON e.commandeId IS NULL AND s.sessionId IS NULL AND d.stripeSessionId = CONVERT(e.sessionId USING utf8mb4) COLLATE utf8mb4_unicode_ci \
             LEFT JOIN commandes c FORCE INDEX (PRIMARY) ON c.id = COALESCE(e.commandeId, s.commandeId, d.id) \
             WHERE e.receivedAt >= ? AND e.receivedAt < ?{after_cursor} ORDER BY e.receivedAt, e.id LIMIT ?",
            columns = detail_columns(),
            ended = ended!("e.sessionId"),
        ))
    })
});

const REPLAY: &str = "payments.replay_events";

/// Returns the events received in `from ≤ receivedAt < to`, oldest first, each with the facts that the tables hold now,
/// in one statement.
pub async fn stored_events(
    conn: &mut Conn,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<StoredEvent>> {
    let args = match after {
        None => Args::new().with(from).with(to),
        Some(after) => {
            let [at, id] = after.keys::<2>(REPLAY)?;
            let at: Timestamp = at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Args::new().with(at.max(from)).with(to).with(at).with(id)
        }
    };
    let rows = conn.all(&STORED_EVENTS[usize::from(after.is_some())], args.with(limit + 1)).await?;
    Ok(Page::from_extra_row(rows, limit, |last: &StoredEvent| {
        let event = &last.event.event;
        Cursor::after_row(REPLAY, &[&event.received_at.to_string(), event.id.as_str()])
    }))
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&*RECEIVE, &*RECEIPT, &*LOCKED, &*GET, &DECIDE, &*DEFERRED, &*UNMATCHED, &ENDED];
    all.extend(STORED_EVENTS.iter());
    all
}
