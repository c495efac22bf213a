//! Payment cards: a user who has active cards has exactly one default. Whoever changes a user's cards locks the user's
//! row first, so that two changes never run at the same time.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::OpContext;
use super::audit_trail::{self, Action};
use crate::base::{Error, ErrorKind, Patch, Result, Table, Violations};
use crate::db::Conn;
use crate::model::view::{CardView, DeactivatedCard, DefaultCardConflicts, DefaultCardRepair, RepairedDefaultCard};
use crate::model::{PaymentMethod, PaymentMethodId, PaymentMethodPatch, UserId};
use crate::repo::{payment_methods, users};

/// A card to add, as Stripe describes it.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct NewCard {
    /// Stripe's id of the card, `pm_…`.
    #[described(bounds = Bounds::chars(4, 255).and(Bounds::pattern("^pm_[A-Za-z0-9_]+$", "must be pm_ and what Stripe puts behind it")))]
    pub stripe_payment_method_id: String,
    /// Brand of the card, e.g. `visa` or `mastercard`.
    #[described(bounds = Bounds::chars(1, 50).not_blank())]
    pub brand: String,
    /// The last four digits of the card number.
    #[described(bounds = Bounds::chars(4, 4).and(Bounds::pattern("^[0-9]{4}$", "must be four digits")))]
    pub last4: String,
    /// Month of expiry.
    #[described(bounds = Bounds::between(1, 12))]
    pub exp_month: i64,
    /// Year of expiry.
    #[described(bounds = Bounds::between(2000, 2100))]
    pub exp_year: i64,
    /// Stripe's fingerprint of the card number; none by default.
    #[described(bounds = Bounds::chars(0, 255))]
    pub fingerprint: Option<String>,
}

impl NewCard {
    fn check(&self) -> Result<()> {
        let mut violations = Violations::default();
        let key = &self.stripe_payment_method_id;
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !(key.starts_with("pm_") && key.len() > 3 && is_word(key)) {
            violations.add("stripePaymentMethodId", "must be pm_ and what Stripe puts behind it");
        } else {
            violations.check(PaymentMethod::column("stripePaymentMethodId"), key);
        }
        if self.brand.trim().is_empty() {
            violations.add("brand", "must not be blank");
        } else {
            violations.check(PaymentMethod::column("brand"), &self.brand);
        }
        if self.last4.len() != 4 || !self.last4.bytes().all(|byte| byte.is_ascii_digit()) {
            violations.add("last4", "must be four digits");
        }
        if !(1..=12).contains(&self.exp_month) {
            violations.add("expMonth", "must be between 1 and 12");
        }
        if !(2000..=2100).contains(&self.exp_year) {
            violations.add("expYear", "must be between 2000 and 2100");
        }
        violations.check(PaymentMethod::column("fingerprint"), &self.fingerprint);
        violations.into_result()
    }
}

fn to_view(card: &PaymentMethod) -> CardView {
    CardView {
        id: card.id.clone(),
        brand: card.brand.clone(),
        last4: card.last4.clone(),
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        is_default: card.is_default,
    }
}

/// Locks the user's row and the user's cards, and returns the cards, newest first. Fails with `NotFound` if the user
/// does not exist.
async fn lock_cards(conn: &mut Conn, user: &UserId) -> Result<Vec<PaymentMethod>> {
    if users::locked(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found")));
    }
    payment_methods::locked_of_user(conn, user).await
}

fn active_card<'c>(cards: &'c [PaymentMethod], id: &PaymentMethodId) -> Result<&'c PaymentMethod> {
    let card = cards
        .iter()
        .find(|card| card.id == *id)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("payment method {id} not found")))?;
    if card.is_active { Ok(card) } else { Err(Error::new(ErrorKind::Conflict, "the card is deactivated")) }
}

/// Makes `default` the only default of the cards. Returns the cards that no longer are the default.
async fn apply_default(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    cards: &[PaymentMethod],
    default: Option<&PaymentMethodId>,
) -> Result<Vec<PaymentMethodId>> {
    let mut cleared = Vec::new();
    for card in cards {
        let is_default = Some(&card.id) == default;
        if card.is_default != is_default {
            let patch = PaymentMethodPatch { is_default: Patch::Set(is_default), ..PaymentMethodPatch::default() };
            payment_methods::update(conn, &card.id, &patch, None, ctx.now).await?;
            if !is_default {
                cleared.push(card.id.clone());
            }
        }
    }
    Ok(cleared)
}

/// Returns the card that should be the default: the newest active one marked so, else the newest active one. The cards
/// are sorted newest first.
fn choose_default(cards: &[PaymentMethod]) -> Option<&PaymentMethod> {
    let mut active = cards.iter().filter(|card| card.is_active);
    let newest = active.clone().next();
    active.find(|card| card.is_default).or(newest)
}

/// Writes an audit log entry, unless users change their own cards.
async fn audit(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    action: Action,
    user: &UserId,
    card: &PaymentMethodId,
) -> Result<()> {
    if ctx.user() == Some(user) {
        return Ok(());
    }
    audit_trail::write(conn, ctx, action, Some(card.as_str()), json!({"client": user.as_str()})).await
}

/// Adds a card; it becomes the default if there is none. A card that the user has already is returned as it is, and a
/// deactivated one becomes active again. Fails with `Conflict` if it belongs to another user.
pub async fn add(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId, draft: &NewCard) -> Result<CardView> {
    draft.check()?;
    let cards = lock_cards(conn, user).await?;
    let is_default = !cards.iter().any(|card| card.is_active && card.is_default);
    let existing = cards.iter().find(|card| card.stripe_payment_method_id == draft.stripe_payment_method_id);
    let card = match existing {
        Some(card) if card.is_active => return Ok(to_view(card)),
        Some(card) => {
            let patch = PaymentMethodPatch {
                brand: Patch::Set(draft.brand.trim().to_owned()),
                last4: Patch::Set(draft.last4.clone()),
                exp_month: Patch::Set(draft.exp_month),
                exp_year: Patch::Set(draft.exp_year),
                is_active: Patch::Set(true),
                is_default: Patch::Set(is_default),
                ..PaymentMethodPatch::default()
            };
            payment_methods::update(conn, &card.id, &patch, None, ctx.now).await?;
            payment_methods::lookup(conn, &card.id)
                .await?
                .ok_or_else(|| Error::internal("a locked card disappeared"))?
        }
        None => {
            let card = PaymentMethod {
                id: ctx.new_id(),
                user_id: user.clone(),
                stripe_payment_method_id: draft.stripe_payment_method_id.clone(),
                brand: draft.brand.trim().to_owned(),
                last4: draft.last4.clone(),
                exp_month: draft.exp_month,
                exp_year: draft.exp_year,
                is_default,
                is_active: true,
                fingerprint: draft.fingerprint.clone(),
                created_at: ctx.now,
                updated_at: ctx.now,
            };
            payment_methods::add(conn, std::slice::from_ref(&card)).await?;
            card
        }
    };
    audit(conn, ctx, Action::CardAdded, user, &card.id).await?;
    Ok(to_view(&card))
}

/// Makes a card the only default. Fails with `NotFound` if the user has no such card, and with `Conflict` if it is
/// deactivated.
pub async fn set_default(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    id: &PaymentMethodId,
) -> Result<CardView> {
    let cards = lock_cards(conn, user).await?;
    let card = active_card(&cards, id)?;
    apply_default(conn, ctx, &cards, Some(id)).await?;
    audit(conn, ctx, Action::CardDefaultSet, user, id).await?;
    Ok(CardView { is_default: true, ..to_view(card) })
}

/// Deactivates a card; if it was the default, the newest of the other active cards becomes it. Fails with `NotFound` if
/// the user has no such card, and with `Conflict` if it is deactivated already.
pub async fn deactivate(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    id: &PaymentMethodId,
) -> Result<DeactivatedCard> {
    let mut cards = lock_cards(conn, user).await?;
    let card = active_card(&cards, id)?.clone();
    let patch = PaymentMethodPatch {
        is_active: Patch::Set(false),
        is_default: Patch::Set(false),
        ..PaymentMethodPatch::default()
    };
    payment_methods::update(conn, id, &patch, None, ctx.now).await?;
    cards.retain(|other| other.id != *id);
    let successor = choose_default(&cards).cloned();
    apply_default(conn, ctx, &cards, successor.as_ref().map(|successor| &successor.id)).await?;
    audit(conn, ctx, Action::CardRemoved, user, id).await?;
    let successor = successor
        .filter(|successor| !successor.is_default)
        .map(|successor| CardView { is_default: true, ..to_view(&successor) });
    Ok(DeactivatedCard { id: card.id, stripe_payment_method_id: card.stripe_payment_method_id, successor })
}

/// The maximum number of users of one call.
const MAX_LIMIT: u32 = 1_000;

fn check_limit(limit: Option<u32>, default: u32) -> Result<u32> {
    let limit = limit.unwrap_or(default);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::invalid("limit", format!("must be between 1 and {MAX_LIMIT}")))
    }
}

/// Returns the users whose cards have no default or several, or a deactivated default.
pub async fn find_default_conflicts(conn: &mut Conn, limit: Option<u32>) -> Result<DefaultCardConflicts> {
    let conflicts = payment_methods::default_conflicts(conn, check_limit(limit, 100)?).await?;
    Ok(DefaultCardConflicts { users: payment_methods::default_conflict_count(conn).await?, conflicts })
}

/// Gives each of these users exactly one default: the newest active card marked so, else the newest active card.
pub async fn repair_defaults(conn: &mut Conn, ctx: &OpContext<'_>, limit: Option<u32>) -> Result<DefaultCardRepair> {
    let conflicts = payment_methods::default_conflicts(conn, check_limit(limit, 100)?).await?;
    let mut repaired = Vec::new();
    for conflict in conflicts {
        // Reads each user's cards again under the lock, since they may have changed.
        let cards = lock_cards(conn, &conflict.user_id).await?;
        let default_id = choose_default(&cards).map(|card| card.id.clone());
        let cleared = apply_default(conn, ctx, &cards, default_id.as_ref()).await?;
        repaired.push(RepairedDefaultCard { user_id: conflict.user_id, default_id, cleared });
    }
    if !repaired.is_empty() {
        audit_trail::write(conn, ctx, Action::DefaultCardRepair, None, json!({"users": repaired.len()})).await?;
    }
    Ok(DefaultCardRepair { repaired, remaining: payment_methods::default_conflict_count(conn).await? })
}
