//! How long things are kept, as data, and the purge that it implies.

use std::time::Duration;

use super::survey::{Texts, places, portions};
use crate::base::{Args, Result, Timestamp};
use crate::db::error::lacks_a_table;
use crate::db::{Conn, Statement};

/// How long the rows of a table are kept.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The table.
    pub table: &'static str,
    /// Its primary key.
    key: &'static str,
    /// The column that says how old a row is.
    pub age: &'static str,
    /// After how many days a row is due.
    pub days: u32,
    /// Which rows are due, as a condition over `t`; each `?` is the moment that lies so many days back.
    due: &'static str,
    /// What a purge does; none where somebody must decide.
    purge: Option<Purge>,
    /// The same in words.
    pub what: &'static str,
    /// Why, and by which law.
    pub reason: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Purge {
    /// The rows go, and what hangs on them.
    Remove,
    /// This column becomes empty; the row stays.
    Empty(&'static str),
}

const RULES: &[Rule] = &[
    Rule {
        name: "notifications.expired",
        table: "notifications",
        key: "id",
        age: "expiresAt",
        days: 0,
        due: "t.`expiresAt` <= ?",
        purge: Some(Purge::Remove),
        what: "removed; notifications.purge_expired does the same",
        reason: "what was to be told is past its own expiry (RGPD, art. 5 (1) e)",
    },
    Rule {
        name: "notifications.put_away",
        table: "notifications",
        key: "id",
        age: "updatedAt",
        days: 90,
        due: "t.`isDeleted` = TRUE AND t.`updatedAt` < ?",
        purge: Some(Purge::Remove),
        what: "removed",
        reason: "its addressee put it away a season ago (RGPD, art. 5 (1) e)",
    },
    Rule {
        name: "notification_keys.old",
        table: "staka_notification_keys",
        key: "key",
        age: "createdAt",
        days: 30,
        due: "t.`createdAt` < ?",
        purge: Some(Purge::Remove),
        what: "removed",
        reason: "nobody repeats a call a month later (RGPD, art. 5 (1) c)",
    },
    Rule {
        name: "password_resets.expired",
        table: "password_resets",
        key: "id",
        age: "expiresAt",
        days: 0,
        due: "t.`expiresAt` <= ?",
        purge: Some(Purge::Remove),
        what: "removed; password_resets.purge_expired does the same",
        reason: "a token is good for an hour (RGPD, art. 32)",
    },
    Rule {
        name: "audit_logs.old",
        table: "audit_logs",
        key: "id",
        age: "timestamp",
        days: 90,
        due: "t.`timestamp` < ?",
        purge: Some(Purge::Remove),
        what: "removed; audit_logs.purge does the same",
        reason: "the platform's own rule of 90 days; the CNIL advises six months to a year at the most for logs",
    },
    Rule {
        name: "payment_events.payload",
        table: "staka_payment_events",
        key: "id",
        age: "receivedAt",
        days: 396,
        due: "t.`receivedAt` < ? AND t.`payload` <> '' AND t.`outcome` NOT IN ('UNMATCHED', 'MISMATCH', 'SURPLUS', 'DEFERRED')",
        purge: Some(Purge::Empty("payload")),
        what: "the payload as it came is emptied once it is settled; the event and its outcome stay",
        reason: "a payment can be contested for 13 months (code monétaire et financier, art. L133-24)",
    },
    Rule {
        name: "support_requests.closed",
        table: "support_requests",
        key: "id",
        age: "closedAt",
        days: 1_096,
        due: "t.`status` IN ('RESOLU', 'FERME', 'ANNULE') AND COALESCE(t.`closedAt`, t.`resolvedAt`, t.`updatedAt`) < ?",
        purge: Some(Purge::Remove),
        what: "removed, with all that was said",
        reason: "three years after the last contact, as the CNIL advises for customers' requests",
    },
    Rule {
        name: "messages.visitors",
        table: "messages",
        key: "id",
        age: "createdAt",
        days: 1_096,
        due: "t.`isFromVisitor` = TRUE AND t.`senderId` IS NULL AND t.`createdAt` < ?",
        purge: None,
        what: "reported: somebody decides whether the visitor became a client under another address",
        reason: "three years after the last contact, as the CNIL advises for those who are no clients",
    },
    Rule {
        name: "users.inactive",
        table: "users",
        key: "id",
        age: "updatedAt",
        days: 1_096,
        due: "t.`isActive` = TRUE AND t.`role` = 'USER' AND t.`createdAt` < ? AND t.`updatedAt` < ? \
              AND NOT EXISTS (SELECT 1 FROM `commandes` c WHERE c.`userId` = t.`id` AND c.`updatedAt` >= ?) \
              AND NOT EXISTS (SELECT 1 FROM `messages` m WHERE m.`senderId` = t.`id` AND m.`createdAt` >= ?)",
        purge: None,
        what: "reported: write to them, then privacy.erase with the reason `inactivity`",
        reason: "three years after the last activity, as the CNIL advises for inactive accounts",
    },
    Rule {
        name: "invoices.ten_years",
        table: "invoices",
        key: "id",
        age: "issuedAt",
        days: 3_653,
        due: "MAKEDATE(YEAR(COALESCE(t.`issuedAt`, t.`createdAt`)) + 1, 1) < ?",
        purge: None,
        what: "reported: kept until the accountant lets them go",
        reason: "ten years from the end of the fiscal year (code de commerce, art. L123-22)",
    },
    Rule {
        name: "billing_documents.ten_years",
        table: "staka_billing_documents",
        key: "id",
        age: "issuedAt",
        days: 3_653,
        due: "MAKEDATE(YEAR(t.`issuedAt`) + 1, 1) < ?",
        purge: None,
        what: "reported: kept until the accountant lets them go",
        reason: "ten years from the end of the fiscal year (code de commerce, art. L123-22)",
    },
];

/// All rules.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// The rule of that name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

impl Rule {
    /// Whether a purge does it.
    pub fn purges(&self) -> bool {
        self.purge.is_some()
    }

    fn before(&self, mut args: Args, now: Timestamp) -> Args {
        let before = now.minus(Duration::from_secs(u64::from(self.days) * 86_400));
        for _ in self.due.matches('?') {
            args.push(before);
        }
        args
    }
}

/// How many rows are due; none where the table is not there.
pub async fn due(conn: &mut Conn, rule: &Rule, now: Timestamp) -> Result<Option<u64>> {
    let text = format!("SELECT COUNT(*) FROM `{}` t WHERE {}", rule.table, rule.due);
    let statement = Statement::fixed("privacy.due", "", &[]).with_text(text);
    match conn.one::<i64>(&statement, rule.before(Args::new(), now)).await {
        Err(lost) if lacks_a_table(&lost) => Ok(None),
        count => Ok(Some(count?.unsigned_abs())),
    }
}

/// What a purge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Rows that it was done to.
    pub purged: u64,
}

/// Does what the rule says to at most `limit` rows, the oldest first: found without a lock, written by their keys if they
/// are due still.
pub async fn purge(conn: &mut Conn, rule: &Rule, now: Timestamp, limit: u32) -> Result<Purged> {
    let Rule { table, key, age, due, .. } = *rule;
    let Some(purge) = rule.purge else { return Ok(Purged::default()) };
    let text =
        format!("SELECT CAST(t.`{key}` AS CHAR) FROM `{table}` t WHERE {due} ORDER BY t.`{age}`, t.`{key}` LIMIT ?");
    let statement = Statement::fixed("privacy.due_rows", "", &[]).with_text(text);
    let rows: Vec<Texts> = match conn.all(&statement, rule.before(Args::new(), now).with(limit)).await {
        Err(lost) if lacks_a_table(&lost) => return Ok(Purged::default()),
        rows => rows?,
    };
    let keys: Vec<String> = rows.into_iter().filter_map(|row| row.0.into_iter().next().flatten()).collect();
    let mut purged = 0;
    for (portion, size) in portions(&keys) {
        let which = format!("t.`{key}` IN ({}) AND {due}", places(size));
        let text = match purge {
            Purge::Remove => {
                if table == "support_requests" {
                    forget_what_was_said(conn, portion).await?;
                }
                format!("DELETE t FROM `{table}` t WHERE {which}")
            }
            Purge::Empty(column) => format!("UPDATE `{table}` t SET t.`{column}` = '' WHERE {which}"),
        };
        let mut args = Args::new();
        for place in 0..size {
            args.push(portion[place.min(portion.len() - 1)].as_str());
        }
        let statement = Statement::fixed("privacy.purge", "", &[]).with_text(text);
        purged += conn.execute(&statement, rule.before(args, now)).await?;
    }
    Ok(Purged { purged })
}

/// What was said in tickets has no foreign key that would take it along.
async fn forget_what_was_said(conn: &mut Conn, tickets: &[String]) -> Result<()> {
    for (portion, size) in portions(tickets) {
        let text = format!("DELETE e FROM `staka_support_events` e WHERE e.`ticketId` IN ({})", places(size));
        let mut args = Args::new();
        for place in 0..size {
            args.push(portion[place.min(portion.len() - 1)].as_str());
        }
        match conn.execute(&Statement::fixed("privacy.purge_said", "", &[]).with_text(text), args).await {
            Err(lost) if lacks_a_table(&lost) => return Ok(()),
            done => done.map(drop)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::PersonTable;

    #[test]
    fn rules_have_names_of_their_own_and_speak_of_what_is_declared() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for rule in RULES {
            assert!(rule.due.contains('?'), "{}", rule.name);
            // Tables of ours may come with a later migration.
            if let Some(table) = PersonTable::of(rule.table) {
                let emptied = if let Some(Purge::Empty(column)) = rule.purge { column } else { rule.key };
                for column in [rule.key, rule.age, emptied] {
                    assert!(table.column(column).is_some(), "{}: {}.{column}", rule.name, rule.table);
                }
            }
        }
    }
}
