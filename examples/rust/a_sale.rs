//! A sale: a price, a Stripe event that is delivered twice, an invoice with a number, a credit note, a ticket, the
//! year's figures, and the erasure of a client whose invoice is kept.
//!
//! `cargo run -p staka-examples --example a_sale`

use serde_json::json;
use staka_core::base::TaxRegime;
use staka_core::model::view::LedgerEntry;
use staka_core::model::{PaymentOutcome, Role, SupportRequestStatus, UserId};
use staka_core::{
    BillingSettingsUpdate, Caller, Day, ErasureReason, NewCommande, NewTicket, PageRequest, TextId, UserInvoiceFilter,
};
use staka_examples::{Database, Result, create_user};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("a_sale")?;
    let staka = database.connect().await?;
    let zoe = create_user(&staka, "Zoé", Role::User, 0).await?;
    let agathe = create_user(&staka, "Agathe", Role::Admin, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
    let team = staka.as_caller(Caller::user(agathe.id, Role::Admin));

    // The seller and the VAT regime, which future invoices show.
    let seller = BillingSettingsUpdate::default()
        .seller_address("12 rue des Lilas\n75020 Paris")
        .siret("732 829 320 00074")
        .regime(TaxRegime::Inclusive)
        .rate(2_000);
    team.billing().update_settings(seller).await?;

    // Only the team sets the price of an order.
    let draft = NewCommande::new("Les Marées");
    let order = author.commandes().create(draft, None).await?;
    team.billing().set_price(&order.id, 46_800, None).await?;
    let session = format!("cs_test_{}", UserId::generate(staka.clock()).as_str().replace('-', ""));
    let due = author.payments().open_checkout(&order.id, session.clone(), None).await?;
    println!("{} centimes are due, {} of them VAT", due.amount, due.tax_amount);

    // Stripe reports the payment twice. The web service has checked the signature and passes on the text.
    let event = json!({
        "id": session.replace("cs_test", "evt"), "type": "checkout.session.completed",
        "created": staka.clock().now().unix_millis() / 1_000,
        "data": {"object": {"object": "checkout.session", "id": session, "payment_status": "paid",
            "payment_intent": session.replace("cs_test", "pi"), "amount_total": due.amount, "currency": "eur"}},
    });
    let platform = staka.as_system();
    for delivery in 1..=2 {
        let receipt = platform.payments().record_event(event.to_string()).await?;
        println!("delivery {}: {}", receipt.deliveries, receipt.outcome);
        assert_eq!((receipt.outcome, receipt.deliveries), (PaymentOutcome::Applied, delivery));
    }

    // The payment created one invoice, with the next number of the year. An invoice never changes: a reduction needs a
    // credit note.
    let invoice = author
        .invoices()
        .list_by_user(&zoe.id, UserInvoiceFilter::default(), PageRequest::default())
        .await?
        .items
        .remove(0);
    println!("{} of {} € HT is {}", invoice.number, invoice.amount / 100, invoice.status);
    let note = team.invoices().create_credit_note(&invoice.id, 4_680, "un retard de trois jours").await?;
    println!("{} credits {} centimes of {}", note.number, note.total, note.invoice_number);

    // The accounting figures.
    let (start, end) = (invoice.created_at, staka.clock().now().plus(std::time::Duration::from_secs(1)));
    for LedgerEntry { number, buyer_name, title, rate, total, .. } in
        team.invoices().ledger(start, end, PageRequest::default()).await?.items
    {
        println!("{number}: {buyer_name}, {title}, {total} centimes at {rate} basis points");
    }
    for series in team.invoices().get_numbering(note.year).await? {
        assert!(series.missing.is_empty(), "no number is missing");
    }

    // A ticket. Response times are counted in business hours.
    let ticket = NewTicket::new("Ma facture", "À quel nom est-elle ?");
    let ticket = author.tickets().create(ticket, None).await?;
    team.tickets().reply(&ticket.id, "Au vôtre.", SupportRequestStatus::Resolu, None).await?;
    let sla = team.tickets().get_sla(&ticket.id).await?.ok_or("the ticket exists")?;
    println!("answered within {:?} business minutes", sla.first_response_minutes);

    // The figures of the year so far.
    let today = Day::at(staka.zone(), staka.clock().now());
    let months = team.stats().monthly().await?;
    println!("{} centimes this month", months.last().map_or(0, |month| month.figures.revenue));
    println!(
        "{today}: {} centimes by Zoé this year",
        author.stats().annual_figures(&zoe.id, today.year()).await?.amount
    );

    // Her personal data is erased, except for what the law requires to be kept.
    let erased = author.privacy().erase(&zoe.id, ErasureReason::default()).await?;
    println!(
        "{} rows were changed or deleted",
        erased.tables.iter().map(|table| table.removed + table.changed).sum::<u64>()
    );
    let kept = team.invoices().get(&invoice.id).await?.and_then(|detail| detail.document);
    assert_eq!(kept.map(|document| document.buyer_name).as_deref(), Some("Zoé Exemple"));
    staka.close().await;
    Ok(())
}
