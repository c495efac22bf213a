//! The current time comes from the handle's clock; nothing else reads the system's.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono_tz::Tz;

use super::Timestamp;

/// The time zone that defines where days and months begin; Europe/Paris by default.
pub type Zone = Tz;

/// A source of the current time.
pub trait Clock: Send + Sync + Debug {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        chrono::Utc::now().into()
    }
}

/// A clock that changes only when it is advanced, for tests and replays.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Creates a clock set to `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.unix_millis()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let later = self.now().plus(by);
        self.0.store(later.unix_millis(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::Relaxed)).expect("set from a Timestamp")
    }
}
