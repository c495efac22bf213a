//! Rows of the tables owned by Staka, which the demo data leaves empty: derived from its rows, the same in every run.

use std::hash::{DefaultHasher, Hash, Hasher};

use staka_core::base::Args;
use staka_core::db::{Conn, Statement};

use crate::Result;

/// Inserts, without `INSERT INTO`.
const ROWS: &[&str] = &[
    // A payment of each paid order, with a checkout and an event; every hundredth event needs a decision.
    "staka_checkouts (sessionId, commandeId, userId, tarifId, amount, currency, createdAt) \
     SELECT CONCAT('cs_bench_', REPLACE(c.id, '-', '')), c.id, c.userId, (SELECT MIN(t.id) FROM tarifs t), c.amount, 'eur', c.createdAt \
     FROM commandes c WHERE c.paymentStatus = 'paid' AND c.amount > 0",
    "staka_payments (sessionId, commandeId, userId, tarifId, paymentIntent, amount, currency, status, paidAt, refunded, \
     invoiceId, updatedAt) \
     SELECT k.sessionId, k.commandeId, k.userId, k.tarifId, CONCAT('pi_bench_', REPLACE(k.commandeId, '-', '')), k.amount, k.currency, \
     'paid', k.createdAt, 0, (SELECT MIN(i.id) FROM invoices i WHERE i.commandeId = k.commandeId), k.createdAt \
     FROM staka_checkouts k",
    "staka_payment_events (id, type, sessionId, paymentIntent, commandeId, userId, payload, occurredAt, receivedAt, \
     deliveries, outcome, processedAt) \
     SELECT CONCAT('evt_bench_', REPLACE(p.commandeId, '-', '')), 'checkout.session.completed', p.sessionId, p.paymentIntent, \
     p.commandeId, p.userId, CONCAT('{\"id\": \"evt_bench_', REPLACE(p.commandeId, '-', ''), \
     '\", \"type\": \"checkout.session.completed\", \"created\": ', UNIX_TIMESTAMP(p.paidAt) DIV 1, \
     ', \"data\": {\"object\": {\"id\": \"', p.sessionId, '\", \"payment_intent\": \"', p.paymentIntent, \
     '\", \"payment_status\": \"paid\", \"amount_total\": ', p.amount, ', \"currency\": \"eur\"}}}'), \
     p.paidAt, p.paidAt, 1, IF(MOD(CRC32(p.commandeId), 100) = 0, 'MISMATCH', 'APPLIED'), p.paidAt \
     FROM staka_payments p",
    // Five events of each ticket, and two hundred more of the heavy user's first one.
    "staka_ticket_events (ticketId, place, kind, at, actorId, fromClient, `after`, body) \
     SELECT s.id, n.place, ELT(n.place, 'OPENED', 'REPLIED', 'NOTED', 'REPLIED', 'REPLIED'), \
     DATE_ADD(s.createdAt, INTERVAL n.place - 1 MINUTE), IF(n.place IN (2, 3), '{admin}', s.userId), \
     n.place NOT IN (2, 3), IF(n.place = 1, s.priority, NULL), IF(n.place = 1, NULL, 'Bonjour') \
     FROM support_requests s JOIN (SELECT 1 AS place UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 \
     UNION ALL SELECT 5) n",
    "staka_ticket_events (ticketId, place, kind, at, actorId, fromClient, body) \
     SELECT s.id, 5 + n.place, 'REPLIED', DATE_ADD(s.createdAt, INTERVAL 5 + n.place MINUTE), s.userId, 1, 'Bonjour' \
     FROM (SELECT id, userId, createdAt FROM support_requests WHERE userId = '{heavy}' ORDER BY id LIMIT 1) s \
     JOIN (SELECT ROW_NUMBER() OVER (ORDER BY id) AS place FROM users) n ON n.place <= 200",
    // A claim of each user, every tenth the heavy one's.
    "staka_claims (id, visitorEmail, openEmail, userId, claimedById, claimedAt) \
     SELECT CONCAT('claim-', u.id), CONCAT('claim-', u.id, '@example.org'), CONCAT('claim-', u.id, '@example.org'), \
     IF(MOD(CRC32(u.id), 10) = 0, '{heavy}', u.id), '{admin}', u.createdAt FROM users u",
    // As many slots as users, one every two hours, half of them in the past; requests book the first ones.
    "staka_consultation_slots (id, startsAt, minutes, isOpen, createdAt, updatedAt) \
     SELECT CONCAT('slot-', LPAD(n.place, 9, '0')), \
     DATE_ADD('{anchor}', INTERVAL 2 * (CAST(n.place AS SIGNED) - CAST(n.total AS SIGNED) DIV 2) HOUR), 60, \
     MOD(n.place, 5) <> 0, '{anchor}', '{anchor}' \
     FROM (SELECT ROW_NUMBER() OVER (ORDER BY id) AS place, COUNT(*) OVER () AS total FROM users) n",
    "staka_consultation_bookings (slotId, messageId, bookedAt) \
     SELECT s.id, m.id, m.createdAt \
     FROM (SELECT id, createdAt, ROW_NUMBER() OVER (ORDER BY id) AS place FROM messages \
     WHERE type = 'CONSULTATION_REQUEST') m \
     JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM staka_consultation_slots) s ON s.place = m.place",
    // A document of every other invoice, whose id it has; the rest were issued by another program.
    "staka_billing_documents (id, kind, series, year, sequence, number, invoiceId, invoiceNumber, commandeId, userId, \
     title, buyerName, buyerEmail, sellerName, regime, rate, amount, taxAmount, total, issuedAt, digest) \
     SELECT i.id, 'INVOICE', 'FACT', SUBSTRING(i.number, 6, 4) + 0, SUBSTRING(i.number, 11) + 0, i.number, i.id, \
     i.number, c.id, c.userId, c.titre, CONCAT(u.prenom, ' ', u.nom), u.email, 'Staka', 'INCLUSIVE', 2000, \
     i.amount - i.amount DIV 6, i.amount DIV 6, i.amount, COALESCE(i.issuedAt, i.createdAt), '' \
     FROM invoices i JOIN commandes c ON c.id = i.commandeId JOIN users u ON u.id = c.userId \
     WHERE MOD(CRC32(i.id), 2) = 0 AND i.number REGEXP '^FACT-[0-9]{4}-([0-9]{3}|[1-9][0-9]{3,5})$'",
    "staka_invoice_transitions (id, invoiceId, toStatus, at) \
     SELECT CONCAT('step-', i.id), i.id, i.status, i.createdAt FROM invoices i",
    "staka_erasures (userId, erasedAt, reason) \
     SELECT CONCAT('erased-', u.id), u.createdAt, 'inactivity' FROM users u WHERE MOD(CRC32(u.id), 5) = 0",
];

static EXISTS: Statement = Statement::fixed(
    "bench.exists",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
    &[],
);

/// Returns the name of the table that marks a database with these rows.
fn marker() -> String {
    let mut hasher = DefaultHasher::new();
    ROWS.hash(&mut hasher);
    format!("bench_operations_{:016x}", hasher.finish())
}

/// Fills the tables unless they were filled before.
pub(crate) async fn fill(conn: &mut Conn) -> Result {
    let marker = marker();
    if conn.one::<i64>(&EXISTS, Args::new().with(&marker)).await? > 0 {
        return Ok(());
    }
    let tables = ROWS.iter().filter_map(|rows| rows.split(' ').next());
    // Rows of an interrupted run, or of other inserts.
    for table in tables.clone() {
        execute(conn, &format!("DELETE FROM {table}")).await?;
    }
    let subjects = staka_demo::subjects();
    for rows in ROWS {
        let rows = rows
            .replace("{heavy}", subjects.heavy.as_str())
            .replace("{admin}", subjects.admin.as_str())
            .replace("{anchor}", "2026-06-15 12:00:00.000");
        execute(conn, &format!("INSERT INTO {rows}")).await?;
    }
    for table in tables {
        execute(conn, &format!("ANALYZE TABLE {table}")).await?;
    }
    execute(conn, &format!("CREATE TABLE {marker} (id INT PRIMARY KEY)")).await?;
    Ok(())
}

/// Runs a statement of this program, without values.
pub(crate) async fn execute(conn: &mut Conn, text: &str) -> staka_core::Result<u64> {
    conn.execute(&Statement::fixed("bench.execute", "", &[]).with_text(text), Args::new()).await
}
