//! By which settings invoices are made: a table of ours with one row.

use crate::base::{Args, Result, Timestamp};
use crate::db::error::lacks_a_table;
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

/// What is in force: what was set, else what the program says.
pub async fn current(conn: &mut Conn) -> Result<BillingSettings> {
    match conn.optional(&CURRENT, Args::new().with(ROW)).await {
        Err(lost) if lacks_a_table(&lost) => Ok(BillingSettings::default()),
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

/// Takes the row whatever it says.
static HOLD: Statement = Statement::fixed(
    "billing_settings.hold",
    "INSERT INTO staka_billing_settings (`name`, `sellerName`, `regime`, `rate`, `paymentDays`, `updatedAt`) \
     VALUES (?, ?, ?, ?, ?, NULL) ON DUPLICATE KEY UPDATE `name` = VALUES(`name`)",
    &[],
);

/// What is in force, and as nobody else changes it until the transaction ends.
pub async fn held(conn: &mut Conn) -> Result<BillingSettings> {
    let unset = BillingSettings::default();
    let args = Args::new().with(ROW).with(&unset.seller_name).with(unset.regime).with(unset.rate);
    conn.execute(&HOLD, args.with(unset.payment_days)).await?;
    conn.one(&LOCKED, Args::new().with(ROW)).await
}

/// Sets all of them.
pub async fn set(conn: &mut Conn, settings: &BillingSettings, now: Timestamp) -> Result<()> {
    let BillingSettings { seller_name, seller_address, siret, vat_number, legal_mention, regime, rate, .. } = settings;
    let args = Args::new().with(ROW).with(seller_name).with(seller_address).with(siret).with(vat_number);
    let args = args.with(legal_mention).with(*regime).with(*rate).with(settings.payment_days).with(now);
    conn.execute(&SET, args).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CURRENT, &LOCKED, &SET, &HOLD]
}
