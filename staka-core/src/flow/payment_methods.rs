//! Cards: a user who has any has exactly one default. Whoever changes a user's cards holds the user's row first, so that two
//! changes never meet.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{CardDraft, Ctx};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id.clone(), Role::User));
//! let card = |key: &str| CardDraft {
//!     stripe_payment_method_id: key.into(),
//!     brand: "visa".into(),
//!     last4: "4242".into(),
//!     exp_month: 12,
//!     exp_year: 2030,
//!     fingerprint: None,
//! };
//! let first = author.payment_methods().add(&zoe.id, card("pm_1")).await?;
//! let second = author.payment_methods().add(&zoe.id, card("pm_2")).await?;
//! assert!(first.is_default && !second.is_default);
//! let removed = author.payment_methods().remove(&zoe.id, &first.id).await?;
//! assert_eq!(removed.successor.map(|card| card.id), Some(second.id));
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::Act;
use super::journal::{self, Action};
use crate::base::{Error, ErrorKind, Faults, Patch, Result, Table};
use crate::db::Conn;
use crate::model::view::{CardReport, CardShown, CardsMended, MendedCards, RemovedCard};
use crate::model::{PaymentMethod, PaymentMethodId, PaymentMethodPatch, UserId};
use crate::repo::{payment_methods, users};

/// A card as Stripe describes it to the caller.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardDraft {
    /// Stripe's key: `pm_…`, letters, digits and `_`, up to 255.
    pub stripe_payment_method_id: String,
    /// `visa`, `mastercard`, …: 1 to 50 characters.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
    /// Month of expiry, 1 to 12.
    pub exp_month: i64,
    /// Year of expiry, 2000 to 2100.
    pub exp_year: i64,
    /// Stripe's fingerprint of the number, up to 255 characters.
    pub fingerprint: Option<String>,
}

impl CardDraft {
    fn check(&self) -> Result<()> {
        let column = |name: &str| PaymentMethod::COLUMNS.iter().find(|c| c.name == name).expect("a column of cards");
        let mut faults = Faults::default();
        let key = &self.stripe_payment_method_id;
        let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !(key.starts_with("pm_") && key.len() > 3 && word(key)) {
            faults.add("stripePaymentMethodId", "must be pm_ and what Stripe puts behind it");
        } else {
            faults.check(column("stripePaymentMethodId"), key);
        }
        if self.brand.trim().is_empty() {
            faults.add("brand", "must not be blank");
        } else {
            faults.check(column("brand"), &self.brand);
        }
        if self.last4.len() != 4 || !self.last4.bytes().all(|byte| byte.is_ascii_digit()) {
            faults.add("last4", "must be four digits");
        }
        if !(1..=12).contains(&self.exp_month) {
            faults.add("expMonth", "must be between 1 and 12");
        }
        if !(2000..=2100).contains(&self.exp_year) {
            faults.add("expYear", "must be between 2000 and 2100");
        }
        faults.check(column("fingerprint"), &self.fingerprint);
        faults.into_result()
    }
}

fn shown(card: &PaymentMethod) -> CardShown {
    CardShown {
        id: card.id.clone(),
        brand: card.brand.clone(),
        last4: card.last4.clone(),
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        is_default: card.is_default,
    }
}

/// The user's cards, the newest first, held with the user's row; `NotFound` when there is no such user.
async fn held(conn: &mut Conn, user: &UserId) -> Result<Vec<PaymentMethod>> {
    if users::locked(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("users {user} is not there")));
    }
    payment_methods::locked_of_user(conn, user).await
}

fn of_these<'c>(cards: &'c [PaymentMethod], id: &PaymentMethodId) -> Result<&'c PaymentMethod> {
    let card = cards
        .iter()
        .find(|card| card.id == *id)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("payment_methods {id} is not there")))?;
    if card.is_active {
        Ok(card)
    } else {
        Err(Error::new(ErrorKind::Conflict, "the card was removed: it must be active"))
    }
}

/// What a user's cards should be: `default` alone is the default, and only what may be charged can be.
async fn settle(
    conn: &mut Conn,
    act: &Act<'_>,
    cards: &[PaymentMethod],
    default: Option<&PaymentMethodId>,
) -> Result<Vec<PaymentMethodId>> {
    let mut cleared = Vec::new();
    for card in cards {
        let wanted = Some(&card.id) == default;
        if card.is_default != wanted {
            let patch = PaymentMethodPatch { is_default: Patch::Set(wanted), ..PaymentMethodPatch::default() };
            payment_methods::update(conn, &card.id, &patch, None, act.now).await?;
            if !wanted {
                cleared.push(card.id.clone());
            }
        }
    }
    Ok(cleared)
}

/// Who should be the default of these cards, the newest first: the newest that is called so, else the newest.
fn rightful(cards: &[PaymentMethod]) -> Option<&PaymentMethod> {
    let mut active = cards.iter().filter(|card| card.is_active);
    let newest = active.clone().next();
    active.find(|card| card.is_default).or(newest)
}

/// Writes down what is done to somebody else's cards.
async fn note(conn: &mut Conn, act: &Act<'_>, action: Action, user: &UserId, card: &PaymentMethodId) -> Result<()> {
    if act.user() == Some(user) {
        return Ok(());
    }
    journal::write(conn, act, action, Some(card.as_str()), json!({"client": user.as_str()})).await
}

/// Adds a card; it is the default where no other one is. Adding a card again that the user has gives it as it is, and one
/// that was removed may be charged again. `Conflict` when it is another user's.
pub async fn add(conn: &mut Conn, act: &Act<'_>, user: &UserId, draft: &CardDraft) -> Result<CardShown> {
    draft.check()?;
    let cards = held(conn, user).await?;
    let is_default = !cards.iter().any(|card| card.is_active && card.is_default);
    let again = cards.iter().find(|card| card.stripe_payment_method_id == draft.stripe_payment_method_id);
    let card = match again {
        Some(card) if card.is_active => return Ok(shown(card)),
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
            payment_methods::update(conn, &card.id, &patch, None, act.now).await?;
            payment_methods::lookup(conn, &card.id)
                .await?
                .ok_or_else(|| Error::internal("a card is gone while it is held"))?
        }
        None => {
            let card = PaymentMethod {
                id: act.new_id(),
                user_id: user.clone(),
                stripe_payment_method_id: draft.stripe_payment_method_id.clone(),
                brand: draft.brand.trim().to_owned(),
                last4: draft.last4.clone(),
                exp_month: draft.exp_month,
                exp_year: draft.exp_year,
                is_default,
                is_active: true,
                fingerprint: draft.fingerprint.clone(),
                created_at: act.now,
                updated_at: act.now,
            };
            payment_methods::add(conn, std::slice::from_ref(&card)).await?;
            card
        }
    };
    note(conn, act, Action::CardAdded, user, &card.id).await?;
    Ok(shown(&card))
}

/// Makes a card the one default. `NotFound` when the user has no such card, `Conflict` when it was removed.
pub async fn set_default(conn: &mut Conn, act: &Act<'_>, user: &UserId, id: &PaymentMethodId) -> Result<CardShown> {
    let cards = held(conn, user).await?;
    let card = of_these(&cards, id)?;
    settle(conn, act, &cards, Some(id)).await?;
    note(conn, act, Action::CardDefaultSet, user, id).await?;
    Ok(CardShown { is_default: true, ..shown(card) })
}

/// Puts a card away: it is charged no more, and where it was the default, the newest of the others is. `NotFound` when the
/// user has no such card, `Conflict` when it was removed already.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, user: &UserId, id: &PaymentMethodId) -> Result<RemovedCard> {
    let mut cards = held(conn, user).await?;
    let card = of_these(&cards, id)?.clone();
    let patch = PaymentMethodPatch {
        is_active: Patch::Set(false),
        is_default: Patch::Set(false),
        ..PaymentMethodPatch::default()
    };
    payment_methods::update(conn, id, &patch, None, act.now).await?;
    cards.retain(|other| other.id != *id);
    let heir = rightful(&cards).cloned();
    settle(conn, act, &cards, heir.as_ref().map(|heir| &heir.id)).await?;
    note(conn, act, Action::CardRemoved, user, id).await?;
    let successor = heir.filter(|heir| !heir.is_default).map(|heir| CardShown { is_default: true, ..shown(&heir) });
    Ok(RemovedCard { id: card.id, stripe_payment_method_id: card.stripe_payment_method_id, successor })
}

/// The most users that are told of, or mended, at once.
const MOST: u32 = 1_000;

fn checked(limit: Option<u32>, default: u32) -> Result<u32> {
    let limit = limit.unwrap_or(default);
    if (1..=MOST).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::invalid("limit", format!("must be between 1 and {MOST}")))
    }
}

/// The users whose cards have no default or several, as other writers left them.
pub async fn report(conn: &mut Conn, limit: Option<u32>) -> Result<CardReport> {
    let faults = payment_methods::faults(conn, checked(limit, 100)?).await?;
    Ok(CardReport { users: payment_methods::fault_count(conn).await?, faults })
}

/// Gives each of these users one default: the newest that is called so, else the newest card.
pub async fn mend(conn: &mut Conn, act: &Act<'_>, limit: Option<u32>) -> Result<CardsMended> {
    let faults = payment_methods::faults(conn, checked(limit, 100)?).await?;
    let mut mended = Vec::new();
    for fault in faults {
        // Each user's cards are looked at anew, now that nobody else changes them.
        let cards = held(conn, &fault.user_id).await?;
        let default_id = rightful(&cards).map(|card| card.id.clone());
        let cleared = settle(conn, act, &cards, default_id.as_ref()).await?;
        mended.push(MendedCards { user_id: fault.user_id, default_id, cleared });
    }
    if !mended.is_empty() {
        journal::write(conn, act, Action::CardsMended, None, json!({"users": mended.len()})).await?;
    }
    Ok(CardsMended { mended, left: payment_methods::fault_count(conn).await? })
}
