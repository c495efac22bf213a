//! Transactions: one that is rolled back, and two that meet in a deadlock and both succeed.
//!
//! `cargo run -p staka-examples --example transactions`

use std::sync::atomic::{AtomicU32, Ordering};

use staka_core::model::{Role, UserId};
use staka_examples::{Database, Result, person};
use tokio::sync::Barrier;

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("transactions")?;
    let staka = database.connect().await?;
    let zoe = person(&staka, "Zoé", Role::User, 3).await?.id;
    let max = person(&staka, "Max", Role::User, 4).await?.id;
    // Others too: a server reads a tiny table as a whole, and then each update waits for every other.
    person(&staka, "Luc", Role::User, 500).await?;
    let db = staka.as_system();

    // A `Tx` has the same operations, sees its own writes, and ends as you decide; dropped, it is rolled back.
    let tx = db.begin().await?;
    tx.notifications().mark_all_read(&zoe).await?;
    let (inside, outside) =
        (tx.notifications().unread_count(&zoe).await?, db.notifications().unread_count(&zoe).await?);
    println!("before the end: {inside} unread inside, {outside} outside");
    assert_eq!((inside, outside), (0, 3));
    tx.rollback().await?;
    assert_eq!(db.notifications().unread_count(&zoe).await?, 3);
    println!("rolled back: 3 unread again");

    // Each holds the rows that the other wants next. The server breaks the deadlock by undoing one of them, and
    // `transaction` runs that one again: its body has no effect outside of the database that repeating would harm.
    let tries = AtomicU32::new(0);
    let both_hold_one = Barrier::new(2);
    let mark_both = async |first: &UserId, second: &UserId| {
        db.transaction(|tx| {
            let (tries, both_hold_one) = (&tries, &both_hold_one);
            async move {
                let marked = tx.notifications().mark_all_read(first).await?;
                if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                    both_hold_one.wait().await;
                }
                Ok(marked + tx.notifications().mark_all_read(second).await?)
            }
        })
        .await
    };
    let (one, other) = tokio::try_join!(mark_both(&zoe, &max), mark_both(&max, &zoe))?;
    let (marked, tries) = (one + other, tries.into_inner());
    println!("two transactions, {tries} tries, {marked} notifications marked, each of them once");
    assert_eq!(marked, 7);
    assert!(tries > 2, "one of them was tried again");

    staka.close().await;
    Ok(())
}
