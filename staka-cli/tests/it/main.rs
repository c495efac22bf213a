//! Tests of the command line: they run the real program on real servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod accounting;
mod migrate;
mod plain;
mod private;
mod readme;
mod refused;
mod seeded;
mod serve;
mod support;
mod verify;
