//! The tests of staka-http; each runs on a real MariaDB and a real MySQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod answers;
mod auth;
mod cases;
mod input;
mod service;
mod support;
