//! The arguments of operations that write: those that make them busiest, otherwise those of the case suite.

use serde_json::Value;
use staka_cases::Case;
use staka_core::Operation;

use crate::Result;
use crate::bed::Call;
use crate::busiest::Busiest;

/// An operation's caller, what is called before it in its transaction, and its arguments.
type Busy = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const SLOTS: (&str, &str) =
    ("consultations.create_slots", r#"{"slots": {"startsAt": ["2031-07-01T09:30:00Z"], "minutes": 30}}"#);
const BOOKING: (&str, &str) = ("consultations.book", r#"{"booking": {"slot": "{0/0/id}"}}"#);
const DRAFT: (&str, &str) =
    ("messages.create_draft", r#"{"draft": {"conversation": "{conversation}", "content": "Bonjour"}}"#);
const EVENT: &str = r#"{"event": "{\"id\": \"evt_bench\", \"type\": \"checkout.session.completed\", \"created\": 1781524800, \"data\": {\"object\": {\"id\": \"cs_bench\", \"payment_status\": \"paid\", \"amount_total\": 46800, \"currency\": \"eur\"}}}"}"#;

const BUSY: &[Busy] = &[
    (
        "accounts.change_password",
        "heavy",
        &[],
        r#"{"user": "{heavy}", "current": "Demo-Staka-2026", "password": "correct horse battery"}"#,
    ),
    ("accounts.close", "admin:ADMIN", &[], r#"{"user": "{heavy}"}"#),
    ("accounts.deactivate", "admin:ADMIN", &[], r#"{"user": "{heavy}"}"#),
    ("audit_logs.export", "admin:ADMIN", &[], r#"{"format": "csv"}"#),
    ("audit_logs.purge", "admin:ADMIN", &[], r#"{"days": 365}"#),
    ("consultations.book", "admin:ADMIN", &[SLOTS], r#"{"booking": {"slot": "{0/0/id}"}}"#),
    ("consultations.cancel", "admin:ADMIN", &[SLOTS, BOOKING], r#"{"id": "{1/id}"}"#),
    (
        "consultations.create_slots",
        "admin:ADMIN",
        &[],
        r#"{"slots": {"startsAt": ["2031-07-01T09:30:00Z", "2031-07-01T10:00:00Z"], "minutes": 30}}"#,
    ),
    ("consultations.delete_slot", "admin:ADMIN", &[SLOTS], r#"{"id": "{0/0/id}"}"#),
    ("consultations.set_slot_open", "admin:ADMIN", &[SLOTS], r#"{"id": "{0/0/id}", "open": false}"#),
    ("invoices.export_ledger", "admin:ADMIN", &[], r#"{"from": "{start}", "to": "{anchor}"}"#),
    ("invoices.mark_overdue", "admin:ADMIN", &[], "{}"),
    ("invoices.open_series", "admin:ADMIN", &[], r#"{"year": 2027, "first": 2000}"#),
    ("messages.archive", "heavy", &[], r#"{"conversation": "{own_conversation}"}"#),
    ("messages.claim", "admin:ADMIN", &[], r#"{"visitorEmail": "{visitor}", "user": "{heavy}"}"#),
    ("messages.delete_draft", "admin:ADMIN", &[DRAFT], r#"{"id": "{0/id}"}"#),
    ("messages.mark_read", "heavy", &[], r#"{"conversation": "{own_conversation}"}"#),
    ("messages.reply", "admin:ADMIN", &[], r#"{"conversation": "{conversation}", "message": {"content": "Merci"}}"#),
    ("messages.send", "heavy", &[], r#"{"message": {"content": "Bonjour", "source": "footer"}}"#),
    ("messages.send_draft", "admin:ADMIN", &[DRAFT], r#"{"id": "{0/id}"}"#),
    ("messages.send_to", "admin:ADMIN", &[], r#"{"user": "{heavy}", "message": {"content": "Bonjour"}}"#),
    ("messages.soft_delete_thread", "admin:ADMIN", &[], r#"{"key": "{heavy}"}"#),
    ("messages.unarchive", "heavy", &[], r#"{"conversation": "{own_conversation}"}"#),
    (
        "messages.unclaim",
        "admin:ADMIN",
        &[("messages.claim", r#"{"visitorEmail": "{visitor}", "user": "{heavy}"}"#)],
        r#"{"id": "{0/id}"}"#,
    ),
    ("messages.update_draft", "admin:ADMIN", &[DRAFT], r#"{"id": "{0/id}", "update": {"content": "Au revoir"}}"#),
    (
        "notifications.create",
        "admin:ADMIN",
        &[],
        r#"{"user": "{heavy}", "notification": {"title": "t", "message": "m"}}"#,
    ),
    (
        "notifications.create_for_many",
        "admin:ADMIN",
        &[],
        r#"{"users": "{users}", "notification": {"title": "t", "message": "m"}}"#,
    ),
    ("notifications.mark_many_read", "heavy", &[], r#"{"user": "{heavy}", "ids": "{unread}"}"#),
    ("notifications.purge_expired", "admin:ADMIN", &[], "{}"),
    ("notifications.soft_delete_all_read", "heavy", &[], r#"{"user": "{heavy}"}"#),
    ("notifications.soft_delete_many", "heavy", &[], r#"{"user": "{heavy}", "ids": "{unread}"}"#),
    (
        "password_resets.check",
        "system",
        &[("password_resets.request", r#"{"email": "heavy@example.org"}"#)],
        r#"{"token": "{0/token}"}"#,
    ),
    (
        "password_resets.consume",
        "system",
        &[("password_resets.request", r#"{"email": "heavy@example.org"}"#)],
        r#"{"token": "{0/token}", "password": "Un roman de 300 pages"}"#,
    ),
    ("password_resets.purge_expired", "admin:ADMIN", &[], "{}"),
    ("payment_methods.repair_defaults", "admin:ADMIN", &[], "{}"),
    ("payments.retry_event", "system", &[("payments.record_event", EVENT)], r#"{"id": "evt_bench"}"#),
    ("privacy.check", "admin:ADMIN", &[], r#"{"user": "{heavy}", "identifiers": ["heavy@example.org"]}"#),
    ("privacy.list_mentions", "admin:ADMIN", &[], r#"{"user": "{heavy}", "identifiers": ["heavy@example.org"]}"#),
    ("privacy.erase_mentions", "admin:ADMIN", &[], r#"{"user": "{heavy}", "identifiers": ["heavy@example.org"]}"#),
    ("privacy.erase", "admin:ADMIN", &[], r#"{"user": "{heavy}"}"#),
    ("privacy.export", "heavy", &[], r#"{"user": "{heavy}"}"#),
    (
        "privacy.replay_erasures",
        "admin:ADMIN",
        &[],
        r#"{"erasures": [{"userId": "{heavy}", "erasedAt": "2026-01-01T00:00:00.000Z"}]}"#,
    ),
    ("tickets.add_note", "admin:ADMIN", &[], r#"{"id": "{ticket}", "body": "Déjà vu."}"#),
];

/// Returns the calls of an operation that writes, each with a name for what it chooses.
pub(crate) fn calls(operation: &'static Operation, busiest: &Busiest) -> Result<Vec<(String, Call)>> {
    let call = |actor: &str, before: &[(&str, &str)], input: &Value| -> Result<Call> {
        let before = before.iter().map(|(name, input)| {
            let input: Value = serde_json::from_str(input)?;
            Ok(((*name).to_owned(), busiest.filled(&input)))
        });
        let before = before.collect::<Result<Vec<_>>>()?;
        Ok(Call { operation, caller: busiest.caller(actor)?, before, input: busiest.filled(input) })
    };
    if operation.name == "privacy.purge" {
        let rules = busiest.rules.iter();
        return rules
            .map(|rule| Ok((rule.clone(), call("admin:ADMIN", &[], &serde_json::json!({"rule": rule}))?)))
            .collect();
    }
    if let Some((_, actor, before, input)) = BUSY.iter().find(|(name, ..)| *name == operation.name) {
        return Ok(vec![(String::new(), call(actor, before, &serde_json::from_str(input)?)?)]);
    }
    let cases = Case::all(&|name| format!("{{{name}}}"));
    let succeeds = cases.iter().filter(|case| case.operation == operation.name && case.expect.get("error").is_none());
    // The longest arguments write the most.
    match succeeds.max_by_key(|case| case.input.to_string().len()) {
        Some(case) => Ok(vec![(String::new(), call(&case.actor, &[], &case.input)?)]),
        None => Ok(vec![(
            "example".to_owned(),
            call("admin:ADMIN", &[], &serde_json::from_str(operation.describe().example.get())?)?,
        )]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_exists_and_has_valid_json() {
        for (name, _, before, input) in BUSY {
            for (name, input) in before.iter().chain([&(*name, *input)]) {
                assert!(Operation::find(name).is_some(), "{name}");
                assert!(serde_json::from_str::<Value>(input).is_ok(), "{name}: {input}");
            }
        }
    }
}
