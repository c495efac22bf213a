//! Orders in blocks of ten: each position of a block has its own way of payment and invoicing.

use std::ops::Range;

use staka_core::model::{Commande, CommandeId, Priorite, StatutCommande, UserId};

use crate::draw::{Draw, Stream};
use crate::people::{self, HEAVY, LIGHT};
use crate::plan::{Portion, World};
use crate::texts::manuscripts::{
    CLIENT_NOTES, CORRECTOR_NOTES, DESCRIPTIONS, SPECIAL_TITLES, TITLE_COMPLEMENTS, TITLE_PATTERNS, TITLE_SEQUELS,
    TITLE_SUBJECTS,
};
use crate::time::{DAY, HOUR, moment};

/// Orders of a block, which also has ten invoices and twenty files.
pub(crate) const IN_BLOCK: u64 = 10;
/// Blocks at the small scale.
pub(crate) const BASE_BLOCKS: u64 = 500;

/// How an order of a block is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payment {
    Paid,
    /// Requested and not paid.
    Open,
    Failed,
    /// No payment was requested.
    None,
    /// Free of charge: ten pages or fewer.
    Free,
}

/// Returns how the order at a position is paid.
const fn payment(place: u64) -> Payment {
    match place {
        0..=4 | 6 => Payment::Paid,
        5 => Payment::Open,
        7 => Payment::None,
        8 => Payment::Failed,
        _ => Payment::Free,
    }
}

/// The data of an order that other generators need.
pub(crate) struct Brief {
    pub(crate) index: u64,
    /// The user's number.
    pub(crate) author: u64,
    /// Time of creation, in milliseconds since 1970.
    pub(crate) created: i64,
    pub(crate) payment: Payment,
    /// Amount in centimes; `None` if no payment was requested.
    pub(crate) amount: Option<i64>,
}

impl Brief {
    pub(crate) fn id(&self, world: &World) -> CommandeId {
        world.id(Stream::CommandeId, self.index, moment(self.created))
    }

    pub(crate) fn user_id(&self, world: &World) -> UserId {
        people::id(world, self.author)
    }

    pub(crate) fn titre(&self, world: &World) -> String {
        titre(&mut world.draw(Stream::CommandeText, self.index))
    }
}

/// Returns the named user who owns the order, if any: the light user has orders in eight blocks, the heavy one in a
/// hundred.
fn owner(portion: &Portion, place: u64) -> Option<u64> {
    if portion.growth {
        return None;
    }
    if portion.index % 62 == 31 && portion.index / 62 % 6 == place {
        Some(LIGHT)
    } else if portion.index % 5 == 2 && place == 1 {
        Some(HEAVY)
    } else {
        None
    }
}

pub(crate) fn brief(world: &World, index: u64) -> Brief {
    let portion = world.portion(index / IN_BLOCK, BASE_BLOCKS);
    let place = index % IN_BLOCK;
    let mut draw = world.draw(Stream::Commande, index);
    let created = portion.window.at(portion.index, portion.count, draw.bits());
    let author = owner(&portion, place).unwrap_or_else(|| people::author_at(world, &portion, created, &mut draw));
    let payment = payment(place);
    let amount = match payment {
        Payment::Free => draw.maybe(600, |_| 0),
        Payment::None => draw.maybe(250, price),
        _ => Some(price(&mut draw)),
    };
    Brief { index, author, created, payment, amount }
}

/// Returns a price as on the site: the first ten pages are free, 2 € a page up to 300, then 1 €; or a pack.
fn price(draw: &mut Draw) -> i64 {
    if draw.chance(200) {
        return *draw.pick(&[46_800, 35_000, 14_900, 89_000]);
    }
    let pages = draw.within(18, 520);
    100 * (2 * (pages.min(300) - 10) + (pages - 300).max(0))
}

fn titre(draw: &mut Draw) -> String {
    if draw.chance(15) {
        return draw.text(&SPECIAL_TITLES).to_owned();
    }
    // Most manuscripts have a plain title.
    let pattern = if draw.chance(550) { TITLE_PATTERNS[0] } else { draw.text(&TITLE_PATTERNS) };
    pattern
        .replace("{sujet}", draw.text(&TITLE_SUBJECTS))
        .replace("{complement}", draw.text(&TITLE_COMPLEMENTS))
        .replace("{suite}", draw.text(&TITLE_SEQUELS))
}

pub(crate) fn commandes(world: &World, blocks: Range<u64>) -> Vec<Commande> {
    (blocks.start * IN_BLOCK..blocks.end * IN_BLOCK).map(|index| commande(world, index)).collect()
}

fn commande(world: &World, index: u64) -> Commande {
    let brief = brief(world, index);
    let portion = world.portion(index / IN_BLOCK, BASE_BLOCKS);
    let mut draw = world.draw(Stream::CommandeText, index);
    let titre = titre(&mut draw);
    let statut = statut(world, &brief, &mut draw);
    let worked = matches!(statut, StatutCommande::Termine | StatutCommande::EnCours | StatutCommande::Suspendue);
    let finished = (statut == StatutCommande::Termine)
        .then(|| portion.window.not_after(brief.created + draw.within(6 * DAY, 25 * DAY)));
    let updated = finished.unwrap_or_else(|| portion.window.not_after(brief.created + draw.within(0, 4 * DAY)));
    let payment_status = match brief.payment {
        Payment::Paid => Some("paid"),
        Payment::Open => Some(if draw.chance(500) { "pending" } else { "unpaid" }),
        Payment::Failed => Some(if draw.chance(700) { "failed" } else { "unpaid" }),
        Payment::None => None,
        Payment::Free => draw.maybe(200, |_| "paid").filter(|_| brief.amount.is_some()),
    };
    Commande {
        id: brief.id(world),
        user_id: brief.user_id(world),
        titre,
        description: draw.maybe(800, |draw| draw.text(&DESCRIPTIONS).to_owned()),
        fichier_url: draw.maybe(200, |draw| format!("https://files.example.org/manuscrits/{}.docx", draw.hex(2))),
        note_client: draw.maybe(350, |draw| draw.text(&CLIENT_NOTES).to_owned()),
        note_correcteur: draw.maybe(if worked { 600 } else { 0 }, |draw| draw.text(&CORRECTOR_NOTES).to_owned()),
        priorite: draw.weighted(&[
            (15, Priorite::Faible),
            (65, Priorite::Normale),
            (15, Priorite::Haute),
            (5, Priorite::Urgente),
        ]),
        date_echeance: draw.maybe(120, |draw| moment(brief.created + draw.within(10 * DAY, 40 * DAY))),
        // The existing backend sometimes leaves it out.
        date_finition: finished.filter(|_| draw.chance(900)).map(moment),
        created_at: moment(brief.created),
        updated_at: moment(updated.max(brief.created)),
        payment_status: payment_status.map(str::to_owned),
        stripe_session_id: payment_status.map(|_| draw.letters("cs_test_", 58)),
        amount: brief.amount,
        statut,
    }
}

fn statut(world: &World, brief: &Brief, draw: &mut Draw) -> StatutCommande {
    use StatutCommande::{Annulee, EnAttente, EnCours, Suspendue, Termine};
    let recent = world.anchor - brief.created < 25 * DAY + HOUR;
    match brief.payment {
        Payment::Paid if recent => draw.weighted(&[(15, Termine), (70, EnCours), (12, EnAttente), (3, Suspendue)]),
        Payment::Paid => draw.weighted(&[(88, Termine), (7, EnCours), (4, Suspendue), (1, Annulee)]),
        _ if recent => draw.weighted(&[(85, EnAttente), (10, Annulee), (5, Suspendue)]),
        _ => draw.weighted(&[(50, EnAttente), (38, Annulee), (10, Suspendue), (2, EnCours)]),
    }
}

/// Returns a recent order of the portion at that time, within about ten blocks; `None` if there is none yet.
pub(crate) fn before(world: &World, growth: bool, at: i64, draw: &mut Draw) -> Option<Brief> {
    let first = if growth { BASE_BLOCKS } else { 0 };
    let window = world.window(growth);
    let blocks = if growth { BASE_BLOCKS * (world.scale.factor() - 1) } else { BASE_BLOCKS };
    let done = window.passed(at, blocks);
    let block = done.checked_sub(1)?.saturating_sub(draw.below(10));
    Some(brief(world, (first + block) * IN_BLOCK + draw.below(IN_BLOCK)))
}

/// Returns the newest order of the heavy or the light user at that time; `None` if there is none yet.
pub(crate) fn before_of(world: &World, subject: u64, at: i64) -> Option<Brief> {
    let done = world.window(false).passed(at, BASE_BLOCKS);
    (0..done).rev().take(62).find_map(|block| {
        let portion = world.portion(block, BASE_BLOCKS);
        let place = (0..IN_BLOCK).find(|place| owner(&portion, *place) == Some(subject))?;
        Some(brief(world, block * IN_BLOCK + place))
    })
}
