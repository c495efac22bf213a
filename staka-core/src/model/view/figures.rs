//! Statistics of any range of dates. Money is exact, in centimes; rates are in basis points (1234 is 12.34 %).

use staka_macros::{Output, Record};

use super::ClientBrief;
use crate::base::{Average, Day};
use crate::model::{MessageType, SupportCategory, SupportPriority, TarifId, UserId};

/// Figures of a range of dates. An order counts as paid while its paymentStatus is `paid`, at the time of its first
/// recorded payment (`staka_payments.paidAt`) or, without one, at its createdAt; its revenue is its amount. Both times
/// are fixed: editing an order never moves it to another range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct Figures {
    /// Revenue of the orders paid in the range, in centimes; an order without an amount adds nothing.
    pub revenue: i64,
    /// Number of orders paid in the range.
    #[output(bounds = Bounds::at_least(0))]
    pub paid_orders: i64,
    /// Number of orders created in the range, by createdAt.
    #[output(bounds = Bounds::at_least(0))]
    pub new_orders: i64,
    /// Number of orders finished in the range, by dateFinition.
    #[output(bounds = Bounds::at_least(0))]
    pub finished_orders: i64,
    /// Number of accounts created in the range, of any role, by createdAt.
    #[output(bounds = Bounds::at_least(0))]
    pub new_accounts: i64,
    /// Number of these accounts that have the role USER now.
    #[output(bounds = Bounds::at_least(0))]
    pub new_clients: i64,
    /// Number of messages written in the range, by createdAt; drafts are not counted.
    #[output(bounds = Bounds::at_least(0))]
    pub messages: i64,
    /// Number of tickets opened in the range, by createdAt.
    #[output(bounds = Bounds::at_least(0))]
    pub tickets_opened: i64,
    /// Number of tickets resolved in the range, by resolvedAt.
    #[output(bounds = Bounds::at_least(0))]
    pub tickets_resolved: i64,
}

/// The figures of one period of a range.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PeriodFigures {
    /// Name of the period: `2026-03-29`, `2026-W13`, `2026-03`, `2026-Q1` or `2026`.
    pub label: String,
    /// First day of the period.
    pub from: Day,
    /// The day after the period's last.
    pub to: Day,
    /// The figures of the period.
    #[output(flatten)]
    pub figures: Figures,
}

/// A figure of a range compared with the range before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct MetricChange {
    /// Value in the range.
    pub current: i64,
    /// Value in the range before.
    pub previous: i64,
    /// Growth in basis points (1234 is 12.34 %), rounded half away from zero; null if the previous value is 0.
    pub growth: Option<i64>,
}

/// The figures of a range of dates compared with the range just before it.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PeriodComparison {
    /// First day of the range.
    pub from: Day,
    /// The day after the period's last.
    pub to: Day,
    /// First day of the range before, which ends where this one begins.
    pub previous_from: Day,
    /// Revenue, in centimes.
    pub revenue: MetricChange,
    /// Number of orders paid.
    pub paid_orders: MetricChange,
    /// Number of orders created.
    pub new_orders: MetricChange,
    /// Number of orders finished.
    pub finished_orders: MetricChange,
    /// Number of accounts created.
    pub new_accounts: MetricChange,
    /// Number of these accounts that are clients.
    pub new_clients: MetricChange,
    /// Number of messages written.
    pub messages: MetricChange,
    /// Number of tickets opened.
    pub tickets_opened: MetricChange,
    /// Number of tickets resolved.
    pub tickets_resolved: MetricChange,
}

/// A client's paid orders of a calendar year.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct AnnualFigures {
    /// The calendar year.
    #[output(bounds = Bounds::between(1, 9_999))]
    pub year: i32,
    /// Sum of the orders paid in it, in centimes.
    pub amount: i64,
    /// Number of these orders.
    #[output(bounds = Bounds::at_least(0))]
    pub orders: i64,
    /// Approximate number of pages: the amount divided by 2 € per page, rounded half up.
    #[output(bounds = Bounds::at_least(0))]
    pub pages: i64,
    /// One item per month, from January to December.
    pub months: Vec<AnnualMonth>,
}

/// A client's paid orders of one month.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct AnnualMonth {
    /// The month, e.g. `2026-03`.
    pub label: String,
    /// Sum of the orders paid in it, in centimes.
    pub amount: i64,
    /// Number of these orders.
    #[output(bounds = Bounds::at_least(0))]
    pub orders: i64,
}

/// A client and the revenue of their orders.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TopClient {
    /// The client's account.
    #[record(nested)]
    pub client: ClientBrief,
    /// Revenue of the orders paid in the range, in centimes.
    pub revenue: i64,
    /// Number of these orders.
    #[output(bounds = Bounds::at_least(0))]
    pub paid_orders: i64,
}

/// How long orders take, from createdAt to dateFinition, in milliseconds; null if no order was finished. Percentiles
/// are by nearest rank: the shortest time within which so many per cent were finished.
#[derive(Clone, Debug, Default, PartialEq, Output)]
#[non_exhaustive]
pub struct CompletionTimes {
    /// Number of orders finished in the range.
    #[output(bounds = Bounds::at_least(0))]
    pub orders: i64,
    /// Number of further orders whose dateFinition is before their createdAt; they count in nothing else here.
    #[output(bounds = Bounds::at_least(0))]
    pub impossible: i64,
    /// Mean time, in milliseconds.
    pub mean: Option<Average>,
    /// Shortest time, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub shortest: Option<i64>,
    /// Median time, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub p50: Option<i64>,
    /// 90th percentile, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub p90: Option<i64>,
    /// 95th percentile, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub p95: Option<i64>,
    /// 99th percentile, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub p99: Option<i64>,
    /// Longest time, in milliseconds.
    #[output(bounds = Bounds::at_least(0))]
    pub longest: Option<i64>,
}

/// The revenue of a tarif.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TarifSales {
    /// Id of the tarif of the orders' first payment; null for orders whose payment names none, and for those without a
    /// recorded payment.
    pub tarif_id: Option<TarifId>,
    /// Present name of the tarif; null without a tarif, or if the tarif was deleted.
    pub nom: Option<String>,
    /// Present service of the tarif; null without a tarif, or if the tarif was deleted.
    pub type_service: Option<String>,
    /// Revenue of the orders paid in the range, in centimes.
    pub revenue: i64,
    /// Number of these orders.
    #[output(bounds = Bounds::at_least(0))]
    pub paid_orders: i64,
}

/// The payment outcomes of the orders created in a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct Conversion {
    /// Number of orders created in the range.
    #[output(bounds = Bounds::at_least(0))]
    pub orders: i64,
    /// Number of orders with a checkout: they have a stripeSessionId.
    #[output(bounds = Bounds::at_least(0))]
    pub checkouts: i64,
    /// Number of orders that are paid now, with or without a checkout.
    #[output(bounds = Bounds::at_least(0))]
    pub paid: i64,
    /// Number of orders that were paid and fully refunded.
    #[output(bounds = Bounds::at_least(0))]
    pub refunded: i64,
    /// Number of orders whose payment failed and was not repeated with success.
    #[output(bounds = Bounds::at_least(0))]
    pub failed: i64,
    /// Number of orders whose payment is `unpaid` or `pending`.
    #[output(bounds = Bounds::at_least(0))]
    pub unpaid: i64,
    /// Number of orders without a paymentStatus.
    #[output(bounds = Bounds::at_least(0))]
    pub no_payment_status: i64,
    /// Number of orders with any other paymentStatus.
    #[output(bounds = Bounds::at_least(0))]
    pub other: i64,
    /// Share of the orders that have a checkout, in basis points; null without orders.
    #[output(bounds = Bounds::between(0, 10_000))]
    pub checkout_rate: Option<i64>,
    /// Share of the orders that are paid, in basis points; null without orders.
    #[output(bounds = Bounds::between(0, 10_000))]
    pub paid_rate: Option<i64>,
    /// Share of the orders with a checkout that are paid, in basis points; null without checkouts.
    #[output(bounds = Bounds::between(0, 10_000))]
    pub checkout_paid_rate: Option<i64>,
}

/// The number of messages of one type.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct MessagesOfType {
    /// Type of the messages.
    pub r#type: MessageType,
    /// Number of them.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The messages written in a range. Drafts are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct MessagingLoad {
    /// Number of messages written.
    #[output(bounds = Bounds::at_least(0))]
    pub messages: i64,
    /// Number of messages by type, in the order of declaration; types without messages are left out.
    pub by_type: Vec<MessagesOfType>,
    /// Number of messages by hour of the day in the platform's zone: 24 items, from 0:00.
    #[output(bounds = Bounds::at_least(0))]
    pub by_hour: Vec<i64>,
    /// Number of messages by day of the week in the platform's zone: 7 items, from Monday.
    #[output(bounds = Bounds::at_least(0))]
    pub by_weekday: Vec<i64>,
    /// Number of conversations with messages in the range.
    #[output(bounds = Bounds::at_least(0))]
    pub conversations: i64,
    /// Number of these conversations that started in the range: they have no earlier message.
    #[output(bounds = Bounds::at_least(0))]
    pub conversations_started: i64,
}

/// The number of tickets of one category and priority.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct TicketsOfKind {
    /// Category of the tickets.
    pub category: SupportCategory,
    /// Priority of the tickets.
    pub priority: SupportPriority,
    /// Number of them.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The ticket load of one agent.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct AgentLoad {
    /// The client's account.
    pub id: UserId,
    /// First name of the agent.
    pub prenom: String,
    /// Family name of the agent.
    pub nom: String,
    /// Number of tickets assigned to the agent now with status OUVERT, EN_COURS or EN_ATTENTE.
    #[output(bounds = Bounds::at_least(0))]
    pub open: i64,
    /// Number of tickets resolved in the range that are assigned to the agent now.
    #[output(bounds = Bounds::at_least(0))]
    pub resolved: i64,
}

/// The ticket load of a range. A ticket is open from createdAt until resolvedAt or closedAt, whichever comes first. A
/// ticket with a final status but neither time counts as never open; a reopened ticket counts as if it had never been
/// closed.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct TicketLoad {
    /// Number of tickets open when the range began.
    #[output(bounds = Bounds::at_least(0))]
    pub open_before: i64,
    /// Number of tickets opened in the range.
    #[output(bounds = Bounds::at_least(0))]
    pub opened: i64,
    /// Number of tickets first answered in the range, by firstResponseAt.
    #[output(bounds = Bounds::at_least(0))]
    pub answered: i64,
    /// Number of tickets resolved in the range, by resolvedAt.
    #[output(bounds = Bounds::at_least(0))]
    pub resolved: i64,
    /// Number of tickets closed in the range, by closedAt.
    #[output(bounds = Bounds::at_least(0))]
    pub closed: i64,
    /// Number of tickets open when the range ended.
    #[output(bounds = Bounds::at_least(0))]
    pub open_after: i64,
    /// Tickets opened in the range by category and priority, in the order of declaration.
    pub opened_by_kind: Vec<TicketsOfKind>,
    /// Agents who have open tickets now or resolved some in the range, by name.
    pub agents: Vec<AgentLoad>,
}

/// The invoices issued in one period, by issuedAt, or by createdAt without it. Sums are in centimes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoicedByPeriod {
    /// Name of the period, e.g. `2026-03`.
    pub label: String,
    /// First day of the period.
    pub from: Day,
    /// The day after the period's last.
    pub to: Day,
    /// Number of invoices issued in the period that are not CANCELLED now.
    #[output(bounds = Bounds::at_least(0))]
    pub invoices: i64,
    /// Sum of their amounts before tax, in centimes.
    pub amount: i64,
    /// Sum of their VAT, in centimes.
    pub tax: i64,
    /// Sum of amount and tax, in centimes.
    pub total: i64,
    /// Part of the total that is PAID now, in centimes.
    pub paid: i64,
    /// Number of further invoices that are CANCELLED now; they count in nothing else here. Partial credit notes are not
    /// part of these figures; the ledger of invoices has them.
    #[output(bounds = Bounds::at_least(0))]
    pub cancelled: i64,
}
