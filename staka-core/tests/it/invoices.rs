//! Invoices: what each operation does and refuses.

use staka_core::base::TaxRegime;
use staka_core::model::view::VatLine;
use staka_core::model::{BillingKind, BillingSeries, InvoiceId, InvoiceStatus, Role};
use staka_core::{
    BillingSettingsUpdate, ErrorKind, InvoiceFilter, InvoiceSort, InvoiceSortKey, NewInvoice, PageRequest, TextEnum,
    UserInvoiceFilter,
};

use crate::invoices_support::*;
use crate::orders_support::{collect_all, invalid_fields, kind, order, signed_in, statements};
use crate::support::on_both;

fn nothing() -> NewInvoice {
    NewInvoice::default()
}

/// Settings of a seller whose prices include 20 % VAT.
fn seller() -> BillingSettingsUpdate {
    BillingSettingsUpdate::default()
        .seller_name(" Staka Livres SAS ")
        .seller_address("1 rue des Lilas\n75020 Paris")
        .siret("732 829 320 00074")
        .vat_number("fr 40 303265045")
        .legal_mention("SAS au capital de 1 000 €")
        .regime(TaxRegime::Inclusive)
        .rate(2_000)
        .payment_days(15)
}

on_both! {
    async fn an_invoice_has_the_next_number_and_names_buyer_and_seller(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let (invoices, billing) = (shop.admin.1.invoices(), shop.admin.1.billing());
        let unset = billing.get_settings().await.unwrap();
        assert_eq!((unset.seller_name.as_str(), unset.regime, unset.rate, unset.payment_days), ("Staka Livres", TaxRegime::Franchise, 0, 30));
        let set = billing.update_settings(seller()).await.unwrap();
        assert_eq!((set.seller_name.as_str(), set.siret.as_deref(), set.vat_number.as_deref()),
            ("Staka Livres SAS", Some("73282932000074"), Some("FR40303265045")));
        assert_eq!(billing.get_settings().await.unwrap(), set);

        let id = shop.order(46_800).await;
        let made = invoices.issue(&id, nothing()).await.unwrap();
        assert_eq!((made.number.as_str(), made.amount, made.tax_amount), ("FACT-2026-001", 39_000, 7_800));
        assert_eq!((&made.status, made.pdf_url.as_deref(), made.paid_at), (&InvoiceStatus::Generated, None, None));
        assert_eq!((made.issued_at, made.created_at), (Some(at(NOON)), at(NOON)));
        // Due at the end of the day in Paris.
        assert_eq!(made.due_at, Some(at("2026-06-30T21:59:59.999Z")));
        let seen = shop.author.1.invoices().get(&made.id).await.unwrap().unwrap();
        assert_eq!((&seen.invoice, seen.titre.as_str(), seen.credited, seen.remaining), (&made, "Les Marées", 0, 46_800));
        let document = seen.document.unwrap();
        assert_eq!((document.buyer_name.as_str(), document.seller_name.as_str()), ("Zoé Ångström", "Staka Livres SAS"));
        assert_eq!((document.regime, document.rate, document.total, document.tax_mention), (TaxRegime::Inclusive, 2_000, 46_800, None));
        assert_eq!((document.kind, document.series, document.year, document.sequence), (BillingKind::Invoice, BillingSeries::Fact, 2026, 1));
        assert_eq!(seen.transitions.len(), 1);
        assert_eq!((seen.transitions[0].from_status.clone(), &seen.transitions[0].to_status, seen.transitions[0].actor_id.as_ref()),
            (None, &InvoiceStatus::Generated, Some(&shop.admin.0)));
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
        let actions = shop.texts("SELECT action FROM audit_logs WHERE targetType = 'invoice' OR action = 'BILLING_SETTINGS_CHANGED' ORDER BY action").await;
        assert_eq!(actions, ["BILLING_SETTINGS_CHANGED", "INVOICE_ISSUED", "INVOICE_SERIES_OPENED"]);
    }

    async fn an_issued_invoice_never_changes_whatever_is_changed_after(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let id = shop.order(46_800).await;
        let options = NewInvoice::default().buyer_name("Éditions du Phare").buyer_address("2 quai Nord\n29200 Brest").buyer_legal_id("FR12345678901").payment_days(0);
        let made = invoices.issue(&id, options).await.unwrap();
        let document = invoices.get(&made.id).await.unwrap().unwrap().document.unwrap();
        assert_eq!(document.tax_mention.as_deref(), Some("TVA non applicable, art. 293 B du CGI"));
        assert_eq!((document.buyer_name.as_str(), document.buyer_legal_id.as_deref()), ("Éditions du Phare", Some("FR12345678901")));
        assert_eq!(document.due_at, Some(at("2026-06-15T21:59:59.999Z")));
        shop.admin.1.billing().update_settings(seller()).await.unwrap();
        shop.sql("UPDATE users SET prenom = 'X', nom = 'Y', email = CONCAT('x', email), adresse = 'ailleurs'").await;
        shop.sql("UPDATE commandes SET titre = 'Autre chose', amount = 1").await;
        let after = invoices.get(&made.id).await.unwrap().unwrap();
        assert_eq!(after.document.as_ref(), Some(&document));
        assert_eq!(after.invoice, made);
        // Not even when the account, the order and the invoice's row are deleted.
        shop.sql("DELETE FROM users WHERE role = 'USER'").await;
        assert_eq!(invoices.get(&made.id).await.unwrap(), None);
        let line = invoices.ledger(at("2026-01-01"), at("2027-01-01"), PageRequest::default()).await.unwrap().items.remove(0);
        assert_eq!((line.number.as_str(), line.buyer_name.as_str(), line.status), ("FACT-2026-001", "Éditions du Phare", None));
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
        assert!(finding(&shop.staka).await.contains(&"invoices.missing_row"));
    }

    async fn changes_of_documents_are_detected(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let id = shop.order(46_800).await;
        shop.admin.1.invoices().issue(&id, nothing()).await.unwrap();
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
        for (change, undo, found) in [
            ("UPDATE staka_billing_documents SET buyerName = 'Z'", "UPDATE staka_billing_documents SET buyerName = 'Zoé Ångström'", "invoices.digest"),
            ("UPDATE staka_billing_documents SET total = 46700", "UPDATE staka_billing_documents SET total = 46800", "invoices.sums"),
            ("UPDATE invoices SET amount = 1", "UPDATE invoices SET amount = 46800", "invoices.row"),
            ("UPDATE invoices SET status = 'CANCELLED'", "UPDATE invoices SET status = 'GENERATED'", "invoices.credited"),
            ("UPDATE invoices SET status = 'SENT'", "UPDATE invoices SET status = 'GENERATED'", "invoices.transitions"),
            ("UPDATE staka_invoice_series SET next = 4", "UPDATE staka_invoice_series SET next = 2", "invoices.missing"),
            ("UPDATE staka_invoice_series SET year = 2020", "UPDATE staka_invoice_series SET year = 2026", "invoices.outside"),
        ] {
            shop.sql(change).await;
            assert!(finding(&shop.staka).await.contains(&found), "{change}");
            shop.sql(undo).await;
            assert_eq!(errors(&shop.staka).await, Vec::<String>::new(), "{undo}");
        }
    }

    async fn an_order_needs_a_price_and_has_one_invoice_that_is_not_cancelled(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let id = shop.order(46_800).await;
        let made = invoices.issue(&id, nothing()).await.unwrap();
        let again = invoices.issue(&id, nothing()).await;
        assert!(again.as_ref().unwrap_err().message().contains("FACT-2026-001"), "{again:?}");
        assert_eq!(kind(&again), Some(ErrorKind::Conflict));
        assert_eq!(kind(&shop.admin.1.billing().set_price(&id, 50_000, None).await), Some(ErrorKind::Conflict));
        invoices.cancel(&made.id, "mauvais destinataire".to_owned()).await.unwrap();
        shop.admin.1.billing().set_price(&id, 50_000, None).await.unwrap();
        assert_eq!(invoices.issue(&id, nothing()).await.unwrap().number, "FACT-2026-002");
        let free = order(&shop.author.1, "Sans prix").await.id;
        assert_eq!(kind(&invoices.issue(&free, nothing()).await), Some(ErrorKind::Conflict));
        shop.sql("UPDATE commandes SET amount = 0 WHERE titre = 'Sans prix'").await;
        assert_eq!(kind(&invoices.issue(&free, nothing()).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&invoices.issue(&"nothing".parse().unwrap(), nothing()).await), Some(ErrorKind::NotFound));
        for price in [0, -1, 1 << 31] {
            assert_eq!(invalid_fields(shop.admin.1.billing().set_price(&free, price, None).await), ["amount"]);
        }
        assert_eq!(kind(&shop.admin.1.billing().set_price(&free, 1, Some(at("2020-01-01"))).await), Some(ErrorKind::Precondition));
        // Refused invoices take no number.
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-003");
        let wrong = NewInvoice::default().buyer_name("x".repeat(256)).buyer_address("\0").buyer_legal_id("x".repeat(101)).payment_days(366).paid_at(at("2026-06-16"));
        let fields = invalid_fields(invoices.issue(&free, wrong).await);
        assert_eq!(fields, ["buyerName", "buyerAddress", "buyerLegalId", "paymentDays", "paidAt"]);
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn the_year_of_a_number_is_that_of_paris(server: &Server) {
        let shop = Shop::at(server, "2026-12-31T22:59:59.999Z").await;
        let invoices = shop.admin.1.invoices();
        let mut numbers = Vec::new();
        for now in ["2026-12-31T22:59:59.999Z", "2026-12-31T23:00:00.000Z", "2027-01-01T00:30:00.000Z"] {
            shop.clock.set(at(now));
            let made = invoices.issue(&shop.order(100).await, nothing()).await.unwrap();
            numbers.push((made.number, made.issued_at.unwrap().to_string()));
        }
        // The clock goes back, but numbers and dates do not.
        shop.clock.set(at("2026-12-31T23:10:00.000Z"));
        let made = invoices.issue(&shop.order(100).await, nothing()).await.unwrap();
        numbers.push((made.number, made.issued_at.unwrap().to_string()));
        assert_eq!(numbers, [
            ("FACT-2026-001".into(), "2026-12-31T22:59:59.999Z".into()),
            ("FACT-2027-001".into(), "2026-12-31T23:00:00.000Z".into()),
            ("FACT-2027-002".into(), "2027-01-01T00:30:00.000Z".into()),
            ("FACT-2027-003".into(), "2027-01-01T00:30:00.000Z".to_string()),
        ]);
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn external_numbers_are_skipped_and_reported(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let theirs = shop.order(100).await;
        for number in ["FACT-2026-001", "FACT-2026-002", "FACT-2026-004", "FACT-2026-958207", "FACT-2025-001", "FACT-CANARI"] {
            shop.external_invoice(&theirs, number).await;
        }
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-003");
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-005");
        // The unique key ignores case and accents.
        shop.external_invoice(&theirs, "fact-2026-006").await;
        shop.external_invoice(&theirs, "FÀCT-2026-007").await;
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-008");
        let [fact, avoir] = <[_; 2]>::try_from(invoices.get_numbering(2026).await.unwrap()).unwrap();
        assert_eq!((fact.series, fact.first, fact.next, fact.issued), (BillingSeries::Fact, Some(3), Some(9), 3));
        assert_eq!(fact.missing, []);
        assert_eq!(fact.missing_before, []);
        assert_eq!(fact.skipped.iter().map(|skip| skip.sequence).collect::<Vec<_>>(), [4, 6, 7]);
        assert!(fact.skipped.iter().all(|skip| skip.invoice_id.is_some()));
        let external: Vec<(String, Option<i64>)> = fact.external.iter().map(|s| (s.number.clone(), s.sequence)).collect();
        assert_eq!(fact.external_count as usize, external.len());
        for known in [("FACT-2026-001", Some(1)), ("FACT-2026-004", Some(4)), ("FACT-2026-958207", Some(958_207)), ("fact-2026-006", Some(6))] {
            assert!(external.contains(&(known.0.into(), known.1)), "{known:?} in {external:?}");
        }
        assert_eq!((avoir.first, avoir.issued, avoir.external_count), (None, 0, 0));
        let actions = shop.texts("SELECT COUNT(*) FROM audit_logs WHERE action = 'INVOICE_NUMBER_SKIPPED'").await;
        // At 4, at 6, and at 7, which only the unique key detects.
        assert_eq!(actions, ["3"]);
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
        // A year with external invoices only.
        let [before, _] = <[_; 2]>::try_from(invoices.get_numbering(2025).await.unwrap()).unwrap();
        assert_eq!((before.first, before.external_count, before.missing_before.len()), (None, 1, 0));
        assert_eq!(invalid_fields(invoices.get_numbering(1999).await), ["year"]);
    }

    async fn a_series_can_be_opened_at_a_number_until_it_issues_one(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let theirs = shop.order(100).await;
        shop.external_invoice(&theirs, "FACT-2026-040").await;
        assert_eq!(kind(&invoices.open_series(2026, 40, BillingSeries::Fact).await), Some(ErrorKind::Conflict));
        assert_eq!(invalid_fields(invoices.open_series(1999, 0, BillingSeries::Fact).await), ["year", "first"]);
        let opened = invoices.open_series(2026, 50, BillingSeries::Fact).await.unwrap();
        assert_eq!((opened.first, opened.next), (Some(50), Some(50)));
        // Until a number is issued, the first number may change.
        let opened = invoices.open_series(2026, 41, BillingSeries::Fact).await.unwrap();
        assert_eq!((opened.first, opened.missing_before.len()), (Some(41), 1));
        assert_eq!((opened.missing_before[0].first, opened.missing_before[0].last), (1, 39));
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-041");
        for first in [1, 41, 42, 100] {
            assert_eq!(kind(&invoices.open_series(2026, first, BillingSeries::Fact).await), Some(ErrorKind::Conflict), "{first}");
        }
        assert_eq!(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().number, "FACT-2026-042");
        invoices.open_series(2026, 7, BillingSeries::Avoir).await.unwrap();
        let list = invoices.list(InvoiceFilter::default().search("FACT-2026-042"), InvoiceSort::default(), PageRequest::default()).await.unwrap();
        let note = invoices.cancel(&list.items[0].invoice.id, "erreur".to_owned()).await.unwrap();
        assert_eq!(note.number, "AVOIR-2026-007");
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn a_series_whose_row_was_lost_continues_after_its_documents(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        for _ in 0..3 {
            invoices.issue(&shop.order(100).await, nothing()).await.unwrap();
        }
        shop.sql("DELETE FROM staka_invoice_series").await;
        shop.sql("DELETE FROM users WHERE role = 'USER'").await;
        let author = signed_in(&shop.staka, Role::User).await;
        let id = order(&author.1, "Encore").await.id;
        shop.admin.1.billing().set_price(&id, 100, None).await.unwrap();
        assert_eq!(invoices.issue(&id, nothing()).await.unwrap().number, "FACT-2026-004");
    }

    async fn statuses_change_as_the_table_allows(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        for word in InvoiceStatus::VALUES {
            let from = InvoiceStatus::from_variant(word).unwrap();
            for to in [InvoiceStatus::Sent, InvoiceStatus::Paid] {
                let id = shop.order(100).await;
                let made = invoices.issue(&id, nothing()).await.unwrap();
                shop.sql(&format!("UPDATE invoices SET status = '{word}' WHERE id = '{}'", made.id)).await;
                let moved = match to {
                    InvoiceStatus::Sent => invoices.mark_sent(&made.id).await,
                    _ => invoices.mark_paid(&made.id, None).await,
                };
                if from.next().contains(&to) {
                    let moved = moved.unwrap();
                    assert_eq!((&moved.status, moved.paid_at.is_some()), (&to, to == InvoiceStatus::Paid));
                    assert!(moved.updated_at > made.updated_at);
                } else {
                    assert_eq!(kind(&moved), Some(ErrorKind::Conflict), "{from} to {to}");
                }
            }
        }
        let made = invoices.issue(&shop.order(100).await, nothing()).await.unwrap();
        assert_eq!(invalid_fields(invoices.mark_paid(&made.id, Some(at("2026-06-16"))).await), ["at"]);
        invoices.mark_sent(&made.id).await.unwrap();
        let paid = invoices.mark_paid(&made.id, Some(at("2026-06-14"))).await.unwrap();
        assert_eq!(paid.paid_at, Some(at("2026-06-14")));
        let steps = invoices.get(&made.id).await.unwrap().unwrap().transitions;
        assert_eq!(steps.iter().map(|step| step.to_status.to_string()).collect::<Vec<_>>(), ["GENERATED", "SENT", "PAID"]);
        let at_once = nothing().paid_at(at("2026-06-13"));
        let made = invoices.issue(&shop.order(100).await, at_once).await.unwrap();
        assert_eq!((&made.status, made.paid_at), (&InvoiceStatus::Paid, Some(at("2026-06-13"))));
        let steps = invoices.get(&made.id).await.unwrap().unwrap().transitions;
        assert_eq!(steps.iter().map(|step| step.to_status.to_string()).collect::<Vec<_>>(), ["GENERATED", "PAID"]);
        assert_eq!(kind(&invoices.mark_sent(&"nothing".parse().unwrap()).await), Some(ErrorKind::NotFound));
        let pdf = invoices.set_pdf_url(&made.id, "/uploads/invoices/1.pdf".to_owned()).await.unwrap();
        assert_eq!(pdf.pdf_url.as_deref(), Some("/uploads/invoices/1.pdf"));
        for wrong in ["", " ", "javascript:alert(1)", "a\nb", &"x".repeat(501)] {
            assert_eq!(invalid_fields(invoices.set_pdf_url(&made.id, wrong.to_owned()).await), ["url"], "{wrong}");
        }
    }

    async fn credit_notes_add_up_to_the_centime_and_not_beyond_the_total(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        shop.admin.1.billing().update_settings(seller()).await.unwrap();
        let made = invoices.issue(&shop.order(10_001).await, nothing()).await.unwrap();
        assert_eq!((made.amount, made.tax_amount), (8_334, 1_667));
        let (mut amount, mut tax) = (0, 0);
        for part in [1, 3_333, 3_333, 3_333] {
            let note = invoices.create_credit_note(&made.id, part, "geste commercial".to_owned()).await.unwrap();
            assert_eq!((note.kind, note.total, note.amount + note.tax_amount), (BillingKind::CreditNote, part, part));
            assert_eq!((note.invoice_number.as_str(), note.seller_name.as_str()), (&*made.number, "Staka Livres SAS"));
            (amount, tax) = (amount + note.amount, tax + note.tax_amount);
        }
        let more = invoices.create_credit_note(&made.id, 2, "trop".to_owned()).await;
        assert!(more.as_ref().unwrap_err().message().starts_with("1 centimes are left"), "{more:?}");
        assert_eq!(kind(&more), Some(ErrorKind::Conflict));
        assert_eq!(invoices.get(&made.id).await.unwrap().unwrap().invoice.status, InvoiceStatus::Generated);
        let last = invoices.cancel(&made.id, "le reste".to_owned()).await.unwrap();
        assert_eq!((last.number.as_str(), last.total), ("AVOIR-2026-005", 1));
        assert_eq!((amount + last.amount, tax + last.tax_amount), (8_334, 1_667));
        let detail = invoices.get(&made.id).await.unwrap().unwrap();
        assert_eq!((&detail.invoice.status, detail.credited, detail.remaining), (&InvoiceStatus::Cancelled, 10_001, 0));
        assert_eq!(detail.credit_notes.len(), 5);
        assert_eq!(detail.transitions.last().unwrap().to_status, InvoiceStatus::Cancelled);
        for outcome in [invoices.cancel(&made.id, "encore".to_owned()).await, invoices.create_credit_note(&made.id, 1, "encore".to_owned()).await] {
            assert_eq!(kind(&outcome), Some(ErrorKind::Conflict));
        }
        assert_eq!(invalid_fields(invoices.create_credit_note(&made.id, 0, "x".to_owned()).await), ["reason", "amount"]);
        assert_eq!(kind(&invoices.create_credit_note(&"nothing".parse().unwrap(), 1, "encore".to_owned()).await), Some(ErrorKind::NotFound));
        // A paid invoice can be cancelled too.
        let paid = nothing().paid_at(at(NOON));
        let paid = invoices.issue(&shop.order(500).await, paid).await.unwrap();
        invoices.cancel(&paid.id, "remboursée".to_owned()).await.unwrap();
        let detail = invoices.get(&paid.id).await.unwrap().unwrap();
        assert_eq!((&detail.invoice.status, detail.invoice.paid_at), (&InvoiceStatus::Cancelled, Some(at(NOON))));
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn an_external_invoice_can_be_credited(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let id = order(&shop.author.1, "Avant").await.id;
        shop.sql(&format!(
            "INSERT INTO invoices (id, commandeId, number, amount, taxAmount, pdfUrl, createdAt, updatedAt) VALUES \
             ('before', '{id}', 'FACT-2025-009', 39000, 7800, 'x.pdf', '2025-06-01', '2025-06-01')"
        ))
        .await;
        let before: InvoiceId = "before".parse().unwrap();
        let note = invoices.create_credit_note(&before, 23_400, "la moitié".to_owned()).await.unwrap();
        assert_eq!((note.amount, note.tax_amount, note.rate, note.regime), (19_500, 3_900, 2_000, TaxRegime::Exclusive));
        assert_eq!((note.number.as_str(), note.invoice_number.as_str()), ("AVOIR-2026-001", "FACT-2025-009"));
        let detail = invoices.get(&before).await.unwrap().unwrap();
        assert_eq!((detail.document.is_none(), detail.credited, detail.remaining), (true, 23_400, 23_400));
        invoices.cancel(&before, "le reste".to_owned()).await.unwrap();
        assert_eq!(invoices.get(&before).await.unwrap().unwrap().invoice.status, InvoiceStatus::Cancelled);
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn only_what_is_due_and_unpaid_becomes_overdue(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let mut all = Vec::new();
        for _ in 0..6 {
            all.push(invoices.issue(&shop.order(100).await, nothing()).await.unwrap().id);
        }
        invoices.mark_sent(&all[1]).await.unwrap();
        invoices.mark_paid(&all[2], None).await.unwrap();
        invoices.cancel(&all[3], "erreur".to_owned()).await.unwrap();
        // The last millisecond of the day in Paris is in time.
        shop.clock.set(at("2026-07-15T21:59:59.999Z"));
        assert_eq!(invoices.mark_overdue(None).await.unwrap().marked, 0);
        shop.clock.set(at("2026-07-15T22:00:00.000Z"));
        let (sent, first) = statements(&shop.staka, invoices.mark_overdue(Some(3))).await;
        let first = first.unwrap();
        // BEGIN, the caller, the late ones, locked, marked, their transitions in two statements, the audit log, COMMIT.
        assert_eq!(sent, 9);
        assert_eq!((first.marked, first.more), (3, true));
        let rest = invoices.mark_overdue(None).await.unwrap();
        assert_eq!((rest.marked, rest.more), (1, false));
        assert_eq!(invoices.mark_overdue(None).await.unwrap().marked, 0);
        let marked = invoices.get(&all[1]).await.unwrap().unwrap().transitions;
        let last = marked.last().unwrap();
        assert_eq!((last.from_status.clone(), &last.to_status), (Some(InvoiceStatus::Sent), &InvoiceStatus::Overdue));
        assert_eq!(last.actor_id, marked[0].actor_id, "the administrator who called");
        let late = InvoiceFilter::default().status(InvoiceStatus::Overdue);
        assert_eq!(invoices.count(late).await.unwrap(), 4);
        assert_eq!(invalid_fields(invoices.mark_overdue(Some(0)).await), ["limit"]);
        let stats = invoices.stats(at("2026-06-01"), at("2026-07-01")).await.unwrap();
        assert_eq!((stats.count, stats.total, stats.late, stats.late_total), (6, 600, 4, 400));
        assert_eq!((stats.credit_notes, stats.credited), (1, 100));
        let words: Vec<(String, i64)> = stats.by_status.iter().map(|group| (group.status.to_string(), group.count)).collect();
        let expected = [("GENERATED", 0), ("SENT", 0), ("PAID", 1), ("OVERDUE", 4), ("CANCELLED", 1)];
        assert_eq!(words, expected.map(|(word, count)| (word.to_string(), count)));
        assert_eq!(errors(&shop.staka).await, Vec::<String>::new());
    }

    async fn the_ledger_lists_documents_with_buyer_date_and_rate(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let first = invoices.issue(&shop.order(10_000).await, nothing().buyer_name("=CMD()")).await.unwrap();
        shop.clock.set(at("2026-06-16T12:00:00Z"));
        shop.admin.1.billing().update_settings(seller()).await.unwrap();
        invoices.issue(&shop.order(12_000).await, nothing()).await.unwrap();
        shop.clock.set(at("2026-06-17T12:00:00Z"));
        invoices.create_credit_note(&first.id, 2_500, "retard, \"excusé\"".to_owned()).await.unwrap();
        let (from, to) = (at("2026-06-01"), at("2026-07-01"));
        let ledger = invoices.ledger(from, to, PageRequest::default().total(true)).await.unwrap();
        assert_eq!(ledger.total, Some(3));
        let lines: Vec<(&str, i64, i64, i64, i64)> =
            ledger.items.iter().map(|l| (l.number.as_str(), l.rate, l.amount, l.tax_amount, l.total)).collect();
        assert_eq!(lines, [
            ("FACT-2026-001", 0, 10_000, 0, 10_000),
            ("FACT-2026-002", 2_000, 10_000, 2_000, 12_000),
            ("AVOIR-2026-001", 0, -2_500, 0, -2_500),
        ]);
        let taxes = invoices.vat(from, to).await.unwrap();
        let taxes: Vec<_> = taxes.iter().map(|t| (t.regime, t.rate, t.invoices, t.credit_notes, t.amount, t.tax_amount, t.total)).collect();
        assert_eq!(taxes, [(Some(TaxRegime::Franchise), 0, 1, 1, 7_500, 0, 7_500), (Some(TaxRegime::Inclusive), 2_000, 1, 0, 10_000, 2_000, 12_000)]);
        // The pieces together are the same as the whole.
        let whole = invoices.export_ledger(from, to, None, None).await.unwrap();
        let (mut text, mut after) = (String::new(), None);
        loop {
            let piece = invoices.export_ledger(from, to, after, Some(1)).await.unwrap();
            text.push_str(&piece.text);
            match piece.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!((&text, whole.next), (&whole.text, None));
        let rows: Vec<&str> = text.split("\r\n").collect();
        assert!(rows[0].starts_with("Date d’émission (UTC),Numéro,Nature,Facture,Client,"), "{}", rows[0]);
        assert!(rows[1].contains(",'=CMD(),"), "{}", rows[1]);
        let kinds = [1, 2, 3].map(|row| rows[row].split(',').nth(2).unwrap());
        assert_eq!(kinds, ["Facture", "Facture", "Avoir"]);
        assert!(rows[2].contains(",TVA incluse,20.00,100.00,20.00,120.00,Émise,"), "{}", rows[2]);
        assert!(rows[3].contains(",Franchise en base de TVA,0.00,-25.00,0.00,-25.00,") && rows[3].ends_with(",\"retard, \"\"excusé\"\"\""), "{}", rows[3]);
        assert_eq!(shop.texts("SELECT COUNT(*) FROM audit_logs WHERE action = 'LEDGER_EXPORTED'").await, ["2"]);
        // External invoices are included, without a regime.
        shop.external_invoice(&shop.order(500).await, "INV-77").await;
        assert_eq!(invoices.vat(from, to).await.unwrap().len(), 2, "the external invoice is CANCELLED and has no credit note");
        shop.sql("UPDATE invoices SET status = 'PAID' WHERE number = 'INV-77'").await;
        let ledger = invoices.ledger(from, to, PageRequest::default().total(true)).await.unwrap();
        let theirs = ledger.items.iter().find(|line| line.number == "INV-77").unwrap();
        assert_eq!((ledger.total, theirs.regime, theirs.total), (Some(4), None, theirs.amount + theirs.tax_amount));
        assert!(!theirs.buyer_name.is_empty() && theirs.status.is_some());
        let taxes = invoices.vat(from, to).await.unwrap();
        assert_eq!((taxes.len(), taxes[2].regime, taxes[2].invoices, taxes[2].total), (3, None, 1, theirs.total));
        // After a credit note, an external invoice adds up to zero, not to less.
        let sum = |lines: &[VatLine]| lines.iter().map(|line| line.total).sum::<i64>();
        invoices.cancel(&theirs.invoice_id, "deux fois".to_owned()).await.unwrap();
        let after = invoices.vat(from, to).await.unwrap();
        assert_eq!(sum(&after), sum(&taxes) - theirs.total);
        let ledger = invoices.ledger(from, to, PageRequest::of(100)).await.unwrap();
        assert_eq!(ledger.items.iter().map(|line| line.total).sum::<i64>(), sum(&after));
        for outcome in [invoices.vat(to, from).await.map(|_| ()), invoices.ledger(to, to, PageRequest::default()).await.map(|_| ())] {
            assert_eq!(invalid_fields(outcome), ["to"]);
        }
    }

    async fn lists_filter_and_sort_in_few_statements(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let invoices = shop.admin.1.invoices();
        let (other, mine) = (signed_in(&shop.staka, Role::User).await, &shop.author);
        let theirs = order(&other.1, "Autre_titre %").await.id;
        shop.external_invoice(&theirs, "FACT-2026-100").await;
        for price in 1..=12 {
            shop.clock.set(at(NOON).plus(std::time::Duration::from_secs(price)));
            invoices.issue(&shop.order(price as i64 * 100).await, nothing()).await.unwrap();
        }
        let own = mine.1.invoices().list_by_user(&mine.0, UserInvoiceFilter::default(), PageRequest::default().total(true)).await.unwrap();
        assert_eq!((own.items.len(), own.total), (10, Some(12)));
        assert_eq!(own.items[0].number, "FACT-2026-012");
        let all = collect_all(|page| async move { mine.1.invoices().list_by_user(&mine.0, UserInvoiceFilter::default(), page).await }, 5, |row| row.number.clone()).await;
        assert_eq!(all.len(), 12);
        let denied = other.1.invoices().list_by_user(&mine.0, UserInvoiceFilter::default(), PageRequest::default()).await;
        assert_eq!(kind(&denied), Some(ErrorKind::Denied));
        assert_eq!(kind(&other.1.invoices().get(&own.items[0].id).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&other.1.invoices().get(&"nothing".parse().unwrap()).await), Some(ErrorKind::Denied));
        let of_order = other.1.invoices().list_by_commande(&theirs, PageRequest::default()).await.unwrap();
        assert_eq!(of_order.items.iter().map(|row| row.number.as_str()).collect::<Vec<_>>(), ["FACT-2026-100"]);
        let count = async |filter: InvoiceFilter| invoices.count(filter).await.unwrap();
        let search = |text: &str| InvoiceFilter::default().search(text);
        assert_eq!(count(InvoiceFilter::default()).await, 13);
        assert_eq!((count(search("zoe")).await, count(search("titre %")).await, count(search("%%")).await), (13, 1, 0));
        assert_eq!(count(search("fact-2026-00")).await, 9);
        assert_eq!(count(InvoiceFilter::default().client_id(other.0.clone())).await, 1);
        assert_eq!(count(InvoiceFilter::default().external(true)).await, 1);
        assert_eq!(count(InvoiceFilter::default().external(false)).await, 12);
        let window = staka_core::Between { from: Some(at(NOON)), to: None };
        assert_eq!(count(InvoiceFilter::default().issued(window)).await, 12);
        for sort in [InvoiceSortKey::CreatedAt, InvoiceSortKey::Number, InvoiceSortKey::Amount, InvoiceSortKey::Status, InvoiceSortKey::IssuedAt, InvoiceSortKey::DueAt, InvoiceSortKey::PaidAt] {
            for direction in [staka_core::Direction::Asc, staka_core::Direction::Desc] {
                let order = InvoiceSort { sort, direction: Some(direction) };
                let rows = collect_all(|page| invoices.list(InvoiceFilter::default(), order, page), 5, |row| row.invoice.id.to_string()).await;
                let distinct: std::collections::BTreeSet<&String> = rows.iter().collect();
                assert_eq!((rows.len(), distinct.len()), (13, 13), "{sort} {direction}");
            }
        }
        let page = |limit| invoices.list(InvoiceFilter::default(), InvoiceSort::default(), PageRequest::of(limit));
        page(1).await.unwrap();
        let (one, _) = statements(&shop.staka, page(1)).await;
        let (ten, rows) = statements(&shop.staka, page(10)).await;
        assert_eq!((one, ten, rows.unwrap().items.len()), (1, 1, 10));
    }

    async fn invalid_settings_are_named_by_field_and_users_are_denied(server: &Server) {
        let shop = Shop::at(server, NOON).await;
        let wrong = BillingSettingsUpdate::default().seller_name("  ").seller_address("x".repeat(1_001)).siret("73282932000075").vat_number("1234").legal_mention("\0").regime(TaxRegime::Exclusive).payment_days(-1);
        let fields = invalid_fields(shop.admin.1.billing().update_settings(wrong).await);
        assert_eq!(fields, ["sellerName", "sellerAddress", "legalMention", "siret", "vatNumber", "rate", "paymentDays"]);
        assert_eq!(kind(&shop.author.1.billing().update_settings(seller()).await), Some(ErrorKind::Denied));
        let set = shop.admin.1.billing().update_settings(seller()).await.unwrap();
        // Setting the same values again changes nothing.
        shop.clock.set(at("2026-07-01"));
        assert_eq!(shop.admin.1.billing().update_settings(seller()).await.unwrap(), set);
        assert_eq!(shop.texts("SELECT COUNT(*) FROM audit_logs WHERE action = 'BILLING_SETTINGS_CHANGED'").await, ["1"]);
        assert!(!finding(&shop.staka).await.contains(&"invoices.seller"));
    }
}
