//! What an event means for what is known: a pure function of both, so that it can be asked again at any time.
//!
//! | the event says | what is known | outcome |
//! |---|---|---|
//! | paid | the session's payment is here | DUPLICATE; MISMATCH when it was another amount |
//! | | no order, and another site's name in it | IGNORED |
//! | | no order | UNMATCHED |
//! | | the order was paid by another session, or by hand | SURPLUS |
//! | | no price, another currency or amount than is due, or than the session was opened for | MISMATCH |
//! | | else | APPLIED |
//! | on the way | paid, refunded, on the way already, over, or not the order's session any more | STALE |
//! | failed | paid, refunded, failed already, or not the order's session any more | STALE |
//! | refunded | its payment is not here | DEFERRED |
//! | | more than was paid, another currency | MISMATCH |
//! | | so much went back already | STALE |
//! | | else | APPLIED |
//! | something else | | IGNORED |

use super::event::{Says, StripeEvent};
use crate::model::PaymentOutcome;
use crate::repo::payment_events::{OrderFact, PaymentFact};

/// The currency of every price.
pub(super) const CURRENCY: &str = "eur";

/// What the tables say that an event may be about.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The payment of its session.
    pub(super) of_session: Option<PaymentFact>,
    /// The payment that Stripe calls so.
    pub(super) of_intent: Option<PaymentFact>,
    /// Its order.
    pub(super) order: Option<OrderFact>,
    /// What its session was opened for, in centimes; none where others opened it.
    pub(super) asked: Option<i64>,
    /// Whether its session is over without a payment.
    pub(super) ended: bool,
    /// What is due for its order, in centimes; none without a price.
    pub(super) due: Option<i64>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Nothing,
    /// The order is paid. `told` when another writer has said so already.
    Pay { amount: i64, told: bool },
    /// Its money is on the way.
    Pend,
    /// No money came.
    Fail,
    /// So much of the payment is back by now.
    Refund { total: i64 },
}

/// What comes of an event, why, and what is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) outcome: PaymentOutcome,
    pub(super) detail: Option<String>,
    pub(super) step: Step,
}

fn nothing(outcome: PaymentOutcome, detail: impl Into<String>) -> Verdict {
    Verdict { outcome, detail: Some(detail.into()), step: Step::Nothing }
}

fn applied(step: Step) -> Verdict {
    Verdict { outcome: PaymentOutcome::Applied, detail: None, step }
}

/// The table above.
pub(super) fn judge(event: &StripeEvent, facts: &Facts) -> Verdict {
    match &event.says {
        Says::Other => Verdict { outcome: PaymentOutcome::Ignored, detail: None, step: Step::Nothing },
        Says::Unreadable(why) if event.is_foreign() => nothing(PaymentOutcome::Ignored, *why),
        Says::Unreadable(why) => nothing(PaymentOutcome::Unmatched, *why),
        Says::Paid { amount, currency } => paid(event, facts, *amount, currency),
        Says::Pending => pending(event, facts),
        Says::Failed => failed(event, facts),
        Says::Refunded { total, currency } => refunded(event, facts, *total, currency),
    }
}

fn unknown(event: &StripeEvent) -> Verdict {
    match &event.source {
        Some(source) if event.is_foreign() => {
            nothing(PaymentOutcome::Ignored, format!("it is for {}", source.chars().take(100).collect::<String>()))
        }
        _ => nothing(PaymentOutcome::Unmatched, "no order is known for it"),
    }
}

fn paid(event: &StripeEvent, facts: &Facts, amount: i64, currency: &str) -> Verdict {
    if let Some(known) = &facts.of_session {
        return if known.amount == amount && known.currency == currency {
            nothing(PaymentOutcome::Duplicate, "its session's payment was recorded already")
        } else {
            let detail = format!("{amount} {currency} came, {} {} were recorded", known.amount, known.currency);
            nothing(PaymentOutcome::Mismatch, detail)
        };
    }
    let Some(order) = &facts.order else { return unknown(event) };
    let same_session = order.session.is_some() && order.session == event.session;
    let was_paid = order.payment_status.as_deref() == Some("paid");
    if order.standing || (was_paid && !same_session) {
        return nothing(PaymentOutcome::Surplus, "the order is paid already, by other means");
    }
    let Some(due) = facts.due else { return nothing(PaymentOutcome::Mismatch, "the order has no price") };
    if currency != CURRENCY {
        return nothing(PaymentOutcome::Mismatch, format!("{amount} {currency} came, {due} {CURRENCY} are due"));
    }
    if amount != due {
        return nothing(PaymentOutcome::Mismatch, format!("{amount} centimes came, {due} are due"));
    }
    if let Some(asked) = facts.asked.filter(|asked| *asked != amount) {
        return nothing(
            PaymentOutcome::Mismatch,
            format!("{amount} centimes came, the session was opened for {asked}"),
        );
    }
    let detail = was_paid.then(|| "another writer had recorded it".to_owned());
    Verdict { outcome: PaymentOutcome::Applied, detail, step: Step::Pay { amount, told: was_paid } }
}

/// Why nothing that falls short of a payment is true any more, if so.
fn overtaken(event: &StripeEvent, facts: &Facts, order: &OrderFact) -> Option<Verdict> {
    let stale = |why: &str| Some(nothing(PaymentOutcome::Stale, why));
    match order.payment_status.as_deref() {
        Some(status @ ("paid" | "refunded")) => return stale(&format!("the order is {status}")),
        _ if facts.of_session.is_some() || facts.of_intent.is_some() => return stale("it was paid since"),
        _ => {}
    }
    if event.session.is_some() && order.session != event.session {
        return stale("another session was opened for the order since");
    }
    None
}

fn pending(event: &StripeEvent, facts: &Facts) -> Verdict {
    if facts.of_session.is_some() {
        return nothing(PaymentOutcome::Stale, "it was paid since");
    }
    let Some(order) = &facts.order else { return unknown(event) };
    if let Some(stale) = overtaken(event, facts, order) {
        return stale;
    }
    match order.payment_status.as_deref() {
        Some("pending") => nothing(PaymentOutcome::Stale, "the order's payment is on the way already"),
        _ if facts.ended => nothing(PaymentOutcome::Stale, "the session is over"),
        _ => applied(Step::Pend),
    }
}

fn failed(event: &StripeEvent, facts: &Facts) -> Verdict {
    if facts.of_session.is_some() || facts.of_intent.is_some() {
        return nothing(PaymentOutcome::Stale, "it was paid since");
    }
    let Some(order) = &facts.order else { return unknown(event) };
    match overtaken(event, facts, order) {
        Some(stale) => stale,
        None if order.payment_status.as_deref() == Some("failed") => {
            nothing(PaymentOutcome::Stale, "the order's payment has failed already")
        }
        // An attempt that failed within a session; what becomes of the session, its own events say.
        None if event.session.is_none() && order.payment_status.as_deref() == Some("pending") => {
            nothing(PaymentOutcome::Stale, "a payment of the order is on the way")
        }
        None => applied(Step::Fail),
    }
}

fn refunded(event: &StripeEvent, facts: &Facts, total: i64, currency: &str) -> Verdict {
    let Some(payment) = &facts.of_intent else {
        return match unknown(event) {
            foreign @ Verdict { outcome: PaymentOutcome::Ignored, .. } => foreign,
            _ => nothing(PaymentOutcome::Deferred, "its payment is not known yet"),
        };
    };
    if currency != payment.currency {
        let detail = format!("{total} {currency} went back, {} {} were paid", payment.amount, payment.currency);
        nothing(PaymentOutcome::Mismatch, detail)
    } else if total > payment.amount {
        nothing(PaymentOutcome::Mismatch, format!("{total} centimes went back, {} were paid", payment.amount))
    } else if total <= payment.refunded {
        nothing(PaymentOutcome::Stale, format!("{} centimes went back already", payment.refunded))
    } else if facts.order.is_none() {
        // Another writer removed it: somebody must see to what its documents say.
        nothing(PaymentOutcome::Unmatched, "its order is gone")
    } else {
        applied(Step::Refund { total })
    }
}

/// Whether what is recorded of an event still is what its text and the tables say: what was settled then may have been
/// overtaken since, but must not be to do again.
pub(super) fn agree(recorded: &PaymentOutcome, would: &PaymentOutcome) -> bool {
    recorded == would && *would != PaymentOutcome::Applied
        || (recorded.is_settled() && would.is_settled() && *would != PaymentOutcome::Applied)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::event::read;
    use super::*;
    use crate::model::PaymentOutcome::*;

    #[expect(clippy::needless_pass_by_value, reason = "who calls it writes the value there")]
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
        Some(OrderFact { id, payment_status: status.map(text), session: session.map(text), standing: false })
    }

    fn payment(amount: i64, refunded: i64) -> Option<PaymentFact> {
        Some(PaymentFact { amount, currency: "eur".into(), refunded })
    }

    fn open() -> Facts {
        Facts { order: order(Some("unpaid"), Some("cs_1")), asked: Some(100), due: Some(100), ..Facts::default() }
    }

    #[test]
    fn exactly_what_is_due_pays_an_order_once() {
        assert_eq!(judge(&paid_of(100), &open()).step, Step::Pay { amount: 100, told: false });
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
                    order: order(Some("refunded"), Some("cs_0")).map(|o| OrderFact { standing: true, ..o }),
                    ..open()
                },
                100,
                Surplus,
            ),
        ] {
            let verdict = judge(&paid_of(amount), &facts);
            assert_eq!((verdict.outcome, verdict.step), (outcome, Step::Nothing), "{facts:?}");
        }
        // A session that is not the order's any more, one that failed before, one that another writer recorded.
        for (status, session, told) in
            [("unpaid", "cs_0", false), ("failed", "cs_1", false), ("refunded", "cs_0", false), ("paid", "cs_1", true)]
        {
            let facts = Facts { order: order(Some(status), Some(session)), ..open() };
            assert_eq!(judge(&paid_of(100), &facts).step, Step::Pay { amount: 100, told }, "{status} {session}");
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
        assert_eq!(judge(&failed, &open()).step, Step::Fail);
        assert_eq!(judge(&pending, &open()).step, Step::Pend);
        let on_the_way = Facts { order: order(Some("pending"), Some("cs_1")), ..open() };
        assert_eq!(judge(&failed, &on_the_way).step, Step::Fail);
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
        // Stripe says how much went back in all.
        for order in [[10, 30, 100], [30, 10, 100], [100, 30, 10], [10, 100, 30]] {
            let mut back = 0;
            for total in order {
                let facts = Facts { of_intent: payment(100, back), ..open() };
                match judge(&refund_of(total), &facts) {
                    Verdict { step: Step::Refund { total }, outcome: Applied, .. } => back = total,
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
    fn what_was_settled_may_be_overtaken_and_nothing_else() {
        for (recorded, would, same) in [
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
            assert_eq!(agree(&recorded, &would), same, "{recorded} {would}");
        }
    }
}
