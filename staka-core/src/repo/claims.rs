//! Claims: which visitor's conversations were assigned to which account. The tables are owned by Staka.
//!
//! They have no foreign keys to the tables of the Prisma schema, because these may have another collation.

use std::sync::LazyLock;

use staka_macros::Record;

use super::select::{self, By, List, Path, SortColumn};
use super::table::{insert, insert_statement, part};
use crate::base::{Args, Page, PageRequest, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::view::Claim;
use crate::model::{ClaimId, ClaimRow, ClaimedMessage, UserId};

const TABLES: Optional = Optional::tables(&["staka_claims", "staka_claimed_messages"], "there are no claims to delete");

static LOCK_OPEN: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["staka_claims_openEmail_key"] }];
    let text = format!("SELECT {} FROM staka_claims t WHERE t.openEmail = ? FOR UPDATE", part::<OpenClaim>("t"));
    Statement::fixed("claims.lock_open", "", access).with_text(text)
});

/// A claim that is in force.
#[derive(Clone, Debug, PartialEq, Record)]
#[record(part_of = ClaimRow)]
pub struct OpenClaim {
    /// The claim's id.
    pub id: ClaimId,
    /// The user to whom the conversations were assigned.
    pub user_id: UserId,
}

/// Locks and returns the claim in force for a visitor's address.
pub async fn lock_open(conn: &mut Conn, email: &str) -> Result<Option<OpenClaim>> {
    conn.optional(&LOCK_OPEN, Args::new().with(email.as_bytes())).await
}

static ADD: LazyLock<Statement> = LazyLock::new(|| insert_statement::<ClaimRow>("claims.add"));

/// Inserts a claim. Fails with `Conflict` if one is in force for the address.
pub async fn add(
    conn: &mut Conn,
    id: &ClaimId,
    email: &str,
    user: &UserId,
    by: Option<&UserId>,
    now: Timestamp,
) -> Result<()> {
    let row = ClaimRow {
        id: id.clone(),
        visitor_email: email.to_owned(),
        open_email: Some(email.as_bytes().to_vec()),
        user_id: user.clone(),
        claimed_by_id: by.cloned(),
        claimed_at: now,
        undone_by_id: None,
        undone_at: None,
    };
    insert(conn, &ADD, &row).await.map(drop)
}

/// Records the visitor's messages, and those to the visitor, that belong to no account.
static RECORD_MESSAGES: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [
        ("TRUE", "m.isFromVisitor = TRUE AND m.senderId IS NULL"),
        ("FALSE", "m.isFromVisitor = FALSE AND m.receiverId IS NULL AND m.senderId <> ?"),
    ]
    .map(|(as_sender, unowned)| {
        Statement::fixed("claims.record_messages", "", &[]).with_text(format!(
            "INSERT INTO staka_claimed_messages ({columns}) SELECT ?, m.id, {as_sender} \
             FROM messages m FORCE INDEX (messages_visitorEmail_idx) \
             WHERE m.visitorEmail = ? AND CAST(LOWER(m.visitorEmail) AS BINARY) = CAST(? AS BINARY) \
               AND m.statut <> 'BROUILLON' AND {unowned}",
            columns = ClaimedMessage::SELECT
        ))
    })
});

/// Both tables are read by primary key.
const BY_KEYS: &[Access] =
    &[Access::Index { table: "c", keys: &["PRIMARY"] }, Access::Index { table: "n", keys: &["PRIMARY"] }];

static ASSIGN: [Statement; 2] = [
    Statement::fixed(
        "claims.assign_messages",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.senderId = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = TRUE AND n.senderId IS NULL",
        BY_KEYS,
    ),
    Statement::fixed(
        "claims.assign_messages",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.receiverId = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = FALSE AND n.receiverId IS NULL",
        BY_KEYS,
    ),
];

/// Assigns the visitor's messages, and those to the visitor, to the account; returns how many messages.
pub async fn assign_messages(conn: &mut Conn, id: &ClaimId, email: &str, user: &UserId, now: Timestamp) -> Result<u64> {
    let args = || Args::new().with(id).with(email).with(email);
    let assigned =
        conn.execute(&RECORD_MESSAGES[0], args()).await? + conn.execute(&RECORD_MESSAGES[1], args().with(user)).await?;
    for statement in &ASSIGN {
        conn.execute(statement, Args::new().with(user).with(now).with(id)).await?;
    }
    Ok(assigned)
}

/// The columns of [`Claim`].
static CLAIM_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!("{}, (SELECT COUNT(*) FROM staka_claimed_messages c WHERE c.claimId = t.id)", part::<Claim>("t"))
});

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["PRIMARY"] }, Access::Index { table: "c", keys: &["PRIMARY"] }];
    let text = format!("SELECT {} FROM staka_claims t WHERE t.id = ? FOR UPDATE", *CLAIM_COLUMNS);
    Statement::fixed("claims.lock", "", access).with_text(text)
});

/// Locks and returns a claim, if it exists.
pub async fn lock(conn: &mut Conn, id: &ClaimId) -> Result<Option<Claim>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static GIVE_BACK: [Statement; 2] = [
    Statement::fixed(
        "claims.give_back",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.senderId = NULL, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = TRUE AND n.senderId = ?",
        BY_KEYS,
    ),
    Statement::fixed(
        "claims.give_back",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.receiverId = NULL, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = FALSE AND n.receiverId = ?",
        BY_KEYS,
    ),
];

static UNDO: Statement = Statement::fixed(
    "claims.undo",
    "UPDATE staka_claims t SET t.openEmail = NULL, t.undoneById = ?, t.undoneAt = ? WHERE t.id = ? AND t.undoneAt IS NULL",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Takes back the messages that a claim assigned, and marks the claim as undone.
pub async fn undo(conn: &mut Conn, claim: &Claim, by: Option<&UserId>, now: Timestamp) -> Result<()> {
    for statement in &GIVE_BACK {
        conn.execute(statement, Args::new().with(now).with(&claim.id).with(&claim.user_id)).await?;
    }
    conn.execute(&UNDO, Args::new().with(by.map(UserId::as_str)).with(now).with(&claim.id)).await.map(|_| ())
}

static DELETE_BY_USER: [Statement; 2] = [
    Statement::fixed(
        "claims.delete_by_user",
        "DELETE c FROM staka_claims t FORCE INDEX (staka_claims_userId) \
         STRAIGHT_JOIN staka_claimed_messages c FORCE INDEX (PRIMARY) ON c.claimId = t.id WHERE t.userId = ?",
        &[
            Access::Index { table: "t", keys: &["staka_claims_userId"] },
            Access::Index { table: "c", keys: &["PRIMARY"] },
        ],
    ),
    Statement::fixed(
        "claims.delete_by_user",
        "DELETE t FROM staka_claims t FORCE INDEX (staka_claims_userId) WHERE t.userId = ?",
        &[Access::Index { table: "t", keys: &["staka_claims_userId"] }],
    ),
];

/// Deletes the user's claims; the messages stay assigned. Does nothing if the tables do not exist (`prisma db push`
/// drops them).
pub async fn delete_by_user(conn: &mut Conn, user: &UserId) -> Result<()> {
    for statement in &DELETE_BY_USER {
        TABLES.or_none(conn.execute(statement, Args::new().with(user)).await)?;
    }
    Ok(())
}

fn list_of(name: &'static str, from: &'static str, paths: &'static [Path]) -> List {
    List {
        name,
        columns: &CLAIM_COLUMNS,
        from,
        id: "t.`id`",
        joined: &[Access::Index { table: "c", keys: &["PRIMARY"] }],
        paths,
    }
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    const PATHS: &[Path] = &[Path::index(By::Default, "t", &["staka_claims_recent"])];
    list_of("messages.list_claims", "staka_claims t FORCE INDEX (staka_claims_recent)", PATHS)
});

/// Returns the claims of all users, the newest first; 20 per page by default, at most 100.
pub async fn list(conn: &mut Conn, page: &PageRequest) -> Result<Page<Claim>> {
    select::page(conn, &LIST, Predicate::default(), &NEWEST, page, 20, 100).await
}

static BY_USER: LazyLock<List> = LazyLock::new(|| {
    const PATHS: &[Path] = &[Path::index(By::Default, "t", &["staka_claims_userId"])];
    list_of("messages.list_claims_by_user", "staka_claims t", PATHS)
});

/// Returns the claims of a user, the newest first; 20 per page by default, at most 100.
pub async fn list_by_user(conn: &mut Conn, user: &UserId, page: &PageRequest) -> Result<Page<Claim>> {
    let mut predicate = Predicate::default();
    predicate.and("t.`userId` = ?").push(user);
    select::page(conn, &BY_USER, predicate, &NEWEST, page, 20, 100).await
}

const NEWEST: [SortColumn; 1] = [SortColumn::desc("t.`claimedAt`")];

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&*LIST, &*BY_USER]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&*LOCK_OPEN, &*ADD, &*LOCK, &UNDO];
    all.extend(RECORD_MESSAGES.iter().chain(&ASSIGN).chain(&GIVE_BACK).chain(&DELETE_BY_USER));
    all
}
