//! The list of events.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Between, Length, Match, Page, PageRequest, PartialRow, Predicate, Result, Timestamp, Validate};
use crate::db::Conn;
use crate::model::view::PaymentEvent;
use crate::model::{CommandeId, PaymentOutcome};
use crate::repo::select::{self, By, List, Path, SortColumn, UNINDEXED};

/// Which events to return: every given field must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PaymentEventFilter {
    /// Outcomes of processing the events, explained at `PaymentEventReceipt`; any by default.
    pub outcome: Match<PaymentOutcome>,
    /// Stripe's type of the event, e.g. `charge.refunded`; all by default.
    #[described(bounds = Bounds::chars(0, 255))]
    pub r#type: Option<String>,
    /// Id of the checkout session, `cs_…`.
    #[described(bounds = Bounds::chars(0, 255))]
    pub session: Option<String>,
    /// Id of the order that it is about.
    pub commande: Match<CommandeId>,
    /// Time of the first delivery, UTC: `from ≤ time < to`.
    pub received_at: Between<Timestamp>,
}

static LIST: List = List {
    name: "payments.list_events",
    columns: PaymentEvent::SELECT,
    from: "staka_payment_events t",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["staka_payment_events_receivedAt"]),
        Path::index(By::Filter(&["outcome"]), "t", &["staka_payment_events_outcome"]),
        Path::scan(By::Filter(&["type"]), "t", UNINDEXED),
        Path::index(By::Filter(&["commande"]), "t", &["staka_payment_events_commandeId"]),
        Path::index(By::Filter(&["session"]), "t", &["staka_payment_events_sessionId"]),
        Path::index(By::Filter(&["receivedAt"]), "t", &["staka_payment_events_receivedAt"]),
    ],
};

/// Returns the events that match the filter, newest first; 20 per page by default, at most 100.
pub async fn list(conn: &mut Conn, filter: &PaymentEventFilter, page: &PageRequest) -> Result<Page<PaymentEvent>> {
    let mut predicate = Predicate::default();
    predicate.matches("t.`outcome`", &filter.outcome);
    for (field, condition, text) in
        [("type", "t.`type` = ?", &filter.r#type), ("session", "t.`sessionId` = ?", &filter.session)]
    {
        let Some(text) = text else { continue };
        match text.problem(Length::Chars(255)) {
            Some(problem) => predicate.add_violation(field, problem),
            None => predicate.and_for(field, condition).push(text),
        }
    }
    predicate.matches_as("commande", "t.`commandeId`", &filter.commande);
    predicate.between("t.`receivedAt`", &filter.received_at);
    select::page(conn, &LIST, predicate, &[SortColumn::desc("t.`receivedAt`")], page, 20, 100).await
}

/// Returns the lists of this module.
pub(in crate::repo) fn lists() -> Vec<&'static List> {
    vec![&LIST]
}
