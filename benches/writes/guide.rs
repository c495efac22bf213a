//! The same write on a database with Staka's objects and on one with migration 0001 only, which the specification
//! prescribes: the same rows, server and client, in turn, with the server's default durability.

use std::fmt::Write as _;
use std::time::Instant;

use ::bed::ratio::{Ratio, median};
use server::{Engine, Server};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, MySqlConnection};
use staka_core::base::{Args, NewRow, TextId};
use staka_core::db::{Conn, Statement};
use staka_core::migrate::MigrateOptions;
use staka_core::model::{ConversationId, MessageInsert, NotificationInsert, UserId};
use staka_core::{Clock, Config, Migrator, Staka, SystemClock, repo};
use staka_demo::{SeedOptions, seed, subjects};

use crate::bed::run;

const STAKA: &str = "staka_writes_ours";
const GUIDE: &str = "staka_writes_guide";
const SCHEMA: &str = include_str!("../../staka-core/migrations/0001_prisma_schema.sql");

/// What a program without Staka would send.
static MARK: Statement = Statement::fixed(
    "guide.mark_all_read",
    "UPDATE notifications SET isRead = TRUE, readAt = ?, updatedAt = ? WHERE userId = ? AND isRead = FALSE AND isDeleted = FALSE",
    &[],
);

struct Pair {
    /// The name of the database with Staka's objects.
    database: String,
    ours: Staka,
    guide: Staka,
    /// For what is not measured.
    other: MySqlConnection,
    _server: Server,
}

impl Pair {
    async fn prepare(engine: Engine) -> (Self, String) {
        let server = Server::with_default_durability(engine).expect("a server can be had");
        let database = server::database(STAKA);
        let (ours, guide) = (server.plain_url(&database), server.plain_url(GUIDE));
        for url in [&ours, &guide] {
            Migrator::create_database(&Config::from_url(url).expect("a good URL")).await.expect("the server is ours");
        }
        let mut migrator = Migrator::connect(&Config::from_url(&ours).expect("a good URL")).await.expect("it exists");
        migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.expect("it can be migrated");
        let ours = Staka::connect(&ours).await.expect("it exists");
        let now = "2026-06-15T12:00:00.000Z".parse().expect("a constant");
        // A database that was given has these rows already.
        if database == STAKA {
            seed(ours.pool(), &SeedOptions::new(now), &mut |_| {}).await.expect("it is empty");
        }
        let options: MySqlConnectOptions = guide.parse().expect("a good URL");
        let mut other = options.collation("utf8mb4_unicode_ci").connect().await.expect("the server runs");
        run(&mut other, SCHEMA).await;
        run(&mut other, "SET foreign_key_checks = 0").await;
        let listed =
            format!("SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{GUIDE}'");
        let tables: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(listed)).fetch_all(&mut other).await.expect("a catalogue");
        for table in tables {
            run(&mut other, format!("INSERT INTO `{GUIDE}`.`{table}` SELECT * FROM `{database}`.`{table}`")).await;
            run(&mut other, format!("ANALYZE TABLE `{GUIDE}`.`{table}`, `{database}`.`{table}`")).await;
        }
        run(&mut other, "SET foreign_key_checks = 1").await;
        let guide = Staka::connect(&guide).await.expect("it exists");
        let title = server.title();
        (Self { database, ours, guide, other, _server: server }, title)
    }

    /// Marks all of a user's notifications as read by both, in turn, and as unread again without measuring that.
    async fn mark(&mut self, user: &UserId, pairs: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut owned, mut theirs) = (Vec::new(), Vec::new());
        let mut guide = self.guide.acquire().await.expect("a connection");
        run(&mut self.other, format!("DROP TABLE IF EXISTS `{GUIDE}`.`marked`")).await;
        run(&mut self.other, format!("CREATE TABLE `{GUIDE}`.`marked` (PRIMARY KEY (id)) AS SELECT id FROM `{GUIDE}`.`notifications` WHERE userId = '{user}' AND isRead = FALSE AND isDeleted = FALSE")).await;
        // One more, which is not counted: the first prepares the statements and warms the pages.
        for pair in 0..=pairs {
            let begun = Instant::now();
            let marked = self.ours.as_system().notifications().mark_all_read(user).await.expect("Staka writes");
            let own = begun.elapsed();
            let now = SystemClock.now();
            let begun = Instant::now();
            let bare = guide.execute(&MARK, Args::new().with(now).with(now).with(user)).await.expect("it writes");
            let bare_took = begun.elapsed();
            assert_eq!(marked, bare, "both mark the same rows");
            for database in [self.database.as_str(), GUIDE] {
                run(&mut self.other, format!("UPDATE `{database}`.`notifications` n JOIN `{GUIDE}`.`marked` m ON m.id = n.id SET n.isRead = FALSE, n.readAt = NULL")).await;
            }
            if pair > 0 {
                owned.push(own.as_secs_f64() * 1e3);
                theirs.push(bare_took.as_secs_f64() * 1e3);
            }
        }
        (owned, theirs)
    }

    /// Inserts by the same function of the library into both, in turn.
    async fn insert(&self, pairs: usize, insert: impl AsyncFn(&mut Conn)) -> (Vec<f64>, Vec<f64>) {
        let (mut owned, mut theirs) = (Vec::new(), Vec::new());
        let mut ours = self.ours.acquire().await.expect("a connection");
        let mut guide = self.guide.acquire().await.expect("a connection");
        for pair in 0..=pairs {
            for (conn, kept) in [(&mut ours, &mut owned), (&mut guide, &mut theirs)] {
                let begun = Instant::now();
                insert(conn).await;
                let took = begun.elapsed().as_secs_f64() * 1e3;
                if pair > 0 {
                    kept.push(took);
                }
            }
        }
        (owned, theirs)
    }
}

fn times(usual: usize) -> usize {
    if ::bed::is_smoke_test() { 1 } else { usual }
}

/// Returns the table of both servers.
pub(crate) async fn against() -> String {
    let mut out = String::from(
        "| server | write | with migration 0001 only, ms | Staka, ms | ratio | at most | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for engine in server::engines().expect("a known engine") {
        let (mut pair, title) = Pair::prepare(engine).await;
        let users = subjects();
        let mut row = |write: &str, (owned, theirs): (Vec<f64>, Vec<f64>), target: f64| {
            let ratio = Ratio::of(&owned, &theirs);
            let held = if ratio.median <= target { "held" } else { "**missed**" };
            let (owned, theirs) = (median(owned), median(theirs));
            let _ = writeln!(
                out,
                "| {title} | {write} | {theirs:.2} | {owned:.2} | {:.2} ({:.2} to {:.2}) | {target:.2} | {held} |",
                ratio.median, ratio.low, ratio.high
            );
        };
        for (who, user, pairs) in
            [("heavy", &users.heavy, 11), ("administrator", &users.admin, 31), ("light", &users.light, 101)]
        {
            row(&format!("`notifications.mark_all_read`, {who} user"), pair.mark(user, times(pairs)).await, 1.0);
        }
        let (user, admin) = (users.light.clone(), users.admin.clone());
        let notification = pair.insert(times(301), async |conn: &mut Conn| {
            let new = NotificationInsert::new(user.clone(), "Titre", "Un texte d’une ligne.");
            let new = new.into_row(&SystemClock).expect("a valid row");
            repo::notifications::add(conn, &[new]).await.expect("it writes");
        });
        row("an inserted notification", notification.await, 1.1);
        let conversation = ConversationId::generate(&SystemClock);
        let message = pair.insert(times(301), async |conn: &mut Conn| {
            let mut new = MessageInsert::new(conversation.clone(), "Un texte d’une ligne.");
            (new.sender_id, new.receiver_id) = (Some(user.clone()), Some(admin.clone()));
            repo::messages::add(conn, &[new.into_row(&SystemClock).expect("a valid row")]).await.expect("it writes");
        });
        row("an inserted message", message.await, 1.1);
        pair.ours.close().await;
        pair.guide.close().await;
    }
    out
}
