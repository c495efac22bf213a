//! Statements on accounts (`users`).

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::select::{self, By, List, Path, SEARCHED, SortColumn, UNSORTED};
use super::sort::sort_order;
use super::table::{columns, verbs};
use crate::base::{Args, Between, Filter, Match, Page, PageRequest, Predicate, Result, Secret, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{AccountStats, UserDetail, UserItem};
use crate::model::{Role, User, UserId};

verbs!(User, UserId, "users": lookup, add, update, remove);

static ACCOUNT_STATUS: Statement = Statement::fixed(
    "users.account_status",
    "SELECT u.role, u.isActive FROM users u WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// The current role and state of an account.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct AccountStatus {
    /// Role of the account.
    pub role: Role,
    /// Whether the user may sign in.
    pub is_active: bool,
}

/// Returns the current role and state of an account, or None if it does not exist.
pub async fn account_status(conn: &mut Conn, id: &UserId) -> Result<Option<AccountStatus>> {
    conn.optional(&ACCOUNT_STATUS, Args::new().with(id)).await
}

static LOCK_ACCOUNT: [Statement; 2] = [
    Statement::fixed(
        "users.lock_account",
        "SELECT u.role, u.isActive, u.password FROM users u WHERE u.id = ? LOCK IN SHARE MODE",
        &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    ),
    Statement::fixed(
        "users.lock_account/changing",
        "SELECT u.role, u.isActive, u.password FROM users u WHERE u.id = ? FOR UPDATE",
        &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    ),
];

/// Role, state and password of an account: what its user's rights depend on.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct LockedAccount {
    /// Role of the account.
    pub role: Role,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// The hash of the password.
    pub password: Secret,
}

/// Returns the latest role, state and password of an account, which nobody can change until the transaction ends. With
/// `changing`, the transaction may change the account itself: two that do wait for each other instead of deadlocking.
pub async fn lock_account(conn: &mut Conn, id: &UserId, changing: bool) -> Result<Option<LockedAccount>> {
    conn.optional(&LOCK_ACCOUNT[usize::from(changing)], Args::new().with(id)).await
}

/// Returns a statement that reads all columns of the rows matching a condition.
fn select_row(name: &'static str, condition: &str, access: &'static [Access]) -> Statement {
    let columns = columns("u", User::COLUMNS);
    Statement::fixed(name, "", access).with_text(format!("SELECT {columns} FROM users u WHERE {condition}"))
}

static BY_EMAIL: LazyLock<Statement> = LazyLock::new(|| {
    select_row(
        "users.by_email",
        "u.email = ?",
        &[Access::Index { table: "u", keys: &["users_email_key", "users_email_idx"] }],
    )
});

/// Returns the account with that address; case and surrounding blanks are ignored.
pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    conn.optional(&BY_EMAIL, Args::new().with(email.trim().to_lowercase())).await
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    select_row("users.locked", "u.id = ? FOR UPDATE", &[Access::Index { table: "u", keys: &["PRIMARY"] }])
});

/// Locks the account's row until the transaction ends and returns its latest version, whatever the transaction's
/// snapshot is.
pub async fn locked(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static OTHER_ADMIN: Statement = Statement::fixed(
    "users.other_admin",
    "SELECT 1 FROM users u FORCE INDEX (staka_users_role) WHERE u.role = 'ADMIN' AND u.isActive = TRUE AND u.id <> ? \
     ORDER BY u.id LIMIT 1 LOCK IN SHARE MODE",
    &[Access::Index { table: "u", keys: &["staka_users_role"] }],
);

/// Returns whether there is another active administrator, who remains one until the transaction ends.
pub async fn has_other_admin(conn: &mut Conn, id: &UserId) -> Result<bool> {
    Ok(conn.optional::<i64>(&OTHER_ADMIN, Args::new().with(id)).await?.is_some())
}

static SET_PASSWORD: Statement = Statement::fixed(
    "users.set_password",
    "UPDATE users u SET u.password = ?, u.updatedAt = GREATEST(?, u.updatedAt + INTERVAL 1000 MICROSECOND) WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// Writes a new password hash.
pub async fn set_password(conn: &mut Conn, id: &UserId, new: &Secret, now: Timestamp) -> Result<()> {
    conn.execute(&SET_PASSWORD, Args::new().with(new).with(now).with(id)).await.map(drop)
}

static SWAP_PASSWORD: Statement = Statement::fixed(
    "users.swap_password",
    // Compared byte by byte: hashes that differ by case alone are different.
    "UPDATE users u SET u.password = ?, u.updatedAt = GREATEST(?, u.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE u.id = ? AND CAST(u.password AS BINARY) = CAST(? AS BINARY)",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// Replaces a password hash if it is still the stored one, and returns whether it was.
pub async fn swap_password(conn: &mut Conn, id: &UserId, old: &Secret, new: &Secret, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&SWAP_PASSWORD, Args::new().with(new).with(now).with(id).with(old)).await? > 0)
}

static DETAIL: Statement = Statement::fixed(
    "users.get",
    "SELECT u.id, u.prenom, u.nom, u.email, u.role, u.isActive, u.createdAt, u.updatedAt, u.adresse, u.avatar, u.telephone, u.bio, \
     (SELECT COUNT(*) FROM (SELECT 1 FROM commandes c WHERE c.userId = ? LIMIT 1000) c1), \
     (SELECT COUNT(*) FROM (SELECT 1 FROM messages s WHERE s.senderId = ? LIMIT 1000) s1), \
     (SELECT COUNT(*) FROM (SELECT 1 FROM messages r WHERE r.receiverId = ? LIMIT 1000) r1), \
     (SELECT COUNT(*) FROM (SELECT 1 FROM notifications n WHERE n.userId = ? LIMIT 1000) n1) \
     FROM users u WHERE u.id = ?",
    &[
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "s", keys: &["messages_senderId_idx", "staka_messages_sent"] },
        Access::Index { table: "r", keys: &["messages_receiverId_idx", "staka_messages_received"] },
        Access::Index {
            table: "n",
            keys: &[
                "notifications_userId_idx",
                "staka_notifications_unread",
                "staka_notifications_inbox",
                "staka_notifications_user_expiry",
            ],
        },
    ],
);

/// Returns an account with the numbers of its related rows, each counted up to a thousand: a busy account has hundreds
/// of thousands.
pub async fn get(conn: &mut Conn, id: &UserId) -> Result<Option<UserDetail>> {
    conn.optional(&DETAIL, Args::new().with(id).with(id).with(id).with(id).with(id)).await
}

static ACCOUNT_STATS: Statement = Statement::fixed(
    "accounts.get_stats",
    "SELECT u.id, (SELECT COUNT(*) FROM commandes c WHERE c.userId = u.id), \
     (SELECT COUNT(*) FROM commandes t WHERE t.userId = u.id AND t.statut = 'TERMINE'), FALSE FROM users u WHERE u.id = ?",
    &[
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "t", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
    ],
);

/// The number of finished orders that makes a user a VIP.
const VIP_ORDERS: i64 = 10;

/// Returns how many orders a user has placed and how many of them are finished.
pub async fn account_stats(conn: &mut Conn, id: &UserId) -> Result<Option<AccountStats>> {
    let stats: Option<AccountStats> = conn.optional(&ACCOUNT_STATS, Args::new().with(id)).await?;
    Ok(stats.map(|stats| AccountStats { is_vip: stats.termine >= VIP_ORDERS, ..stats }))
}

/// Which accounts to return; all given fields must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserFilter {
    /// Text contained in the first name, family name or e-mail address, without regard to case or accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Role of the account.
    pub role: Match<Role>,
    /// Whether the user may sign in.
    pub is_active: Match<bool>,
    /// Time of creation, UTC; `from` is inclusive, `to` exclusive.
    pub created_at: Between<Timestamp>,
}

impl Filter for UserFilter {
    fn conditions(&self, to: &mut Predicate) {
        to.contains(&["u.prenom", "u.nom", "u.email"], self.search.as_deref());
        to.matches("u.role", &self.role);
        to.matches("u.isActive", &self.is_active);
        to.between("u.createdAt", &self.created_at);
    }
}

sort_order! {
    /// How accounts are sorted.
    pub struct UserSort by
    /// Column by which accounts are sorted.
    UserSortKey {
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::desc("u.createdAt"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::desc("u.updatedAt"),
        /// The user's id.
        Id = "id" => SortColumn::asc("u.id"),
        /// First name.
        Prenom = "prenom" => SortColumn::asc("u.prenom"),
        /// Family name.
        Nom = "nom" => SortColumn::asc("u.nom"),
        /// E-mail address.
        Email = "email" => SortColumn::asc("u.email"),
        /// Role, in the order of the Prisma schema's enum.
        Role = "role" => SortColumn::asc("u.role").enum_ordinal(),
        /// Whether the user may sign in.
        IsActive = "isActive" => SortColumn::asc("u.isActive"),
    }
}

static LIST: List = List {
    name: "users.list",
    columns: "u.id, u.prenom, u.nom, u.email, u.role, u.isActive, u.createdAt, u.updatedAt, u.avatar, u.telephone",
    from: "users u",
    id: "u.id",
    joined: &[],
    paths: &[
        Path::index(By::Default, "u", &["staka_users_recent"]),
        Path::scan(By::Filter(&["search"]), "u", SEARCHED),
        Path::index(By::Filter(&["role"]), "u", &["users_role_idx", "staka_users_role", "staka_users_recent"]),
        Path::index(By::Filter(&["isActive"]), "u", &["users_isActive_idx", "staka_users_recent"]),
        Path::index(By::Filter(&["createdAt"]), "u", &["staka_users_recent", "staka_users_period"]),
        Path::index(By::Sort(&["createdAt"]), "u", &["staka_users_recent"]),
        Path::index(By::Sort(&["id"]), "u", &["PRIMARY"]),
        Path::index(By::Sort(&["email"]), "u", &["users_email_key", "users_email_idx"]),
        Path::index(By::Sort(&["role"]), "u", &["users_role_idx"]),
        Path::index(By::Sort(&["isActive"]), "u", &["users_isActive_idx"]),
        Path::scan(By::Sort(&["updatedAt", "prenom", "nom"]), "u", UNSORTED),
    ],
};

/// Returns a page of the accounts that match a filter: 10 by default, at most 100.
pub async fn list(conn: &mut Conn, filter: &UserFilter, sort: UserSort, page: &PageRequest) -> Result<Page<UserItem>> {
    select::page(conn, &LIST, Predicate::of(filter), &[sort.column()], page, 10, 100).await
}

static COUNT: List = List { name: "users.count", ..LIST };

/// Counts the accounts that match a filter.
pub async fn count(conn: &mut Conn, filter: &UserFilter) -> Result<u64> {
    select::count(conn, &COUNT, Predicate::of(filter)).await
}

#[derive(Record)]
struct Key {
    id: UserId,
}

static OLDEST_ADMIN: Statement = Statement::fixed(
    "users.oldest_admin",
    "SELECT u.id FROM users u FORCE INDEX (staka_users_role) WHERE u.role = 'ADMIN' AND u.isActive = TRUE ORDER BY u.createdAt, u.id LIMIT 1",
    &[Access::Index { table: "u", keys: &["staka_users_role"] }],
);

/// Returns the active administrator whose account is the oldest. Messages without a receiver are sent to this one.
pub async fn oldest_admin(conn: &mut Conn) -> Result<Option<UserId>> {
    Ok(conn.optional::<Key>(&OLDEST_ADMIN, Args::new()).await?.map(|row| row.id))
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST, &COUNT]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(&LOCK_ACCOUNT);
    all.extend([&ACCOUNT_STATUS, &OTHER_ADMIN, &OLDEST_ADMIN, &SET_PASSWORD, &SWAP_PASSWORD, &DETAIL, &ACCOUNT_STATS]);
    all.extend([&*BY_EMAIL, &*LOCKED]);
    all
}
