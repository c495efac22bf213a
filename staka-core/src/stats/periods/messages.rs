//! Messages that were written; drafts are not, until they are sent.

use std::collections::BTreeMap;

use chrono::Timelike;
use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Day, PeriodUnit, Result, Zone};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::MessageType;
use crate::model::view::{MessagesOfType, MessagingLoad};

const PERIOD: &[Access] = &[Access::Index { table: "m", keys: &["staka_messages_period"] }];

/// One by one: where no trigger counts, and in zones whose days do not begin with an hour of UTC.
static SLOTS: Statement = Statement::fixed(
    "stats.series/messages/one_by_one",
    "SELECT TO_SECONDS(m.createdAt) DIV ? AS slot, COUNT(*) FROM messages m FORCE INDEX (staka_messages_period) \
     WHERE m.createdAt >= ? AND m.createdAt < ? AND m.statut <> 'BROUILLON' GROUP BY slot",
    PERIOD,
);

/// As the triggers counted them: a row for each hour and slot.
static KEPT: Statement = Statement::fixed(
    "stats.series/messages",
    "SELECT TO_SECONDS(k.hour) DIV 3600, CAST(SUM(k.messages) AS SIGNED) FROM staka_message_hours k \
     WHERE k.hour >= ? AND k.hour < ? AND EXISTS (SELECT 1 FROM staka_maintained d WHERE d.name = 'staka_message_hours') \
     GROUP BY k.hour",
    &[Access::Index { table: "k", keys: &["PRIMARY"] }, Access::Index { table: "d", keys: &["PRIMARY"] }],
);

/// How many were written in each slot.
pub(super) async fn slots(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    let kept = || Args::new().with(parts.starts()).with(parts.ends());
    if parts.hourly()
        && let Some(rows) = conn.maintained(Maintained::MessageHours, &KEPT, kept).await?
    {
        return Ok(rows);
    }
    conn.all(&SLOTS, parts.args()).await
}

static TYPED: Statement = Statement::fixed(
    "stats.messaging",
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

/// The conversations of a range, and how many of them have nothing before it. Their ids are told apart byte by byte.
static CONVERSATIONS: Statement = Statement::fixed(
    "stats.messaging/conversations",
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
    begun: i64,
}

/// What was written in `from ≤ date < to`, and when. `Invalid` unless `from < to`, and for more than 4,000 days.
pub async fn messaging(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<MessagingLoad> {
    // By days, so that no slot lies across the hours of a clock that changes by less than one.
    let parts = Parts::cut(zone, from, to, PeriodUnit::Day)?;
    let rows: Vec<TypedSlot> = conn.all(&TYPED, parts.args()).await?;
    let mut by_type: BTreeMap<MessageType, i64> = BTreeMap::new();
    let (mut by_hour, mut by_weekday) = (vec![0; 24], vec![0; 7]);
    for TypedSlot { slot, r#type, count } in rows {
        *by_type.entry(r#type).or_default() += count;
        let local = parts.moment(slot).to_chrono().with_timezone(&zone);
        by_hour[local.hour() as usize] += count;
        by_weekday[usize::from(Day::at(zone, parts.moment(slot)).weekday())] += count;
    }
    let args = Args::new().with(parts.starts()).with(parts.starts()).with(parts.ends());
    let ConversationsRow { conversations, begun } = conn.one(&CONVERSATIONS, args).await?;
    let by_type: Vec<MessagesOfType> =
        by_type.into_iter().map(|(r#type, count)| MessagesOfType { r#type, count }).collect();
    let messages = by_type.iter().map(|it| it.count).sum();
    Ok(MessagingLoad { messages, by_type, by_hour, by_weekday, conversations, conversations_begun: begun })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&SLOTS, &KEPT, &TYPED, &CONVERSATIONS]
}
