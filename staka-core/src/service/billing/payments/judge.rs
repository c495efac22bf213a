//! Decides how a Stripe event is applied. This is a pure function, so that recorded outcomes can be recomputed at any
//! time.
//!
//! | event | known facts | outcome |
//! |---|---|---|
//! | paid | the session's payment is recorded | DUPLICATE; MISMATCH if its amount or currency differs |
//! | | the order was paid by another session or by hand | SURPLUS |
//! | | the order has no price | MISMATCH |
//! | | the amount or currency differs from what is due, or from what the session was opened for | MISMATCH |
//! | pending, failed | the payment is recorded, or the order is paid or refunded | STALE |
//! | | another session was opened for the order | STALE |
//! | pending | the order's payment is pending already, or the session has ended | STALE |
//! | failed | the order's payment has failed already | STALE |
//! | | the order's payment is pending, and the event names no session | STALE |
//! | refunded | the payment is not recorded | DEFERRED; IGNORED if the metadata names another site |
//! | | the total refunded is more than was paid, or in another currency | MISMATCH |
//! | | that total was refunded already | STALE |
//! | | the order was deleted | UNMATCHED |
//! | paid, pending, failed | no order is known | UNMATCHED; IGNORED if the metadata names another site |
//! | any of these | otherwise | APPLIED |
//! | unreadable | | UNMATCHED; IGNORED if the metadata names another site |
//! | any other | | IGNORED |

use super::event::{EventKind, StripeEvent};
use crate::model::PaymentOutcome;
use crate::repo::payment_events::{OrderFact, PaymentFact};

/// The currency of every price.
pub(super) const CURRENCY: &str = "eur";

/// What the tables say about an event.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The payment recorded for the event's checkout session.
    pub(super) of_session: Option<PaymentFact>,
    /// The payment recorded for the event's payment intent.
    pub(super) of_intent: Option<PaymentFact>,
    /// The order that the event is for.
    pub(super) order: Option<OrderFact>,
    /// The amount that the session was opened for, in centimes; none if another program opened it.
    pub(super) asked: Option<i64>,
    /// Whether the session ended without a payment.
    pub(super) ended: bool,
    /// The amount due for the order, in centimes; none without a price.
    pub(super) due: Option<i64>,
}

/// How the order is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Not at all.
    Nothing,
    /// The order is marked as paid. `notified` if another program has done so already and notified the client.
    MarkPaid { amount: i64, notified: bool },
    /// Its payment is marked as pending.
    MarkPending,
    /// Its payment is marked as failed.
    MarkFailed,
    /// The total refunded so far is recorded.
    RecordRefund { total: i64 },
}

/// The outcome of an event, the reason, and how the order is changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) outcome: PaymentOutcome,
    pub(super) detail: Option<String>,
    pub(super) step: Step,
}

fn no_action(outcome: PaymentOutcome, detail: impl Into<String>) -> Verdict {
    Verdict { outcome, detail: Some(detail.into()), step: Step::Nothing }
}

fn applied(step: Step) -> Verdict {
    Verdict { outcome: PaymentOutcome::Applied, detail: None, step }
}

/// Returns the verdict by the table above.
pub(super) fn judge(event: &StripeEvent, facts: &Facts) -> Verdict {
    match &event.kind {
        EventKind::Other => Verdict { outcome: PaymentOutcome::Ignored, detail: None, step: Step::Nothing },
        EventKind::Unreadable(why) if event.is_foreign() => no_action(PaymentOutcome::Ignored, *why),
        EventKind::Unreadable(why) => no_action(PaymentOutcome::Unmatched, *why),
        EventKind::Paid { amount, currency } => paid(event, facts, *amount, currency),
        EventKind::Pending => pending(event, facts),
        EventKind::Failed => failed(event, facts),
        EventKind::Refunded { total, currency } => refunded(event, facts, *total, currency),
    }
}

fn unknown(event: &StripeEvent) -> Verdict {
    match &event.source {
        Some(source) if event.is_foreign() => no_action(
            PaymentOutcome::Ignored,
            format!("the event is for {}", source.chars().take(100).collect::<String>()),
        ),
        _ => no_action(PaymentOutcome::Unmatched, "no order is known for the event"),
    }
}

fn paid(event: &StripeEvent, facts: &Facts, amount: i64, currency: &str) -> Verdict {
    if let Some(known) = &facts.of_session {
        return if known.amount == amount && known.currency == currency {
            no_action(PaymentOutcome::Duplicate, "the payment of the session was recorded already")
        } else {
            let detail = format!("{amount} {currency} received, {} {} were recorded", known.amount, known.currency);
            no_action(PaymentOutcome::Mismatch, detail)
        };
    }
    let Some(order) = &facts.order else { return unknown(event) };
    let same_session = order.session.is_some() && order.session == event.session;
    let was_paid = order.payment_status.as_deref() == Some("paid");
    if order.paid_by_other || (was_paid && !same_session) {
        return no_action(PaymentOutcome::Surplus, "the order was already paid by another session or by hand");
    }
    let Some(due) = facts.due else { return no_action(PaymentOutcome::Mismatch, "the order has no price") };
    if currency != CURRENCY {
        return no_action(PaymentOutcome::Mismatch, format!("{amount} {currency} received, {due} {CURRENCY} due"));
    }
    if amount != due {
        return no_action(PaymentOutcome::Mismatch, format!("{amount} centimes received, {due} due"));
    }
    if let Some(asked) = facts.asked.filter(|asked| *asked != amount) {
        return no_action(
            PaymentOutcome::Mismatch,
            format!("{amount} centimes received, the session was opened for {asked}"),
        );
    }
    let detail = was_paid.then(|| "another program had already recorded the payment".to_owned());
    Verdict { outcome: PaymentOutcome::Applied, detail, step: Step::MarkPaid { amount, notified: was_paid } }
}

/// Returns a STALE verdict if a payment or a newer session has overtaken the event.
fn overtaken(event: &StripeEvent, facts: &Facts, order: &OrderFact) -> Option<Verdict> {
    let stale = |why: &str| Some(no_action(PaymentOutcome::Stale, why));
    match order.payment_status.as_deref() {
        Some(status @ ("paid" | "refunded")) => return stale(&format!("the order is {status}")),
        _ if facts.of_session.is_some() || facts.of_intent.is_some() => {
            return stale("the order has been paid in the meantime");
        }
        _ => {}
    }
    if event.session.is_some() && order.session != event.session {
        return stale("another session was opened for the order in the meantime");
    }
    None
}

fn pending(event: &StripeEvent, facts: &Facts) -> Verdict {
    if facts.of_session.is_some() {
        return no_action(PaymentOutcome::Stale, "the order has been paid in the meantime");
    }
    let Some(order) = &facts.order else { return unknown(event) };
    if let Some(stale) = overtaken(event, facts, order) {
        return stale;
    }
    match order.payment_status.as_deref() {
        Some("pending") => no_action(PaymentOutcome::Stale, "the order's payment is pending already"),
        _ if facts.ended => no_action(PaymentOutcome::Stale, "the session has ended"),
        _ => applied(Step::MarkPending),
    }
}

fn failed(event: &StripeEvent, facts: &Facts) -> Verdict {
    if facts.of_session.is_some() || facts.of_intent.is_some() {
        return no_action(PaymentOutcome::Stale, "the order has been paid in the meantime");
    }
    let Some(order) = &facts.order else { return unknown(event) };
    match overtaken(event, facts, order) {
        Some(stale) => stale,
        None if order.payment_status.as_deref() == Some("failed") => {
            no_action(PaymentOutcome::Stale, "the order's payment has failed already")
        }
        // A failed attempt within a session; the session's own events report how the session ends.
        None if event.session.is_none() && order.payment_status.as_deref() == Some("pending") => {
            no_action(PaymentOutcome::Stale, "a payment of the order is pending")
        }
        None => applied(Step::MarkFailed),
    }
}

fn refunded(event: &StripeEvent, facts: &Facts, total: i64, currency: &str) -> Verdict {
    let Some(payment) = &facts.of_intent else {
        return match unknown(event) {
            foreign @ Verdict { outcome: PaymentOutcome::Ignored, .. } => foreign,
            _ => no_action(PaymentOutcome::Deferred, "the payment is not known yet"),
        };
    };
    if currency != payment.currency {
        let detail = format!("{total} {currency} refunded, {} {} were paid", payment.amount, payment.currency);
        no_action(PaymentOutcome::Mismatch, detail)
    } else if total > payment.amount {
        no_action(PaymentOutcome::Mismatch, format!("{total} centimes refunded, {} were paid", payment.amount))
    } else if total <= payment.refunded {
        no_action(PaymentOutcome::Stale, format!("{} centimes were refunded already", payment.refunded))
    } else if facts.order.is_none() {
        // Another program deleted it, and an administrator must check its documents.
        no_action(PaymentOutcome::Unmatched, "the order does not exist any more")
    } else {
        applied(Step::RecordRefund { total })
    }
}

/// Returns whether the recorded outcome agrees with the recomputed one. A settled event may have been overtaken since
/// then, but must not have to be applied again.
pub(super) fn agrees(recorded: &PaymentOutcome, recomputed: &PaymentOutcome) -> bool {
    recorded == recomputed && *recomputed != PaymentOutcome::Applied
        || (recorded.is_settled() && recomputed.is_settled() && *recomputed != PaymentOutcome::Applied)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::event::read;
    use super::*;
    use crate::model::PaymentOutcome::*;

    #[expect(clippy::needless_pass_by_value, reason = "callers pass the value inline")]
    fn event(r#type: &str, object: serde_json::Value) -> StripeEvent {
        let event = json!({"id": "evt_1", "type": r#type, "created": 1, "data": {"object": object}});
        read(&event.to_string()).unwrap()
    }

    fn session(status: &str, amount: i64) -> serde_json::Value {
        json!({"id": "cs_1", "payment_status": status, "amount_total": amount, "currency": "eur", "payment_intent": "pi_1"})
    }

    fn paid_of(amount: i64) -> StripeEvent {
        event("checkout.session.completed", session("paid", amount))
    }

    fn refund_of(total: i64) -> StripeEvent {
        event("charge.refunded", json!({"payment_intent": "pi_1", "amount_refunded": total, "currency": "eur"}))
    }

    fn order(status: Option<&str>, session: Option<&str>) -> Option<OrderFact> {
        let text = |text: &str| text.to_owned();
        let id = "order".parse().unwrap();
        Some(OrderFact { id, payment_status: status.map(text), session: session.map(text), paid_by_other: false })
    }

    fn payment(amount: i64, refunded: i64) -> Option<PaymentFact> {
        Some(PaymentFact { amount, currency: "eur".into(), refunded })
    }

    fn open() -> Facts {
        Facts { order: order(Some("unpaid"), Some("cs_1")), asked: Some(100), due: Some(100), ..Facts::default() }
    }

    #[test]
    fn exactly_what_is_due_pays_an_order_once() {
        assert_eq!(judge(&paid_of(100), &open()).step, Step::MarkPaid { amount: 100, notified: false });
        for (facts, amount, outcome) in [
            (Facts { of_session: payment(100, 0), ..open() }, 100, Duplicate),
            (Facts { of_session: payment(100, 100), order: None, ..open() }, 100, Duplicate),
            (Facts { of_session: payment(100, 0), ..open() }, 99, Mismatch),
            (open(), 99, Mismatch),
            (open(), 101, Mismatch),
            (Facts { due: None, ..open() }, 100, Mismatch),
            (Facts { due: Some(101), ..open() }, 100, Mismatch),
            (Facts { asked: Some(101), ..open() }, 100, Mismatch),
            (Facts::default(), 100, Unmatched),
            (Facts { order: order(Some("paid"), Some("cs_0")), ..open() }, 100, Surplus),
            (Facts { order: order(Some("paid"), None), ..open() }, 100, Surplus),
            (
                Facts {
                    order: order(Some("refunded"), Some("cs_0")).map(|o| OrderFact { paid_by_other: true, ..o }),
                    ..open()
                },
                100,
                Surplus,
            ),
        ] {
            let verdict = judge(&paid_of(amount), &facts);
            assert_eq!((verdict.outcome, verdict.step), (outcome, Step::Nothing), "{facts:?}");
        }
        // A session that is no longer the order's, one that failed before, one that another program recorded.
        for (status, session, notified) in
            [("unpaid", "cs_0", false), ("failed", "cs_1", false), ("refunded", "cs_0", false), ("paid", "cs_1", true)]
        {
            let facts = Facts { order: order(Some(status), Some(session)), ..open() };
            assert_eq!(
                judge(&paid_of(100), &facts).step,
                Step::MarkPaid { amount: 100, notified },
                "{status} {session}"
            );
        }
        let dollars = event(
            "checkout.session.completed",
            json!({"id": "cs_1", "payment_status": "paid", "amount_total": 100, "currency": "usd"}),
        );
        assert_eq!(judge(&dollars, &open()).outcome, Mismatch);
    }

    #[test]
    fn nothing_moves_a_payment_backwards() {
        let failed = event("checkout.session.expired", session("unpaid", 100));
        let pending = event("checkout.session.completed", session("unpaid", 100));
        assert_eq!(judge(&failed, &open()).step, Step::MarkFailed);
        assert_eq!(judge(&pending, &open()).step, Step::MarkPending);
        let on_the_way = Facts { order: order(Some("pending"), Some("cs_1")), ..open() };
        assert_eq!(judge(&failed, &on_the_way).step, Step::MarkFailed);
        assert_eq!(judge(&pending, &Facts { ended: true, ..open() }).outcome, Stale);
        for event in [&failed, &pending] {
            for facts in [
                Facts { order: order(Some("paid"), Some("cs_1")), ..open() },
                Facts { order: order(Some("refunded"), Some("cs_1")), ..open() },
                Facts { order: order(Some("unpaid"), Some("cs_2")), ..open() },
                Facts { of_session: payment(100, 0), ..open() },
                Facts { of_session: payment(100, 0), order: None, ..open() },
            ] {
                let verdict = judge(event, &facts);
                assert_eq!((verdict.outcome, verdict.step), (Stale, Step::Nothing), "{facts:?}");
            }
            assert_eq!(judge(event, &Facts::default()).outcome, Unmatched);
        }
        assert_eq!(judge(&failed, &Facts { order: order(Some("failed"), Some("cs_1")), ..open() }).outcome, Stale);
    }

    #[test]
    fn refunds_add_up_in_whatever_order_they_come() {
        // Stripe reports the total refunded.
        for order in [[10, 30, 100], [30, 10, 100], [100, 30, 10], [10, 100, 30]] {
            let mut back = 0;
            for total in order {
                let facts = Facts { of_intent: payment(100, back), ..open() };
                match judge(&refund_of(total), &facts) {
                    Verdict { step: Step::RecordRefund { total }, outcome: Applied, .. } => back = total,
                    verdict => assert_eq!((verdict.outcome, total <= back), (Stale, true)),
                }
            }
            assert_eq!(back, 100);
        }
        assert_eq!(judge(&refund_of(101), &Facts { of_intent: payment(100, 0), ..open() }).outcome, Mismatch);
        assert_eq!(judge(&refund_of(1), &open()).outcome, Deferred);
        let foreign = event(
            "charge.refunded",
            json!({"payment_intent": "pi_1", "amount_refunded": 1, "currency": "eur", "metadata": {"source": "x"}}),
        );
        assert_eq!(judge(&foreign, &open()).outcome, Ignored);
    }

    #[test]
    fn only_settled_outcomes_may_be_overtaken() {
        for (recorded, recomputed, same) in [
            (Applied, Duplicate, true),
            (Applied, Stale, true),
            (Duplicate, Duplicate, true),
            (Applied, Applied, false),
            (Stale, Applied, false),
            (Unmatched, Unmatched, true),
            (Unmatched, Applied, false),
            (Mismatch, Applied, false),
            (Mismatch, Duplicate, false),
            (Deferred, Stale, false),
            (Applied, Mismatch, false),
            (Applied, Unmatched, false),
            (Ignored, Unmatched, false),
        ] {
            assert_eq!(agrees(&recorded, &recomputed), same, "{recorded} {recomputed}");
        }
    }
}
