//! The number of rows of each table, and the context of all generators.

use std::sync::OnceLock;

use staka_core::base::{TextId, Timestamp};

use crate::draw::{Draw, Stream};
use crate::options::{Scale, SeedOptions};
use crate::time::{DAY, MINUTE, TWO_YEARS, Window};

/// The rows of each table at the small scale, in an order in which no row refers to a later table.
pub(crate) const SMALL: [(&str, u64); 14] = [
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

/// Tables with the same rows at every scale.
const FIXED: [&str; 4] = ["pages", "faqs", "tarifs", "password_resets"];

/// Returns the number of rows of `table` at `scale`.
pub(crate) fn count(table: &str, scale: Scale) -> u64 {
    let small = SMALL.iter().find(|(name, _)| *name == table).expect("a table of the Prisma schema").1;
    if FIXED.contains(&table) { small } else { small * scale.factor() }
}

/// A unit's portion: the small scale, or growth (other users, older dates) that larger scales add.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portion {
    /// Whether the portion is growth.
    pub(crate) growth: bool,
    /// The unit's index in its portion.
    pub(crate) index: u64,
    /// The number of units in the portion.
    pub(crate) count: u64,
    /// The portion's span of time.
    pub(crate) window: Window,
}

/// Seed, scale and time spans: a row is a function of these, its table and its index.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) scale: Scale,
    /// The time that counts as the present, in milliseconds since 1970.
    pub(crate) anchor: i64,
    /// The numbers of the invoices, computed when first needed.
    pub(crate) numbers: OnceLock<Vec<u32>>,
    /// The seed and anchor of the notifications, if they differ from those of the other tables.
    notified: Option<Box<World>>,
}

impl World {
    pub(crate) fn new(options: &SeedOptions) -> Self {
        Self {
            seed: options.seed,
            scale: options.scale,
            anchor: options.anchor.unix_millis(),
            numbers: OnceLock::new(),
            notified: None,
        }
    }

    /// Returns the world of an earlier seed, with another seed and anchor for the notifications.
    pub(crate) fn notifying(earlier: &SeedOptions, options: &SeedOptions) -> Self {
        let notified = Self::new(&SeedOptions { scale: earlier.scale, ..options.clone() });
        Self { notified: Some(Box::new(notified)), ..Self::new(earlier) }
    }

    /// Returns the world for the times and random numbers of notifications.
    pub(crate) fn of_notifications(&self) -> &Self {
        self.notified.as_deref().unwrap_or(self)
    }

    /// Returns a portion's time span: the small scale covers two years up to the anchor, growth ends 60 days earlier.
    /// In the first day only the first accounts are created.
    pub(crate) fn window(&self, growth: bool) -> Window {
        let end = if growth { self.anchor - 60 * DAY } else { self.anchor - MINUTE };
        Window { start: self.anchor - TWO_YEARS + DAY, end }
    }

    /// Returns the portion of the `unit`th unit, if the small scale has `base` units.
    pub(crate) fn portion(&self, unit: u64, base: u64) -> Portion {
        let growth = unit >= base;
        let (index, count) = if growth { (unit - base, base * (self.scale.factor() - 1)) } else { (unit, base) };
        Portion { growth, index, count, window: self.window(growth) }
    }

    pub(crate) fn draw(&self, stream: Stream, index: u64) -> Draw {
        Draw::new(self.seed, stream, index)
    }

    pub(crate) fn id<T: TextId>(&self, stream: Stream, index: u64, at: Timestamp) -> T {
        self.draw(stream, index).id(at)
    }

    /// Returns the age in days.
    pub(crate) fn age(&self, millis: i64) -> i64 {
        (self.anchor - millis) / DAY
    }
}
