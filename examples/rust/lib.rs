//! What the examples share: a database to play with, and people in it.

use staka_core::base::NewRow;
use staka_core::db::migrate::MigrateOptions;
use staka_core::model::{NewNotification, NewUser, Role, User, UserId};
use staka_core::repo::{notifications, users};
use staka_core::{Config, Migrator, Secret, Staka, TextId};
use staka_local::LocalServer;

/// What an example's `main` returns.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Where an example's database is: on the server in `DATABASE_URL`, or on a private one that goes with this.
pub struct Database {
    url: String,
    _server: Option<LocalServer>,
}

impl Database {
    /// Finds the server, or starts one; the database itself is yet to be made.
    pub fn of_example(name: &str) -> Result<Self> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Ok(Self { url, _server: None });
        }
        let server = LocalServer::builder().fast(true).on_progress(|step| eprintln!("{step}")).start()?;
        Ok(Self { url: server.url(&format!("staka_example_{name}")), _server: Some(server) })
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes and migrates it, and connects.
    pub async fn connect(&self) -> Result<Staka> {
        let config = Config::from_url(&self.url)?;
        Migrator::create_database(&config).await?;
        Migrator::connect(&config).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
        Ok(Staka::connect(&self.url).await?)
    }
}

/// Adds a person with so many unread notifications. The address is new each time, so that an example can run twice.
pub async fn person(staka: &Staka, prenom: &str, role: Role, unread: usize) -> Result<User> {
    let email = format!("{}@example.org", UserId::generate(staka.clock()));
    let user = NewUser { role, ..NewUser::new(prenom, "Exemple", email, Secret::new("no password")) };
    let user = user.into_row(staka.clock())?;
    let rows = (1..=unread).map(|n| {
        NewNotification::new(user.id.clone(), format!("Nouvelle n° {n}"), "Votre manuscrit avance.")
            .into_row(staka.clock())
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut conn = staka.acquire().await?;
    users::add(&mut conn, std::slice::from_ref(&user)).await?;
    notifications::add(&mut conn, &rows).await?;
    Ok(user)
}
