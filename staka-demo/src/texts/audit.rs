//! Audited actions, with browsers and documentation addresses (RFC 5737, RFC 3849).

use super::AuditText;

const fn ctx(
    action: &'static str,
    target_type: &'static str,
    severity: &'static str,
    details: &'static str,
) -> AuditText {
    AuditText { action, target_type, severity, details }
}

pub(crate) const ACTS: [AuditText; 28] = [
    ctx("PASSWORD_RESET_REQUEST", "auth", "MEDIUM", r#"{"userId":"{id}","canal":"email"}"#),
    ctx("PASSWORD_RESET_SUCCESS", "auth", "MEDIUM", r#"{"userId":"{id}","jetonsSupprimes":1}"#),
    ctx("PASSWORD_RESET_FAILED", "auth", "HIGH", r#"{"raison":"jeton expiré","jeton":"{id}"}"#),
    ctx("PASSWORD_RESET_FAILED", "auth", "HIGH", r#"{"raison":"jeton inconnu"}"#),
    ctx("USER_DELETED", "user", "HIGH", r#"{"userId":"{id}","motif":"demande RGPD","definitif":true}"#),
    ctx(
        "USER_DELETED",
        "user",
        "HIGH",
        r#"{"userId":"{id}","motif":"suppression par l’utilisateur","definitif":false}"#,
    ),
    ctx("USER_UPDATED", "user", "LOW", r#"{"userId":"{id}","champs":["telephone","adresse"]}"#),
    ctx(
        "USER_UPDATED",
        "user",
        "LOW",
        r#"{"userId":"{id}","champs":["preferences"],"notifications":{"email":true,"sms":false}}"#,
    ),
    ctx("USER_UPDATED", "user", "MEDIUM", r#"{"userId":"{id}","champs":["password"]}"#),
    ctx("USER_UPDATED", "user", "MEDIUM", r#"{"userId":"{id}","champs":["isActive"],"avant":true,"apres":false}"#),
    ctx("USER_DATA_EXPORTED", "user", "MEDIUM", r#"{"userId":"{id}","format":"json","octets":48213}"#),
    ctx("USER_MESSAGE_SUPPORT_EMAIL_SENT", "user", "MEDIUM", r#"{"messageId":"{id}","source":"client-help"}"#),
    ctx("PAYMENT_CREATE", "payment", "MEDIUM", r#"{"commandeId":"{id}","montant":46800,"devise":"eur"}"#),
    ctx(
        "PAYMENT_CREATE",
        "payment",
        "MEDIUM",
        r#"{"commandeId":"{id}","montant":22000,"devise":"eur","carte":"•••• 4242"}"#,
    ),
    ctx("PAYMENT_CHECK", "payment", "MEDIUM", r#"{"sessionId":"cs_test_{id}","statut":"paid"}"#),
    ctx("PAYMENT_CHECK", "payment", "MEDIUM", r#"{"sessionId":"cs_test_{id}","statut":"unpaid"}"#),
    ctx(
        "PAYMENT_UNAUTHORIZED_ACCESS",
        "payment",
        "HIGH",
        r#"{"commandeId":"{id}","raison":"commande d’un autre compte"}"#,
    ),
    ctx(
        "PAYMENT_UNAUTHORIZED_CHECK",
        "payment",
        "HIGH",
        r#"{"sessionId":"cs_test_{id}","raison":"session d’un autre compte"}"#,
    ),
    ctx("AUDIT_LOGS_ACCESSED", "system", "HIGH", r#"{"page":1,"limite":50,"filtres":{"severity":"HIGH"}}"#),
    ctx("AUDIT_LOGS_EXPORTED", "system", "HIGH", r#"{"format":"csv","lignes":1204}"#),
    ctx("AUDIT_LOGS_CLEANUP", "system", "HIGH", r#"{"jours":90,"lignesSupprimees":317}"#),
    ctx("AUDIT_STATS_ACCESSED", "system", "MEDIUM", r#"{"periode":"30d"}"#),
    ctx("AUDIT_LOGS_ACCESS_ERROR", "system", "HIGH", r#"{"erreur":"filtre de date illisible : « hier »"}"#),
    ctx("AUDIT_EXPORT_ERROR", "system", "HIGH", r#"{"erreur":"trop de lignes","plafond":10000}"#),
    ctx("FREE_SAMPLE_REQUEST", "file", "LOW", r#"{"fileId":"{id}","nom":"extrait 📖.docx","pages":10}"#),
    ctx(
        "COMMANDE_STATUS_CHANGED",
        "command",
        "MEDIUM",
        r#"{"commandeId":"{id}","avant":"EN_ATTENTE","apres":"EN_COURS"}"#,
    ),
    ctx("INVOICE_REGENERATED", "invoice", "MEDIUM", r#"{"invoiceId":"{id}","motif":"adresse rectifiée"}"#),
    ctx("LAST_ADMIN_REMOVAL_REFUSED", "user", "CRITICAL", r#"{"userId":"{id}","adminsActifs":1}"#),
];

pub(crate) const USER_AGENTS: [&str; 10] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
     Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "curl/8.7.1",
    "staka-demo/0.1 (+https://example.org/robots)",
];

pub(crate) const IPS: [&str; 12] = [
    "192.0.2.1",
    "192.0.2.17",
    "192.0.2.48",
    "192.0.2.101",
    "192.0.2.200",
    "192.0.2.254",
    "2001:db8::1",
    "2001:db8::2:17",
    "2001:db8:0:42::8",
    "2001:db8:abcd:12::ff",
    "2001:db8:85a3::8a2e:370:7334",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe",
];
