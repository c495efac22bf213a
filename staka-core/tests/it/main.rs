//! The tests of staka-core on real servers: MariaDB and MySQL, each test on both.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "one binary: nothing is reachable from outside")]

mod accounts;
mod accounts_races;
mod accounts_support;
mod audit;
mod audit_export;
mod cancel;
mod cases;
mod catalogue_faqs;
mod catalogue_pages;
mod catalogue_races;
mod catalogue_support;
mod catalogue_tarifs;
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
mod password_resets;
mod peers;
mod plans;
mod plans_accounts;
mod plans_catalogue;
mod plans_notices;
mod queries;
mod recipe;
mod seeded;
mod support;
mod text;
mod users;
