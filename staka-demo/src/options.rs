//! The options and the report of a seed.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use staka_core::model::UserId;
use staka_core::{Error, Result, Timestamp};

/// The amount of demo data. Larger scales add other users and older dates; pages, FAQs and tarifs stay the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scale {
    /// 1 000 users, 5 000 commandes, 50 000 messages, 100 000 notifications.
    #[default]
    Small,
    /// Ten times the small scale.
    Medium,
    /// A hundred times the small scale.
    Large,
    /// This many times the small scale, 1 to 100, written `3x`.
    Times(u64),
}

/// The largest scale, as a factor of the small one.
const MAX_FACTOR: u64 = 100;

impl Scale {
    /// Returns the factor by which tables grow compared with [`Scale::Small`].
    pub const fn factor(self) -> u64 {
        match self {
            Self::Small => 1,
            Self::Medium => 10,
            Self::Large => MAX_FACTOR,
            Self::Times(0) => 1,
            Self::Times(factor) if factor > MAX_FACTOR => MAX_FACTOR,
            Self::Times(factor) => factor,
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Small => f.write_str("small"),
            Self::Medium => f.write_str("medium"),
            Self::Large => f.write_str("large"),
            Self::Times(factor) => write!(f, "{factor}x"),
        }
    }
}

impl FromStr for Scale {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "small" => Ok(Self::Small),
            "medium" => Ok(Self::Medium),
            "large" => Ok(Self::Large),
            _ => match text.strip_suffix('x').and_then(|factor| factor.parse().ok()) {
                Some(factor @ 1..=MAX_FACTOR) => Ok(Self::Times(factor)),
                _ => Err(Error::invalid("scale", "must be small, medium, large, or 1x to 100x")),
            },
        }
    }
}

/// A single table to fill again, in a database with demo data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// The notifications, for the users of the earlier seed that still exist.
    Notifications,
    /// The price list.
    Tarifs,
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notifications => "notifications",
            Self::Tarifs => "tarifs",
        })
    }
}

impl FromStr for Only {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "notifications" => Ok(Self::Notifications),
            "tarifs" => Ok(Self::Tarifs),
            _ => Err(Error::invalid("only", "must be notifications or tarifs")),
        }
    }
}

/// The options of a seed. The same options produce the same rows on every machine and both servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedOptions {
    /// The amount of data.
    pub scale: Scale,
    /// The time that counts as the present, in the years 1975 to 9990. Rows are from the two years before it; only
    /// expiry and due dates are later.
    pub anchor: Timestamp,
    /// The seed of the random numbers; 42 by default.
    pub seed: u64,
    /// The only table to fill; all by default.
    pub only: Option<Only>,
}

impl SeedOptions {
    /// Creates the default options (small, seed 42) for an anchor.
    pub const fn new(anchor: Timestamp) -> Self {
        Self { scale: Scale::Small, anchor, seed: 42, only: None }
    }

    /// Fails with `Invalid` unless the anchor is in the years 1975 to 9990.
    pub(crate) fn check(&self) -> Result<()> {
        // 1975-01-01 and 9990-01-01 in milliseconds: ids contain the time since 1970, and the server's range ends in
        // 9999.
        if (157_766_400_000..253_086_681_600_000).contains(&self.anchor.unix_millis()) {
            Ok(())
        } else {
            Err(Error::invalid("anchor", "must be in the years 1975 to 9990"))
        }
    }
}

/// Named users with known shares of the rows; their ids are the same for every seed and scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subjects {
    /// An author with 20 % of all notifications, 30 % of these unread, and 10 % of all messages.
    pub heavy: UserId,
    /// The administrator who receives half of all messages.
    pub admin: UserId,
    /// An author with the same few rows at every scale: 40 notifications (12 of them not read, 4 of these
    /// expired), 3 conversations, 8 commandes with invoices, 2 cards.
    pub light: UserId,
}

/// Returns the ids of the named users.
pub fn subjects() -> Subjects {
    let id = |text: &str| text.parse().expect("a constant that is an id");
    Subjects {
        heavy: id("00000000-0000-7000-8000-000000000002"),
        admin: id("00000000-0000-7000-8000-000000000001"),
        light: id("00000000-0000-7000-8000-000000000003"),
    }
}

/// The report of a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeedReport {
    /// The number of rows of demo data in each table that was seeded.
    pub rows: Vec<(&'static str, u64)>,
    /// Whether the same seed was completed before, so that nothing was written.
    pub already_there: bool,
    /// The named users.
    pub subjects: Subjects,
}

/// The progress of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table being filled.
    pub table: &'static str,
    /// The number of committed rows so far.
    pub done: u64,
    /// The total number of rows of the table.
    pub total: u64,
}
