//! The tests of staka-core on real servers: MariaDB and MySQL, each test on both.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod cancel;
mod cases;
mod consultations;
mod handle;
mod load;
mod maintained;
mod maintained_races;
mod maintained_refused;
mod maintained_support;
mod maintained_walk;
mod mend;
mod messaging;
mod messaging_claims;
mod messaging_drafts;
mod messaging_inbox;
mod messaging_races;
mod messaging_support;
mod migrate;
mod migrate_adopt;
mod migrate_prisma;
mod migrate_races;
mod migrate_refuse;
mod migrate_support;
mod models;
mod peers;
mod plans;
mod plans_messaging;
mod queries;
mod recipe;
mod seeded;
mod support;
