//! What the examples share: a database and users.

use staka_core::migrate::MigrateOptions;
use staka_core::model::view::Profile;
use staka_core::model::{Role, UserId};
use staka_core::{Config, Migrator, NewNotification, NewUser, Staka, TextId};
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

/// Creates a user with this many unread notifications. The e-mail address is new each time, so an example can run again.
pub async fn create_user(staka: &Staka, prenom: &str, role: Role, unread: usize) -> Result<Profile> {
    let db = staka.as_system();
    let email = format!("{}@example.org", UserId::generate(staka.clock()));
    let user = NewUser::new(prenom, "Exemple", email, "Un roman de 300 pages").role(role);
    let user = db.users().create(user).await?;
    // One transaction for all of them is faster than one for each.
    let tx = db.begin().await?;
    for n in 1..=unread {
        let notification = NewNotification::new(format!("Nouvelle n° {n}"), "Votre manuscrit avance.");
        tx.notifications().create(&user.id, notification, None).await?;
    }
    tx.commit().await?;
    Ok(user)
}

/// Compiles the Rust of README.md and of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/guide.md")]
struct Readme;
