//! Messages written; drafts do not count until they are sent.

use std::collections::BTreeMap;

use chrono::Timelike;
use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Day, PeriodUnit, Result, Zone};
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
    "stats.messaging_load",
    "SELECT TO_SECONDS(m.createdAt) DIV ? AS slot, m.type, COUNT(*) FROM messages m FORCE INDEX (staka_messages_period) \
     WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY slot, m.type",
    PERIOD,
);

#[derive(Record)]
struct TypedSlot {
    slot: i64,
    r#type: MessageType,
    count: i64,
}

/// The conversations of a range, and how many of them have no earlier message. Ids are compared byte by byte.
static CONVERSATIONS: Statement = Statement::fixed(
    "stats.messaging_load/conversations",
    "SELECT COUNT(*), COUNT(CASE WHEN (\
         SELECT e.id FROM messages e FORCE INDEX (staka_messages_thread) WHERE e.conversationId = x.conversation \
         AND CAST(e.conversationId AS BINARY) = x.bytes AND e.createdAt < ? AND e.statut <> 'BROUILLON' LIMIT 1) IS NULL THEN 1 END) FROM (\
       SELECT MIN(m.conversationId) AS conversation, CAST(m.conversationId AS BINARY) AS bytes \
       FROM messages m FORCE INDEX (messages_createdAt_idx) \
       WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY bytes\
     ) x",
    &[
        Access::Index { table: "m", keys: &["messages_createdAt_idx"] },
        Access::Index { table: "e", keys: &["staka_messages_thread"] },
    ],
);

#[derive(Record)]
struct ConversationsRow {
    conversations: i64,
    started: i64,
}

/// Returns the messages written in `from ≤ date < to` by type, hour and weekday. Fails with `Invalid` unless `from <
/// to`, and for more than 4,000 days.
pub async fn messaging_load(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<MessagingLoad> {
    // Cut by days, so that no slot spans a clock change of less than an hour.
    let parts = Parts::cut(zone, from, to, PeriodUnit::Day)?;
    let rows: Vec<TypedSlot> = conn.all(&BY_TYPE, parts.args()).await?;
    let mut by_type: BTreeMap<MessageType, i64> = BTreeMap::new();
    let (mut by_hour, mut by_weekday) = (vec![0; 24], vec![0; 7]);
    for TypedSlot { slot, r#type, count } in rows {
        *by_type.entry(r#type).or_default() += count;
        let local = parts.slot_start(slot).to_chrono().with_timezone(&zone);
        by_hour[local.hour() as usize] += count;
        by_weekday[usize::from(Day::at(zone, parts.slot_start(slot)).weekday())] += count;
    }
    let args = Args::new().with(parts.starts()).with(parts.starts()).with(parts.ends());
    let ConversationsRow { conversations, started } = conn.one(&CONVERSATIONS, args).await?;
    let by_type: Vec<MessagesOfType> =
        by_type.into_iter().map(|(r#type, count)| MessagesOfType { r#type, count }).collect();
    let messages = by_type.iter().map(|of_type| of_type.count).sum();
    Ok(MessagingLoad { messages, by_type, by_hour, by_weekday, conversations, conversations_started: started })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&SLOTS, &COUNTED, &BY_TYPE, &CONVERSATIONS]
}
