//! Notifications in blocks of five, one of which is for the heavy user.

use std::ops::Range;

use serde_json::{Value, json};
use staka_core::base::{JsonText, TextEnum};
use staka_core::model::{Notification, NotificationPriority, NotificationType};

use crate::commandes::{self, Brief, Payment};
use crate::draw::{Draw, Stream, place_in_block};
use crate::people::{self, ADMIN, HEAVY, LIGHT};
use crate::plan::{Portion, World};
use crate::texts::NotificationText;
use crate::texts::notifications::NOTIFICATIONS;
use crate::time::{DAY, HOUR, euros, in_french, moment};

/// Notifications of a block.
pub(crate) const IN_BLOCK: u64 = 5;
/// Blocks at the small scale.
pub(crate) const BASE_BLOCKS: u64 = 20_000;
/// At the small scale, the light user has a notification in one of this number of blocks.
const LIGHT_EVERY: u64 = 500;

/// The state of a notification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Counts as unread: not read, not deleted, not expired for a long time.
    Unread { expires: bool },
    /// Not read, but expired.
    Expired,
    /// Any state.
    Any,
}

pub(crate) fn notifications(world: &World, blocks: Range<u64>) -> Vec<Notification> {
    (blocks.start * IN_BLOCK..blocks.end * IN_BLOCK).map(|index| notification(world, index)).collect()
}

/// Returns the named user who receives it and its index among that user's, for users with exact shares.
fn owner(world: &World, portion: &Portion, index: u64) -> Option<(u64, u64)> {
    let (block, place) = (index / IN_BLOCK, place_in_block(world.seed, 1, index, IN_BLOCK));
    match place {
        0 => Some((HEAVY, block)),
        1 if !portion.growth && block % LIGHT_EVERY == LIGHT_EVERY / 2 => Some((LIGHT, block / LIGHT_EVERY)),
        2 if !portion.growth && block.is_multiple_of(8) => Some((ADMIN, block / 8)),
        _ => None,
    }
}

/// Returns the block whose notification has the same time: a few come in threes (the heavy user's) or twos.
fn leader(owner: Option<(u64, u64)>, block: u64) -> u64 {
    match owner {
        Some((HEAVY, nth)) if nth % 40 < 3 => block - nth % 40,
        Some((LIGHT, 6)) => block - LIGHT_EVERY,
        _ => block,
    }
}

fn state(world: &World, owner: Option<(u64, u64)>) -> State {
    match owner {
        Some((HEAVY, nth)) => match place_in_block(world.seed, 2, nth, 10) {
            0 => State::Unread { expires: true },
            1 | 2 => State::Unread { expires: false },
            3 => State::Expired,
            _ => State::Any,
        },
        // Twelve of forty: four expired, four that will expire, four that never do.
        Some((LIGHT, nth)) => match (nth % 10, nth / 10 % 4) {
            (0, _) => State::Expired,
            (1, _) => State::Unread { expires: true },
            (2, _) => State::Unread { expires: false },
            _ => State::Any,
        },
        _ => State::Any,
    }
}

fn notification(world: &World, index: u64) -> Notification {
    let block = index / IN_BLOCK;
    // Users and orders are the world's; times and random numbers may have another anchor.
    let own = world.of_notifications();
    let portion = own.portion(block, BASE_BLOCKS);
    let owner = owner(own, &portion, index);
    let first = leader(owner, block);
    // Tied notifications share time and priority, so that only the id orders them.
    let mut tied = own.draw(Stream::NotificationTime, if first == block { index } else { first * IN_BLOCK });
    if owner.is_some() {
        tied = own.draw(Stream::NotificationTime, first * IN_BLOCK + owner.map_or(0, |(user, _)| user) + (1 << 40));
    }
    let led = own.portion(first, BASE_BLOCKS);
    let created = led.window.at(led.index, led.count, tied.bits());
    let mut draw = own.draw(Stream::Notification, index);
    let draft = draft(world, &portion, owner.map(|(user, _)| user), created, &mut draw);
    let priority = priority(draft.text.kind, &mut tied);
    let state = state(own, owner);
    let mut row = Notification {
        id: own.id(Stream::NotificationId, index, moment(created)),
        user_id: people::id(world, draft.user),
        title: draft.text.title.to_owned(),
        message: draft.fill(world, draft.text.message, created),
        r#type: NotificationType::from_variant(draft.text.kind).expect("the texts use values of the Prisma schema"),
        priority,
        data: data(world, &draft, &mut draw),
        action_url: draft.text.action_url.map(|url| draft.fill(world, url, created)),
        is_read: false,
        is_deleted: false,
        read_at: None,
        expires_at: None,
        created_at: moment(created),
        updated_at: moment(created),
    };
    settle(own, &mut row, state, owner.is_some_and(|(user, _)| user == HEAVY || user == LIGHT), created, &mut draw);
    row
}

/// A text, its recipient and its subject.
struct Draft {
    text: &'static NotificationText,
    user: u64,
    about: Option<Brief>,
    /// The user whose name it contains.
    other: u64,
}

/// Returns whether a text is for the team: such texts link to the team's pages.
fn for_team(text: &NotificationText) -> bool {
    text.action_url.is_some_and(|url| url.starts_with("/admin"))
}

/// Returns whether a text mentions an order.
fn needs_order(text: &NotificationText) -> bool {
    let url = text.action_url.unwrap_or("");
    ["{id}", "{titre}", "{montant}"].iter().any(|mark| text.message.contains(mark) || url.contains(mark))
}

/// Returns whether a text suits an order: a paid order for a payment, an order with an amount for an amount.
fn suits(text: &NotificationText, order: &Brief) -> bool {
    let sum = !text.message.contains("{montant}") || order.amount.is_some_and(|amount| amount > 0);
    sum && (text.kind != "PAYMENT" || order.payment == Payment::Paid)
}

fn draft(world: &World, portion: &Portion, user: Option<u64>, at: i64, draw: &mut Draw) -> Draft {
    let team = user == Some(ADMIN);
    loop {
        let text = draw.pick(&NOTIFICATIONS);
        if for_team(text) != team {
            continue;
        }
        let about = match user {
            _ if !needs_order(text) => None,
            Some(subject @ (HEAVY | LIGHT)) => match commandes::before_of(world, subject, at) {
                None => continue,
                order => order,
            },
            _ => match commandes::before(world, portion.growth, at, draw) {
                // The named users have their exact shares already.
                Some(order) if order.author > LIGHT && suits(text, &order) => Some(order),
                _ => continue,
            },
        };
        // Authors are notified of their own orders, the team of the author.
        let named = if team { None } else { user };
        let by_chance =
            about.as_ref().map_or_else(|| people::author_at(world, portion, at, draw), |order| order.author);
        let other = if team { by_chance } else { people::teammate(draw) };
        return Draft { text, user: if team { ADMIN } else { named.unwrap_or(by_chance) }, about, other };
    }
}

impl Draft {
    fn fill(&self, world: &World, text: &str, at: i64) -> String {
        let mut text = text.to_owned();
        if let Some(order) = &self.about {
            text = text
                .replace("{id}", order.id(world).as_str())
                .replace("{titre}", &order.titre(world))
                .replace("{montant}", &euros(order.amount.unwrap_or(0)));
        }
        if text.contains("{nom}") {
            text = text.replace("{nom}", &people::full_name(world, self.other));
        }
        if text.contains("{date}") {
            text = text.replace("{date}", &in_french(at + 5 * DAY));
        }
        text
    }
}

fn priority(kind: &str, draw: &mut Draw) -> NotificationPriority {
    use NotificationPriority::{Faible, Haute, Normale, Urgente};
    match kind {
        "PAYMENT" | "ORDER" => draw.weighted(&[(20, Normale), (75, Haute), (5, Urgente)]),
        "ERROR" => draw.weighted(&[(60, Haute), (40, Urgente)]),
        "INFO" => draw.weighted(&[(40, Faible), (60, Normale)]),
        _ => draw.weighted(&[(8, Faible), (70, Normale), (20, Haute), (2, Urgente)]),
    }
}

/// Returns JSON as a rule; the existing backend truncates long JSON, which is then invalid.
fn data(world: &World, draft: &Draft, draw: &mut Draw) -> Option<JsonText> {
    let value: Value = match &draft.about {
        Some(order) => json!({
            "commandeId": order.id(world),
            "titre": order.titre(world),
            "amount": order.amount,
        }),
        None if draw.chance(450) => return None,
        None => json!({ "source": "staka", "modele": draft.text.title, "essais": draw.below(3) }),
    };
    if draw.chance(4) {
        let text = value.to_string();
        let half = text.floor_char_boundary(text.len() / 2);
        return Some(JsonText::from_column(text[..half].to_owned()));
    }
    Some(value.into())
}

/// Sets the flags and times for a state.
fn settle(world: &World, row: &mut Notification, state: State, exact: bool, created: i64, draw: &mut Draw) {
    let now = world.anchor;
    match state {
        State::Unread { expires } => {
            // Far enough in the future for the count to hold for three months.
            row.expires_at = expires.then(|| moment(now + draw.within(90 * DAY, 400 * DAY)));
            return;
        }
        State::Expired => {
            row.expires_at = Some(moment((created + 30 * DAY).min(created + (now - created) * 9 / 10)));
            return;
        }
        State::Any => {}
    }
    row.expires_at =
        draw.weighted(&[(70, Some(30)), (20, None), (10, Some(90))]).map(|days| moment(created + days * DAY));
    let recent = world.age(created) < 30;
    // Notifications that do not count as unread are read or deleted.
    row.is_read = exact && draw.chance(900) || draw.chance(if recent { 550 } else { 850 });
    row.is_deleted = exact && !row.is_read || draw.chance(80);
    if row.is_read {
        let read = draw.within(created, (created + 10 * DAY).min(world.window(false).end).max(created + 1));
        row.updated_at = moment(read);
        // Older programs set only the flag.
        row.read_at = (!draw.chance(30)).then(|| moment(read));
    } else if row.is_deleted {
        row.updated_at = moment((created + HOUR).min(world.window(false).end).max(created));
    }
}
