//! Simultaneous operations on one series, one order, one invoice: no number is lost or issued twice, and nothing is
//! credited twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use staka_core::model::{CommandeId, InvoiceStatus, Role};
use staka_core::{Caller, ErrorKind, NewInvoice, Staka};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use sqlx::{AssertSqlSafe, Executor, MySqlConnection};

use crate::invoices_support::*;
use crate::support::on_both;

/// The number of simultaneous tasks.
const WRITERS: usize = 64;

/// Opens two pools on one database, like two processes.
async fn pools(shop: &Shop) -> [Staka; 2] {
    let pool = || shop.db.builder().clock(shop.clock.clone()).max_connections(16).connect();
    [pool().await.unwrap(), pool().await.unwrap()]
}

/// The number of invoices, or bare numbers, of one measurement.
const MEASURED: usize = 384;

/// Inserts the orders of one measurement, each with a price.
async fn priced(shop: &Shop, name: &str) -> Vec<CommandeId> {
    let ids: Vec<String> = (0..MEASURED).map(|place| format!("{name}-{place}")).collect();
    let rows: Vec<String> = ids
        .iter()
        .map(|id| format!("('{id}', '{}', 'Les Marées', 46800, '2026-06-01', '2026-06-01')", shop.author.0))
        .collect();
    let columns = "`id`, `userId`, `titre`, `amount`, `createdAt`, `updatedAt`";
    shop.sql(&format!("INSERT INTO commandes ({columns}) VALUES {}", rows.join(", "))).await;
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

/// Measures invoices per second with this number of tasks.
async fn issued(staka: &Staka, orders: Vec<CommandeId>, tasks: usize) -> f64 {
    let mut writers = JoinSet::new();
    let begun = Instant::now();
    for mine in orders.chunks(MEASURED / tasks) {
        let (session, mine) = (staka.as_system(), mine.to_vec());
        writers.spawn(async move {
            for id in mine {
                session.invoices().issue(&id, NewInvoice::default()).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    MEASURED as f64 / begun.elapsed().as_secs_f64()
}

/// Measures numbers per second with this number of connections, and nothing but numbers: the minimum that a gapless
/// series takes.
async fn counted(conns: &mut Vec<MySqlConnection>, tasks: usize) -> f64 {
    let mut writers = JoinSet::new();
    let begun = Instant::now();
    for mut conn in conns.drain(..tasks) {
        writers.spawn(async move {
            for _ in 0..MEASURED / tasks {
                conn.execute("START TRANSACTION").await.unwrap();
                let row = sqlx::query_scalar::<_, i64>("SELECT n FROM bare_counter WHERE id = 1 FOR UPDATE");
                let next = row.fetch_one(&mut conn).await.unwrap();
                sqlx::query("UPDATE bare_counter SET n = ? WHERE id = 1")
                    .bind(next + 1)
                    .execute(&mut conn)
                    .await
                    .unwrap();
                let row = sqlx::query("INSERT INTO bare_numbers (n, number) VALUES (?, ?)");
                row.bind(next).bind(format!("FACT-2026-{next:03}")).execute(&mut conn).await.unwrap();
                conn.execute("COMMIT").await.unwrap();
            }
            conn
        });
    }
    conns.extend(writers.join_all().await);
    MEASURED as f64 / begun.elapsed().as_secs_f64()
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

on_both! {
    /// Printed, not asserted, because machines differ. Run by:
    /// `cargo test -p staka-core-tests --test it -- --ignored --nocapture invoices_a_second`
    #[ignore = "it measures"]
    async fn invoices_a_second_beside_a_bare_counter(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        shop.sql("CREATE TABLE bare_counter (id INT PRIMARY KEY, n BIGINT NOT NULL)").await;
        shop.sql("CREATE TABLE bare_numbers (n BIGINT PRIMARY KEY, number VARCHAR(50) NOT NULL UNIQUE)").await;
        shop.sql("INSERT INTO bare_counter VALUES (1, 1)").await;
        let staka = shop.db.builder().clock(shop.clock.clone()).max_connections(64).connect().await.unwrap();
        let mut conns = Vec::new();
        for _ in 0..64 {
            let mut conn = shop.db.connect().await;
            conn.execute(AssertSqlSafe("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")).await.unwrap();
            conns.push(conn);
        }
        for tasks in [1, 16, 64] {
            let (mut owned, mut bare) = (Vec::new(), Vec::new());
            for round in 0..3 {
                let orders = priced(&shop, &format!("{tasks}-{round}")).await;
                owned.push(issued(&staka, orders, tasks).await);
                bare.push(counted(&mut conns, tasks).await);
            }
            let (owned, bare) = (middle(owned), middle(bare));
            println!("{tasks:>2} tasks: {owned:.0} invoices a second, {bare:.0} bare numbers: {:.2}", owned / bare);
        }
        let report = shop.admin.1.invoices().get_numbering(2026).await.unwrap().remove(0);
        assert_eq!((report.issued as usize, report.missing.len(), report.next), (9 * MEASURED, 0, Some((9 * MEASURED) as i64 + 1)));
    }

    async fn numbers_have_no_gaps_and_no_duplicates(server: &Server) {
        const EACH: usize = 3;
        let shop = Shop::at(server, NOON).await;
        let mut orders = Vec::new();
        for _ in 0..WRITERS * EACH {
            orders.push(shop.order(1_000).await);
        }
        // External numbers lie before, among and after those to be issued.
        let theirs = shop.order(100).await;
        for number in [2, 3, 50, 120, 300] {
            shop.external_invoice(&theirs, &format!("FACT-2026-{number:03}")).await;
        }
        let (pools, start) = (pools(&shop).await, Arc::new(Barrier::new(WRITERS)));
        let mut writers = JoinSet::new();
        for (writer, mine) in orders.chunks(EACH).enumerate() {
            let session = pools[writer % 2].as_caller(Caller::user(shop.admin.0.clone(), Role::Admin));
            let (mine, start) = (mine.to_vec(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                let mut numbers = Vec::new();
                for id in mine {
                    // Every third invoice is rolled back after taking its number.
                    if numbers.len() % 3 == 2 {
                        let tx = session.begin().await.unwrap();
                        tx.invoices().issue(&id, NewInvoice::default()).await.unwrap();
                        tx.rollback().await.unwrap();
                    }
                    numbers.push(session.invoices().issue(&id, NewInvoice::default()).await.unwrap().number);
                }
                numbers
            });
        }
        let given: Vec<String> = writers.join_all().await.into_iter().flatten().collect();
        let distinct: BTreeSet<&String> = given.iter().collect();
        assert_eq!((given.len(), distinct.len()), (WRITERS * EACH, WRITERS * EACH));
        let report = shop.admin.1.invoices().get_numbering(2026).await.unwrap().remove(0);
        assert_eq!((report.issued as usize, report.missing.len()), (WRITERS * EACH, 0));
        assert_eq!(report.skipped.iter().map(|skip| skip.sequence).collect::<Vec<_>>(), [2, 3, 50, 120]);
        assert_eq!((report.first, report.next), (Some(1), Some((WRITERS * EACH) as i64 + 5)));
        println!("{} numbers by {WRITERS} writers: 0 gaps, 0 duplicates, 4 skipped", given.len());
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn an_order_is_invoiced_once_by_many_simultaneous_calls(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let id = shop.order(1_000).await;
        let (pools, start) = (pools(&shop).await, Arc::new(Barrier::new(WRITERS)));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let session = pools[writer % 2].as_system();
            let (id, start) = (id.clone(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                session.invoices().issue(&id, NewInvoice::default()).await
            });
        }
        let outcomes = writers.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().flat_map(|outcome| outcome.as_ref().err()).all(|error| error.kind() == ErrorKind::Conflict));
        assert_eq!(shop.admin.1.invoices().get_numbering(2026).await.unwrap()[0].issued, 1);
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn an_invoice_is_never_credited_beyond_its_total(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let id = shop.order(1_000).await;
        let made = shop.admin.1.invoices().issue(&id, NewInvoice::default()).await.unwrap();
        let (pools, start) = (pools(&shop).await, Arc::new(Barrier::new(WRITERS)));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let session = pools[writer % 2].as_system();
            let (invoice, start) = (made.id.clone(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                match writer % 4 {
                    0 => session.invoices().mark_paid(&invoice, None).await.map(|_| 0),
                    1 => session.invoices().mark_overdue(None).await.map(|_| 0),
                    _ => session.invoices().create_credit_note(&invoice, 70, "geste".to_owned()).await.map(|note| note.total),
                }
            });
        }
        let mut taken = 0;
        for outcome in writers.join_all().await {
            match outcome {
                Ok(total) => taken += total,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
            }
        }
        assert_eq!(taken, 980);
        shop.admin.1.invoices().cancel(&made.id, "le reste".to_owned()).await.unwrap();
        let detail = shop.admin.1.invoices().get(&made.id).await.unwrap().unwrap();
        assert_eq!((&detail.invoice.status, detail.credited, detail.credit_notes.len()), (&InvoiceStatus::Cancelled, 1_000, 15));
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }
}
