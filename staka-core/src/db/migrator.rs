//! Migrations over a connection of their own.

use super::connect::{Connector, Raw};
use super::migrate::{self, MigrateOptions, MigrationPlan, MigrationReport, MigrationStatus, ResetReport, Step};
use super::{Config, Recount, ServerInfo, error};
use crate::base::Result;
use sqlx::{AssertSqlSafe, Row};

/// A connection that migrates: it has no time limit for a statement, as building an index takes as long as it takes.
pub struct Migrator(Raw);

impl Migrator {
    /// Connects to the database that the configuration names.
    pub async fn connect(config: &Config) -> Result<Self> {
        let config = Config { statement_timeout: None, ..config.clone() };
        Connector::new(&config).open().await.map(Self)
    }

    pub(super) const fn over(raw: Raw) -> Self {
        Self(raw)
    }

    /// Makes the database that the configuration names, if it is not there: for demo and tests.
    pub async fn create_database(config: &Config) -> Result<()> {
        let Some(name) = config.database() else { return Ok(()) };
        // Whoever may use a database need not be allowed to make one.
        if Self::connect(config).await.is_ok() {
            return Ok(());
        }
        let mut server = Self::connect(&config.clone().with_database(None)).await?;
        let quoted = name.replace('`', "``");
        let sql = format!("CREATE DATABASE IF NOT EXISTS `{quoted}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut server.0.mysql).await.map_err(error::from_sqlx)?;
        Ok(())
    }

    /// Whether the database holds no table at all.
    pub async fn is_empty(&mut self) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
        let row = sqlx::raw_sql(sql).fetch_one(&mut self.0.mysql).await.map_err(error::from_sqlx)?;
        Ok(row.try_get_unchecked::<i64, _>(0).map_err(error::from_sqlx)? == 0)
    }

    /// What the server said of itself.
    pub fn server(&self) -> &ServerInfo {
        &self.0.server
    }

    /// What [`Migrator::migrate`] would do; changes nothing.
    pub async fn plan(&mut self) -> Result<MigrationPlan> {
        migrate::plan(&mut self.0.mysql).await
    }

    /// Brings the database up to date, or adopts one that Prisma made; `on_step` hears of each step before it runs.
    pub async fn migrate(
        &mut self,
        options: &MigrateOptions,
        on_step: &mut (dyn FnMut(&Step) + Send),
    ) -> Result<MigrationReport> {
        migrate::migrate(&mut self.0.mysql, options, on_step).await
    }

    /// Counts the tables that triggers maintain anew, and says where they are wrong; changes nothing.
    pub async fn recount(&mut self) -> Result<Vec<Recount>> {
        migrate::recount(&mut self.0.mysql).await
    }

    /// Fills the tables that triggers maintain anew.
    pub async fn refill(
        &mut self,
        options: &MigrateOptions,
        on_step: &mut (dyn FnMut(&Step) + Send),
    ) -> Result<Vec<Step>> {
        migrate::refill(&mut self.0.mysql, options, on_step).await
    }

    /// Where the database stands.
    pub async fn status(&mut self) -> Result<MigrationStatus> {
        migrate::status(&mut self.0.mysql).await
    }

    /// Drops what the library made, in a database that it made.
    pub async fn reset(&mut self) -> Result<ResetReport> {
        migrate::reset(&mut self.0.mysql).await
    }
}
