//! Metadata of columns: purpose, retention, erasure and sensitivity.

use serde::Serialize;

/// A column of a table, declared once in the model. Export, erasure and validation are derived from it; a column
/// that lacks one of these declarations does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// The column's name in the database and in JSON.
    pub name: &'static str,
    /// The field's name in Rust and Python.
    pub field: &'static str,
    /// Whether the column admits NULL.
    pub nullable: bool,
    /// Why the platform stores the value.
    pub purpose: Purpose,
    /// How long the value is kept.
    pub retention: Retention,
    /// What happens to the value when the person is erased.
    pub erasure: Erasure,
    /// Who may see the value.
    pub sensitivity: Sensitivity,
    /// Whether the export of a person's data contains it.
    pub exportable: bool,
    /// The largest value that the column holds.
    pub length: Length,
}

/// Why the platform stores a value (GDPR, art. 5 (1) b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// Identifies the row or refers to another one.
    Key,
    /// Identifies a person.
    Identity,
    /// Is needed to contact a person.
    Contact,
    /// Protects the account.
    Security,
    /// Stores a person's choice.
    Preference,
    /// Is needed to carry out the ordered correction.
    Service,
    /// Is needed to take and track payments.
    Payment,
    /// Is required for invoicing.
    Billing,
    /// Lets people write to each other.
    Messaging,
    /// Informs a person of an event.
    Information,
    /// Is needed to answer a support ticket.
    Support,
    /// Is public content of the site.
    Publishing,
    /// Records who did what.
    Audit,
    /// Describes the row itself (dates, flags).
    Record,
}

/// How long a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Retention {
    /// As long as the account that it belongs to.
    Account,
    /// Ten years from issue, as the Code de commerce requires for invoices (art. L123-22).
    Accounting,
    /// Until the row's own expiry.
    Expiry,
    /// This number of days from creation.
    Days(u16),
    /// As long as the site publishes it.
    Content,
}

/// What happens to a value when the person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Erasure {
    /// It stays: it is not about the person, or the law requires it.
    Keep,
    /// It is set to NULL.
    Null,
    /// It is replaced by this text.
    Replace(&'static str),
    /// It is replaced by a pseudonym that cannot be traced back to the person.
    Pseudonym,
    /// The row is deleted.
    Row,
}

/// Who may see a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Sensitivity {
    /// Everybody.
    Public,
    /// The people concerned and the staff.
    Internal,
    /// Personal data: that person and the staff who need it.
    Personal,
    /// Nobody: it is never serialised and never printed.
    Secret,
}

/// The largest value that a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Length {
    /// At most this number of characters (VARCHAR).
    Chars(u32),
    /// At most this number of bytes of UTF-8 (TEXT, LONGTEXT, JSON).
    Bytes(u32),
    /// Given by the type: numbers, booleans, dates, enums.
    Fixed,
}
