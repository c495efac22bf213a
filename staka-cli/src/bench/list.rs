//! The queries of the specification: number, operation, target time, and how each is called.

use std::pin::Pin;
use std::time::Duration;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use staka_core::model::{ConversationId, UserId};
use staka_core::{Operations, PageRequest, Result, Timestamp, UserNotificationFilter, Zone};

/// The arguments of the queries.
#[derive(Clone, Debug)]
pub(super) struct Arguments {
    pub(super) user: UserId,
    /// The user's newest conversation.
    pub(super) conversation: ConversationId,
    pub(super) now: Timestamp,
    /// The calendar month of `now`: its start and the start of the next month.
    pub(super) month: (Timestamp, Timestamp),
}

impl Arguments {
    fn days_ago(&self, days: u32) -> Timestamp {
        self.now.minus(Duration::from_secs(u64::from(days) * 86_400))
    }
}

/// The size of a query's result.
pub(super) struct Answer {
    /// The number of rows; 1 if the result is a number.
    pub(super) rows: usize,
    /// The result, if it is a number.
    pub(super) value: Option<u64>,
}

impl From<usize> for Answer {
    fn from(rows: usize) -> Self {
        Self { rows, value: None }
    }
}

fn number(value: u64) -> Answer {
    Answer { rows: 1, value: Some(value) }
}

type AnswerFuture<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

pub(super) struct Query {
    pub(super) number: Option<u8>,
    /// The operation's name.
    pub(super) name: &'static str,
    /// The time that the specification allows, in milliseconds.
    pub(super) target_ms: u32,
    pub(super) run: for<'a> fn(&'a Operations, &'a Arguments) -> AnswerFuture<'a>,
}

macro_rules! queries {
    ($($number:expr, $name:literal, $target_ms:literal: |$db:ident, $args:ident| $answer:expr;)+) => {
        &[$(Query {
            number: $number,
            name: $name,
            target_ms: $target_ms,
            run: |$db, $args| {
                let _: &Arguments = $args;
                Box::pin(async move { Ok(Answer::from($answer)) })
            },
        }),+]
    };
}

/// The queries in the order of the specification; the dashboard combines three of them in one.
pub(super) const QUERIES: &[Query] = queries! {
    Some(1), "notifications.unread_count", 5: |db, args| {
        number(db.notifications().unread_count(&args.user).await?)
    };
    Some(2), "notifications.list_by_user", 50: |db, args| {
        db.notifications().list_by_user(&args.user, UserNotificationFilter::default(), PageRequest::default()).await?.items.len()
    };
    // 50 ms for what a user usually has; the busiest user of scale small has 8,000 unread notifications.
    Some(3), "notifications.mark_all_read", 150: |db, args| {
        number(db.notifications().mark_all_read(&args.user).await?)
    };
    Some(4), "payment_methods.list_active", 5: |db, args| db.payment_methods().list_active(&args.user).await?.len();
    Some(5), "commandes.list_with_invoices", 50: |db, args| {
        db.commandes().list_with_invoices(&args.user, PageRequest::default()).await?.items.len()
    };
    Some(6), "stats.payments_by_status", 100: |db, args| {
        db.stats().payments_by_status(args.month.0, args.month.1).await?.len()
    };
    Some(7), "stats.users_by_role", 200: |db, args| db.stats().users_by_role().await?.len();
    Some(8), "stats.commandes_by_statut", 200: |db, args| {
        db.stats().commandes_by_statut(args.days_ago(30)).await?.len()
    };
    Some(9), "stats.revenue", 200: |db, args| {
        db.stats().revenue(args.days_ago(30)).await?;
        1
    };
    None, "stats.dashboard", 200: |db, args| {
        let dashboard = db.stats().dashboard(args.days_ago(30)).await?;
        dashboard.users_by_role.len() + dashboard.commandes_by_statut.len() + 1
    };
    Some(10), "audit_logs.list_recent", 50: |db, args| db.audit_logs().list_recent(Vec::new(), None).await?.len();
    Some(11), "messages.list_conversations", 50: |db, args| {
        db.messages().list_conversations(&args.user, PageRequest::default()).await?.items.len()
    };
    Some(12), "messages.list_by_conversation", 50: |db, args| {
        db.messages().list_by_conversation(&args.conversation, PageRequest::default()).await?.items.len()
    };
    Some(13), "stats.messages_by_type_and_statut", 500: |db, args| {
        db.stats().messages_by_type_and_statut(args.days_ago(7)).await?.len()
    };
    Some(14), "pages.list_published", 5: |db, args| db.pages().list_published().await?.len();
    Some(15), "faqs.count_by_categorie", 5: |db, args| db.faqs().count_by_categorie().await?.len();
    Some(16), "tarifs.list_active", 5: |db, args| db.tarifs().list_active().await?.len();
};

/// Returns the start of the calendar month of `now` in `zone`, and the start of the next month.
pub(super) fn month(zone: Zone, now: Timestamp) -> (Timestamp, Timestamp) {
    let today = now.to_chrono().with_timezone(&zone).date_naive();
    let first = today.with_day(1).unwrap_or(today);
    (start_of(zone, first), start_of(zone, first + Months::new(1)))
}

/// Returns the start of a day; if the clocks skip midnight, the time after the gap.
fn start_of(zone: Zone, day: NaiveDate) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let earliest = zone.from_local_datetime(&midnight).earliest();
    let start = earliest.or_else(|| {
        // The offset of the day before is still valid at the gap.
        let before = zone.from_local_datetime(&(midnight - Days::new(1))).latest()?;
        Some(before + chrono::TimeDelta::days(1))
    });
    start.map_or_else(|| midnight.and_utc(), |start| start.with_timezone(&Utc)).into()
}

#[cfg(test)]
mod tests {
    use staka_core::Operation;

    use super::*;

    #[test]
    fn every_query_is_an_operation_and_the_sixteen_are_there() {
        let numbers: Vec<u8> = QUERIES.iter().filter_map(|query| query.number).collect();
        assert_eq!(numbers, (1..=16).collect::<Vec<u8>>());
        for query in QUERIES {
            assert!(Operation::find(query.name).is_some(), "{}", query.name);
        }
    }

    #[test]
    fn a_month_is_cut_in_its_zone() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
        for (zone, now, from, to) in [
            (Zone::Europe__Paris, "2026-03-31T22:30:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"),
            (Zone::Europe__Paris, "2026-03-15T00:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
            (Zone::UTC, "2025-12-31T23:59:59.999Z", "2025-12-01", "2026-01-01"),
            // The clocks went forward at midnight of 1 October 2017.
            (Zone::America__Asuncion, "2017-10-05T00:00:00Z", "2017-10-01T04:00:00Z", "2017-11-01T03:00:00Z"),
        ] {
            assert_eq!(month(zone, at(now)), (at(from), at(to)), "{zone} {now}");
        }
    }
}
