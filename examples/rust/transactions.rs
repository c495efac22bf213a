//! Transactions: one that is rolled back, and two that run into a deadlock and both succeed.
//!
//! `cargo run -p staka-examples --example transactions`

use std::sync::atomic::{AtomicU32, Ordering};

use staka_core::model::{Role, UserId};
use staka_examples::{Database, Result, create_user};
use tokio::sync::Barrier;

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("transactions")?;
    let staka = database.connect().await?;
    let zoe = create_user(&staka, "Zoé", Role::User, 3).await?.id;
    let max = create_user(&staka, "Max", Role::User, 4).await?.id;
    // More rows: the server reads a very small table completely, and then each update would wait for all others.
    create_user(&staka, "Luc", Role::User, 500).await?;
    let db = staka.as_system();

    // A `Tx` has the same operations and sees its own writes. It is committed or rolled back explicitly; a dropped one
    // is rolled back.
    let tx = db.begin().await?;
    tx.notifications().mark_all_read(&zoe).await?;
    let (inside, outside) =
        (tx.notifications().unread_count(&zoe).await?, db.notifications().unread_count(&zoe).await?);
    println!("before the end: {inside} unread inside, {outside} outside");
    assert_eq!((inside, outside), (0, 3));
    tx.rollback().await?;
    assert_eq!(db.notifications().unread_count(&zoe).await?, 3);
    println!("rolled back: 3 unread again");

    // Each transaction locks the rows that the other needs next. The server ends the deadlock by rolling one back, and
    // `transaction` runs that one again. Its body must have no effect outside of the database.
    let attempts = AtomicU32::new(0);
    let both_locked = Barrier::new(2);
    let mark_both = async |first: &UserId, second: &UserId| {
        db.transaction(|tx| {
            let (attempts, both_locked) = (&attempts, &both_locked);
            async move {
                let marked = tx.notifications().mark_all_read(first).await?;
                if attempts.fetch_add(1, Ordering::Relaxed) < 2 {
                    both_locked.wait().await;
                }
                Ok(marked + tx.notifications().mark_all_read(second).await?)
            }
        })
        .await
    };
    let (one, other) = tokio::try_join!(mark_both(&zoe, &max), mark_both(&max, &zoe))?;
    let (marked, attempts) = (one + other, attempts.into_inner());
    println!("two transactions, {attempts} attempts, {marked} notifications marked as read, each of them once");
    assert_eq!(marked, 7);
    assert!(attempts > 2, "one of them was run again");

    staka.close().await;
    Ok(())
}
