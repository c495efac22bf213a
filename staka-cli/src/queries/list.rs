//! The guide's queries as data: number, operation, time class, and how it is asked.

use std::pin::Pin;
use std::time::Duration;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use staka_core::model::{ConversationId, UserId};
use staka_core::{NotificationList, Page, Result, Session, Timestamp, Zone};

/// What the queries are asked for.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) user: UserId,
    /// The user's newest one.
    pub(super) conversation: ConversationId,
    pub(super) now: Timestamp,
    /// The calendar month of `now`.
    pub(super) month: (Timestamp, Timestamp),
}

impl Given {
    fn days_ago(&self, days: u32) -> Timestamp {
        self.now.minus(Duration::from_secs(u64::from(days) * 86_400))
    }
}

/// What came.
pub(super) struct Answer {
    /// Rows or items; a number is one.
    pub(super) rows: usize,
    /// The number, where the answer is one.
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

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

pub(super) struct Query {
    pub(super) number: Option<u8>,
    /// The operation's name.
    pub(super) name: &'static str,
    /// What the guide allows, in milliseconds.
    pub(super) class_ms: u32,
    pub(super) run: for<'a> fn(&'a Session, &'a Given) -> Asked<'a>,
}

macro_rules! queries {
    ($($number:expr, $name:literal, $class_ms:literal: |$db:ident, $given:ident| $answer:expr;)+) => {
        &[$(Query {
            number: $number,
            name: $name,
            class_ms: $class_ms,
            run: |$db, $given| {
                let _: &Given = $given;
                Box::pin(async move { Ok(Answer::from($answer)) })
            },
        }),+]
    };
}

/// In the guide's order; the dashboard is what it asks in three queries, in one.
pub(super) const QUERIES: &[Query] = queries! {
    Some(1), "notifications.unread_count", 5: |db, given| {
        number(db.notifications().unread_count(&given.user).await?)
    };
    Some(2), "notifications.list", 50: |db, given| {
        db.notifications().list(&given.user, NotificationList::default()).await?.items.len()
    };
    Some(3), "notifications.mark_all_read", 50: |db, given| {
        number(db.notifications().mark_all_read(&given.user).await?)
    };
    Some(4), "payment_methods.list_active", 5: |db, given| db.payment_methods().list_active(&given.user).await?.len();
    Some(5), "commandes.list_with_invoices", 50: |db, given| {
        db.commandes().list_with_invoices(&given.user, Page::default()).await?.items.len()
    };
    Some(6), "stats.payments_by_status", 100: |db, given| {
        db.stats().payments_by_status(given.month.0, given.month.1).await?.len()
    };
    Some(7), "stats.users_by_role", 200: |db, given| db.stats().users_by_role().await?.len();
    Some(8), "stats.commandes_by_statut", 200: |db, given| {
        db.stats().commandes_by_statut(given.days_ago(30)).await?.len()
    };
    Some(9), "stats.revenue", 200: |db, given| {
        db.stats().revenue(given.days_ago(30)).await?;
        1
    };
    None, "stats.dashboard", 200: |db, given| {
        let dashboard = db.stats().dashboard(given.days_ago(30)).await?;
        dashboard.users_by_role.len() + dashboard.commandes_by_statut.len() + 1
    };
    Some(10), "audit_logs.recent", 50: |db, given| db.audit_logs().recent(Vec::new(), None).await?.len();
    Some(11), "messages.conversations", 50: |db, given| {
        db.messages().conversations(&given.user, Page::default()).await?.items.len()
    };
    Some(12), "messages.conversation", 50: |db, given| {
        db.messages().conversation(&given.conversation, Page::default()).await?.items.len()
    };
    Some(13), "stats.messages_by_type_and_statut", 500: |db, given| {
        db.stats().messages_by_type_and_statut(given.days_ago(7)).await?.len()
    };
    Some(14), "pages.published", 5: |db, given| db.pages().published().await?.len();
    Some(15), "faqs.count_by_categorie", 5: |db, given| db.faqs().count_by_categorie().await?.len();
    Some(16), "tarifs.active", 5: |db, given| db.tarifs().active().await?.len();
};

/// The calendar month of `now` in `zone`: its first moment and that of the next.
pub(super) fn month(zone: Zone, now: Timestamp) -> (Timestamp, Timestamp) {
    let today = now.to_chrono().with_timezone(&zone).date_naive();
    let first = today.with_day(1).unwrap_or(today);
    (start_of(zone, first), start_of(zone, first + Months::new(1)))
}

/// The day's first moment; where midnight is skipped, the moment after the gap.
fn start_of(zone: Zone, day: NaiveDate) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let earliest = zone.from_local_datetime(&midnight).earliest();
    let moment = earliest.or_else(|| {
        // The offset of the day before still holds at the gap.
        let before = zone.from_local_datetime(&(midnight - Days::new(1))).latest()?;
        Some(before + chrono::TimeDelta::days(1))
    });
    moment.map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc)).into()
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
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
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
