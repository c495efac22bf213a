//! Demo data: two years of a fictitious platform, with the same rows for the same options on every machine.
//!
//! Each row is a function of seed, anchor, table and index, independent of the order in which rows are generated. A
//! database that contains other data is never touched.

mod audit;
mod commandes;
mod content;
mod conversations;
mod draw;
mod files;
mod insert;
mod invoices;
mod marker;
mod messages;
mod notifications;
mod options;
mod people;
mod plan;
mod support;
mod tables;
mod targets;
#[cfg(test)]
mod tests;
mod texts;
mod time;

use std::collections::HashSet;
use std::sync::Arc;

use staka_core::base::{Args, Reader, Record};
use staka_core::db::{Conn, Pool, Statement};
use staka_core::migrate::MigrateOptions;
use staka_core::model::UserId;
use staka_core::{Error, ErrorKind, Result};

use crate::marker::Marker;
use crate::plan::{World, count};

pub use crate::options::{Only, Progress, Scale, SeedOptions, SeedReport, Subjects, subjects};
pub use crate::targets::{TARGETS, Target};

/// The password of every account of the demo data.
pub const DEMO_PASSWORD: &str = "Demo-Staka-2026";
/// The bcrypt hash of [`DEMO_PASSWORD`], with cost 12.
pub const DEMO_PASSWORD_HASH: &str = "$2b$12$a8lfg.nzNH8QIsZ9dArBRuSJ7.LymfaFHImk/9vDDlQ18diplLSvy";
/// The e-mail address of [`Subjects::admin`].
pub const DEMO_ADMIN_EMAIL: &str = "admin@example.org";
/// The e-mail address of [`Subjects::heavy`].
pub const DEMO_HEAVY_EMAIL: &str = "heavy@example.org";
/// The e-mail address of [`Subjects::light`].
pub const DEMO_LIGHT_EMAIL: &str = "light@example.org";

/// Fills a migrated database, or one of its tables, with demo data. `on_progress` is called after every few thousand
/// committed rows.
///
/// An empty database is filled. A database with demo data is emptied and filled again, unless the options are the same:
/// then nothing is done. Any other database is refused with [`ErrorKind::Conflict`]. An interrupted seed leaves what
/// was committed, and the next one starts again.
///
/// With [`SeedOptions::only`], `scale`, the users and the orders that notifications mention are those of the earlier
/// seed; `anchor` and `seed` are those of the options. Notifications require an earlier seed, tarifs an earlier seed or
/// an empty database. The earlier seed's options stay on record.
///
/// Run only one seed at a time: two at once are refused only if both find the database empty.
pub async fn seed(
    pool: &Pool,
    options: &SeedOptions,
    on_progress: &mut (dyn FnMut(&Progress) + Send),
) -> Result<SeedReport> {
    options.check()?;
    let mut conn = pool.acquire().await?;
    let earlier = Marker::find(&mut conn).await?;
    if earlier.is_none() {
        marker::must_be_empty(&mut conn).await?;
    }
    let tables: Vec<&'static str> = match options.only {
        None => tables::names().collect(),
        Some(Only::Notifications) => vec!["notifications"],
        Some(Only::Tarifs) => vec!["tarifs"],
    };
    let finished = earlier.as_ref().and_then(Marker::finished);
    if options.only.is_none() && finished.as_ref() == Some(options) {
        let rows = tables.iter().map(|table| (*table, count(table, options.scale))).collect();
        return Ok(SeedReport { rows, already_there: true, subjects: subjects() });
    }
    let (world, of) = match options.only {
        Some(Only::Notifications) => {
            let Some(earlier) = finished else {
                return Err(Error::new(
                    ErrorKind::Conflict,
                    "there are no users to notify: seed the whole database first",
                ));
            };
            (World::notifying(&earlier, options), Some(user_ids(&mut conn).await?))
        }
        _ => (World::new(options), None),
    };
    // First, so that rows are known to be demo data whatever happens afterwards.
    match (&earlier, options.only) {
        (None, _) => Marker::start(&mut conn, options).await?,
        (Some(_), None) => Marker::restart(&mut conn, options).await?,
        (Some(_), Some(_)) => {}
    }
    marker::mark_counters_unfilled(&mut conn).await?;
    if earlier.is_some() {
        marker::empty(&mut conn, &tables).await?;
    }
    drop(conn);
    let rows = insert::fill(pool, &Arc::new(world), &tables, of.as_ref(), on_progress).await?;
    pool.migrator().await?.refill_counters(&MigrateOptions::default(), &mut |_| {}).await?;
    let mut conn = pool.acquire().await?;
    marker::analyze(&mut conn, &tables).await?;
    if options.only.is_none() {
        Marker::finish(&mut conn).await?;
    }
    Ok(SeedReport { rows, already_there: false, subjects: subjects() })
}

/// Returns the options of the completed seed of this database, if there is one.
pub async fn earlier(conn: &mut Conn) -> Result<Option<SeedOptions>> {
    Ok(Marker::find(conn).await?.as_ref().and_then(Marker::finished))
}

async fn user_ids(conn: &mut Conn) -> Result<HashSet<UserId>> {
    static IDS: Statement = Statement::fixed("seed.user_ids", "SELECT `id` FROM `users`", &[]);
    let mut ids = HashSet::new();
    conn.each(&IDS, Args::new(), |OneId { id }: OneId| {
        ids.insert(id);
    })
    .await?;
    Ok(ids)
}

struct OneId {
    id: UserId,
}

impl Record for OneId {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { id: reader.column()? })
    }
}
