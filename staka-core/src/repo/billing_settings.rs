//! The billing settings: a table owned by Staka with one row.

use crate::base::{Args, Result, Timestamp};
use crate::db::error::is_missing_table;
use crate::db::{Access, Conn, Statement};
use crate::model::view::BillingSettings;

const ROW: &str = "billing";

macro_rules! columns {
    () => {
        "s.sellerName, s.sellerAddress, s.siret, s.vatNumber, s.legalMention, s.regime, s.rate, s.paymentDays, s.updatedAt"
    };
}

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

static CURRENT: Statement = Statement::fixed(
    "billing_settings.current",
    concat!("SELECT ", columns!(), " FROM staka_billing_settings s WHERE s.name = ?"),
    BY_KEY,
);

/// Returns the settings in force: those that were set, else the defaults.
pub async fn current(conn: &mut Conn) -> Result<BillingSettings> {
    match conn.optional(&CURRENT, Args::new().with(ROW)).await {
        Err(lost) if is_missing_table(&lost) => Ok(BillingSettings::default()),
        found => found.map(Option::unwrap_or_default),
    }
}

static LOCKED: Statement = Statement::fixed(
    "billing_settings.locked",
    concat!("SELECT ", columns!(), " FROM staka_billing_settings s WHERE s.name = ? FOR UPDATE"),
    BY_KEY,
);

static SET: Statement = Statement::fixed(
    "billing_settings.set",
    "INSERT INTO staka_billing_settings (`name`, `sellerName`, `sellerAddress`, `siret`, `vatNumber`, `legalMention`, `regime`, \
     `rate`, `paymentDays`, `updatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
     ON DUPLICATE KEY UPDATE `sellerName` = VALUES(`sellerName`), `sellerAddress` = VALUES(`sellerAddress`), \
     `siret` = VALUES(`siret`), `vatNumber` = VALUES(`vatNumber`), `legalMention` = VALUES(`legalMention`), \
     `regime` = VALUES(`regime`), `rate` = VALUES(`rate`), `paymentDays` = VALUES(`paymentDays`), \
     `updatedAt` = VALUES(`updatedAt`)",
    &[],
);

/// Inserts the row unless it exists, and locks it.
static ENSURE: Statement = Statement::fixed(
    "billing_settings.ensure",
    "INSERT INTO staka_billing_settings (`name`, `sellerName`, `regime`, `rate`, `paymentDays`, `updatedAt`) \
     VALUES (?, ?, ?, ?, ?, NULL) ON DUPLICATE KEY UPDATE `name` = VALUES(`name`)",
    &[],
);

/// Returns the settings in force and locks them.
pub async fn locked(conn: &mut Conn) -> Result<BillingSettings> {
    let unset = BillingSettings::default();
    let args = Args::new().with(ROW).with(&unset.seller_name).with(unset.regime).with(unset.rate);
    conn.execute(&ENSURE, args.with(unset.payment_days)).await?;
    conn.one(&LOCKED, Args::new().with(ROW)).await
}

/// Writes all settings.
pub async fn set(conn: &mut Conn, settings: &BillingSettings, now: Timestamp) -> Result<()> {
    let BillingSettings { seller_name, seller_address, siret, vat_number, legal_mention, regime, rate, .. } = settings;
    let args = Args::new().with(ROW).with(seller_name).with(seller_address).with(siret).with(vat_number);
    let args = args.with(legal_mention).with(*regime).with(*rate).with(settings.payment_days).with(now);
    conn.execute(&SET, args).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CURRENT, &LOCKED, &SET, &ENSURE]
}
