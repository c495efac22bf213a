//! What a column is for, how long it is kept, what erasing a person does to it, who may see it.

use serde::Serialize;

/// One column of one table, declared once in the model. Export, erasure, briefs and validation are made
/// from this; a column that does not say all of it does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// The name in the database and in JSON.
    pub name: &'static str,
    /// The field's name in Rust and Python.
    pub field: &'static str,
    /// Whether the column admits NULL.
    pub nullable: bool,
    /// Why the platform keeps it.
    pub purpose: Purpose,
    /// How long it keeps it.
    pub retention: Retention,
    /// What erasing the person does to it.
    pub erasure: Erasure,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// Whether a person's export carries it.
    pub exportable: bool,
    /// How much it holds.
    pub length: Length,
}

/// Why the platform keeps a value (RGPD, art. 5 (1) b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// Names the row or another one.
    Key,
    /// Says who somebody is.
    Identity,
    /// Reaches somebody.
    Contact,
    /// Protects the account.
    Security,
    /// Remembers what somebody chose.
    Preference,
    /// Carries out the correction that was ordered.
    Service,
    /// Takes and follows payments.
    Payment,
    /// Fulfils the duty to invoice.
    Billing,
    /// Lets people write to each other.
    Messaging,
    /// Tells somebody what happened.
    Information,
    /// Helps somebody who asks.
    Support,
    /// Shows the site's public content.
    Publishing,
    /// Proves who did what.
    Audit,
    /// Keeps the record in order (dates, flags).
    Record,
}

/// How long a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Retention {
    /// As long as the account it belongs to.
    Account,
    /// Ten years from issue, as the commercial code demands of invoices (art. L123-22).
    Accounting,
    /// Until the row's own expiry.
    Expiry,
    /// So many days from creation.
    Days(u16),
    /// As long as the site publishes it.
    Content,
}

/// What erasing a person does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Erasure {
    /// It says nothing about the person, or the law demands that it stays.
    Keep,
    /// It becomes NULL.
    Null,
    /// It becomes this text.
    Replace(&'static str),
    /// It becomes a pseudonym that no longer leads back.
    Pseudonym,
    /// The whole row goes.
    Row,
}

/// Who may see a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Sensitivity {
    /// Everybody.
    Public,
    /// The people concerned and the staff.
    Internal,
    /// Data about a person: that person and the staff who need it.
    Personal,
    /// Nobody: it never serialises and never prints.
    Secret,
}

/// How much a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Length {
    /// So many characters at the most (VARCHAR).
    Chars(u32),
    /// So many bytes of UTF-8 at the most (TEXT, LONGTEXT, JSON).
    Bytes(u32),
    /// The type says it: numbers, booleans, dates, enums.
    Fixed,
}
