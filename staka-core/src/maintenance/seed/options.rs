//! What a seed is asked for, and what it reports.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::base::{Error, Result, Timestamp};
use crate::model::UserId;

/// How much demo data there is. Growth adds other users and older dates; pages, FAQ and tarifs do not grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Scale {
    /// 1 000 users, 5 000 commandes, 50 000 messages, 100 000 notifications.
    #[default]
    Small,
    /// Ten times that.
    Medium,
    /// A hundred times that.
    Large,
}

impl Scale {
    /// How many times the rows of [`Scale::Small`].
    pub const fn factor(self) -> u64 {
        match self {
            Self::Small => 1,
            Self::Medium => 10,
            Self::Large => 100,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scale {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Small, Self::Medium, Self::Large]
            .into_iter()
            .find(|scale| scale.as_str() == text)
            .ok_or_else(|| Error::invalid("scale", "must be small, medium or large"))
    }
}

/// The one table to fill again, in a database that a seed filled before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// The notifications, for the users that the earlier seed made and that are still there.
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

/// What to seed. The same options give the same rows on every machine and both servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedOptions {
    /// How much.
    pub scale: Scale,
    /// The moment that counts as the present: rows reach back two years from it, and none is younger but what
    /// expires or falls due. Years 1975 to 9990.
    pub anchor: Timestamp,
    /// Where chance begins; 42 unless another is asked for.
    pub seed: u64,
    /// One table alone.
    pub only: Option<Only>,
}

impl SeedOptions {
    /// Small, from the usual seed, back from `anchor`.
    pub const fn new(anchor: Timestamp) -> Self {
        Self { scale: Scale::Small, anchor, seed: 42, only: None }
    }

    /// `Invalid` when the anchor leaves no room for two years before and some after.
    pub(super) fn check(&self) -> Result<()> {
        // 1975-01-01 and 9990-01-01 in milliseconds: ids carry the time since 1970, the server ends in 9999.
        if (157_766_400_000..253_086_681_600_000).contains(&self.anchor.unix_millis()) {
            Ok(())
        } else {
            Err(Error::invalid("anchor", "must lie in the years 1975 to 9990"))
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

/// The ids of the named users.
pub fn subjects() -> Subjects {
    let id = |text: &str| text.parse().expect("a constant that is an id");
    Subjects {
        heavy: id("00000000-0000-7000-8000-000000000002"),
        admin: id("00000000-0000-7000-8000-000000000001"),
        light: id("00000000-0000-7000-8000-000000000003"),
    }
}

/// What a seed did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeedReport {
    /// Rows of demo data in each table that the options concern.
    pub rows: Vec<(&'static str, u64)>,
    /// Whether the same seed had been finished before, and nothing was written now.
    pub already_there: bool,
    /// The named users.
    pub subjects: Subjects,
}

/// How far a seed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table being filled.
    pub table: &'static str,
    /// Its rows written and committed so far.
    pub done: u64,
    /// Its rows in the end.
    pub total: u64,
}
