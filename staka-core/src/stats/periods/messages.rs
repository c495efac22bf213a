//! Messages written; drafts do not count until they are sent.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::Timelike;
use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Day, PeriodUnit, Result, TextEnum, Zone};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::MessageType;
use crate::model::view::{MessagesOfType, MessagingLoad};

const PERIOD: &[Access] = &[Access::Index { table: "m", keys: &["staka_messages_period"] }];

/// Counts from the messages themselves, used if no trigger counts, and in zones whose days do not begin on an hour of
/// UTC.
static SLOTS: Statement = Statement::fixed(
    "stats.time_series/messages/one_by_one",
    "SELECT TO_SECONDS(m.createdAt) DIV ? AS slot, COUNT(*) FROM messages m FORCE INDEX (staka_messages_period) \
     WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY slot",
    PERIOD,
);

/// Counts kept by the triggers: a row for each hour and slot.
static COUNTED: Statement = Statement::fixed(
    "stats.time_series/messages",
    "SELECT TO_SECONDS(k.hour) DIV 3600, CAST(SUM(k.messages) AS SIGNED) FROM staka_message_hours k \
     WHERE k.hour >= ? AND k.hour < ? AND EXISTS (SELECT 1 FROM staka_counter_status d WHERE d.name = 'staka_message_hours') \
     GROUP BY k.hour",
    &[Access::Index { table: "k", keys: &["PRIMARY"] }, Access::Index { table: "d", keys: &["PRIMARY"] }],
);

/// Counts the messages written in each slot.
pub(super) async fn slots(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    let args = || Args::new().with(parts.starts()).with(parts.ends());
    if parts.hourly()
        && let Some(rows) = conn.counters(Counter::MessageHours, &COUNTED, args).await?
    {
        return Ok(rows);
    }
    conn.all(&SLOTS, parts.args()).await
}

static BY_TYPE: Statement = Statement::fixed(
    "stats.messaging_load/by_type",
    "SELECT m.type, COUNT(*) FROM messages m FORCE INDEX (staka_messages_period) \
     WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY m.type",
    PERIOD,
);

#[derive(Record)]
struct Typed {
    r#type: MessageType,
    count: i64,
}

/// The types of the Prisma schema.
const TYPES: [MessageType; 6] = [
    MessageType::UserMessage,
    MessageType::SystemMessage,
    MessageType::Notification,
    MessageType::SupportMessage,
    MessageType::AdminMessage,
    MessageType::ConsultationRequest,
];

/// The messages of a range by type, its conversations, and how many of these have no earlier message, in one pass over
/// the messages. Ids are compared byte by byte.
static LOAD: LazyLock<Statement> = LazyLock::new(|| {
    let sums = |text: &dyn Fn(usize, &MessageType) -> String| {
        TYPES.iter().enumerate().map(|(index, of_type)| text(index, of_type)).collect::<String>()
    };
    let totals = sums(&|index, _| format!(", CAST(COALESCE(SUM(x.t{index}), 0) AS SIGNED)"));
    let counts = sums(&|index, of_type| format!(", SUM(m.type = '{}') AS t{index}", of_type.as_str()));
    Statement::fixed(
        "stats.messaging_load",
        "",
        &[
            Access::Index { table: "m", keys: &["staka_messages_period"] },
            Access::Index { table: "e", keys: &["staka_messages_thread"] },
        ],
    )
    .with_text(format!(
        "SELECT COUNT(*), COUNT(CASE WHEN (\
             SELECT e.id FROM messages e FORCE INDEX (staka_messages_thread) WHERE e.conversationId = x.conversation \
             AND CAST(e.conversationId AS BINARY) = x.bytes AND e.createdAt < ? AND e.statut <> 'BROUILLON' LIMIT 1) IS NULL THEN 1 END), \
           CAST(COALESCE(SUM(x.messages), 0) AS SIGNED){totals} FROM (\
           SELECT MIN(m.conversationId) AS conversation, CAST(m.conversationId AS BINARY) AS bytes, COUNT(*) AS messages{counts} \
           FROM messages m FORCE INDEX (staka_messages_period) \
           WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY bytes\
         ) x"
    ))
});

#[derive(Record)]
struct LoadRow {
    conversations: i64,
    started: i64,
    messages: i64,
    user: i64,
    system: i64,
    notification: i64,
    support: i64,
    admin: i64,
    consultation: i64,
}

/// Returns the messages written in a range by type, whatever types there are.
pub async fn messages_by_type(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<Vec<MessagesOfType>> {
    let parts = Parts::cut(zone, from, to, PeriodUnit::Day)?;
    let rows: Vec<Typed> = conn.all(&BY_TYPE, Args::new().with(parts.starts()).with(parts.ends())).await?;
    let rows: BTreeMap<MessageType, i64> = rows.into_iter().map(|row| (row.r#type, row.count)).collect();
    Ok(rows.into_iter().map(|(r#type, count)| MessagesOfType { r#type, count }).collect())
}

/// Returns the messages written in `from ≤ date < to` by type, hour and weekday. Fails with `Invalid` unless `from <
/// to`, and for more than 4,000 days.
pub async fn messaging_load(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<MessagingLoad> {
    // Cut by days, so that no slot spans a clock change of less than an hour.
    let parts = Parts::cut(zone, from, to, PeriodUnit::Day)?;
    let (mut by_hour, mut by_weekday) = (vec![0; 24], vec![0; 7]);
    for Slot { slot, count } in slots(conn, &parts).await? {
        let start = parts.slot_start(slot);
        by_hour[start.to_chrono().with_timezone(&zone).hour() as usize] += count;
        by_weekday[usize::from(Day::at(zone, start).weekday())] += count;
    }
    let args = Args::new().with(parts.starts()).with(parts.starts()).with(parts.ends());
    let row: LoadRow = conn.one(&LOAD, args).await?;
    let counts = [row.user, row.system, row.notification, row.support, row.admin, row.consultation];
    let by_type = if counts.iter().sum::<i64>() == row.messages {
        let of_type = TYPES.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        of_type.map(|(r#type, count)| MessagesOfType { r#type, count }).collect()
    } else {
        // The database has types that the Prisma schema does not know.
        messages_by_type(conn, zone, from, to).await?
    };
    Ok(MessagingLoad {
        messages: row.messages,
        by_type,
        by_hour,
        by_weekday,
        conversations: row.conversations,
        conversations_started: row.started,
    })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&SLOTS, &COUNTED, &BY_TYPE, &*LOAD]
}
