//! What the examples share: a database and users.

use staka_core::base::NewRow;
use staka_core::db::migrate::MigrateOptions;
use staka_core::model::{NotificationInsert, Role, User, UserId, UserInsert};
use staka_core::repo::{notifications, users};
use staka_core::{Config, Migrator, Secret, Staka, TextId};
use staka_local::LocalServer;

/// The result of an example's `main`.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// An example's database: on the server of `DATABASE_URL`, or on a private server that stops when this is dropped.
pub struct Database {
    url: String,
    _server: Option<LocalServer>,
}

impl Database {
    /// Finds the server or starts one. Does not create the database.
    pub fn of_example(name: &str) -> Result<Self> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Ok(Self { url, _server: None });
        }
        let server = LocalServer::builder().fast(true).on_progress(|step| eprintln!("{step}")).start()?;
        Ok(Self { url: server.url(&format!("staka_example_{name}")), _server: Some(server) })
    }

    /// Returns the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates and migrates the database, and connects to it.
    pub async fn connect(&self) -> Result<Staka> {
        let config = Config::from_url(&self.url)?;
        Migrator::create_database(&config).await?;
        Migrator::connect(&config).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
        Ok(Staka::connect(&self.url).await?)
    }
}

/// Adds a user with this many unread notifications. The e-mail address is new each time, so an example can run again.
pub async fn create_user(staka: &Staka, prenom: &str, role: Role, unread: usize) -> Result<User> {
    let email = format!("{}@example.org", UserId::generate(staka.clock()));
    let user = UserInsert { role, ..UserInsert::new(prenom, "Exemple", email, Secret::new("no password")) };
    let user = user.into_row(staka.clock())?;
    let rows = (1..=unread).map(|n| {
        NotificationInsert::new(user.id.clone(), format!("Nouvelle n° {n}"), "Votre manuscrit avance.")
            .into_row(staka.clock())
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut conn = staka.acquire().await?;
    users::add(&mut conn, std::slice::from_ref(&user)).await?;
    notifications::add(&mut conn, &rows).await?;
    Ok(user)
}
