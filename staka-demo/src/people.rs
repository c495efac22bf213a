//! Accounts: the named users, the team and the authors.

use std::ops::Range;

use serde_json::json;
use staka_core::base::Secret;
use staka_core::model::{Role, User, UserId};

use crate::draw::{Draw, Stream};
use crate::options::subjects;
use crate::plan::{Portion, World, count};
use crate::texts::people::{BIOS, EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES, PHONE_PREFIXES, STREETS, TOWNS};
use crate::time::{DAY, HOUR, MINUTE, TWO_YEARS, moment};
use crate::{DEMO_ADMIN_EMAIL, DEMO_HEAVY_EMAIL, DEMO_LIGHT_EMAIL, DEMO_PASSWORD_HASH};

pub(crate) const ADMIN: u64 = 0;
pub(crate) const HEAVY: u64 = 1;
pub(crate) const LIGHT: u64 = 2;
/// The rest of the team: three administrators, then twelve correctors.
pub(crate) const OTHER_TEAM: Range<u64> = 3..18;
/// The last administrator, who has left.
pub(crate) const LAST_ADMIN: u64 = 5;
/// The first author who is not a named user.
pub(crate) const FIRST_AUTHOR: u64 = 18;
/// Users at the small scale.
pub(crate) const BASE_USERS: u64 = 1_000;

/// Returns whether the user is an administrator.
fn is_admin(user: u64) -> bool {
    user == ADMIN || (3..=LAST_ADMIN).contains(&user)
}

/// Returns the first author of a portion and the number of its authors.
fn authors(world: &World, growth: bool) -> (u64, u64) {
    if growth {
        (BASE_USERS, count("users", world.scale) - BASE_USERS)
    } else {
        (FIRST_AUTHOR, BASE_USERS - FIRST_AUTHOR)
    }
}

/// Returns the time of registration, in milliseconds: authors register one after the other.
pub(crate) fn registered(world: &World, user: u64) -> i64 {
    if user < FIRST_AUTHOR {
        return world.anchor - TWO_YEARS + user.cast_signed() * 20 * MINUTE;
    }
    let growth = user >= BASE_USERS;
    let (first, authors) = authors(world, growth);
    // The first author exists before the first rows.
    let chance = if user == first { 0 } else { world.draw(Stream::UserTime, user).bits() };
    world.window(growth).at(user - first, authors, chance)
}

/// Returns the user's id, without generating the user.
pub(crate) fn id(world: &World, user: u64) -> UserId {
    match user {
        ADMIN => subjects().admin,
        HEAVY => subjects().heavy,
        LIGHT => subjects().light,
        _ => world.id(Stream::UserId, user, moment(registered(world, user))),
    }
}

/// Returns an author of the portion who was registered at that time; recent ones are the most active.
pub(crate) fn author_at(world: &World, portion: &Portion, at: i64, draw: &mut Draw) -> u64 {
    let (first, authors) = authors(world, portion.growth);
    let there = portion.window.passed(at, authors).max(1);
    first + ((there as f64 * draw.fraction().sqrt()) as u64).min(there - 1)
}

/// Returns a different author for each unit of the portion, registered one unit earlier.
pub(crate) fn author_of_unit(world: &World, portion: &Portion) -> Option<u64> {
    let (first, authors) = authors(world, portion.growth);
    let before = portion.index.checked_sub(1)?;
    Some(first + before * authors / portion.count)
}

/// Returns a member of the team other than the main administrator.
pub(crate) fn teammate(draw: &mut Draw) -> u64 {
    OTHER_TEAM.start + draw.below(OTHER_TEAM.end - OTHER_TEAM.start)
}

/// Returns the first and family name.
pub(crate) fn name(world: &World, user: u64) -> (&'static str, &'static str) {
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

/// Returns the full name.
pub(crate) fn full_name(world: &World, user: u64) -> String {
    let (prenom, nom) = name(world, user);
    format!("{prenom} {nom}")
}

/// Returns the e-mail address, unique regardless of case and accents because it contains the user's number.
pub(crate) fn email(world: &World, user: u64) -> String {
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
    // Some people write their address in capitals, and the platform stores it so.
    if user.is_multiple_of(37) { whole.to_uppercase() } else { whole }
}

/// Converts a name to the letters of an address: without accents; `auteur` for a name in another script.
pub(crate) fn in_ascii(name: &str) -> String {
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

/// Returns a number from the ranges reserved for fiction.
pub(crate) fn telephone(draw: &mut Draw) -> String {
    format!("{} {:02} {:02}", draw.pick(&PHONE_PREFIXES), draw.below(100), draw.below(100))
}

pub(crate) fn users(world: &World, units: Range<u64>) -> Vec<User> {
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

/// Anonymises an account as the platform does when its owner closes it.
fn anonymise(row: &mut User, world: &World, end: i64, created: i64, user: u64) {
    let closed = (created + 30 * DAY + HOUR).min(end).min(world.anchor);
    "Utilisateur".clone_into(&mut row.prenom);
    "Supprimé".clone_into(&mut row.nom);
    row.email = format!("deleted_{closed}_{user}@anonymized.example.org");
    row.is_active = false;
    row.updated_at = moment(closed.max(created));
}
