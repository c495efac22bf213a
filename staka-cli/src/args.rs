//! What may be written on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use staka_core::maintenance::seed::{Only, Scale};
use staka_core::model::UserId;
use staka_core::{Config, Day, Error, Secret, Timestamp};
use staka_local::Engine;

use crate::failure::Failure;

/// The command line of Staka, the data layer of Staka Livres.
///
/// Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "staka", version, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The database: mysql://user:password@host:3306/name [env: DATABASE_URL, where a
    /// password is not seen by the machine's other users]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Print one JSON document on standard output, an error too
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the database's schema up to date, or adopt the one that Prisma made; run twice, it does nothing
    Migrate(MigrateArgs),
    /// Fill a migrated, empty database with made-up French demo data; any other database is refused
    Seed(SeedArgs),
    /// Prove the tables that triggers maintain (unread counts, conversations, accounts by role,
    /// messages by the hour) by counting anew: exit code
    /// 1 where they are wrong
    Recount(RecountArgs),
    /// Prove that the database is sound, an adopted one too: counters, numbers, cards, money, moments, JSON, references;
    /// changes nothing. Exit code 1 where an error is found
    Verify(VerifyArgs),
    /// Who bought what, when, at which rate: the invoices and credit notes of a time, in the order of issue
    Ledger(LedgerArgs),
    /// What was issued, by regime and rate of VAT
    Taxes(WindowArgs),
    /// Whether a number of an invoice or credit note is missing: exit code 1 where one is
    Numbers(NumbersArgs),
    /// Who was erased, as JSON to be kept beside the backups; with --replay, erase them again after one was restored
    Tombstones(TombstonesArgs),
    /// Measure the guide's 16 queries; changes nothing, on a live database neither
    Queries(QueriesArgs),
    /// List the public operations: what they take and give, and who may call them
    Operations,
    /// Call one of them, as the program itself or as an account, and print its answer as JSON; an export as text
    Call(CallArgs),
    /// Serve the operations over HTTP
    Serve(ServeArgs),
    /// Show it all: a private database server, demo data, the 16 queries measured, HTTP with a token
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    pub(crate) command: Option<MigrateCommand>,
    /// Print the SQL and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make the database first if it is not there
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) create_database: bool,
    /// How many seconds to wait for another migrator, or for statements that hold a table
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) lock_wait: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Say where the database stands and how it differs from the guide
    Status,
    /// Drop the tables with all their rows, for development; only in a database that Staka made
    Reset {
        /// Yes, drop them
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// How much: small (200 000 rows), medium (ten times that) or large (a hundred times); with --only, as before
    #[arg(long, default_value = "small")]
    pub(crate) scale: Scale,
    /// Where chance begins: the same number gives the same rows
    #[arg(long, default_value_t = 42, value_name = "NUMBER")]
    pub(crate) seed: u64,
    /// The moment that counts as the present (2026-01-31 or 2026-01-31T09:30:00Z); today at 00:00 UTC unless given
    #[arg(long, value_name = "MOMENT")]
    pub(crate) anchor: Option<Timestamp>,
    /// Fill this table alone again: notifications or tarifs
    #[arg(long, value_name = "TABLE")]
    pub(crate) only: Option<Only>,
}

#[derive(Debug, Args)]
pub(crate) struct RecountArgs {
    /// Fill them anew first, whatever they hold; writers to their sources wait for some seconds
    #[arg(long)]
    pub(crate) mend: bool,
    /// How many seconds --mend waits for another migrator, or for statements that hold a table
    #[arg(long, default_value_t = 60, value_name = "SECONDS", requires = "mend")]
    pub(crate) lock_wait: u64,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Look only for what begins so: an area (money) or a check (money.invoices.amount)
    #[arg(long, value_name = "CHECK")]
    pub(crate) only: Option<String>,
    /// End with exit code 1 on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Show the query of each check that found nothing as well
    #[arg(long)]
    pub(crate) queries: bool,
}

/// Days of Europe/Paris.
#[derive(Debug, Args)]
pub(crate) struct WindowArgs {
    /// The first day (2026-01-01); New Year's Day unless given
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The day behind the last one; tomorrow unless given
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    /// Print CSV, as spreadsheets read it; leaves an entry in the audit log
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NumbersArgs {
    /// The year; this one unless given
    #[arg(long, value_parser = clap::value_parser!(u16).range(2000..=9999))]
    pub(crate) year: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct TombstonesArgs {
    /// What this command printed before: erase everybody in it again
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct QueriesArgs {
    /// For whom; the user with the most notifications unless given
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<UserId>,
    /// How often each query is run, after two runs to warm up
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) runs: u32,
}

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Its name: invoices.numbering
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: String,
    /// Its parameters as a JSON object; - reads them from standard input
    #[arg(default_value = "{}", value_name = "JSON")]
    pub(crate) arguments: String,
    /// Whose account acts; the program itself unless given
    #[arg(long = "as", value_name = "ID")]
    pub(crate) actor: Option<UserId>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:3001", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// What tokens are signed with, at least 32 bytes [env: JWT_SECRET]
    #[arg(long, value_name = "SECRET")]
    pub(crate) jwt_secret: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// How much data: small, medium or large
    #[arg(long, default_value = "small")]
    pub(crate) scale: Scale,
    /// Which server, when it is a private one: mariadb or mysql
    #[arg(long)]
    pub(crate) engine: Option<Engine>,
    /// The port for HTTP on 127.0.0.1; 3001, or a free one, unless given
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Where the private server keeps its data; `demo` or `demo-<engine>` in $STAKA_LOCAL_DIR or ~/.cache/staka
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Do everything up to the table of queries, then stop
    #[arg(long)]
    pub(crate) once: bool,
    /// What tokens are signed with, at least 32 bytes; random unless given [env: JWT_SECRET]
    #[arg(long, value_name = "SECRET")]
    pub(crate) jwt_secret: Option<String>,
}

/// Who named the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Flag,
    Environment,
}

impl Source {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Flag => "--database-url",
            Self::Environment => "DATABASE_URL",
        }
    }
}

/// The server that the user named, with a database or without.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) config: Config,
    pub(crate) source: Source,
    /// The URL without its password.
    pub(crate) shown: String,
}

impl Common {
    /// The URL given, if any: the flag, else the environment.
    pub(crate) fn given(&self) -> Result<Option<Given>, Failure> {
        let (url, source) = match (&self.database_url, environment("DATABASE_URL")) {
            (Some(url), _) => (url.clone(), Source::Flag),
            (None, Some(url)) => (url, Source::Environment),
            (None, None) => return Ok(None),
        };
        let config = Config::from_url(&url).map_err(|error| Failure::in_usage(source.title(), &error))?;
        Ok(Some(Given { config, source, shown: without_password(&url) }))
    }

    /// The database given; wrong usage if there is none.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let problem = match self.given()? {
            Some(given) if given.config.database().is_some() => return Ok(given.config),
            Some(given) => format!("names a server ({}) and no database: end it with /name", given.shown),
            None => {
                "is needed: mysql://user:password@host:3306/name, or set DATABASE_URL (`staka demo` brings its own database)"
                    .to_owned()
            }
        };
        Err(Failure::Usage(Error::invalid("--database-url", problem)))
    }
}

/// The secret given, if any: the flag, else the environment.
pub(crate) fn jwt_secret(flag: Option<&str>) -> Option<Secret> {
    flag.map(str::to_owned).or_else(|| environment("JWT_SECRET")).map(Secret::new)
}

/// A variable that is set to something.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let parts = url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    match parts {
        Some((scheme, (login, place))) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("mysql://root:s%40cret@db.example.com:3306/staka?socket=x", "mysql://root@db.example.com:3306/staka"),
            ("mysql://root:odd@pass@host/staka", "mysql://root@host/staka"),
            ("mysql://root@host/staka", "mysql://root@host/staka"),
            ("mysql://host/staka", "mysql://host/staka"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
