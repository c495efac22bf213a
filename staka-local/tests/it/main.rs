//! Real servers of both engines, started, used and ended in every way we know of.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod ends;
mod fetching;
mod keeps;
mod starts;
mod support;
mod wire;
