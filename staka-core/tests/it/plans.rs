//! Prepares, runs and explains every statement on the small demo data: no scans, and the declared indexes.

use std::collections::BTreeSet;
use std::sync::Arc;

use staka_cases::Case;
use staka_core::base::{NewRow, PatchedTable, RowPatch, TextId};
use staka_core::db::{Access, Conn, Plan, PlanLog, Statement};
use staka_core::model::*;
use staka_core::{Caller, Operation, PageRequest, StakaBuilder, SystemClock, UserNotificationFilter, repo, stats};

use crate::plans_lists::explain_all;
use crate::rows_read;
use crate::seeded::{World, any_row};
use crate::support::{delete_row, on_both};
use tokio::sync::Mutex;

fn catalogue() -> Vec<&'static Statement> {
    [repo::catalogue(), stats::catalogue()].concat()
}

/// Runs every statement, for users with much and with little data, with and without counter tables.
async fn run_all(seeded: &World, log: &Arc<PlanLog>) {
    for counters in [true, false] {
        run_catalogue(seeded, seeded.builder().record_plans(Arc::clone(log)).counters(counters)).await;
    }
}

async fn run_catalogue(seeded: &World, builder: StakaBuilder) {
    let staka = builder.connect().await.unwrap();
    let (session, s) = (staka.as_system(), &seeded.subjects);
    let since = seeded.anchor.minus(std::time::Duration::from_secs(30 * 86_400));
    for user in [&s.heavy, &s.admin, &s.light] {
        session.notifications().unread_count(user).await.unwrap();
        for unread_only in [false, true] {
            let (filter, page) = (UserNotificationFilter::default().unread_only(unread_only), PageRequest::of(5));
            let first = session.notifications().list_by_user(user, &filter, &page).await.unwrap();
            let after = first.next.unwrap_or_else(|| panic!("{user} has more than a page"));
            let second = page.total(true).after(after);
            session.notifications().list_by_user(user, filter, second).await.unwrap();
        }
        session.payment_methods().list_active(user).await.unwrap();
        let inbox = session.messages().list_conversations(user, PageRequest::of(2)).await.unwrap();
        let newest = inbox.items[0].last_message.conversation_id.clone();
        session.messages().list_conversations(user, PageRequest::of(2).after(inbox.next.unwrap())).await.unwrap();
        let first = session.messages().list_by_conversation(&newest, PageRequest::of(1)).await.unwrap();
        if let Some(next) = first.next {
            session.messages().list_by_conversation(&newest, PageRequest::of(5).after(next)).await.unwrap();
        }
        let theirs = Caller::user(user.clone(), Role::User);
        staka.as_caller(theirs).messages().list_by_conversation(&newest, PageRequest::of(5)).await.unwrap();
        // With so many rows, rewriting each in every index takes too long.
        if (user == &s.heavy) && session.notifications().unread_count(user).await.unwrap() > 10_000 {
            continue;
        }
        let _alone = seeded.writing.lock().await;
        let tx = session.begin().await.unwrap();
        tx.notifications().mark_all_read(user).await.unwrap();
        tx.rollback().await.unwrap();
    }
    let two = PageRequest::of(2).total(true);
    let orders = session.commandes().list_with_invoices(&s.light, two).await.unwrap();
    session.commandes().list_with_invoices(&s.light, PageRequest::of(2).after(orders.next.unwrap())).await.unwrap();
    session.stats().payments_by_status(since, seeded.anchor).await.unwrap();
    session.stats().dashboard(since).await.unwrap();
    session.stats().messages_by_type_and_statut(since).await.unwrap();
    let first = session.stats().message_records(since, seeded.anchor, PageRequest::of(3)).await.unwrap();
    session
        .stats()
        .message_records(since, seeded.anchor, PageRequest::of(3).total(true).after(first.next.unwrap()))
        .await
        .unwrap();
    use AuditSeverity::{Critical, High, Low, Medium};
    for severities in [vec![Low], vec![Low, Medium], vec![Low, Medium, High], vec![Low, Medium, High, Critical]] {
        session.audit_logs().list_recent(severities, None).await.unwrap();
    }
    session.pages().list_published().await.unwrap();
    session.faqs().count_by_categorie().await.unwrap();
    session.tarifs().list_active().await.unwrap();
    crate::plans_accounts::run(seeded, &staka).await;
    crate::plans_catalogue::run(seeded, &staka).await;
    crate::plans_orders::run(seeded, &staka).await;
    crate::plans_payments::run(seeded, &staka).await;
    crate::plans_invoices::run(seeded, &staka).await;
    crate::plans_messaging::run(seeded, &staka).await;
    crate::plans_support::run(seeded, &staka).await;
    crate::plans_privacy::run(seeded, &staka).await;
    verbs(seeded, staka.pool()).await;
    crate::plans_notifying::run(seeded, &staka).await;
    crate::plans_figures::run(seeded, &staka).await;
    let mut conn = staka.acquire().await.unwrap();
    stats::notifications::busiest_user(&mut conn).await.unwrap();
}

/// Runs the generic operations of every table in a transaction that is rolled back.
async fn verbs(seeded: &World, pool: &staka_core::db::Pool) {
    let _alone = seeded.writing.lock().await;
    let mut tx = staka_core::db::OwnedTx::begin(pool).await.unwrap();
    let conn: &mut Conn = tx.conn();
    macro_rules! verbs {
        ($($room:ident: $row:ty, [$($lookup:ident)?], [$($update:ident)?], [$($remove:ident)?];)+) => {$({
            let row = any_row::<$row>(conn).await;
            $(assert_eq!(repo::$room::$lookup(conn, &row.id).await.unwrap().as_ref(), Some(&row));)?
            $(
                let patch = <$row as PatchedTable>::Patch::default();
                assert!(patch.is_empty());
                repo::$room::$update(conn, &row.id, &patch, None, seeded.anchor).await.unwrap();
            )?
            $(repo::$room::$remove(conn, &row.id).await.unwrap();)?
            delete_row::<$row>(conn, row.id.as_str()).await;
            repo::$room::add(conn, &[row]).await.unwrap();
        })+};
    }
    verbs! {
        message_attachments: MessageAttachment, [], [], [];
        invoices: Invoice, [lookup], [update], [];
        notifications: Notification, [], [], [];
        payment_methods: PaymentMethod, [lookup], [update], [];
        pages: CmsPage, [lookup], [update], [remove];
        faqs: Faq, [lookup], [update], [remove];
        tarifs: Tarif, [lookup], [update], [remove];
        support_requests: SupportRequest, [lookup], [update], [];
        password_resets: PasswordReset, [], [], [];
        files: File, [lookup], [update], [remove];
        audit_logs: AuditLog, [lookup], [], [];
    }
    // Deleting these deletes others too, so they get their own rows.
    let user =
        UserInsert::new("a", "b", "plan@example.org", staka_core::Secret::new("x")).into_row(&SystemClock).unwrap();
    repo::users::add(conn, std::slice::from_ref(&user)).await.unwrap();
    let order = CommandeInsert::new(user.id.clone(), "t").into_row(&SystemClock).unwrap();
    repo::commandes::add(conn, std::slice::from_ref(&order)).await.unwrap();
    let message = MessageInsert::new(ConversationId::generate(&SystemClock), "t").into_row(&SystemClock).unwrap();
    repo::messages::add(conn, std::slice::from_ref(&message)).await.unwrap();
    assert!(repo::users::lookup(conn, &user.id).await.unwrap().is_some());
    assert!(repo::commandes::lookup(conn, &order.id).await.unwrap().is_some());
    assert!(repo::messages::lookup(conn, &message.id).await.unwrap().is_some());
    repo::commandes::update(conn, &order.id, &CommandePatch::default(), None, seeded.anchor).await.unwrap();
    repo::messages::update(conn, &message.id, &MessagePatch::default(), None, seeded.anchor).await.unwrap();
    repo::users::update(conn, &user.id, &UserPatch::default(), None, seeded.anchor).await.unwrap();
    repo::commandes::remove(conn, &order.id).await.unwrap();
    repo::messages::remove(conn, &message.id).await.unwrap();
    repo::users::remove(conn, &user.id).await.unwrap();
    tx.rollback().await.unwrap();
}

/// Returns what is wrong with the plan of a statement that is to access its tables like this, if anything.
pub fn violations(name: &str, access: &[Access], plan: &Plan) -> Vec<String> {
    let mut violations = Vec::new();
    for row in &plan.rows {
        let Some(alias) = row.table.as_deref().filter(|alias| !alias.starts_with('<')) else { continue };
        // The key is NULL, so that the server reads nothing.
        if row.access.as_deref() == Some("const") && row.key.is_none() {
            continue;
        }
        let how = format!("{name}: {alias} by {:?} of {:?}, {:?} rows, {:?}", row.access, row.key, row.rows, row.extra);
        let declared = access.iter().find(|access| match access {
            Access::Index { table, .. } | Access::Scan { table, .. } => *table == alias,
        });
        match declared {
            None => violations.push(format!("{how}: no access is declared for {alias}")),
            Some(Access::Scan { .. }) => {}
            Some(Access::Index { keys, .. }) => {
                let scan = match row.access.as_deref() {
                    Some("ALL") => true,
                    // If the index has all columns, a period that covers most of a few thousand entries is read as the
                    // whole of it.
                    Some("index") => {
                        let covering = row.extra.as_deref().is_some_and(|extra| extra.contains("Using index"));
                        row.rows.is_none_or(|rows| rows > if covering { 4_000 } else { 1_000 })
                    }
                    _ => false,
                };
                if scan || !row.key.as_deref().is_some_and(|key| keys.contains(&key)) {
                    violations.push(format!("{how}: {keys:?} was declared"));
                }
            }
        }
    }
    violations
}

/// Returns the plans of a statement. An INSERT has none; running it shows that it can be prepared.
fn plans_of<'p>(statement: &Statement, plans: &'p [Plan]) -> Vec<&'p Plan> {
    plans.iter().filter(|plan| plan.statement == statement.name && plan.text == statement.text()).collect()
}

/// Returns the operation after which a statement is named: `faqs.get` or `faqs.get/answers`.
fn operation_of(statement: &Statement) -> &'static str {
    statement.name.split('/').next().unwrap_or_default()
}

/// Runs the case suite's cases of operations whose statements nothing else runs.
async fn run_cases(seeded: &World, log: &Arc<PlanLog>, operations: &BTreeSet<&str>) {
    let staka = seeded.builder().record_plans(Arc::clone(log)).connect().await.unwrap();
    let _alone = seeded.writing.lock().await;
    for case in Case::all(&|name| seeded.placeholder(name)) {
        if operations.contains(case.operation.as_str()) {
            let session = staka.as_caller(Caller::new(seeded.actor(&case.actor)));
            let tx = session.begin().await.unwrap();
            // The test of the suite checks the outcome.
            drop(tx.call(&case.operation, &case.input.to_string()).await);
            tx.rollback().await.unwrap();
        }
    }
    staka.close().await;
}

/// Checks the plan of every statement on this database. Only the small one has the rows that the case suite names, so
/// only there its cases run all statements of their operations.
async fn all_reach_their_rows(seeded: &World, has_rows_of_cases: bool) {
    let log = Arc::new(PlanLog::default());
    run_all(seeded, &log).await;
    let mut plans = log.take();
    let unseen = catalogue().into_iter().filter(|statement| plans_of(statement, &plans).is_empty());
    run_cases(seeded, &log, &unseen.map(operation_of).collect()).await;
    plans.extend(log.take());
    let mut wrong = BTreeSet::new();
    for statement in catalogue() {
        let seen = plans_of(statement, &plans);
        let may_be_unseen = statement.text().starts_with("INSERT")
            || !has_rows_of_cases && Operation::find(operation_of(statement)).is_some();
        if seen.is_empty() && !may_be_unseen {
            wrong.insert(format!("{}: never run by this test: {}", statement.name, statement.text()));
        }
        wrong.extend(seen.iter().flat_map(|plan| violations(statement.name, statement.access, plan)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

on_both! {
    async fn every_statement_reaches_its_rows_as_it_declares(server: &Server) {
        all_reach_their_rows(server.seeded().await, true).await;
    }

    /// Among 600,000 rows, or two million with `STAKA_LONG_TESTS=1`. Seeding takes most of the time, so the statements
    /// and the lists share a database.
    async fn every_statement_and_list_reaches_its_rows_in_a_large_database(server: &Server) {
        let _one_at_a_time = LARGE.lock().await;
        let seeded = server.seeded_large().await;
        all_reach_their_rows(&seeded, false).await;
        explain_all(&seeded, true).await;
        rows_read::compare(server.seeded().await, &seeded).await;
        rows_read::end_after_a_stretch(&seeded).await;
    }
}

/// Two databases of this size at once would be too large for the memory disk of a small machine.
static LARGE: Mutex<()> = Mutex::const_new(());

#[test]
fn the_scans_are_few_and_have_reasons() {
    let scans: BTreeSet<&str> = catalogue()
        .into_iter()
        .filter(|statement| statement.access.iter().any(|access| matches!(access, Access::Scan { .. })))
        .map(|statement| statement.name)
        .collect();
    assert_eq!(
        scans,
        BTreeSet::from([
            "audit_logs.stats/by_action",
            "audit_logs.stats/by_severity",
            "payment_methods.find_default_conflicts",
            "payment_methods.find_default_conflicts/count",
            "stats.busiest_user",
            "stats.users_by_role",
            "stats.users_by_role/one_by_one",
            "ticket_sla_targets.all",
            "tickets.list_tags",
        ])
    );
    for statement in catalogue() {
        assert!(
            !statement.access.is_empty() || statement.text().starts_with("INSERT"),
            "{} declares no access",
            statement.name
        );
    }
}
