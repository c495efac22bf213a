//! Tests with real servers of both engines: starting, using and ending them in different ways.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod ends;
mod fetching;
mod keeps;
mod starts;
mod support;
mod wire;
