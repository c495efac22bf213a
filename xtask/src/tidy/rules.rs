//! The rules as data. A new room, door, exception or limit is a line here.

/// This file, for messages.
pub(crate) const FILE: &str = "xtask/src/tidy/rules.rs";

/// The crate whose rooms the import table speaks about.
pub(crate) const CORE: &str = "staka-core";

/// One room of `staka-core/src`.
pub(crate) struct Room {
    pub(crate) name: &'static str,
    /// The rooms it may import; itself is never named here.
    pub(crate) may_use: &'static [&'static str],
    pub(crate) siblings: Siblings,
    /// May the room's files say `sqlx`?
    pub(crate) sqlx: bool,
}

pub(crate) enum Siblings {
    /// The room's files may import each other.
    Free,
    /// They may not, save the files named here, which all of them share.
    Apart { shared: &'static [&'static str] },
}

use Siblings::{Apart, Free};

pub(crate) const ROOMS: &[Room] = &[
    Room { name: "base", may_use: &[], siblings: Free, sqlx: true },
    Room { name: "model", may_use: &["base"], siblings: Free, sqlx: true },
    Room { name: "db", may_use: &["base"], siblings: Free, sqlx: true },
    Room {
        name: "repo",
        may_use: &["base", "model", "db"],
        siblings: Apart { shared: &["ids", "select", "table"] },
        sqlx: true,
    },
    Room { name: "stats", may_use: &["base", "model", "db"], siblings: Apart { shared: &[] }, sqlx: true },
    Room {
        name: "flow",
        may_use: &["base", "model", "db", "repo"],
        siblings: Apart { shared: &["act", "actor", "identity", "journal", "notices", "passwords"] },
        sqlx: false,
    },
    Room { name: "maintenance", may_use: &["base", "model", "db", "repo"], siblings: Free, sqlx: true },
    Room {
        name: "api",
        may_use: &["base", "model", "db", "repo", "stats", "flow", "maintenance"],
        siblings: Free,
        sqlx: false,
    },
];

/// Names at the root of `staka-core` that every room may use as `crate::name`. The root re-exports
/// upper rooms, so it is otherwise closed to the rooms; exported macros are known by themselves.
pub(crate) const ROOT_NAMES: &[&str] = &[];

/// The doors: crates that depend on staka-core and never on sqlx.
pub(crate) const DOORS: &[&str] = &["staka-http", "staka-cli", "staka-py", "staka-node", "staka-embed", "codegen"];

/// The only files that may say `unsafe`.
pub(crate) const UNSAFE: &[&str] = &["staka-core/src/db/nodelay.rs"];

/// Where transactions are opened by hand.
pub(crate) const TRANSACTIONS: &str = "staka-core/src/db/";

/// The driver's verbs that open one, and its types that have them.
pub(crate) const BEGIN: &[&str] = &["begin", "begin_with", "try_begin", "try_begin_with"];
pub(crate) const RAW: &[&str] = &["Connection", "Acquire", "Pool", "MySqlConnection", "MySqlPool"];

/// Where transactions are not the runner's: words that are only named, and peers that open theirs as their users do.
pub(crate) const NOT_SQL: &[&str] = &["benches", "xtask"];

/// Lines of a Rust file, comments included.
pub(crate) const LONG: usize = 500;
pub(crate) const TOO_LONG: usize = 600;
pub(crate) const TEST_TOO_LONG: usize = 800;

/// A file that says this in its first lines was made by a program.
pub(crate) const GENERATED: &str = "@generated";

pub(crate) const MIGRATIONS: &str = "staka-core/migrations/";

/// What a migration from 0002 on may make: the words before the name, and the name is ours.
/// `IF NOT EXISTS` and the kind of an index (UNIQUE, FULLTEXT, SPATIAL) may stand between them.
pub(crate) const MAY_CREATE: &[&str] = &["INDEX", "TABLE", "TRIGGER"];

/// The prefix of everything in the database that is ours and not Prisma's.
pub(crate) const OURS: &str = "staka_";

/// First folders of paths that exist on one machine only.
pub(crate) const PRIVATE_FOLDERS: &[&str] = &["work", "home", "root", "Users"];
