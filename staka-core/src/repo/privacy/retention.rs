//! Retention rules, as data, and their purges.

use std::time::Duration;

use super::survey::{Texts, batches, placeholders};
use crate::base::{Args, Result, Timestamp};
use crate::db::{Conn, Optional, Statement};

/// A rule that says how long rows of a table are kept.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Name of the rule.
    pub name: &'static str,
    /// Name of the table.
    pub table: &'static str,
    /// Primary key of the table.
    key: &'static str,
    /// The column that determines a row's age.
    pub age_column: &'static str,
    /// Days after which a row is due.
    pub days: u32,
    /// SQL condition over `t` for rows that are due; each `?` is the time that many days ago.
    due: &'static str,
    /// What a purge does; none if the rule only reports.
    purge: Option<Purge>,
    /// Description of what happens to rows that are due.
    pub effect: &'static str,
    /// Reason for the period, and the law it follows.
    pub reason: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Purge {
    /// Deletes the rows and all that depends on them.
    Remove,
    /// Empties this column and keeps the row.
    Empty(&'static str),
}

const RULES: &[Rule] = &[
    Rule {
        name: "notifications.expired",
        table: "notifications",
        key: "id",
        age_column: "expiresAt",
        days: 0,
        due: "t.`expiresAt` <= ?",
        purge: Some(Purge::Remove),
        effect: "deleted; notifications.purge_expired does the same",
        reason: "the notification has expired (RGPD, art. 5 (1) e)",
    },
    Rule {
        name: "notifications.soft_delete",
        table: "notifications",
        key: "id",
        age_column: "updatedAt",
        days: 90,
        due: "t.`isDeleted` = TRUE AND t.`updatedAt` < ?",
        purge: Some(Purge::Remove),
        effect: "deleted",
        reason: "its recipient deleted it three months ago (RGPD, art. 5 (1) e)",
    },
    Rule {
        name: "notification_keys.old",
        table: "staka_notification_keys",
        key: "key",
        age_column: "createdAt",
        days: 30,
        due: "t.`createdAt` < ?",
        purge: Some(Purge::Remove),
        effect: "deleted",
        reason: "calls are not repeated after a month (RGPD, art. 5 (1) c)",
    },
    Rule {
        name: "password_resets.expired",
        table: "password_resets",
        key: "id",
        age_column: "expiresAt",
        days: 0,
        due: "t.`expiresAt` <= ?",
        purge: Some(Purge::Remove),
        effect: "deleted; password_resets.purge_expired does the same",
        reason: "a token is valid for an hour (RGPD, art. 32)",
    },
    Rule {
        name: "audit_logs.old",
        table: "audit_logs",
        key: "id",
        age_column: "timestamp",
        days: 90,
        due: "t.`timestamp` < ?",
        purge: Some(Purge::Remove),
        effect: "deleted; audit_logs.purge does the same",
        reason: "the platform keeps logs for 90 days; the CNIL advises at most six months to a year",
    },
    Rule {
        name: "payment_events.payload",
        table: "staka_payment_events",
        key: "id",
        age_column: "receivedAt",
        days: 396,
        due: "t.`receivedAt` < ? AND t.`payload` <> '' AND t.`outcome` NOT IN ('UNMATCHED', 'MISMATCH', 'SURPLUS', 'DEFERRED')",
        purge: Some(Purge::Empty("payload")),
        effect: "the payload of settled events is emptied; the event and its outcome are kept",
        reason: "a payment can be contested for 13 months (code monétaire et financier, art. L133-24)",
    },
    Rule {
        name: "support_requests.closed",
        table: "support_requests",
        key: "id",
        age_column: "closedAt",
        days: 1_096,
        due: "t.`status` IN ('RESOLU', 'FERME', 'ANNULE') AND COALESCE(t.`closedAt`, t.`resolvedAt`, t.`updatedAt`) < ?",
        purge: Some(Purge::Remove),
        effect: "deleted, with all its messages",
        reason: "three years after the last contact, as the CNIL advises for customers' requests",
    },
    Rule {
        name: "messages.visitors",
        table: "messages",
        key: "id",
        age_column: "createdAt",
        days: 1_096,
        due: "t.`isFromVisitor` = TRUE AND t.`senderId` IS NULL AND t.`createdAt` < ?",
        purge: None,
        effect: "only reported: an administrator decides whether the visitor became a client under another address",
        reason: "three years after the last contact, as the CNIL advises for prospects",
    },
    Rule {
        name: "users.inactive",
        table: "users",
        key: "id",
        age_column: "updatedAt",
        days: 1_096,
        due: "t.`isActive` = TRUE AND t.`role` = 'USER' AND t.`createdAt` < ? AND t.`updatedAt` < ? \
              AND NOT EXISTS (SELECT 1 FROM `commandes` c WHERE c.`userId` = t.`id` AND c.`updatedAt` >= ?) \
              AND NOT EXISTS (SELECT 1 FROM `messages` m WHERE m.`senderId` = t.`id` AND m.`createdAt` >= ?)",
        purge: None,
        effect: "only reported: write to these users, then call privacy.erase with the reason `inactivity`",
        reason: "three years after the last activity, as the CNIL advises for inactive accounts",
    },
    Rule {
        name: "invoices.ten_years",
        table: "invoices",
        key: "id",
        age_column: "issuedAt",
        days: 3_653,
        due: "MAKEDATE(YEAR(COALESCE(t.`issuedAt`, t.`createdAt`)) + 1, 1) < ?",
        purge: None,
        effect: "only reported: kept until the accountant releases them",
        reason: "ten years from the end of the fiscal year (code de commerce, art. L123-22)",
    },
    Rule {
        name: "billing_documents.ten_years",
        table: "staka_billing_documents",
        key: "id",
        age_column: "issuedAt",
        days: 3_653,
        due: "MAKEDATE(YEAR(t.`issuedAt`) + 1, 1) < ?",
        purge: None,
        effect: "only reported: kept until the accountant releases them",
        reason: "ten years from the end of the fiscal year (code de commerce, art. L123-22)",
    },
];

/// Returns all rules.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// Returns the rule with this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

impl Rule {
    /// Returns whether a purge applies the rule.
    pub fn is_purgeable(&self) -> bool {
        self.purge.is_some()
    }

    fn optional(&'static self) -> Optional {
        Optional::tables(std::slice::from_ref(&self.table), "the rule does not apply")
    }

    fn before(&self, mut args: Args, now: Timestamp) -> Args {
        let before = now.minus(Duration::from_secs(u64::from(self.days) * 86_400));
        for _ in self.due.matches('?') {
            args.push(before);
        }
        args
    }
}

/// The number of due rows that are counted.
const MAX_DUE: u64 = 10_000;

/// Counts the rows that are due, up to `MAX_DUE`; none if the table does not exist.
pub async fn due(conn: &mut Conn, rule: &'static Rule, now: Timestamp) -> Result<Option<u64>> {
    let text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM `{}` t WHERE {} LIMIT {MAX_DUE}) d", rule.table, rule.due);
    let statement = Statement::fixed("privacy.due", "", &[]).with_text(text);
    let count = rule.optional().or_none(conn.one::<i64>(&statement, rule.before(Args::new(), now)).await)?;
    Ok(count.map(i64::unsigned_abs))
}

/// The result of a purge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Number of rows the rule was applied to.
    pub purged: u64,
}

/// Applies a rule to at most `limit` rows, oldest first. They are found without a lock, and written by their keys if
/// they are still due.
pub async fn purge(conn: &mut Conn, rule: &'static Rule, now: Timestamp, limit: u32) -> Result<Purged> {
    let Rule { table, key, age_column: age, due, .. } = *rule;
    let Some(purge) = rule.purge else { return Ok(Purged::default()) };
    let text =
        format!("SELECT CAST(t.`{key}` AS CHAR) FROM `{table}` t WHERE {due} ORDER BY t.`{age}`, t.`{key}` LIMIT ?");
    let statement = Statement::fixed("privacy.due_rows", "", &[]).with_text(text);
    let rows = conn.all::<Texts>(&statement, rule.before(Args::new(), now).with(limit)).await;
    let rows = rule.optional().or_none(rows)?.unwrap_or_default();
    let keys: Vec<String> = rows.into_iter().filter_map(|row| row.0.into_iter().next().flatten()).collect();
    let mut purged = 0;
    for (batch, size) in batches(&keys) {
        let which = format!("t.`{key}` IN ({}) AND {due}", placeholders(size));
        let text = match purge {
            Purge::Remove => {
                if table == "support_requests" {
                    delete_ticket_events(conn, batch).await?;
                }
                format!("DELETE t FROM `{table}` t WHERE {which}")
            }
            Purge::Empty(column) => format!("UPDATE `{table}` t SET t.`{column}` = '' WHERE {which}"),
        };
        let mut args = Args::new();
        for place in 0..size {
            args.push(batch[place.min(batch.len() - 1)].as_str());
        }
        let statement = Statement::fixed("privacy.purge", "", &[]).with_text(text);
        purged += conn.execute(&statement, rule.before(args, now)).await?;
    }
    Ok(Purged { purged })
}

const TICKET_EVENTS: Optional = Optional::tables(&["staka_ticket_events"], "there are no events to delete");

/// Deletes the events of tickets, which no foreign key deletes along.
async fn delete_ticket_events(conn: &mut Conn, tickets: &[String]) -> Result<()> {
    for (batch, size) in batches(tickets) {
        let text = format!("DELETE e FROM `staka_ticket_events` e WHERE e.`ticketId` IN ({})", placeholders(size));
        let mut args = Args::new();
        for place in 0..size {
            args.push(batch[place.min(batch.len() - 1)].as_str());
        }
        let statement = Statement::fixed("privacy.purge_ticket_events", "", &[]).with_text(text);
        TICKET_EVENTS.or_none(conn.execute(&statement, args).await)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::PersonTable;

    #[test]
    fn rules_have_unique_names_and_declared_columns() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for rule in RULES {
            assert!(rule.due.contains('?'), "{}", rule.name);
            // Tables owned by Staka may be added by a later migration.
            if let Some(table) = PersonTable::of(rule.table) {
                let emptied = if let Some(Purge::Empty(column)) = rule.purge { column } else { rule.key };
                for column in [rule.key, rule.age_column, emptied] {
                    assert!(table.column(column).is_some(), "{}: {}.{column}", rule.name, rule.table);
                }
            }
        }
    }
}
