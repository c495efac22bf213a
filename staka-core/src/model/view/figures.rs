//! Figures of any range of dates. Money is exact, in centimes; rates are hundredths of a per cent (1234 is 12.34 %).

use staka_macros::{Output, Record};

use super::ClientBrief;
use crate::base::{Average, Day};
use crate::model::{MessageType, SupportCategory, SupportPriority, TarifId, UserId};

/// What happened in a range of dates. An order is paid while its paymentStatus is `paid`, at the moment of its first
/// recorded payment (`staka_payments.paidAt`), or at its createdAt where Staka recorded none; it brought in its amount.
/// Both moments are fixed: no edit of the order moves it to another range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
pub struct Figures {
    /// What the orders paid in it brought in, in centimes; one without an amount brings nothing.
    pub revenue: i64,
    /// How many orders were paid in it.
    pub paid_orders: i64,
    /// How many orders were made in it, by createdAt.
    pub new_orders: i64,
    /// How many orders were finished in it, by dateFinition.
    pub finished_orders: i64,
    /// How many accounts were made in it, of every role, by createdAt.
    pub new_accounts: i64,
    /// How many of these are clients: of role USER now.
    pub new_clients: i64,
    /// How many messages were written in it, by createdAt; drafts are not.
    pub messages: i64,
    /// How many support requests were opened in it, by createdAt.
    pub tickets_opened: i64,
    /// How many support requests were resolved in it, by resolvedAt.
    pub tickets_resolved: i64,
}

/// The figures of a part of a range.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct FiguresPart {
    /// What people call it: `2026-03-29`, `2026-W13`, `2026-03`, `2026-Q1` or `2026`.
    pub label: String,
    /// Its first day.
    pub from: Day,
    /// The day after its last.
    pub to: Day,
    /// What happened in it.
    #[output(flatten)]
    pub figures: Figures,
}

/// A figure beside the same one of the range before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
pub struct FigureChange {
    /// In the range.
    pub now: i64,
    /// In the range before.
    pub before: i64,
    /// By how much it grew, in hundredths of a per cent, rounded half away from zero; null where there was nothing
    /// before.
    pub growth: Option<i64>,
}

/// A range of dates beside the one just before it.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct Evolution {
    /// The range's first day.
    pub from: Day,
    /// The day after its last.
    pub to: Day,
    /// The first day of the range before, which ends where this one begins.
    pub before: Day,
    /// What was brought in, in centimes.
    pub revenue: FigureChange,
    /// Orders that were paid.
    pub paid_orders: FigureChange,
    /// Orders that were made.
    pub new_orders: FigureChange,
    /// Orders that were finished.
    pub finished_orders: FigureChange,
    /// Accounts that were made.
    pub new_accounts: FigureChange,
    /// Clients among these.
    pub new_clients: FigureChange,
    /// Messages that were written.
    pub messages: FigureChange,
    /// Support requests that were opened.
    pub tickets_opened: FigureChange,
    /// Support requests that were resolved.
    pub tickets_resolved: FigureChange,
}

/// A client's year.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct AnnualFigures {
    /// The calendar year.
    pub year: i32,
    /// What the orders paid in it cost, in centimes.
    pub amount: i64,
    /// How many they are.
    pub orders: i64,
    /// About how many pages that is: the amount by 2 € a page, rounded half up, as the platform has always told it.
    pub pages: i64,
    /// The same by month, from January to December.
    pub months: Vec<AnnualMonth>,
}

/// A month of a client's year.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct AnnualMonth {
    /// The month, `2026-03`.
    pub label: String,
    /// What the orders paid in it cost, in centimes.
    pub amount: i64,
    /// How many they are.
    pub orders: i64,
}

/// What a client brought in.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct TopClient {
    /// Who.
    #[record(nested)]
    pub client: ClientBrief,
    /// What the orders paid in the range brought in, in centimes.
    pub revenue: i64,
    /// How many they are.
    pub paid_orders: i64,
}

/// How long orders take, from createdAt to dateFinition. Percentiles are by nearest rank: the least time within which so
/// many per cent were done. All times in milliseconds; null where no order was finished.
#[derive(Clone, Debug, Default, PartialEq, Output)]
pub struct CompletionTimes {
    /// How many orders were finished in the range.
    pub orders: i64,
    /// How many more say that they were finished before they were made; they count in nothing else here.
    pub impossible: i64,
    /// The mean.
    pub mean: Option<Average>,
    /// The shortest.
    pub shortest: Option<i64>,
    /// The median.
    pub p50: Option<i64>,
    /// The 90th percentile.
    pub p90: Option<i64>,
    /// The 95th percentile.
    pub p95: Option<i64>,
    /// The 99th percentile.
    pub p99: Option<i64>,
    /// The longest.
    pub longest: Option<i64>,
}

/// What a tarif brought in.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct TarifSales {
    /// The tarif of the order's first payment; null for orders whose payment names none, and for those without a recorded
    /// payment.
    pub tarif_id: Option<TarifId>,
    /// Its name now; null without a tarif, and where it was removed.
    pub nom: Option<String>,
    /// Its service now, likewise.
    pub type_service: Option<String>,
    /// What the orders paid in the range brought in, in centimes.
    pub revenue: i64,
    /// How many they are.
    pub paid_orders: i64,
}

/// What became of the orders made in a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
pub struct Conversion {
    /// How many orders were made in the range.
    pub orders: i64,
    /// How many of them had a checkout opened: they have a stripeSessionId.
    pub checkouts: i64,
    /// How many are paid now, with or without a checkout.
    pub paid: i64,
    /// How many were paid and are refunded in full.
    pub refunded: i64,
    /// How many payments failed, and were not made good.
    pub failed: i64,
    /// How many are waited for: `unpaid` or `pending`.
    pub unpaid: i64,
    /// How many were never to be paid for: they have no paymentStatus.
    pub without: i64,
    /// How many have a paymentStatus of another word.
    pub other: i64,
    /// Checkouts to orders, in hundredths of a per cent; null without orders.
    pub checkout_rate: Option<i64>,
    /// Paid to made, likewise.
    pub paid_rate: Option<i64>,
    /// Of the orders with a checkout, those that are paid; null without checkouts.
    pub checkout_paid_rate: Option<i64>,
}

/// Messages of one type.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct MessagesOfType {
    /// The type.
    pub r#type: MessageType,
    /// How many.
    pub count: i64,
}

/// What was written in a range, and when. Drafts are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct MessagingLoad {
    /// How many messages were written.
    pub messages: i64,
    /// The same by type, in the order of declaration; types of which there are none are left out.
    pub by_type: Vec<MessagesOfType>,
    /// The same by the hour of the day in the platform's zone: 24, from 0:00.
    pub by_hour: Vec<i64>,
    /// The same by the day of the week: 7, from Monday.
    pub by_weekday: Vec<i64>,
    /// In how many conversations.
    pub conversations: i64,
    /// How many of these began in the range: nothing was written in them before.
    pub conversations_begun: i64,
}

/// Support requests of one category and priority.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct TicketsOfKind {
    /// The category.
    pub category: SupportCategory,
    /// The priority.
    pub priority: SupportPriority,
    /// How many.
    pub count: i64,
}

/// What an agent has to do and did.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct AgentLoad {
    /// Who.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// Support requests that are assigned to the agent now and are OUVERT, EN_COURS or EN_ATTENTE.
    pub open: i64,
    /// Those that were resolved in the range and are the agent's now.
    pub resolved: i64,
}

/// What the support had to do in a range. A support request is open from createdAt until resolvedAt or closedAt, whichever
/// comes first; one that is done without either moment counts as never open, one that was opened again as if it had
/// never been done.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct SupportLoad {
    /// How many were open when the range began.
    pub open_before: i64,
    /// How many were opened in it.
    pub opened: i64,
    /// How many were first answered in it, by firstResponseAt.
    pub answered: i64,
    /// How many were resolved in it, by resolvedAt.
    pub resolved: i64,
    /// How many were closed in it, by closedAt.
    pub closed: i64,
    /// How many were open when it ended.
    pub open_after: i64,
    /// Those that were opened in it by category and priority, in the order of declaration.
    pub opened_by_kind: Vec<TicketsOfKind>,
    /// Who has open ones now or resolved some in it, by name.
    pub agents: Vec<AgentLoad>,
}

/// What was invoiced in a part of a range: by issuedAt, or createdAt of an invoice without it. Sums are in centimes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct InvoicedPart {
    /// What people call it.
    pub label: String,
    /// Its first day.
    pub from: Day,
    /// The day after its last.
    pub to: Day,
    /// How many invoices were issued that are not CANCELLED now.
    pub invoices: i64,
    /// What they ask for without tax.
    pub amount: i64,
    /// Their tax.
    pub tax: i64,
    /// Amount and tax.
    pub total: i64,
    /// What of the total is PAID now.
    pub paid: i64,
    /// How many more are CANCELLED now; they count in nothing else here. Credit notes for a part of an invoice are no part
    /// of these figures: the ledger of invoices has them.
    pub cancelled: i64,
}
