//! Accounts.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::select::{self, By, List};
use super::table::{columns, verbs};
use crate::base::{
    Args, Between, Direction, Filter, Listing, Match, Page, Result, Secret, Table, Timestamp, Where, choice,
};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{AccountStats, UserDetail, UserItem};
use crate::model::{Role, User, UserFilter, UserId};

verbs!(User, UserId, UserFilter, "users");

static STANDING: Statement = Statement::fixed(
    "users.standing",
    "SELECT u.role, u.isActive FROM users u WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// What an account may do at present.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Standing {
    /// Its role.
    pub role: Role,
    /// Whether it may sign in.
    pub is_active: bool,
}

/// What an account may do at present; none when it is gone.
pub async fn standing(conn: &mut Conn, id: &UserId) -> Result<Option<Standing>> {
    conn.optional(&STANDING, Args::new().with(id)).await
}

/// Whole rows, found by a condition.
fn whole(name: &'static str, condition: &str, access: &'static [Access]) -> Statement {
    let columns = columns("u", User::COLUMNS);
    Statement::fixed(name, "", access).with_text(format!("SELECT {columns} FROM users u WHERE {condition}"))
}

static BY_EMAIL: LazyLock<Statement> = LazyLock::new(|| {
    whole(
        "users.by_email",
        "u.email = ?",
        &[Access::Index { table: "u", keys: &["users_email_key", "users_email_idx"] }],
    )
});

/// The account with that address, however it is capitalised and whatever blanks surround it.
pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    conn.optional(&BY_EMAIL, Args::new().with(email.trim().to_lowercase())).await
}

static LOCKED: LazyLock<Statement> =
    LazyLock::new(|| whole("users.locked", "u.id = ? FOR UPDATE", &[Access::Index { table: "u", keys: &["PRIMARY"] }]));

/// The account as it is now, whatever the transaction has seen before; nobody changes it until that ends.
pub async fn locked(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static LOCK_ADMINS: Statement = Statement::fixed(
    "users.lock_admins",
    "SELECT u.id FROM users u FORCE INDEX (staka_users_role) WHERE u.role = 'ADMIN' AND u.isActive = TRUE ORDER BY u.id FOR UPDATE",
    &[Access::Index { table: "u", keys: &["staka_users_role"] }],
);

#[derive(Record)]
struct Key {
    id: UserId,
}

/// Every administrator who may sign in; nobody changes one of them until the transaction ends. Always in the order of
/// their ids, so that two who do this wait for each other instead of both for ever.
pub async fn lock_admins(conn: &mut Conn) -> Result<Vec<UserId>> {
    let keys: Vec<Key> = conn.all(&LOCK_ADMINS, Args::new()).await?;
    Ok(keys.into_iter().map(|key| key.id).collect())
}

static SET_PASSWORD: Statement = Statement::fixed(
    "users.set_password",
    "UPDATE users u SET u.password = ?, u.updatedAt = GREATEST(?, u.updatedAt + INTERVAL 1000 MICROSECOND) WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// Writes a new hash.
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

/// Writes a new hash in place of that one, if it is still there; says whether it was.
pub async fn swap_password(conn: &mut Conn, id: &UserId, old: &Secret, new: &Secret, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&SWAP_PASSWORD, Args::new().with(new).with(now).with(id).with(old)).await? > 0)
}

static DETAIL: Statement = Statement::fixed(
    "users.get",
    "SELECT u.id, u.prenom, u.nom, u.email, u.role, u.isActive, u.createdAt, u.updatedAt, u.adresse, u.avatar, u.telephone, u.bio, \
     (SELECT COUNT(*) FROM commandes c WHERE c.userId = u.id), \
     (SELECT COUNT(*) FROM messages s WHERE s.senderId = u.id), \
     (SELECT COUNT(*) FROM messages r WHERE r.receiverId = u.id), \
     (SELECT COUNT(*) FROM notifications n WHERE n.userId = u.id) \
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
                "staka_notifications_unread_inbox",
            ],
        },
    ],
);

/// An account, and how much hangs on it.
pub async fn detail(conn: &mut Conn, id: &UserId) -> Result<Option<UserDetail>> {
    conn.optional(&DETAIL, Args::new().with(id)).await
}

static ACCOUNT_STATS: Statement = Statement::fixed(
    "accounts.stats",
    "SELECT u.id, (SELECT COUNT(*) FROM commandes c WHERE c.userId = u.id), \
     (SELECT COUNT(*) FROM commandes t WHERE t.userId = u.id AND t.statut = 'TERMINE'), FALSE FROM users u WHERE u.id = ?",
    &[
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "t", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
    ],
);

/// A VIP is who has so many finished orders.
const VIP: i64 = 10;

/// How many orders a user made and how many are finished.
pub async fn account_stats(conn: &mut Conn, id: &UserId) -> Result<Option<AccountStats>> {
    let stats: Option<AccountStats> = conn.optional(&ACCOUNT_STATS, Args::new().with(id)).await?;
    Ok(stats.map(|stats| AccountStats { is_vip: stats.termine >= VIP, ..stats }))
}

/// Which accounts a list shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UserSearch {
    /// A part of first name, family name or e-mail address, without regard to case and accents.
    pub search: Option<String>,
    /// Of these roles.
    pub role: Match<Role>,
    /// Who may sign in, or who may not.
    pub is_active: Match<bool>,
    /// Who registered then: `from` within, `to` no longer.
    pub created_at: Between<Timestamp>,
}

impl Filter for UserSearch {
    fn conditions(&self, to: &mut Where) {
        to.contains(&["u.prenom", "u.nom", "u.email"], self.search.as_deref());
        to.matches("u.role", &self.role);
        to.matches("u.isActive", &self.is_active);
        to.between("u.createdAt", &self.created_at);
    }
}

choice! {
    /// By what accounts are sorted.
    pub enum UserSort {
        /// When they registered.
        CreatedAt = "createdAt",
        /// When they were last changed.
        UpdatedAt = "updatedAt",
        /// Key.
        Id = "id",
        /// First name.
        Prenom = "prenom",
        /// Family name.
        Nom = "nom",
        /// E-mail address.
        Email = "email",
        /// Role, in the guide's order.
        Role = "role",
        /// Whether they may sign in.
        IsActive = "isActive",
    }
}

static LIST: List = List {
    name: "users.list",
    columns: "u.id, u.prenom, u.nom, u.email, u.role, u.isActive, u.createdAt, u.updatedAt, u.avatar, u.telephone",
    from: "users u",
    id: "u.id",
};

/// A page of the accounts that are wanted; 10 unless the page says otherwise, 100 at the most.
pub async fn search(
    conn: &mut Conn,
    wanted: &UserSearch,
    sort: UserSort,
    direction: Option<Direction>,
    page: &Page,
) -> Result<Listing<UserItem>> {
    let (column, newest_first) = match sort {
        UserSort::CreatedAt => ("u.createdAt", true),
        UserSort::UpdatedAt => ("u.updatedAt", true),
        UserSort::Id => ("u.id", false),
        UserSort::Prenom => ("u.prenom", false),
        UserSort::Nom => ("u.nom", false),
        UserSort::Email => ("u.email", false),
        UserSort::Role => ("u.role", false),
        UserSort::IsActive => ("u.isActive", false),
    };
    let descending = direction.map_or(newest_first, |direction| direction == Direction::Desc);
    let by = if descending { By::desc(column) } else { By::asc(column) };
    let by = if sort == UserSort::Role { by.word() } else { by };
    select::page(conn, &LIST, Where::of(wanted), &[by], page, 10, 100).await
}

/// How many accounts are wanted.
pub async fn search_count(conn: &mut Conn, wanted: &UserSearch) -> Result<u64> {
    select::count(conn, &LIST, Where::of(wanted)).await
}

static OLDEST_ADMIN: Statement = Statement::fixed(
    "users.oldest_admin",
    "SELECT u.id FROM users u FORCE INDEX (staka_users_role) WHERE u.role = 'ADMIN' AND u.isActive = TRUE ORDER BY u.createdAt, u.id LIMIT 1",
    &[Access::Index { table: "u", keys: &["staka_users_role"] }],
);

/// The administrator who may sign in and was there first: to whom messages go that name nobody.
pub async fn oldest_admin(conn: &mut Conn) -> Result<Option<UserId>> {
    Ok(conn.optional::<Key>(&OLDEST_ADMIN, Args::new()).await?.map(|row| row.id))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&STANDING, &LOCK_ADMINS, &OLDEST_ADMIN, &SET_PASSWORD, &SWAP_PASSWORD, &DETAIL, &ACCOUNT_STATS]);
    all.extend([&*BY_EMAIL, &*LOCKED]);
    all
}
