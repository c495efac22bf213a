//! The rules as data. Add a new layer, interface, exception or limit here.

/// The path of this file, for messages.
pub(crate) const FILE: &str = "xtask/src/tidy/rules.rs";

/// The crate that is divided into layers.
pub(crate) const CORE: &str = "staka-core";

/// One layer of `staka-core/src`, which is a top-level module.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    /// The other layers that it may import.
    pub(crate) may_use: &'static [&'static str],
    pub(crate) siblings: Siblings,
    /// Whether the layer's files may use `sqlx`.
    pub(crate) sqlx: bool,
}

pub(crate) enum Siblings {
    /// The layer's files may import each other.
    Free,
    /// The layer's files may import only the shared ones listed here.
    Apart { shared: &'static [&'static str] },
}

use Siblings::{Apart, Free};

pub(crate) const LAYERS: &[Layer] = &[
    Layer { name: "base", may_use: &[], siblings: Free, sqlx: true },
    Layer { name: "model", may_use: &["base"], siblings: Free, sqlx: true },
    Layer { name: "db", may_use: &["base"], siblings: Free, sqlx: true },
    Layer {
        name: "repo",
        may_use: &["base", "model", "db"],
        siblings: Apart { shared: &["ids", "select", "sort", "table"] },
        sqlx: true,
    },
    Layer { name: "stats", may_use: &["base", "model", "db"], siblings: Apart { shared: &[] }, sqlx: true },
    Layer {
        name: "service",
        may_use: &["base", "model", "db", "repo"],
        siblings: Apart { shared: &["audit_trail", "caller", "context", "identity", "notify", "passwords"] },
        sqlx: false,
    },
    Layer { name: "verify", may_use: &["base", "model", "db", "repo"], siblings: Free, sqlx: true },
    Layer {
        name: "api",
        may_use: &["base", "model", "db", "repo", "stats", "service", "verify"],
        siblings: Free,
        sqlx: false,
    },
];

/// Names at the root of `staka-core` that every layer may use as `crate::name`. The root re-exports the
/// upper layers, so layers may not import from it otherwise. Exported macros are found automatically.
pub(crate) const ROOT_NAMES: &[&str] = &[];

/// The interfaces, and what they share: crates that depend on staka-core and not on sqlx.
pub(crate) const DOORS: &[&str] =
    &["staka-http", "staka-cli", "staka-py", "staka-node", "staka-embed", "staka-demo", "codegen"];

/// The only files that may use `unsafe`.
pub(crate) const UNSAFE: &[&str] = &["staka-core/src/db/nodelay.rs"];

/// The folder in which transactions may be opened with the driver.
pub(crate) const TRANSACTIONS: &str = "staka-core/src/db/";

/// The driver's methods that open a transaction, and its types that have these methods.
pub(crate) const BEGIN: &[&str] = &["begin", "begin_with", "try_begin", "try_begin_with"];
pub(crate) const RAW: &[&str] = &["Connection", "Acquire", "Pool", "MySqlConnection", "MySqlPool"];

/// Packages without this rule: they only name these methods, or measure libraries that open their own transactions.
pub(crate) const NOT_SQL: &[&str] = &["benches", "xtask"];

/// Limits for the lines of a Rust file, including comments.
pub(crate) const LONG: usize = 500;
pub(crate) const TOO_LONG: usize = 600;
pub(crate) const TEST_TOO_LONG: usize = 800;

/// A file with this text in its first lines is generated.
pub(crate) const GENERATED: &str = "@generated";

pub(crate) const MIGRATIONS: &str = "staka-core/migrations/";

/// The kinds of objects that a migration from 0002 on may create.
/// The statement may contain `IF NOT EXISTS` and the kind of an index (UNIQUE, FULLTEXT, SPATIAL).
pub(crate) const MAY_CREATE: &[&str] = &["INDEX", "TABLE", "TRIGGER"];

/// The prefix of the database objects that are owned by Staka and not by Prisma.
pub(crate) const OWNED_TABLES: &str = "staka_";

/// First folders of paths that exist on one machine only.
pub(crate) const PRIVATE_FOLDERS: &[&str] = &["work", "home", "root", "Users"];

/// The folders of the crates that `cargo package` packages.
pub(crate) const PACKAGED: &[&str] = &["staka-core", "staka-macros"];
