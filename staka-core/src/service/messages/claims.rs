//! Assignment of a visitor's conversations to an account, and its reversal.

use serde_json::json;

use super::input;
use crate::base::{Error, ErrorKind, Result, Violations};
use crate::db::Conn;
use crate::model::view::Claim;
use crate::model::{ClaimId, UserId};
use crate::repo::{claims, users};
use crate::service::{OpContext, audit_trail};

/// Assigns the conversations of a visitor's address to an account, which becomes the sender of the visitor's messages
/// and the receiver of the replies. The address stays on every message, so inboxes still find the thread by it. Of
/// several concurrent claims on one address, one succeeds.
pub async fn claim(conn: &mut Conn, ctx: &OpContext<'_>, email: &str, user: &UserId) -> Result<Claim> {
    let mut violations = Violations::default();
    let email = input::address(&mut violations, "visitorEmail", email);
    violations.into_result()?;
    // Locked, so that the account cannot be removed at the same time.
    let account = users::locked(conn, user).await?.filter(|account| account.is_active);
    let account = account.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("user {user} not found")))?;
    if !ctx.is_admin() && account.email.trim().to_lowercase() != email {
        return Err(ctx.denied("an administrator, or the account that has the address"));
    }
    let id = match claims::lock_open(conn, &email).await? {
        Some(open) if open.user_id == *user => open.id,
        Some(_) => {
            let conflict = Error::new(ErrorKind::Conflict, "another account has claimed this address");
            return Err(conflict.with_key("staka_claims_openEmail_key"));
        }
        None => {
            let id = ctx.new_id::<ClaimId>();
            claims::add(conn, &id, &email, user, ctx.user(), ctx.now).await?;
            id
        }
    };
    let assigned = claims::assign_messages(conn, &id, &email, user, ctx.now).await?;
    if assigned == 0 {
        return Err(Error::new(ErrorKind::NotFound, format!("no unclaimed message of visitor {email} found")));
    }
    let details = json!({ "claimId": id.as_str(), "visitorEmail": email, "messages": assigned });
    audit_trail::write(conn, ctx, audit_trail::Action::ConversationsClaimed, Some(user.as_str()), details).await?;
    claims::lock(conn, &id).await?.ok_or_else(|| Error::internal("the new claim was not found"))
}

/// Undoes a claim: takes back exactly the messages it assigned.
pub async fn unclaim(conn: &mut Conn, ctx: &OpContext<'_>, id: &ClaimId) -> Result<Claim> {
    let claim = match claims::lock(conn, id).await? {
        Some(claim) if ctx.is_admin() || ctx.user() == Some(&claim.user_id) => claim,
        None if ctx.is_admin() => return Err(Error::new(ErrorKind::NotFound, format!("claim {id} not found"))),
        _ => return Err(ctx.denied("the user who claimed or an administrator")),
    };
    if claim.undone_at.is_some() {
        return Err(Error::new(ErrorKind::Conflict, "the claim was already undone"));
    }
    claims::undo(conn, &claim, ctx.user(), ctx.now).await?;
    let details =
        json!({ "claimId": id.as_str(), "visitorEmail": claim.visitor_email, "messages": claim.message_count });
    let target = Some(claim.user_id.as_str());
    audit_trail::write(conn, ctx, audit_trail::Action::ConversationsUnclaimed, target, details).await?;
    claims::lock(conn, id).await?.ok_or_else(|| Error::internal("the undone claim was not found"))
}
