//! A sale and what comes of it: a price, Stripe's event delivered twice, an invoice with a number, a credit note, a question
//! to the team, the year's figures, and a client who wants to be forgotten while the invoice stays.
//!
//! `cargo run -p staka-examples --example a_sale`

use serde_json::json;
use staka_core::base::TaxRegime;
use staka_core::model::view::LedgerLine;
use staka_core::model::{PaymentOutcome, Role, SupportRequestStatus, UserId};
use staka_core::{
    BillingChange, CommandeDraft, Ctx, Day, ErasureReason, InvoiceList, Page, Patch, TextId, TicketDraft,
};
use staka_examples::{Database, Result, person};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("a_sale")?;
    let staka = database.connect().await?;
    let zoe = person(&staka, "Zoé", Role::User, 0).await?;
    let agathe = person(&staka, "Agathe", Role::Admin, 0).await?;
    let author = staka.as_actor(Ctx::user(zoe.id.clone(), Role::User));
    let team = staka.as_actor(Ctx::user(agathe.id, Role::Admin));

    // Who sells, and under which regime of VAT: what the invoices to come will say.
    let seller = BillingChange {
        seller_address: Patch::Set(Some("12 rue des Lilas\n75020 Paris".into())),
        siret: Patch::Set(Some("732 829 320 00074".into())),
        regime: Patch::Set(TaxRegime::Inclusive),
        rate: Patch::Set(2_000),
        ..BillingChange::default()
    };
    team.billing().set_settings(seller).await?;

    // An order has its price from the team, never from its client.
    let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
    let order = author.commandes().create(draft, None).await?;
    team.billing().set_price(&order.id, 46_800, None).await?;
    let session = format!("cs_test_{}", UserId::generate(staka.clock()).as_str().replace('-', ""));
    let due = author.payments().open_checkout(&order.id, session.clone(), None).await?;
    println!("{} centimes are due, {} of them VAT", due.amount, due.tax_amount);

    // Stripe says that it was paid, twice; who checked the signature hands the text over.
    let event = json!({
        "id": session.replace("cs_test", "evt"), "type": "checkout.session.completed",
        "created": staka.clock().now().unix_millis() / 1_000,
        "data": {"object": {"object": "checkout.session", "id": session, "payment_status": "paid",
            "payment_intent": session.replace("cs_test", "pi"), "amount_total": due.amount, "currency": "eur"}},
    });
    let platform = staka.as_system();
    for delivery in 1..=2 {
        let receipt = platform.payments().record(event.to_string()).await?;
        println!("delivery {}: {}", receipt.deliveries, receipt.outcome);
        assert_eq!((receipt.outcome, receipt.deliveries), (PaymentOutcome::Applied, delivery));
    }

    // One invoice came of it, with the next number of the year. It never changes: what is taken back has a note of its own.
    let invoice = author.invoices().list_mine(&zoe.id, InvoiceList::default(), Page::default()).await?.items.remove(0);
    println!("{} of {} € HT is {}", invoice.number, invoice.amount / 100, invoice.status);
    let note = team.invoices().credit(&invoice.id, 4_680, "un retard de trois jours".to_owned()).await?;
    println!("{} takes back {} centimes of {}", note.number, note.total, note.invoice_number);

    // What an accountant asks.
    let (start, end) = (invoice.created_at, staka.clock().now().plus(std::time::Duration::from_secs(1)));
    for LedgerLine { number, buyer_name, title, rate, total, .. } in
        team.invoices().ledger(start, end, Page::default()).await?.items
    {
        println!("{number}: {buyer_name}, {title}, {total} centimes at {rate} basis points");
    }
    for series in team.invoices().numbering(note.year).await? {
        assert!(series.missing.is_empty(), "no number is missing");
    }

    // A question to the team; business hours and holidays count, nights do not.
    let ticket = TicketDraft {
        title: "Ma facture".into(),
        description: "À quel nom est-elle ?".into(),
        ..TicketDraft::default()
    };
    let ticket = author.support().open(ticket, None).await?;
    team.support().reply(&ticket.id, "Au vôtre.".to_owned(), Some(SupportRequestStatus::Resolu), None).await?;
    let clock = team.support().sla(&ticket.id).await?.ok_or("the ticket is there")?;
    println!("answered within {:?} minutes of work", clock.first_response_minutes);

    // The year so far.
    let today = Day::at(staka.zone(), staka.clock().now());
    let months = team.stats().months().await?;
    println!("{} centimes this month", months.last().map_or(0, |month| month.figures.revenue));
    println!("{today}: {} centimes by Zoé this year", author.stats().annual(&zoe.id, today.year()).await?.amount);

    // She leaves. Everything of hers goes but what the law wants kept.
    let erased = author.privacy().erase(&zoe.id, ErasureReason::default()).await?;
    println!(
        "{} rows were changed or removed",
        erased.tables.iter().map(|table| table.removed + table.changed).sum::<u64>()
    );
    let kept = team.invoices().get(&invoice.id).await?.and_then(|detail| detail.document);
    assert_eq!(kept.map(|document| document.buyer_name).as_deref(), Some("Zoé Exemple"));
    staka.close().await;
    Ok(())
}
