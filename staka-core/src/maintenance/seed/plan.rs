//! How many rows each table gets, and what every generator of rows needs to know.

use std::sync::OnceLock;

use super::draw::{Draw, Stream};
use super::options::{Scale, SeedOptions};
use super::time::{DAY, MINUTE, TWO_YEARS, Window};
use crate::base::{TextId, Timestamp};

/// Rows of each table at the small scale, in an order in which no row refers to a later table.
pub(super) const SMALL: [(&str, u64); 14] = [
    ("users", 1_000),
    ("pages", 50),
    ("faqs", 100),
    ("tarifs", 20),
    ("commandes", 5_000),
    ("invoices", 5_000),
    ("files", 10_000),
    ("messages", 50_000),
    ("message_attachments", 5_000),
    ("payment_methods", 2_000),
    ("notifications", 100_000),
    ("support_requests", 3_000),
    ("audit_logs", 20_000),
    ("password_resets", 60),
];

/// These stay as they are at every scale.
const FIXED: [&str; 4] = ["pages", "faqs", "tarifs", "password_resets"];

/// How many rows `table` gets at `scale`.
pub(super) fn count(table: &str, scale: Scale) -> u64 {
    let small = SMALL.iter().find(|(name, _)| *name == table).expect("a table of the guide").1;
    if FIXED.contains(&table) { small } else { small * scale.factor() }
}

/// The larger scales hold the small one, and growth besides it: other users, older dates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// Whether it is growth.
    pub(super) growth: bool,
    /// The unit's place in its portion.
    pub(super) index: u64,
    /// Units in that portion.
    pub(super) count: u64,
    /// The portion's span of time.
    pub(super) window: Window,
}

/// Seed, scale and spans of time: a row is a function of this, its table and its index.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) scale: Scale,
    /// The present, in milliseconds since 1970.
    pub(super) anchor: i64,
    /// The invoices' numbers, once they are needed.
    pub(super) numbers: OnceLock<Vec<u32>>,
    /// Seed and present of the notifications, where they are not the others'.
    notified: Option<Box<World>>,
}

impl World {
    pub(super) fn new(options: &SeedOptions) -> Self {
        Self {
            seed: options.seed,
            scale: options.scale,
            anchor: options.anchor.unix_millis(),
            numbers: OnceLock::new(),
            notified: None,
        }
    }

    /// The world of an earlier seed, whose users hear of it at another present.
    pub(super) fn notifying(earlier: &SeedOptions, options: &SeedOptions) -> Self {
        let notified = Self::new(&SeedOptions { scale: earlier.scale, ..options.clone() });
        Self { notified: Some(Box::new(notified)), ..Self::new(earlier) }
    }

    /// Where the notifications' own moments and chances come from.
    pub(super) fn of_notifications(&self) -> &Self {
        self.notified.as_deref().unwrap_or(self)
    }

    /// The base reaches from two years ago to the present, growth ends 60 days before. The first day belongs to
    /// the people who were there before all others.
    pub(super) fn window(&self, growth: bool) -> Window {
        let end = if growth { self.anchor - 60 * DAY } else { self.anchor - MINUTE };
        Window { start: self.anchor - TWO_YEARS + DAY, end }
    }

    /// Which portion the `unit`th belongs to, when the base has `base` of them.
    pub(super) fn portion(&self, unit: u64, base: u64) -> Portion {
        let growth = unit >= base;
        let (index, count) = if growth { (unit - base, base * (self.scale.factor() - 1)) } else { (unit, base) };
        Portion { growth, index, count, window: self.window(growth) }
    }

    pub(super) fn draw(&self, stream: Stream, index: u64) -> Draw {
        Draw::new(self.seed, stream, index)
    }

    pub(super) fn id<T: TextId>(&self, stream: Stream, index: u64, at: Timestamp) -> T {
        self.draw(stream, index).id(at)
    }

    /// How long ago, in days.
    pub(super) fn age(&self, millis: i64) -> i64 {
        (self.anchor - millis) / DAY
    }
}
