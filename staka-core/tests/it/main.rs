//! The tests of staka-core on real servers: MariaDB and MySQL, each test on both.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod audit;
mod audit_export;
mod cancel;
mod cases;
mod handle;
mod load;
mod maintained;
mod maintained_races;
mod maintained_refused;
mod maintained_support;
mod maintained_walk;
mod mend;
mod migrate;
mod migrate_adopt;
mod migrate_prisma;
mod migrate_races;
mod migrate_refuse;
mod migrate_support;
mod models;
mod notices_support;
mod notifications;
mod notifications_races;
mod peers;
mod plans;
mod plans_notices;
mod queries;
mod recipe;
mod seeded;
mod support;
mod text;
