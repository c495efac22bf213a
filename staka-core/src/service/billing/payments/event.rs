//! Reads Stripe's events from their texts, without a database. What is not understood is reported as such and never
//! guessed.

use serde_json::Value;

use crate::base::{Error, Result, TextId, Timestamp};
use crate::model::PaymentEventId;

/// The maximum size of an event in bytes; Stripe's own are a hundredth of it.
const MAX_BYTES: usize = 1_048_576;

/// The relevant parts of an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StripeEvent {
    pub(super) id: PaymentEventId,
    pub(super) r#type: String,
    pub(super) occurred_at: Timestamp,
    /// Id of the checkout session that it is about.
    pub(super) session: Option<String>,
    /// Id of the payment that it is about.
    pub(super) intent: Option<String>,
    /// Id of the order in its metadata, which is trusted for failures only.
    pub(super) commande: Option<String>,
    /// The site named in its metadata.
    pub(super) source: Option<String>,
    pub(super) kind: EventKind,
}

/// What an event reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    /// The session is paid: this amount in this currency.
    Paid { amount: i64, currency: String },
    /// The session is complete and its payment is pending.
    Pending,
    /// The payment failed, or the session expired.
    Failed,
    /// The total of the payment that has been refunded so far.
    Refunded { total: i64, currency: String },
    /// Anything else.
    Other,
    /// An event about money that could not be read, with the reason.
    Unreadable(&'static str),
}

impl StripeEvent {
    /// Returns whether another site created it: several may share one Stripe account.
    pub(super) fn is_foreign(&self) -> bool {
        self.source.as_deref().is_some_and(|source| source != SOURCE)
    }

    /// Returns the amount paid or refunded, in centimes.
    pub(super) fn amount(&self) -> Option<i64> {
        match self.kind {
            EventKind::Paid { amount, .. } => Some(amount),
            EventKind::Refunded { total, .. } => Some(total),
            _ => None,
        }
    }

    /// Returns whether administrators are notified if it matches no order.
    pub(super) fn is_about_money(&self) -> bool {
        matches!(self.kind, EventKind::Paid { .. } | EventKind::Refunded { .. } | EventKind::Unreadable(_))
    }
}

/// The `source` that the platform writes into the metadata of its objects at Stripe.
const SOURCE: &str = "livrestaka.fr";

/// Reads one of Stripe's ids: a prefix, then letters, digits and `_`.
fn id_of<'v>(value: &'v Value, prefix: &str) -> Option<&'v str> {
    // A reference may be expanded into the object it refers to.
    let text = value.as_str().or_else(|| value.get("id").and_then(Value::as_str))?;
    is_id(text, prefix).then_some(text)
}

/// Returns whether a text can be one of Stripe's ids with this prefix, and fits the columns.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    text.len() <= 191
        && text.len() > prefix.len()
        && text.starts_with(prefix)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Reads an event. Fails with `Invalid` if the text is no JSON, or has no id, type or time of Stripe.
pub(super) fn read(payload: &str) -> Result<StripeEvent> {
    let refused = |problem: &'static str| Error::invalid("event", problem);
    if payload.len() > MAX_BYTES {
        return Err(refused("must be at most 1,048,576 bytes"));
    }
    let root: Value = serde_json::from_str(payload).map_err(|_| refused("is not JSON"))?;
    let id = root.get("id").and_then(|id| id_of(id, "evt_")).ok_or_else(|| refused("has no id beginning with evt_"))?;
    let is_type = |text: &&str| {
        (1..=100).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte))
    };
    let r#type =
        root.get("type").and_then(Value::as_str).filter(is_type).ok_or_else(|| refused("has no valid type"))?;
    let created = root.get("created").and_then(Value::as_i64).filter(|seconds| (0..=253_402_300_799).contains(seconds));
    let occurred_at = created.ok_or_else(|| refused("has no valid time in `created`"))?;
    let occurred_at = Timestamp::from_unix_millis(occurred_at * 1_000)?;
    let object = root.pointer("/data/object").filter(|object| object.is_object());
    let object = object.ok_or_else(|| refused("has no data.object"))?;
    let field = |name: &str| object.get(name).unwrap_or(&Value::Null);
    let metadata = |name: &str| object.pointer(&format!("/metadata/{name}")).and_then(Value::as_str).map(str::to_owned);
    let is_session = r#type.starts_with("checkout.session.");
    let session = if is_session { id_of(field("id"), "cs_") } else { None };
    let intent = if r#type.starts_with("payment_intent.") {
        id_of(field("id"), "pi_")
    } else {
        id_of(field("payment_intent"), "pi_")
    };
    Ok(StripeEvent {
        id: PaymentEventId::parse(id)?,
        r#type: r#type.to_owned(),
        occurred_at,
        session: session.map(str::to_owned),
        intent: intent.map(str::to_owned),
        commande: metadata("commandeId").filter(|id| crate::model::CommandeId::parse(id).is_ok()),
        source: metadata("source"),
        kind: kind_of(r#type, session.is_some(), intent.is_some(), field),
    })
}

/// Returns whether the session is a one-time payment, and neither a subscription nor the storing of a card.
fn is_payment(mode: &Value) -> bool {
    mode.is_null() || mode.as_str() == Some("payment")
}

fn kind_of<'v>(r#type: &str, has_session: bool, has_intent: bool, field: impl Fn(&str) -> &'v Value) -> EventKind {
    let centimes = |name: &str| field(name).as_i64().filter(|centimes| (1..=i64::from(i32::MAX)).contains(centimes));
    let currency = || field("currency").as_str().map(str::to_ascii_lowercase).filter(|word| is_currency(word));
    match r#type {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            if !is_payment(field("mode")) {
                return EventKind::Other;
            }
            match (field("payment_status").as_str(), has_session) {
                (_, false) => EventKind::Unreadable("the event names no session cs_…"),
                (Some("paid"), true) => match (centimes("amount_total"), currency()) {
                    (Some(amount), Some(currency)) => EventKind::Paid { amount, currency },
                    (None, _) => EventKind::Unreadable("amount_total is not an amount in centimes"),
                    (_, None) => EventKind::Unreadable("currency is not a currency code"),
                },
                (Some("unpaid"), true) if r#type == "checkout.session.completed" => EventKind::Pending,
                (Some("no_payment_required"), true) => EventKind::Other,
                _ => EventKind::Unreadable("payment_status is not a known value"),
            }
        }
        "checkout.session.async_payment_failed" | "checkout.session.expired" if is_payment(field("mode")) => {
            if has_session {
                EventKind::Failed
            } else {
                EventKind::Unreadable("the event names no session cs_…")
            }
        }
        "payment_intent.payment_failed" => EventKind::Failed,
        "charge.refunded" => match (has_intent, centimes("amount_refunded"), currency()) {
            (true, Some(total), Some(currency)) => EventKind::Refunded { total, currency },
            (false, ..) => EventKind::Unreadable("the event names no payment pi_…"),
            (_, None, _) => EventKind::Unreadable("amount_refunded is not an amount in centimes"),
            (.., None) => EventKind::Unreadable("currency is not a currency code"),
        },
        _ => EventKind::Other,
    }
}

fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "callers pass the value inline")]
    fn event(r#type: &str, object: Value) -> StripeEvent {
        let event = json!({"id": "evt_1", "object": "event", "type": r#type, "created": 1_781_524_800, "data": {"object": object}});
        read(&event.to_string()).unwrap()
    }

    fn session(status: &str) -> Value {
        json!({"id": "cs_1", "mode": "payment", "payment_status": status, "amount_total": 46_800, "currency": "EUR", "payment_intent": "pi_1"})
    }

    #[test]
    fn only_what_was_paid_is_paid() {
        let paid = event("checkout.session.completed", session("paid"));
        assert_eq!(paid.kind, EventKind::Paid { amount: 46_800, currency: "eur".into() });
        assert_eq!((paid.session.as_deref(), paid.intent.as_deref()), (Some("cs_1"), Some("pi_1")));
        assert_eq!(paid.occurred_at.to_string(), "2026-06-15T12:00:00.000Z");
        assert_eq!(event("checkout.session.completed", session("unpaid")).kind, EventKind::Pending);
        assert_eq!(event("checkout.session.completed", session("no_payment_required")).kind, EventKind::Other);
        assert!(matches!(event("checkout.session.completed", json!({"id": "cs_1"})).kind, EventKind::Unreadable(_)));
        let later = event("checkout.session.async_payment_succeeded", session("paid"));
        assert_eq!(later.kind, paid.kind);
        assert!(matches!(
            event("checkout.session.async_payment_succeeded", session("unpaid")).kind,
            EventKind::Unreadable(_)
        ));
        for (name, value) in [
            ("amount_total", json!(0)),
            ("amount_total", json!(-1)),
            ("amount_total", json!(1.5)),
            ("amount_total", json!("46800")),
            ("amount_total", json!(2_147_483_648_i64)),
            ("currency", json!("euro")),
            ("currency", Value::Null),
            ("payment_status", json!("PAID")),
            ("id", json!("46800")),
        ] {
            let mut object = session("paid");
            object[name] = value;
            let kind = event("checkout.session.completed", object.clone()).kind;
            assert!(matches!(kind, EventKind::Unreadable(_)), "{object}: {kind:?}");
        }
        let mut subscription = session("paid");
        subscription["mode"] = json!("subscription");
        assert_eq!(event("checkout.session.completed", subscription).kind, EventKind::Other);
    }

    #[test]
    fn failures_and_refunds_are_distinguished() {
        assert_eq!(event("checkout.session.expired", session("unpaid")).kind, EventKind::Failed);
        assert_eq!(event("checkout.session.async_payment_failed", session("unpaid")).kind, EventKind::Failed);
        let failed = event("payment_intent.payment_failed", json!({"id": "pi_1", "metadata": {"commandeId": "order"}}));
        assert_eq!((failed.kind, failed.intent.as_deref()), (EventKind::Failed, Some("pi_1")));
        assert_eq!(failed.commande.as_deref(), Some("order"));
        let charge = json!({"id": "ch_1", "payment_intent": {"id": "pi_1"}, "amount": 46_800, "amount_refunded": 100, "currency": "eur"});
        let refunded = event("charge.refunded", charge);
        assert_eq!(refunded.kind, EventKind::Refunded { total: 100, currency: "eur".into() });
        assert_eq!(refunded.intent.as_deref(), Some("pi_1"));
        assert!(matches!(
            event("charge.refunded", json!({"amount_refunded": 1, "currency": "eur"})).kind,
            EventKind::Unreadable(_)
        ));
        assert_eq!(event("invoice.payment_succeeded", json!({})).kind, EventKind::Other);
        assert!(event("invoice.paid", json!({"metadata": {"source": "another.example"}})).is_foreign());
        assert!(!event("invoice.paid", json!({"metadata": {"source": "livrestaka.fr"}})).is_foreign());
        assert!(!event("invoice.paid", json!({})).is_foreign());
    }

    #[test]
    fn texts_that_are_no_events_are_refused() {
        let right = json!({"id": "evt_1", "type": "a.b", "created": 1, "data": {"object": {}}});
        assert!(read(&right.to_string()).is_ok());
        for (name, value) in [
            ("id", json!("evt_")),
            ("id", json!("evt_é")),
            ("id", json!(1)),
            ("type", json!("")),
            ("type", json!("a b")),
            ("created", json!(-1)),
            ("created", json!("1")),
            ("created", json!(253_402_300_800_i64)),
            ("data", json!({})),
        ] {
            let mut wrong = right.clone();
            wrong[name] = value;
            assert_eq!(read(&wrong.to_string()).unwrap_err().fields()[0].field, "event", "{wrong}");
        }
        assert!(read("{").is_err() && read("").is_err() && read("[]").is_err() && read("\0").is_err());
        assert!(read(&format!("{right}{}", " ".repeat(MAX_BYTES))).is_err());
    }

    /// No text, however truncated or changed, makes the reader panic or report a false payment.
    #[test]
    fn a_damaged_event_pays_nothing_else() {
        let mut object = session("paid");
        object["metadata"] = json!({"source": "livrestaka.fr", "commandeId": "order"});
        let whole =
            json!({"id": "evt_1", "type": "checkout.session.completed", "created": 1, "data": {"object": object}})
                .to_string();
        let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(6);
        let mut understood = 0;
        for _ in 0..20_000 {
            let mut bytes = whole.clone().into_bytes();
            for _ in 0..random.random_range(1..3) {
                let at = random.random_range(0..bytes.len());
                match random.random_range(0..3) {
                    0 => bytes[at] = random.random_range(0x20..0x7f),
                    1 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            let Ok(text) = String::from_utf8(bytes) else { continue };
            if let Ok(event) = read(&text) {
                understood += 1;
                if let EventKind::Paid { amount, .. } = event.kind {
                    assert!(amount > 0 && event.session.is_some(), "{text}");
                }
            }
        }
        assert!(understood > 100, "{understood}");
    }
}
