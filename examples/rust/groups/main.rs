//! Examples for most groups of operations. `DATABASE_URL` must name a database that they have not run on.
//!
//! `cargo run -p staka-examples --example groups`

mod accounts;
mod audit;
mod commandes;
mod faqs;
mod files;
mod invoices;
mod messages;
mod notifications;
mod pages;
mod password_resets;
mod payment_methods;
mod payments;
mod privacy;
mod tarifs;
mod tickets;

use staka_examples::{Database, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("groups")?;
    let staka = &database.connect().await?;
    accounts::run(staka).await?;
    audit::run(staka).await?;
    commandes::run(staka).await?;
    faqs::run(staka).await?;
    files::run(staka).await?;
    invoices::run(staka).await?;
    messages::run(staka).await?;
    notifications::run(staka).await?;
    pages::run(staka).await?;
    password_resets::run(staka).await?;
    payment_methods::run(staka).await?;
    payments::run(staka).await?;
    privacy::run(staka).await?;
    tarifs::run(staka).await?;
    tickets::run(staka).await?;
    println!("All groups ran.");
    Ok(())
}
