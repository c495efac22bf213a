//! Migrations over a dedicated connection.

use super::connect::{Connector, Raw};
use super::migrate::{self, MigrateOptions, MigrationPlan, MigrationReport, MigrationStatus, ResetReport, Step};
use super::{Config, CounterCheck, ServerInfo, error};
use crate::base::Result;
use sqlx::{AssertSqlSafe, Row};

/// A connection for migrations. Its statements have no time limit, because building an index may take long.
pub struct Migrator(Raw);

impl Migrator {
    /// Connects to the database that the configuration names.
    pub async fn connect(config: &Config) -> Result<Self> {
        let config = Config { statement_timeout: None, ..config.clone() };
        Connector::new(&config).open().await.map(Self)
    }

    #[cfg(feature = "unstable-internals")]
    pub(super) const fn over(raw: Raw) -> Self {
        Self(raw)
    }

    /// Creates the configured database if it does not exist, for demos and tests.
    pub async fn create_database(config: &Config) -> Result<()> {
        let Some(name) = config.database() else { return Ok(()) };
        // An account that may use the database need not be allowed to create one.
        if Self::connect(config).await.is_ok() {
            return Ok(());
        }
        let mut server = Self::connect(&config.clone().with_database(None)).await?;
        let quoted = name.replace('`', "``");
        let sql = format!("CREATE DATABASE IF NOT EXISTS `{quoted}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut server.0.mysql).await.map_err(error::from_sqlx)?;
        Ok(())
    }

    /// Returns whether the database has no table.
    pub async fn is_empty(&mut self) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
        let row = sqlx::raw_sql(sql).fetch_one(&mut self.0.mysql).await.map_err(error::from_sqlx)?;
        Ok(row.try_get_unchecked::<i64, _>(0).map_err(error::from_sqlx)? == 0)
    }

    /// Returns the kind and version of the server.
    pub fn server(&self) -> &ServerInfo {
        &self.0.server
    }

    /// Returns what [`Migrator::migrate`] would do, without changing anything.
    pub async fn plan(&mut self) -> Result<MigrationPlan> {
        migrate::plan(&mut self.0.mysql).await
    }

    /// Brings the database up to date, or adopts one that Prisma created. `on_step` is called before each step runs.
    pub async fn migrate(
        &mut self,
        options: &MigrateOptions,
        on_step: &mut (dyn FnMut(&Step) + Send),
    ) -> Result<MigrationReport> {
        migrate::migrate(&mut self.0.mysql, options, on_step).await
    }

    /// Compares the counter tables with their sources and returns the differences, without changing anything.
    pub async fn check_counters(&mut self) -> Result<Vec<CounterCheck>> {
        migrate::check_counters(&mut self.0.mysql).await
    }

    /// Refills the counter tables from their sources.
    pub async fn refill_counters(
        &mut self,
        options: &MigrateOptions,
        on_step: &mut (dyn FnMut(&Step) + Send),
    ) -> Result<Vec<Step>> {
        migrate::refill_counters(&mut self.0.mysql, options, on_step).await
    }

    /// Returns the state of the database's migrations.
    pub async fn status(&mut self) -> Result<MigrationStatus> {
        migrate::status(&mut self.0.mysql).await
    }

    /// Drops Staka's tables, in a database that Staka created.
    pub async fn reset(&mut self) -> Result<ResetReport> {
        migrate::reset(&mut self.0.mysql).await
    }
}
