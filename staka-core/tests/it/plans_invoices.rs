//! Runs the statements of invoices, for their query plans.

use staka_core::base::{TaxRegime, TextId};
use staka_core::db::OwnedTx;
use staka_core::model::view::{BillingDocument, BillingSettings, InvoiceTransition};
use staka_core::model::{
    BillingKind, BillingSeries, Commande, Invoice, InvoiceId, InvoiceSkip, InvoiceStatus, InvoiceTransitionRow,
};
use staka_core::repo::{billing_documents, billing_settings, invoice_series, invoice_transitions, invoices};
use staka_core::{PageRequest, Staka, SystemClock};

use crate::seeded::{World, any_row};

fn document(invoice: &Invoice, order: &Commande) -> BillingDocument {
    BillingDocument {
        id: invoice.id.as_str().parse().unwrap(),
        kind: BillingKind::Invoice,
        series: BillingSeries::Fact,
        year: 2026,
        sequence: 1,
        number: "FACT-2026-000001".into(),
        invoice_id: invoice.id.clone(),
        invoice_number: invoice.number.clone(),
        commande_id: order.id.clone(),
        user_id: order.user_id.clone(),
        title: order.titre.clone(),
        buyer_name: "Zoé".into(),
        buyer_email: "zoe@example.org".into(),
        buyer_address: None,
        buyer_legal_id: None,
        seller_name: "Staka".into(),
        seller_address: None,
        seller_siret: None,
        seller_vat_number: None,
        seller_mention: None,
        regime: TaxRegime::Franchise,
        rate: 0,
        tax_mention: None,
        amount: 100,
        tax_amount: 0,
        total: 100,
        reason: None,
        issued_at: "2026-06-01".parse().unwrap(),
        due_at: None,
        digest: String::new(),
    }
}

/// Runs every statement of invoices.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let now = seeded.anchor;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    let invoice: Invoice = any_row(conn).await;
    let order = staka_core::repo::commandes::lookup(conn, &invoice.commande_id).await.unwrap().unwrap();
    assert_eq!(invoices::locked(conn, &invoice.id).await.unwrap(), Some(invoice.clone()));
    invoices::uncancelled_of(conn, &order.id).await.unwrap();
    assert!(!invoices::with_number_prefix(conn, "FACT-2026-").await.unwrap().is_empty());
    assert_eq!(invoices::by_number(conn, &invoice.number).await.unwrap().unwrap().id, invoice.id);
    invoices::buyer(conn, &order.user_id).await.unwrap().unwrap();
    assert!(invoices::is_owner(conn, &invoice.id, &order.user_id).await.unwrap());
    invoices::late(conn, now, 100).await.unwrap();
    for count in [1, 1_000] {
        let some: Vec<InvoiceId> = (0..count).map(|_| InvoiceId::generate(&SystemClock)).collect();
        assert!(invoices::lock_late(conn, &some, now).await.unwrap().is_empty());
        invoices::mark_overdue(conn, &some, now).await.unwrap();
    }
    invoices::figures(conn, "2026-01-01".parse().unwrap(), now, now).await.unwrap();

    assert_eq!(billing_settings::current(conn).await.unwrap(), BillingSettings::default());
    assert_eq!(billing_settings::locked(conn).await.unwrap(), BillingSettings::default());
    billing_settings::set(conn, &BillingSettings::default(), now).await.unwrap();

    let (series, year) = (BillingSeries::Fact, 2026);
    assert_eq!(invoice_series::get(conn, series, year).await.unwrap(), None);
    invoice_series::open(conn, series, year, "opened", 1, now).await.unwrap();
    invoice_series::restart(conn, series, year, 5, now).await.unwrap();
    invoice_series::advance(conn, series, year, 6, now).await.unwrap();
    let row = invoice_series::locked(conn, series, year).await.unwrap().unwrap();
    assert_eq!((row.first, row.next), (5, 6));
    let skip = InvoiceSkip { series, year, sequence: 4, invoice_id: Some(invoice.id.clone()), skipped_at: now };
    invoice_series::skip(conn, &skip).await.unwrap();
    assert_eq!(invoice_series::skipped(conn, series, year).await.unwrap(), [skip]);

    let new = document(&invoice, &order);
    billing_documents::add(conn, &new).await.unwrap();
    assert_eq!(billing_documents::of_invoice(conn, &invoice.id).await.unwrap(), std::slice::from_ref(&new));
    assert_eq!(billing_documents::locked_of_invoice(conn, &invoice.id).await.unwrap(), [new]);
    assert_eq!(billing_documents::last(conn, series, year).await.unwrap(), 1);
    assert_eq!(billing_documents::sequences(conn, series, year).await.unwrap(), [1]);
    let (from, to) = ("2026-01-01".parse().unwrap(), "2027-01-01".parse().unwrap());
    assert!(billing_documents::vat(conn, from, to).await.unwrap().iter().any(|line| line.regime.is_some()));
    assert_eq!(billing_documents::credited(conn, from, to).await.unwrap().count, 0);
    assert!(!billing_documents::ledger(conn, from, to, &PageRequest::default()).await.unwrap().items.is_empty());

    let row = InvoiceTransitionRow {
        id: "transition".into(),
        invoice_id: invoice.id.clone(),
        from_status: None,
        to_status: InvoiceStatus::Generated,
        at: now,
        actor_id: None,
    };
    invoice_transitions::add(conn, &row).await.unwrap();
    let views = invoice_transitions::of_invoice(conn, &invoice.id).await.unwrap();
    let [InvoiceTransition { from_status: None, to_status: InvoiceStatus::Generated, at, actor_id: None, .. }] =
        &views[..]
    else {
        panic!("{views:?}")
    };
    assert_eq!(*at, now);
    tx.rollback().await.unwrap();
}
