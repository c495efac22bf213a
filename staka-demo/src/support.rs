//! Tickets, cards and password resets.

use std::ops::Range;

use staka_core::base::{Secret, TextEnum};
use staka_core::model::{
    PasswordReset, PaymentMethod, SupportCategory, SupportPriority, SupportRequest, SupportRequestStatus,
};

use crate::draw::{Draw, Stream};
use crate::people::{self, ADMIN, BASE_USERS, FIRST_AUTHOR, HEAVY, LIGHT};
use crate::plan::World;
use crate::texts::support::TICKETS;
use crate::time::{DAY, HOUR, MINUTE, moment, year};

const BASE_TICKETS: u64 = 3_000;

pub(crate) fn tickets(world: &World, units: Range<u64>) -> Vec<SupportRequest> {
    units.map(|index| ticket(world, index)).collect()
}

fn ticket(world: &World, index: u64) -> SupportRequest {
    use SupportRequestStatus::{Annule, EnAttente, EnCours, Ferme, Ouvert, Resolu};
    let portion = world.portion(index, BASE_TICKETS);
    let mut draw = world.draw(Stream::Ticket, index);
    let created = portion.window.at(portion.index, portion.count, draw.bits());
    let user = match (portion.growth, index % 1_500, index % 100) {
        (false, 700, _) => LIGHT,
        (false, _, 33) => HEAVY,
        _ => people::author_at(world, &portion, created, &mut draw),
    };
    let text = draw.pick(&TICKETS);
    let status = if world.age(created) < 20 {
        draw.weighted(&[(35, Ouvert), (30, EnCours), (15, EnAttente), (12, Resolu), (5, Ferme), (3, Annule)])
    } else {
        draw.weighted(&[(3, Ouvert), (4, EnCours), (5, EnAttente), (28, Resolu), (54, Ferme), (6, Annule)])
    };
    // Each step is between the previous one and the present.
    let end = portion.window.end;
    let step =
        |draw: &mut Draw, from: i64, longest: i64| draw.within(from, from.max(end.min(from + longest)) + 1).min(end);
    let answered = (!matches!(status, Ouvert | Annule) || draw.chance(100)).then(|| step(&mut draw, created, 2 * DAY));
    let resolved = matches!(status, Resolu | Ferme).then(|| step(&mut draw, answered.unwrap_or(created), 8 * DAY));
    let closed = match status {
        Ferme => Some(step(&mut draw, resolved.unwrap_or(created), 10 * DAY)),
        Annule => Some(step(&mut draw, answered.unwrap_or(created), 3 * DAY)),
        _ => None,
    };
    let assigned = answered.is_some() || draw.chance(300);
    SupportRequest {
        id: world.id(Stream::TicketId, index, moment(created)),
        user_id: people::id(world, user),
        title: text.title.to_owned(),
        description: text.description.to_owned(),
        category: SupportCategory::from_variant(text.category).expect("the texts use values of the Prisma schema"),
        priority: draw.weighted(&[
            (15, SupportPriority::Faible),
            (60, SupportPriority::Normale),
            (15, SupportPriority::Haute),
            (8, SupportPriority::Urgente),
            (2, SupportPriority::Critique),
        ]),
        status,
        assigned_to_id: assigned.then(|| {
            let by = if draw.chance(500) { ADMIN } else { people::teammate(&mut draw) };
            people::id(world, by)
        }),
        source: draw.maybe(900, |draw| draw.text(&["web", "web", "web", "email", "téléphone"]).to_owned()),
        tags: text.tags.map(str::to_owned),
        first_response_at: answered.map(moment),
        resolved_at: resolved.map(moment),
        closed_at: closed.map(moment),
        created_at: moment(created),
        updated_at: moment(closed.or(resolved).or(answered).unwrap_or(created)),
    }
}

/// The cards of a block of ten users, and how many each of the ten has.
pub(crate) const CARDS_IN_BLOCK: u64 = 20;
const CARDS: [u64; 10] = [1, 0, 3, 1, 5, 0, 2, 1, 4, 3];
const BASE_CARD_BLOCKS: u64 = 100;

/// Returns the card's owner, its index among the owner's cards, and whether it is replaced. The first two blocks would
/// belong to the team, who have no cards: theirs go to the named users and, as replaced cards, to authors.
fn card_owner(index: u64) -> (u64, u64, bool) {
    if index < 2 * CARDS_IN_BLOCK {
        return match index {
            0 | 1 => (LIGHT, index, false),
            2..6 => (HEAVY, index - 2, false),
            _ => (FIRST_AUTHOR + 2 + (index - 6) * 20, 9, true),
        };
    }
    let mut nth = index % CARDS_IN_BLOCK;
    for (place, cards) in (0..).zip(CARDS) {
        if nth < cards {
            return (index / CARDS_IN_BLOCK * 10 + place, nth, false);
        }
        nth -= cards;
    }
    unreachable!("the ten have twenty cards")
}

pub(crate) fn cards(world: &World, blocks: Range<u64>) -> Vec<PaymentMethod> {
    (blocks.start * CARDS_IN_BLOCK..blocks.end * CARDS_IN_BLOCK).map(|index| card(world, index)).collect()
}

fn card(world: &World, index: u64) -> PaymentMethod {
    let (user, nth, replaced) = card_owner(index);
    let window = world.portion(index / CARDS_IN_BLOCK, BASE_CARD_BLOCKS).window;
    let mut draw = world.draw(Stream::Card, index);
    let created = draw.within(people::registered(world, user), window.end);
    // The first is usually the default card; a deactivated card never is.
    let is_default = nth == 0 && !replaced && (user == LIGHT || draw.chance(880));
    let is_active = user == LIGHT || is_default || !(replaced || draw.chance(180));
    let later = if is_active { created } else { draw.within(created, window.end) };
    PaymentMethod {
        id: world.id(Stream::CardId, index, moment(created)),
        user_id: people::id(world, user),
        stripe_payment_method_id: draw.letters("pm_", 24),
        brand: draw.weighted(&[(50, "visa"), (38, "mastercard"), (8, "amex"), (4, "cartes_bancaires")]).to_owned(),
        last4: format!("{:04}", draw.below(10_000)),
        exp_month: draw.within(1, 13),
        exp_year: i64::from(year(created)) + draw.within(1, 5),
        is_default,
        is_active,
        fingerprint: draw.maybe(850, |draw| draw.letters("", 16)),
        created_at: moment(created),
        updated_at: moment(later.max(created)),
    }
}

/// Generates sixty password resets, of which the last ten are still valid.
pub(crate) fn resets(world: &World, units: Range<u64>) -> Vec<PasswordReset> {
    units.map(|index| reset(world, index)).collect()
}

fn reset(world: &World, index: u64) -> PasswordReset {
    let window = world.window(false);
    let mut draw = world.draw(Stream::Reset, index);
    let created =
        if index >= 50 { world.anchor - draw.within(MINUTE, 50 * MINUTE) } else { window.at(index, 60, draw.bits()) };
    let user = people::author_at(world, &world.portion(0, BASE_USERS), created, &mut draw);
    PasswordReset {
        id: world.id(Stream::ResetId, index, moment(created)),
        user_id: people::id(world, user),
        token_hash: Secret::new(draw.hex(4)),
        expires_at: moment(created + HOUR),
        created_at: moment(created),
    }
}
