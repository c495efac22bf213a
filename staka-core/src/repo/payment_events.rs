//! Stripe's events as they came, and what came of them: a table of ours. An event's text is written once.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::select::{self, By, List};
use crate::base::{Args, Between, Cursor, Error, Fits, Length, Listing, Match, Page, Result, Timestamp, Where};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{EventReceipt, PaymentEvent, PaymentEventDetail};
use crate::model::{CommandeId, Payment, PaymentEventId, PaymentOutcome, UserId};

/// The columns of [`PaymentEvent`].
macro_rules! event {
    () => {
        "e.id, e.type, e.sessionId, e.paymentIntent, e.commandeId, e.occurredAt, e.receivedAt, e.deliveries, e.outcome, \
         e.detail, e.processedAt"
    };
}

/// An event that is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// Stripe's key.
    pub id: &'a PaymentEventId,
    /// Stripe's word for what happened.
    pub r#type: &'a str,
    /// The session that it is about.
    pub session: Option<&'a str>,
    /// The payment that it is about.
    pub intent: Option<&'a str>,
    /// Its text.
    pub payload: &'a str,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// The row is held from here to the end of the transaction, whether it was there or not: the key decides which delivery
/// is the first. Two that come at once would both hold a shared lock by a bare INSERT, and neither could go on.
static RECEIVE: Statement = Statement::fixed(
    "payment_events.receive",
    "INSERT INTO staka_payment_events (`id`, `type`, `sessionId`, `paymentIntent`, `payload`, `occurredAt`, `receivedAt`, \
     `deliveries`, `outcome`) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'DEFERRED') ON DUPLICATE KEY UPDATE `deliveries` = `deliveries` + 1",
    &[],
);

const BY_KEY: &[Access] = &[Access::Index { table: "e", keys: &["PRIMARY"] }];

static RECEIPT: Statement = Statement::fixed(
    "payment_events.receipt",
    "SELECT e.id, e.outcome, e.detail, e.commandeId, e.deliveries FROM staka_payment_events e WHERE e.id = ? FOR UPDATE",
    BY_KEY,
);

/// Takes an event in, and says how often it was delivered by now; what came of it is known from the second time on.
pub async fn receive(conn: &mut Conn, event: &Delivered<'_>, now: Timestamp) -> Result<EventReceipt> {
    let args = Args::new()
        .with(event.id)
        .with(event.r#type)
        .with(event.session)
        .with(event.intent)
        .with(event.payload)
        .with(event.occurred_at)
        .with(now);
    conn.execute(&RECEIVE, args).await?;
    conn.one(&RECEIPT, Args::new().with(event.id)).await
}

static LOCKED: Statement = Statement::fixed(
    "payment_events.locked",
    concat!("SELECT ", event!(), ", e.payload FROM staka_payment_events e WHERE e.id = ? FOR UPDATE"),
    BY_KEY,
);

/// The event with its text, as nobody else changes it until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static DETAIL: Statement = Statement::fixed(
    "payment_events.get",
    concat!("SELECT ", event!(), ", e.payload FROM staka_payment_events e WHERE e.id = ?"),
    BY_KEY,
);

/// The event with its text.
pub async fn detail(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&DETAIL, Args::new().with(id)).await
}

static DECIDE: Statement = Statement::fixed(
    "payment_events.decide",
    "UPDATE staka_payment_events e SET e.outcome = ?, e.detail = ?, e.commandeId = ?, e.userId = ?, e.processedAt = ? WHERE e.id = ?",
    BY_KEY,
);

/// Writes down what came of an event, and whose order it is about.
pub async fn decide(
    conn: &mut Conn,
    id: &PaymentEventId,
    outcome: &PaymentOutcome,
    detail: Option<&str>,
    whose: Option<(&CommandeId, &UserId)>,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new()
        .with(outcome)
        .with(detail)
        .with(whose.map(|(commande, _)| commande.as_str()))
        .with(whose.map(|(_, user)| user.as_str()))
        .with(now)
        .with(id);
    conn.execute(&DECIDE, args).await.map(drop)
}

static DEFERRED: Statement = Statement::fixed(
    "payment_events.deferred",
    concat!(
        "SELECT ",
        event!(),
        ", e.payload FROM staka_payment_events e FORCE INDEX (staka_payment_events_paymentIntent) \
         WHERE e.paymentIntent = ? AND e.type = 'charge.refunded' AND e.outcome = 'DEFERRED' ORDER BY e.occurredAt, e.id FOR UPDATE"
    ),
    &[Access::Index { table: "e", keys: &["staka_payment_events_paymentIntent"] }],
);

/// The refunds that wait for this payment, the oldest first, held; it waits for those that are being written, and for no
/// other event of the payment's, which may itself wait for the order.
pub async fn deferred(conn: &mut Conn, intent: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&DEFERRED, Args::new().with(intent)).await
}

static UNMATCHED: Statement = Statement::fixed(
    "payment_events.unmatched",
    concat!(
        "SELECT ",
        event!(),
        ", e.payload FROM staka_payment_events e FORCE INDEX (staka_payment_events_sessionId) \
         WHERE e.sessionId = ? AND e.outcome = 'UNMATCHED' ORDER BY e.occurredAt, e.id FOR UPDATE"
    ),
    &[Access::Index { table: "e", keys: &["staka_payment_events_sessionId"] }],
);

/// The events of a session that came before anybody knew it, the oldest first, held.
pub async fn unmatched(conn: &mut Conn, session: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&UNMATCHED, Args::new().with(session)).await
}

/// Whether a session is over without a payment: what says that it is under way came late then.
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

/// Whether a session is known to be over without a payment.
pub async fn ended(conn: &mut Conn, session: &str) -> Result<bool> {
    Ok(conn.one::<i64>(&ENDED, Args::new().with(session)).await? != 0)
}

/// Which events are wanted: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PaymentEventSearch {
    /// What came of it.
    pub outcome: Match<PaymentOutcome>,
    /// Stripe's word for what happened.
    pub r#type: Option<String>,
    /// The checkout session that it is about.
    pub session: Option<String>,
    /// The order that it is about.
    pub commande: Match<CommandeId>,
    /// When it was first delivered.
    pub received_at: Between<Timestamp>,
}

static LIST: List = List {
    name: "payments.events",
    columns: "t.`id`, t.`type`, t.`sessionId`, t.`paymentIntent`, t.`commandeId`, t.`occurredAt`, t.`receivedAt`, \
              t.`deliveries`, t.`outcome`, t.`detail`, t.`processedAt`",
    from: "staka_payment_events t",
    id: "t.`id`",
};

/// The events that the filter wants, the newest first; 20 unless the page says otherwise, 100 at the most.
pub async fn search(conn: &mut Conn, filter: &PaymentEventSearch, page: &Page) -> Result<Listing<PaymentEvent>> {
    let mut wanted = Where::default();
    wanted.matches("t.`outcome`", &filter.outcome);
    for (field, condition, text) in
        [("type", "t.`type` = ?", &filter.r#type), ("session", "t.`sessionId` = ?", &filter.session)]
    {
        let Some(text) = text else { continue };
        match text.fault(Length::Chars(255)) {
            Some(problem) => wanted.fault(field, problem),
            None => wanted.and(condition).push(text),
        }
    }
    wanted.matches("t.`commandeId`", &filter.commande);
    wanted.between("t.`receivedAt`", &filter.received_at);
    select::page(conn, &LIST, wanted, &[By::desc("t.`receivedAt`")], page, 20, 100).await
}

/// What a payment is, as far as an event's judgement needs it.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct PaymentFact {
    /// What came, in centimes.
    pub amount: i64,
    /// `eur`.
    pub currency: String,
    /// What went back, in centimes.
    pub refunded: i64,
}

impl From<&Payment> for PaymentFact {
    fn from(payment: &Payment) -> Self {
        Self { amount: payment.amount, currency: payment.currency.clone(), refunded: payment.refunded }
    }
}

/// The order that an event is about, as far as judging it needs.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct OrderFact {
    /// The order.
    pub id: CommandeId,
    /// Stripe's word for where its payment stands.
    pub payment_status: Option<String>,
    /// The session that was opened for it last.
    pub session: Option<String>,
    /// Whether a payment stands for it, by another session.
    pub standing: bool,
}

/// A kept event with what the tables say now.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Kept {
    /// The event.
    #[record(nested)]
    pub event: PaymentEventDetail,
    /// The payment of its session.
    #[record(nested)]
    pub of_session: Option<PaymentFact>,
    /// The payment that Stripe calls so.
    #[record(nested)]
    pub of_intent: Option<PaymentFact>,
    /// What its session was opened for, in centimes.
    pub asked: Option<i64>,
    /// Whether its session is over without a payment.
    pub ended: bool,
    /// Its order.
    #[record(nested)]
    pub order: Option<OrderFact>,
}

static KEPT: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND (e.receivedAt > ? OR e.id > ?)" } else { "" };
        Statement::fixed(
            "payments.replay",
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
            "SELECT {event}, e.payload, p.amount, p.currency, p.refunded, q.amount, q.currency, q.refunded, s.amount, {ended}, \
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
             WHERE e.receivedAt >= ? AND e.receivedAt < ?{behind} ORDER BY e.receivedAt, e.id LIMIT ?",
            event = event!(),
            ended = ended!("e.sessionId"),
        ))
    })
});

const REPLAY: &str = "payments.replay";

/// The events that were delivered in `from ≤ receivedAt < to`, the oldest first, each with what the tables say now: one
/// statement; and where to go on.
pub async fn kept(
    conn: &mut Conn,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Listing<Kept>> {
    let args = match after {
        None => Args::new().with(from).with(to),
        Some(after) => {
            let [at, id] = after.keys::<2>(REPLAY)?;
            let at: Timestamp = at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Args::new().with(at.max(from)).with(to).with(at).with(id)
        }
    };
    let rows = conn.all(&KEPT[usize::from(after.is_some())], args.with(limit + 1)).await?;
    Ok(Listing::from_overfull(rows, limit, |last: &Kept| {
        let event = &last.event.event;
        Cursor::behind(REPLAY, &[&event.received_at.to_string(), event.id.as_str()])
    }))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&RECEIVE, &RECEIPT, &LOCKED, &DETAIL, &DECIDE, &DEFERRED, &UNMATCHED, &ENDED];
    all.extend(KEPT.iter());
    all
}
