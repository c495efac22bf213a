//! An account takes the conversations that its owner had begun as a visitor, and gives them back.

use serde_json::json;

use super::input;
use crate::base::{Error, ErrorKind, Faults, Result};
use crate::db::Conn;
use crate::flow::{Act, journal};
use crate::model::view::Claim;
use crate::model::{ClaimId, UserId};
use crate::repo::{claims, users};

/// Gives the conversations of a visitor's address to an account: what the visitor wrote becomes the account's, what was
/// written to the visitor is received by it. The address stays on every message, so the thread stays where it was in the
/// inbox. Of several claims at once on one address one wins.
pub async fn claim(conn: &mut Conn, act: &Act<'_>, email: &str, user: &UserId) -> Result<Claim> {
    let mut faults = Faults::default();
    let email = input::address(&mut faults, "visitorEmail", email);
    faults.into_result()?;
    // Held, so that no claim comes to an account that is just being removed.
    let account = users::locked(conn, user).await?.filter(|account| account.is_active);
    let account = account.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("user {user} is not there")))?;
    if !act.is_admin() && account.email.trim().to_lowercase() != email {
        return Err(Error::new(ErrorKind::Denied, "the address is not the account's"));
    }
    let id = match claims::lock_open(conn, &email).await? {
        Some(open) if open.user_id == *user => open.id,
        Some(_) => {
            let taken = Error::new(ErrorKind::Conflict, "another account has claimed this address");
            return Err(taken.with_key("staka_claims_openEmail_key"));
        }
        None => {
            let id = act.new_id::<ClaimId>();
            claims::add(conn, &id, &email, user, act.user(), act.now).await?;
            id
        }
    };
    let taken = claims::take(conn, &id, &email, user, act.now).await?;
    if taken == 0 {
        return Err(Error::new(ErrorKind::NotFound, "no visitor of this address has written, or all is claimed"));
    }
    let details = json!({ "claimId": id.as_str(), "visitorEmail": email, "messages": taken });
    journal::write(conn, act, journal::Action::ConversationsClaimed, Some(user.as_str()), details).await?;
    claims::lock(conn, &id).await?.ok_or_else(|| Error::internal("a claim that was just made is not there"))
}

/// Takes back exactly what a claim gave.
pub async fn unclaim(conn: &mut Conn, act: &Act<'_>, id: &ClaimId) -> Result<Claim> {
    let claim = match claims::lock(conn, id).await? {
        Some(claim) if act.is_admin() || act.user() == Some(&claim.user_id) => claim,
        None if act.is_admin() => return Err(Error::new(ErrorKind::NotFound, format!("claim {id} is not there"))),
        _ => return Err(Error::new(ErrorKind::Denied, "the claim is not the actor's")),
    };
    if claim.undone_at.is_some() {
        return Err(Error::new(ErrorKind::Conflict, "the claim was undone already"));
    }
    claims::undo(conn, &claim, act.user(), act.now).await?;
    let details =
        json!({ "claimId": id.as_str(), "visitorEmail": claim.visitor_email, "messages": claim.message_count });
    let target = Some(claim.user_id.as_str());
    journal::write(conn, act, journal::Action::ConversationsUnclaimed, target, details).await?;
    claims::lock(conn, id).await?.ok_or_else(|| Error::internal("a claim that was just undone is not there"))
}
