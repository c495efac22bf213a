//! Which account took the conversations of which visitor: a table of ours.
//!
//! It is tied to the guide's tables by no foreign key: where their collation is not the guide's, none could be.

use staka_macros::Record;

use super::select::{self, By, List};
use crate::base::{Args, Listing, Page, Result, Timestamp, Where};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::view::Claim;
use crate::model::{ClaimId, UserId};

static LOCK_OPEN: Statement = Statement::fixed(
    "claims.lock_open",
    "SELECT t.id, t.userId FROM staka_claims t WHERE t.openEmail = ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["staka_claims_openEmail_key"] }],
);

/// A claim that stands.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct OpenClaim {
    /// The key.
    pub id: ClaimId,
    /// Whose the conversations are.
    pub user_id: UserId,
}

/// The claim that stands on a visitor's address, locked.
pub async fn lock_open(conn: &mut Conn, email: &str) -> Result<Option<OpenClaim>> {
    conn.optional(&LOCK_OPEN, Args::new().with(email.as_bytes())).await
}

static ADD: Statement = Statement::fixed(
    "claims.add",
    "INSERT INTO staka_claims (`id`, `visitorEmail`, `openEmail`, `userId`, `claimedById`, `claimedAt`, `undoneById`, `undoneAt`) \
     VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
    &[],
);

/// Adds a claim. `Conflict` when one stands on the address already.
pub async fn add(
    conn: &mut Conn,
    id: &ClaimId,
    email: &str,
    user: &UserId,
    by: Option<&UserId>,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new().with(id).with(email).with(email.as_bytes()).with(user).with(by.map(UserId::as_str));
    conn.execute(&ADD, args.with(now)).await.map(|_| ())
}

/// The visitor's messages, and those to the visitor, that belong to no account.
macro_rules! remember {
    ($as_sender:literal, $unowned:literal) => {
        concat!(
            "INSERT INTO staka_claimed_messages (`claimId`, `messageId`, `asSender`) SELECT ?, m.id, ",
            $as_sender,
            " FROM messages m FORCE INDEX (messages_visitorEmail_idx) \
               WHERE m.visitorEmail = ? AND CAST(LOWER(m.visitorEmail) AS BINARY) = CAST(? AS BINARY) AND m.statut <> 'BROUILLON' AND ",
            $unowned
        )
    };
}

static REMEMBER: [Statement; 2] = [
    Statement::fixed("claims.remember", remember!("TRUE", "m.isFromVisitor = TRUE AND m.senderId IS NULL"), &[]),
    Statement::fixed(
        "claims.remember",
        remember!("FALSE", "m.isFromVisitor = FALSE AND m.receiverId IS NULL AND m.senderId <> ?"),
        &[],
    ),
];

/// Each is found by its key.
const TAKEN: &[Access] =
    &[Access::Index { table: "c", keys: &["PRIMARY"] }, Access::Index { table: "n", keys: &["PRIMARY"] }];

static TAKE: [Statement; 2] = [
    Statement::fixed(
        "claims.take",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.senderId = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = TRUE AND n.senderId IS NULL",
        TAKEN,
    ),
    Statement::fixed(
        "claims.take",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.receiverId = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = FALSE AND n.receiverId IS NULL",
        TAKEN,
    ),
];

/// Gives what the visitor wrote, and what was written to the visitor, to the account; returns how many messages.
pub async fn take(conn: &mut Conn, id: &ClaimId, email: &str, user: &UserId, now: Timestamp) -> Result<u64> {
    let args = || Args::new().with(id).with(email).with(email);
    let taken = conn.execute(&REMEMBER[0], args()).await? + conn.execute(&REMEMBER[1], args().with(user)).await?;
    for statement in &TAKE {
        conn.execute(statement, Args::new().with(user).with(now).with(id)).await?;
    }
    Ok(taken)
}

static LOCK: Statement = Statement::fixed(
    "claims.lock",
    "SELECT t.id, t.visitorEmail, t.userId, t.claimedById, t.claimedAt, t.undoneById, t.undoneAt, \
       (SELECT COUNT(*) FROM staka_claimed_messages c WHERE c.claimId = t.id) \
     FROM staka_claims t WHERE t.id = ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }, Access::Index { table: "c", keys: &["PRIMARY"] }],
);

/// A claim, locked; none when there is no such claim.
pub async fn lock(conn: &mut Conn, id: &ClaimId) -> Result<Option<Claim>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static GIVE_BACK: [Statement; 2] = [
    Statement::fixed(
        "claims.give_back",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.senderId = NULL, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = TRUE AND n.senderId = ?",
        TAKEN,
    ),
    Statement::fixed(
        "claims.give_back",
        "UPDATE staka_claimed_messages c STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = c.messageId \
         SET n.receiverId = NULL, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
         WHERE c.claimId = ? AND c.asSender = FALSE AND n.receiverId = ?",
        TAKEN,
    ),
];

static UNDO: Statement = Statement::fixed(
    "claims.undo",
    "UPDATE staka_claims t SET t.openEmail = NULL, t.undoneById = ?, t.undoneAt = ? WHERE t.id = ? AND t.undoneAt IS NULL",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Takes back what a claim gave, message by message.
pub async fn undo(conn: &mut Conn, claim: &Claim, by: Option<&UserId>, now: Timestamp) -> Result<()> {
    for statement in &GIVE_BACK {
        conn.execute(statement, Args::new().with(now).with(&claim.id).with(&claim.user_id)).await?;
    }
    conn.execute(&UNDO, Args::new().with(by.map(UserId::as_str)).with(now).with(&claim.id)).await.map(|_| ())
}

static FORGET: [Statement; 2] = [
    Statement::fixed(
        "claims.forget",
        "DELETE c FROM staka_claims t FORCE INDEX (staka_claims_userId) \
         STRAIGHT_JOIN staka_claimed_messages c FORCE INDEX (PRIMARY) ON c.claimId = t.id WHERE t.userId = ?",
        &[
            Access::Index { table: "t", keys: &["staka_claims_userId"] },
            Access::Index { table: "c", keys: &["PRIMARY"] },
        ],
    ),
    Statement::fixed(
        "claims.forget",
        "DELETE t FROM staka_claims t FORCE INDEX (staka_claims_userId) WHERE t.userId = ?",
        &[Access::Index { table: "t", keys: &["staka_claims_userId"] }],
    ),
];

/// Forgets which addresses the user claimed; what was given stays given. Where our tables are not there (`prisma db push`
/// drops them) there is nothing to forget.
pub async fn forget(conn: &mut Conn, user: &UserId) -> Result<()> {
    for statement in &FORGET {
        match conn.execute(statement, Args::new().with(user)).await {
            Err(lost) if lacks_a_table(&lost) => {
                tracing::warn!("a table of claims is missing: run `staka migrate`");
            }
            done => done.map(drop)?,
        }
    }
    Ok(())
}

static CLAIMS: List = List {
    name: "claims.list",
    columns: "t.`id`, t.`visitorEmail`, t.`userId`, t.`claimedById`, t.`claimedAt`, t.`undoneById`, t.`undoneAt`, \
              (SELECT COUNT(*) FROM staka_claimed_messages c WHERE c.claimId = t.id)",
    from: "staka_claims t",
    id: "t.`id`",
};

/// A user's claims, or everybody's, the newest first; 20 unless the page says otherwise, 100 at the most.
pub async fn list(conn: &mut Conn, user: Option<&UserId>, page: &Page) -> Result<Listing<Claim>> {
    let mut wanted = Where::default();
    if let Some(user) = user {
        wanted.and("t.`userId` = ?").push(user);
    }
    select::page(conn, &CLAIMS, wanted, &[By::desc("t.`claimedAt`")], page, 20, 100).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&LOCK_OPEN, &ADD, &LOCK, &UNDO];
    all.extend(REMEMBER.iter().chain(&TAKE).chain(&GIVE_BACK).chain(&FORGET));
    all
}
