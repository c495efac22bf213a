//! The demo's database: on a private server, or on the server that the user names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use staka_core::migrate::Progress::{Applied, Started};
use staka_core::{Config, Error, ErrorKind, Migrator, Staka, StakaBuilder, Timestamp, UserFilter, repo};
use staka_demo::{earlier, subjects};
use staka_local::{LocalServer, default_cache_dir};

use crate::args::{Common, DemoArgs, Source, Target};
use crate::failure::Failure;
use crate::migrate::has_schema;
use crate::output::Progress;
use crate::seed::today;
use crate::shutdown::Shutdown;

/// The database's name by default.
const NAME: &str = "staka_demo";
/// Demo data that is younger than this is used again.
const MAX_AGE: Duration = Duration::from_secs(7 * 86_400);

pub(super) struct Database {
    config: Config,
    host: Host,
}

/// The server of the database.
enum Host {
    /// A server that the user named.
    Target(Target),
    /// A private server that the demo started; its data folder is kept.
    Private { server: LocalServer, folder: PathBuf },
}

impl Database {
    /// Uses the user's server if a URL is given, and otherwise starts a private one, which is downloaded if needed.
    pub(super) async fn get(
        args: &DemoArgs,
        common: &Common,
        shutdown: &Shutdown,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let private_requested = args.engine.is_some() || args.data_dir.is_some();
        match common.target()? {
            Some(target) if private_requested && target.source == Source::Flag => {
                let problem = "cannot be combined with --database-url: they are for a private server";
                Err(Failure::Usage(Error::invalid("--engine, --data-dir", problem)))
            }
            // Options take precedence over the environment.
            Some(target) if !private_requested => Self::on_target(target, shutdown).await,
            _ => Self::on_private(args, shutdown, progress).await,
        }
    }

    async fn on_target(target: Target, shutdown: &Shutdown) -> Result<Self, Failure> {
        let name = target.config.database().unwrap_or(NAME).to_owned();
        let config = target.config.clone().with_database(Some(&name));
        shutdown.interruptible(async { Ok(Migrator::create_database(&config).await?) }).await?;
        Ok(Self { config, host: Host::Target(target) })
    }

    async fn on_private(args: &DemoArgs, shutdown: &Shutdown, progress: &Progress) -> Result<Self, Failure> {
        let name = args.engine.map_or("demo".to_owned(), |engine| format!("demo-{engine}"));
        let folder = args.data_dir.clone().unwrap_or_else(|| default_cache_dir().join(name));
        progress.step("database server");
        let (engine, data, steps) = (args.engine, folder.clone(), progress.clone());
        let starting = tokio::task::spawn_blocking(move || {
            let mut builder = LocalServer::builder().data_dir(data).on_progress(move |step| steps.step(step));
            if let Some(engine) = engine {
                builder = builder.engine(engine);
            }
            builder.start()
        });
        // If this is interrupted, the server ends with this process.
        let failed = |e| Error::internal("the database server could not be started").with_source(e).into();
        let started = async { starting.await.map_err(failed) };
        let server = progress.during(shutdown.interruptible(started)).await??;
        let config = Config::from_url(&server.url(NAME))?;
        let database = Self { config, host: Host::Private { server, folder } };
        match shutdown.interruptible(async { Ok(Migrator::create_database(&database.config).await?) }).await {
            Ok(()) => Ok(database),
            Err(failure) => database.stop(progress).await.and(Err(failure)),
        }
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// Fails with `Conflict` if the database holds tables or users that the demo did not create; changes nothing.
    pub(super) async fn check_ownership(&self) -> Result<(), Failure> {
        let mut migrator = Migrator::connect(&self.config).await?;
        if migrator.is_empty().await? {
            return Ok(());
        }
        let status = migrator.status().await?;
        let begun = status.migrations.iter().any(|migration| matches!(migration.state, Applied | Started));
        if status.adopted || status.prisma || !begun {
            return Err(self.refusal("is not empty and was not created by Staka").into());
        }
        if has_schema(&status) && !status.current && self.has_foreign_users().await? {
            return Err(self.refusal("holds users that the demo did not create").into());
        }
        // The seed checks every table before it writes.
        Ok(())
    }

    /// Returns whether the database holds users but not the demo's administrator.
    async fn has_foreign_users(&self) -> Result<bool, Failure> {
        let staka = StakaBuilder::from_config(self.config.clone()).connect().await?;
        let mut conn = staka.acquire().await?;
        let users = repo::users::count(&mut conn, &UserFilter::default()).await?;
        let owned = repo::users::lookup(&mut conn, &subjects().admin).await?.is_some();
        drop(conn);
        staka.close().await;
        Ok(users > 0 && !owned)
    }

    fn refusal(&self, why: &str) -> Error {
        let name = self.config.database().unwrap_or_default();
        let advice = match &self.host {
            Host::Target(target) => format!(
                "{} must name an empty database, or none to create {NAME}; without it the demo starts its own server",
                target.source.title()
            ),
            Host::Private { folder, .. } => format!("choose another --data-dir than {}", folder.display()),
        };
        Error::new(ErrorKind::Conflict, format!("the database {name} {why}; it was not changed: {advice}"))
    }

    /// Returns the time that counts as the present: that of recent demo data in this database, or else today.
    pub(super) async fn anchor(staka: &Staka) -> Result<Timestamp, Failure> {
        let today = today();
        let earlier = earlier(&mut staka.acquire().await?).await?.map(|options| options.anchor);
        Ok(earlier.filter(|earlier| (today.minus(MAX_AGE)..=today).contains(earlier)).unwrap_or(today))
    }

    /// Stops the private server; a server of the user keeps running.
    pub(super) async fn stop(self, progress: &Progress) -> Result<(), Failure> {
        let Host::Private { server, .. } = self.host else { return Ok(()) };
        progress.step("stopping the database server");
        let stopping = tokio::task::spawn_blocking(move || server.stop());
        let stopped = progress.during(stopping).await;
        Ok(stopped.map_err(|e| Error::internal("the database server could not be stopped").with_source(e))??)
    }

    /// Says in one line where the database is.
    pub(super) fn sentence(&self) -> String {
        let name = self.config.database().unwrap_or_default();
        match &self.host {
            Host::Target(target) => {
                format!("Database {name} on your own server, {} ({}).", target.shown, target.source.title())
            }
            Host::Private { server, folder } => {
                let (engine, version) = (server.engine().title(), server.version());
                format!(
                    "Database {name} on a private {engine} {version}, {}; data in {}.",
                    server.url(NAME),
                    absolute(folder)
                )
            }
        }
    }

    pub(super) fn described(&self) -> Value {
        match &self.host {
            Host::Target(target) => json!({
                "source": target.source.title(),
                "url": target.shown,
                "name": self.config.database(),
            }),
            Host::Private { server, folder } => json!({
                "source": "private",
                "url": server.url(NAME),
                "name": NAME,
                "engine": server.engine().to_string(),
                "version": server.version(),
                "dataDir": absolute(folder),
            }),
        }
    }
}

fn absolute(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}
