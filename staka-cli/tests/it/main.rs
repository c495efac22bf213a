//! The tests of the command line: the real program, on real servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod books;
mod migrate;
mod plain;
mod private;
mod refused;
mod seeded;
mod serve;
mod support;
mod verify;
