//! The number of rows of each table, and the context of all generators.

use std::sync::OnceLock;

use super::draw::{Draw, Stream};
use super::options::{Scale, SeedOptions};
use super::time::{DAY, MINUTE, TWO_YEARS, Window};
use crate::base::{TextId, Timestamp};

/// The rows of each table at the small scale, in an order in which no row refers to a later table.
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

/// Tables with the same rows at every scale.
const FIXED: [&str; 4] = ["pages", "faqs", "tarifs", "password_resets"];

/// Returns the number of rows of `table` at `scale`.
pub(super) fn count(table: &str, scale: Scale) -> u64 {
    let small = SMALL.iter().find(|(name, _)| *name == table).expect("a table of the Prisma schema").1;
    if FIXED.contains(&table) { small } else { small * scale.factor() }
}

/// A unit's portion: the small scale, or growth (other users, older dates) that larger scales add.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// Whether the portion is growth.
    pub(super) growth: bool,
    /// The unit's index in its portion.
    pub(super) index: u64,
    /// The number of units in the portion.
    pub(super) count: u64,
    /// The portion's span of time.
    pub(super) window: Window,
}

/// Seed, scale and time spans: a row is a function of these, its table and its index.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) scale: Scale,
    /// The time that counts as the present, in milliseconds since 1970.
    pub(super) anchor: i64,
    /// The numbers of the invoices, computed when first needed.
    pub(super) numbers: OnceLock<Vec<u32>>,
    /// The seed and anchor of the notifications, if they differ from those of the other tables.
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

    /// Returns the world of an earlier seed, with another seed and anchor for the notifications.
    pub(super) fn notifying(earlier: &SeedOptions, options: &SeedOptions) -> Self {
        let notified = Self::new(&SeedOptions { scale: earlier.scale, ..options.clone() });
        Self { notified: Some(Box::new(notified)), ..Self::new(earlier) }
    }

    /// Returns the world for the times and random numbers of notifications.
    pub(super) fn of_notifications(&self) -> &Self {
        self.notified.as_deref().unwrap_or(self)
    }

    /// Returns a portion's time span: the small scale covers two years up to the anchor, growth ends 60 days earlier.
    /// In the first day only the first accounts are created.
    pub(super) fn window(&self, growth: bool) -> Window {
        let end = if growth { self.anchor - 60 * DAY } else { self.anchor - MINUTE };
        Window { start: self.anchor - TWO_YEARS + DAY, end }
    }

    /// Returns the portion of the `unit`th unit, if the small scale has `base` units.
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

    /// Returns the age in days.
    pub(super) fn age(&self, millis: i64) -> i64 {
        (self.anchor - millis) / DAY
    }
}
