//! Where the demo lives: on a private server of its own, or in a database of its own on the user's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use staka_core::db::migrate::Progress::{Applied, Started};
use staka_core::maintenance::seed::{earlier, subjects};
use staka_core::model::UserFilter;
use staka_core::{Config, Error, ErrorKind, Migrator, Staka, StakaBuilder, Timestamp, repo};
use staka_local::{LocalServer, default_cache_dir};

use crate::args::{Common, DemoArgs, Given, Source};
use crate::failure::Failure;
use crate::migrate::has_schema;
use crate::output::Progress;
use crate::seed::today;
use crate::stop::Stop;

/// The database's name where none is given.
const NAME: &str = "staka_demo";
/// Data that is younger than this is shown again as it is.
const FRESH: Duration = Duration::from_secs(7 * 86_400);

pub(super) struct Database {
    config: Config,
    place: Place,
}

enum Place {
    /// On the user's server.
    Given(Given),
    /// On one that was started for this, with its data in a folder that stays.
    Private { server: LocalServer, folder: PathBuf },
}

impl Database {
    /// The user's own server if there is a URL; otherwise a private one, found or fetched and started.
    pub(super) async fn get(
        args: &DemoArgs,
        common: &Common,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let private_asked = args.engine.is_some() || args.data_dir.is_some();
        match common.given()? {
            Some(given) if private_asked && given.source == Source::Flag => {
                let problem = "are for a private server: leave them out, or --database-url";
                Err(Failure::Usage(Error::invalid("--engine, --data-dir", problem)))
            }
            // What is written on the command line goes before the environment.
            Some(given) if !private_asked => Self::on_given(given, stop).await,
            _ => Self::on_private(args, stop, progress).await,
        }
    }

    async fn on_given(given: Given, stop: &Stop) -> Result<Self, Failure> {
        let name = given.config.database().unwrap_or(NAME).to_owned();
        let config = given.config.clone().with_database(Some(&name));
        stop.unless(async { Ok(Migrator::create_database(&config).await?) }).await?;
        Ok(Self { config, place: Place::Given(given) })
    }

    async fn on_private(args: &DemoArgs, stop: &Stop, progress: &Progress) -> Result<Self, Failure> {
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
        // Left alone when it is interrupted: what it has started ends with this process.
        let started =
            async { starting.await.map_err(|e| Error::internal("the start broke off").with_source(e).into()) };
        let server = progress.during(stop.unless(started)).await??;
        let config = Config::from_url(&server.url(NAME))?;
        let database = Self { config, place: Place::Private { server, folder } };
        match stop.unless(async { Ok(Migrator::create_database(&database.config).await?) }).await {
            Ok(()) => Ok(database),
            Err(failure) => database.stop(progress).await.and(Err(failure)),
        }
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// `Conflict` for a database that holds what no demo made; nothing was touched then.
    pub(super) async fn must_be_ours(&self) -> Result<(), Failure> {
        let mut migrator = Migrator::connect(&self.config).await?;
        if migrator.is_empty().await? {
            return Ok(());
        }
        let status = migrator.status().await?;
        let begun = status.migrations.iter().any(|migration| matches!(migration.state, Applied | Started));
        if status.adopted || status.prisma || !begun {
            return Err(self.refusal("is not empty, and was not made by Staka").into());
        }
        if has_schema(&status) && !status.current && self.holds_others().await? {
            return Err(self.refusal("holds users that no demo made").into());
        }
        // The seed looks at every table before it writes.
        Ok(())
    }

    async fn holds_others(&self) -> Result<bool, Failure> {
        let staka = StakaBuilder::from_config(self.config.clone()).connect().await?;
        let mut conn = staka.acquire().await?;
        let users = repo::users::count(&mut conn, &UserFilter::default()).await?;
        let ours = repo::users::lookup(&mut conn, &subjects().admin).await?.is_some();
        drop(conn);
        staka.close().await;
        Ok(users > 0 && !ours)
    }

    fn refusal(&self, why: &str) -> Error {
        let name = self.config.database().unwrap_or_default();
        let way_on = match &self.place {
            Place::Given(given) => format!(
                "{} must name an empty database, or none (then it is {NAME}); without it the demo brings its own server",
                given.source.title()
            ),
            Place::Private { folder, .. } => format!("choose another --data-dir than {}", folder.display()),
        };
        Error::new(ErrorKind::Conflict, format!("the database {name} {why}; it was left as it is: {way_on}"))
    }

    /// The present of the data: today, or that of an earlier demo here which is young enough to be shown again.
    pub(super) async fn anchor(staka: &Staka) -> Result<Timestamp, Failure> {
        let today = today();
        let earlier = earlier(&mut staka.acquire().await?).await?.map(|options| options.anchor);
        Ok(earlier.filter(|earlier| (today.minus(FRESH)..=today).contains(earlier)).unwrap_or(today))
    }

    /// Stops the private server; the user's own goes on.
    pub(super) async fn stop(self, progress: &Progress) -> Result<(), Failure> {
        let Place::Private { server, .. } = self.place else { return Ok(()) };
        progress.step("stopping the database server");
        let stopping = tokio::task::spawn_blocking(move || server.stop());
        let stopped = progress.during(stopping).await;
        Ok(stopped.map_err(|e| Error::internal("the stop broke off").with_source(e))??)
    }

    /// Where it is, in one line.
    pub(super) fn sentence(&self) -> String {
        let name = self.config.database().unwrap_or_default();
        match &self.place {
            Place::Given(given) => {
                format!("Database {name} on your own server, {} ({}).", given.shown, given.source.title())
            }
            Place::Private { server, folder } => {
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
        match &self.place {
            Place::Given(given) => json!({
                "source": given.source.title(),
                "url": given.shown,
                "name": self.config.database(),
            }),
            Place::Private { server, folder } => json!({
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
