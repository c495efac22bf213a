//! The commands and options of the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use staka_core::model::UserId;
use staka_core::{Config, Day, Error, Secret, Timestamp};
use staka_demo::{Only, Scale};
use staka_local::Engine;

use crate::failure::Failure;

/// The command line of Staka, the data layer of Staka Livres.
///
/// Results are written to standard output; progress and errors are written to standard error.
/// Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
#[derive(Debug, Parser)]
#[command(name = "staka", version, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

// The options of every command. A doc comment here could replace the help text of the command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The URL of the database: mysql://user:password@host:3306/name [env: DATABASE_URL, which
    /// hides the password from the machine's other users]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Print the result as one JSON document on standard output; an error too
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create or update the database's schema, or adopt the tables that Prisma created
    ///
    /// Prints how many statements were run and how the database differs from the Prisma schema.
    /// A second run changes nothing. Exit codes: 0 if the schema is up to date, 1 on failure, 2 on wrong usage.
    Migrate(MigrateArgs),
    /// Fill a migrated, empty database with generated French demo data
    ///
    /// Prints the number of rows in each table. A second run with the same options changes nothing. A database that
    /// holds other rows is refused and left unchanged. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Seed(SeedArgs),
    /// Compare the counters that triggers maintain with a fresh count
    ///
    /// The counters are the unread counts, conversations, accounts by role and messages by hour. Prints the number of
    /// differences for each table and the first of them. Changes nothing without --repair.
    /// Exit codes: 0 if all counters are right, 1 if one is wrong or on failure, 2 on wrong usage.
    Counters(CountersArgs),
    /// Check that the data is consistent: counters, invoice numbers, cards, amounts, dates, JSON, references
    ///
    /// Prints each check with the number of rows it found, and for each problem the query that shows it and how to
    /// repair it. Changes nothing. Exit codes: 0 if no error is found, 1 if one is found or on failure,
    /// 2 on wrong usage.
    Verify(VerifyArgs),
    /// List the invoices and credit notes of a period in order of issue, with buyer, VAT rate and amounts
    ///
    /// Prints a table and its totals in euros. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Ledger(LedgerArgs),
    /// Sum the invoices and credit notes of a period by VAT regime and rate
    ///
    /// Prints a table with amounts in euros. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Vat(PeriodArgs),
    /// Check the numbering of invoices and credit notes
    Invoices {
        #[command(subcommand)]
        command: InvoicesCommand,
    },
    /// List the erased accounts, or erase them again after a backup was restored
    ///
    /// Prints a JSON document to keep with the backups. With --replay, erases the accounts that such a document lists
    /// and prints what was done. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Erasures(ErasuresArgs),
    /// Measure the 16 queries of the specification
    ///
    /// Prints rows, round trips and median time of each query beside its target time. Changes nothing: writes run in
    /// a transaction that is rolled back. Exit codes: 0 even if a target is missed, 1 on failure, 2 on wrong usage.
    Bench(BenchArgs),
    /// List the public operations with their parameters, results and access rules
    ///
    /// Prints a table; needs no database. With --json, prints the full description of each operation.
    Operations,
    /// Call an operation and print its result as JSON
    ///
    /// Runs as the system, or as the account given with --as. An export is printed as text, unless --json is given:
    /// then its first part is printed. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Call(CallArgs),
    /// Serve the operations over HTTP until Ctrl-C or SIGTERM
    ///
    /// Prints the address when it listens. Exit codes: 0 when stopped by a signal, 1 on failure, 2 on wrong usage.
    Serve(ServeArgs),
    /// Start a private database server with demo data, measure 16 queries, and serve HTTP
    ///
    /// Prints the measurements, the address, an administrator's token and a request to try. With --database-url, uses
    /// a database on that server instead; one that holds other data is refused and left unchanged.
    /// Exit codes: 0 when stopped by a signal or when --once is done, 1 on failure, 2 on wrong usage.
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    pub(crate) command: Option<MigrateCommand>,
    /// Print the SQL that would be run and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Create the database first if it does not exist
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) create_database: bool,
    /// How many seconds to wait for another migration, or for statements that lock a table
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) lock_wait: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InvoicesCommand {
    /// List the invoice and credit note numbers that are missing in a year
    ///
    /// Prints one line for each series. Exit codes: 0 if no number is missing, 1 if one is missing or on failure,
    /// 2 on wrong usage.
    Gaps(InvoiceGapsArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Print which migrations were run and how the database differs from the Prisma schema
    ///
    /// Changes nothing. Exit codes: 0 on success, even if the schema is not up to date, 1 on failure, 2 on wrong usage.
    Status,
    /// Drop the tables with all their rows; for development, and only in a database that Staka created
    ///
    /// Prints how many tables and triggers were dropped. Exit codes: 0 on success, 1 on failure, 2 on wrong usage.
    Reset {
        /// Confirm that the tables and all their rows are dropped
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// How much data: small (200 000 rows), medium (ten times as many), large (a hundred times) or e.g. 3x;
    /// with --only, the scale of the earlier seed is kept
    #[arg(long, default_value = "small")]
    pub(crate) scale: Scale,
    /// The seed of the random numbers: the same number gives the same rows
    #[arg(long, default_value_t = 42, value_name = "NUMBER")]
    pub(crate) seed: u64,
    /// The time that counts as the present: 2026-01-31 or 2026-01-31T09:30:00Z; today at 00:00 UTC by default
    #[arg(long, value_name = "TIME")]
    pub(crate) anchor: Option<Timestamp>,
    /// Fill only this table again: notifications or tarifs
    #[arg(long, value_name = "TABLE")]
    pub(crate) only: Option<Only>,
}

#[derive(Debug, Args)]
pub(crate) struct CountersArgs {
    /// Rebuild the counters first; writers to their source tables wait for some seconds
    #[arg(long)]
    pub(crate) repair: bool,
    /// How many seconds --repair waits for a migration, or for statements that lock a table
    #[arg(long, default_value_t = 60, value_name = "SECONDS", requires = "repair")]
    pub(crate) lock_wait: u64,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Run only the checks whose name starts with this: an area (money) or a check (money.invoices.amount)
    #[arg(long, value_name = "CHECK")]
    pub(crate) only: Option<String>,
    /// End with exit code 1 on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the query of every check, also of those that found nothing
    #[arg(long)]
    pub(crate) queries: bool,
}

// A period in days of the configured time zone. A doc comment here could replace the help text of the command.
#[derive(Debug, Args)]
pub(crate) struct PeriodArgs {
    /// The first day of the period (2026-01-01); 1 January by default
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The day after the last day of the period; tomorrow by default
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(flatten)]
    pub(crate) period: PeriodArgs,
    /// Print CSV for spreadsheets; writes an entry to the audit log
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InvoiceGapsArgs {
    /// The year to check, 2000 to 9999; the current year by default
    #[arg(long, value_parser = clap::value_parser!(u16).range(2000..=9999))]
    pub(crate) year: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct ErasuresArgs {
    /// A document that this command printed before: erase every account in it again
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// The id of the user to query for; the user with the most notifications by default
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<UserId>,
    /// How often each query is run, 1 to 100 000, after two runs to warm up
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) runs: u32,
}

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// The operation's name, for example invoices.get_numbering
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: String,
    /// The parameters as a JSON object; - reads them from standard input
    #[arg(default_value = "{}", value_name = "JSON")]
    pub(crate) arguments: String,
    /// The id of the account to call the operation as; the system by default
    #[arg(long = "as", value_name = "ID")]
    pub(crate) actor: Option<UserId>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address and port to listen on; port 0 takes a free port
    #[arg(long, default_value = "127.0.0.1:3001", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The secret that signs the tokens, at least 32 bytes [env: JWT_SECRET]
    #[arg(long, value_name = "SECRET")]
    pub(crate) jwt_secret: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// How much data: small (200 000 rows), medium (ten times as many), large (a hundred times) or e.g. 3x
    #[arg(long, default_value = "small")]
    pub(crate) scale: Scale,
    /// The kind of private server: mariadb or mysql
    #[arg(long)]
    pub(crate) engine: Option<Engine>,
    /// The HTTP port on 127.0.0.1; by default 3001, or a free port if that one is in use
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The private server's data folder; `demo` or `demo-<engine>` in $STAKA_LOCAL_DIR or ~/.cache/staka by default
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Stop after the measurements, without serving HTTP
    #[arg(long)]
    pub(crate) once: bool,
    /// The secret that signs the tokens, at least 32 bytes; a random one by default [env: JWT_SECRET]
    #[arg(long, value_name = "SECRET")]
    pub(crate) jwt_secret: Option<String>,
}

/// Where the database URL comes from.
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

/// The server of the given URL, with or without a database.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) config: Config,
    pub(crate) source: Source,
    /// The URL without its password.
    pub(crate) shown: String,
}

impl Common {
    /// Returns the server of the `--database-url` option, or else of the environment, if either is set.
    pub(crate) fn target(&self) -> Result<Option<Target>, Failure> {
        let (url, source) = match (&self.database_url, environment("DATABASE_URL")) {
            (Some(url), _) => (url.clone(), Source::Flag),
            (None, Some(url)) => (url, Source::Environment),
            (None, None) => return Ok(None),
        };
        let config = Config::from_url(&url).map_err(|error| Failure::in_usage(source.title(), &error))?;
        Ok(Some(Target { config, source, shown: without_password(&url) }))
    }

    /// Returns the configuration of the database; wrong usage if no database is given.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let problem = match self.target()? {
            Some(target) if target.config.database().is_some() => return Ok(target.config),
            Some(target) => format!("must name a database: add /name to {}", target.shown),
            None => "is required (or DATABASE_URL): mysql://user:password@host:3306/name; only `staka demo` needs none"
                .to_owned(),
        };
        Err(Failure::Usage(Error::invalid("--database-url", problem)))
    }
}

/// Returns the secret of the `--jwt-secret` option, or else of the environment, if either is set.
pub(crate) fn jwt_secret(flag: Option<&str>) -> Option<Secret> {
    flag.map(str::to_owned).or_else(|| environment("JWT_SECRET")).map(Secret::new)
}

/// Returns the value of an environment variable that is not empty.
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
