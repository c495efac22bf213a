//! Accounts: the named users, the team, the authors.

use std::ops::Range;

use serde_json::json;

use super::draw::{Draw, Stream};
use super::options::subjects;
use super::plan::{Portion, World, count};
use super::texts::people::{BIOS, EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES, PHONE_PREFIXES, STREETS, TOWNS};
use super::time::{DAY, HOUR, MINUTE, TWO_YEARS, moment};
use super::{DEMO_ADMIN_EMAIL, DEMO_HEAVY_EMAIL, DEMO_LIGHT_EMAIL, DEMO_PASSWORD_HASH};
use crate::base::Secret;
use crate::model::{Role, User, UserId};

pub(super) const ADMIN: u64 = 0;
pub(super) const HEAVY: u64 = 1;
pub(super) const LIGHT: u64 = 2;
/// Three more administrators, then twelve correctors.
pub(super) const OTHER_TEAM: Range<u64> = 3..18;
/// The last of the administrators has left.
pub(super) const LAST_ADMIN: u64 = 5;
/// The first author without a name of their own.
pub(super) const FIRST_AUTHOR: u64 = 18;
/// Users of the base.
pub(super) const BASE_USERS: u64 = 1_000;

/// Whether the user runs the platform.
fn is_admin(user: u64) -> bool {
    user == ADMIN || (3..=LAST_ADMIN).contains(&user)
}

/// The first author of a portion and how many there are.
fn authors(world: &World, growth: bool) -> (u64, u64) {
    if growth {
        (BASE_USERS, count("users", world.scale) - BASE_USERS)
    } else {
        (FIRST_AUTHOR, BASE_USERS - FIRST_AUTHOR)
    }
}

/// When the user registered, in milliseconds: authors one after the other over their portion.
pub(super) fn registered(world: &World, user: u64) -> i64 {
    if user < FIRST_AUTHOR {
        return world.anchor - TWO_YEARS + user.cast_signed() * 20 * MINUTE;
    }
    let growth = user >= BASE_USERS;
    let (first, authors) = authors(world, growth);
    // The very first is there when the first rows come.
    let chance = if user == first { 0 } else { world.draw(Stream::UserTime, user).bits() };
    world.window(growth).at(user - first, authors, chance)
}

/// The user's id, without making the user.
pub(super) fn id(world: &World, user: u64) -> UserId {
    match user {
        ADMIN => subjects().admin,
        HEAVY => subjects().heavy,
        LIGHT => subjects().light,
        _ => world.id(Stream::UserId, user, moment(registered(world, user))),
    }
}

/// An author of the portion who had registered at that moment; those who came last are the most active.
pub(super) fn author_at(world: &World, portion: &Portion, at: i64, draw: &mut Draw) -> u64 {
    let (first, authors) = authors(world, portion.growth);
    let there = portion.window.passed(at, authors).max(1);
    first + ((there as f64 * draw.fraction().sqrt()) as u64).min(there - 1)
}

/// An author of the portion for the `index`th of `count` units: another one each time, registered one unit before.
pub(super) fn author_of_unit(world: &World, portion: &Portion) -> Option<u64> {
    let (first, authors) = authors(world, portion.growth);
    let before = portion.index.checked_sub(1)?;
    Some(first + before * authors / portion.count)
}

/// One of the team but the main administrator.
pub(super) fn teammate(draw: &mut Draw) -> u64 {
    OTHER_TEAM.start + draw.below(OTHER_TEAM.end - OTHER_TEAM.start)
}

/// First and family name.
pub(super) fn name(world: &World, user: u64) -> (&'static str, &'static str) {
    match user {
        ADMIN => ("Camille", "Fontanel"),
        HEAVY => ("Honoré", "Montauban"),
        LIGHT => ("Lison", "Clairval"),
        _ => {
            let mut draw = world.draw(Stream::User, user);
            (draw.text(&FIRST_NAMES), draw.text(&LAST_NAMES))
        }
    }
}

/// The whole name.
pub(super) fn full_name(world: &World, user: u64) -> String {
    let (prenom, nom) = name(world, user);
    format!("{prenom} {nom}")
}

/// The address: unique without regard to case and accents, as the user's number is in it.
pub(super) fn email(world: &World, user: u64) -> String {
    match user {
        ADMIN => return DEMO_ADMIN_EMAIL.to_owned(),
        HEAVY => return DEMO_HEAVY_EMAIL.to_owned(),
        LIGHT => return DEMO_LIGHT_EMAIL.to_owned(),
        _ => {}
    }
    let (prenom, nom) = name(world, user);
    let local = format!("{}.{}", in_ascii(prenom), in_ascii(nom));
    if user < FIRST_AUTHOR {
        return format!("{local}.{user}@staka.example.org");
    }
    let domain = EMAIL_DOMAINS[(user % EMAIL_DOMAINS.len() as u64) as usize];
    let whole = format!("{local}.{user}@{domain}");
    // Some people write their address in capitals, and the platform keeps it so.
    if user.is_multiple_of(37) { whole.to_uppercase() } else { whole }
}

/// The letters of an address for a name: without accents; `auteur` for a name in another script.
pub(super) fn in_ascii(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => text.push(letter),
            'à' | 'â' | 'ä' | 'á' => text.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ễ' => text.push('e'),
            'î' | 'ï' | 'í' | 'ı' => text.push('i'),
            'ô' | 'ö' | 'ó' | 'ø' => text.push('o'),
            'ù' | 'û' | 'ü' => text.push('u'),
            'ç' => text.push('c'),
            'ÿ' => text.push('y'),
            'œ' => text.push_str("oe"),
            ' ' | '-' if !text.is_empty() => text.push('-'),
            _ => {}
        }
    }
    if text.is_empty() { "auteur".to_owned() } else { text }
}

/// A number kept for fiction.
pub(super) fn telephone(draw: &mut Draw) -> String {
    format!("{} {:02} {:02}", draw.pick(&PHONE_PREFIXES), draw.below(100), draw.below(100))
}

pub(super) fn users(world: &World, units: Range<u64>) -> Vec<User> {
    units.map(|user| self::user(world, user)).collect()
}

fn user(world: &World, user: u64) -> User {
    let created = registered(world, user);
    let (prenom, nom) = name(world, user);
    let mut draw = world.draw(Stream::User, user ^ (1 << 40));
    let subject = user <= LIGHT;
    let team = subject && user == ADMIN || OTHER_TEAM.contains(&user);
    let end = world.window(user >= BASE_USERS).end;
    let updated = if draw.chance(400) { draw.within(created, end) } else { created };
    let mut row = User {
        id: id(world, user),
        prenom: prenom.to_owned(),
        nom: nom.to_owned(),
        email: email(world, user),
        password: Secret::new(DEMO_PASSWORD_HASH),
        role: match user {
            _ if is_admin(user) => Role::Admin,
            _ if OTHER_TEAM.contains(&user) => Role::Corrector,
            _ => Role::User,
        },
        is_active: user != LAST_ADMIN && (subject || team || !draw.chance(40)),
        created_at: moment(created),
        updated_at: moment(updated.max(created)),
        adresse: draw.maybe(550, |draw| {
            let (code, town) = draw.pick(&TOWNS);
            format!("{} {}\n{code} {town}", 1 + draw.below(120), draw.pick(&STREETS))
        }),
        avatar: draw.maybe(300, |draw| format!("https://cdn.example.org/avatars/{}.webp", draw.hex(1))),
        telephone: draw.maybe(600, telephone),
        bio: draw.maybe(if team { 1000 } else { 250 }, |draw| draw.text(&BIOS).to_owned()),
        preferences: draw.maybe(450, |draw| {
            json!({
                "notifications": { "email": draw.chance(850), "push": draw.chance(600), "sms": draw.chance(150) },
                "notificationTypes": { "projects": true, "messages": draw.chance(900), "invoices": true, "promos": draw.chance(200) },
                "privacy": { "publicProfile": draw.chance(100), "analytics": draw.chance(700) },
                "updatedAt": moment(updated.max(created)),
            })
        }),
    };
    if !subject && !team && draw.chance(12) {
        anonymise(&mut row, world, end, created, user);
    }
    row
}

/// What the platform leaves of an account whose owner closed it.
fn anonymise(row: &mut User, world: &World, end: i64, created: i64, user: u64) {
    let closed = (created + 30 * DAY + HOUR).min(end).min(world.anchor);
    "Utilisateur".clone_into(&mut row.prenom);
    "Supprimé".clone_into(&mut row.nom);
    row.email = format!("deleted_{closed}_{user}@anonymized.example.org");
    row.is_active = false;
    row.updated_at = moment(closed.max(created));
}
