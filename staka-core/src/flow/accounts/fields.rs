//! What the fields of an account may hold, for registration, profile and administration alike.

use crate::base::{Column, Faults, Fits, Patch, Table, TextEnum};
use crate::model::{Role, User, UserPatch};

/// The column of that name.
fn column(name: &str) -> &'static Column {
    User::COLUMNS.iter().find(|column| column.name == name).unwrap_or_else(|| unreachable!("users has no {name}"))
}

/// A name, trimmed: at least 2 characters, and not more than its column holds.
pub(super) fn name(field: &'static str, text: &str, faults: &mut Faults) -> String {
    let text = text.trim();
    if text.chars().nth(1).is_none() {
        faults.add(field, "must be at least 2 characters");
    } else {
        faults.check(column(field), text);
    }
    text.to_owned()
}

/// An address, trimmed and lower-cased: `a@b.c`, without blanks.
pub(super) fn email(text: &str, faults: &mut Faults) -> String {
    let text = text.trim().to_lowercase();
    if !is_address(&text) {
        faults.add("email", "must be an e-mail address");
    } else {
        faults.check(column("email"), &text);
    }
    text
}

/// `^[^\s@]+@[^\s@]+\.[^\s@]+$`
fn is_address(text: &str) -> bool {
    let Some((before, host)) = text.split_once('@') else { return false };
    let dot = host.char_indices().skip(1).any(|(at, letter)| letter == '.' && at + 1 < host.len());
    !before.is_empty() && dot && !host.contains('@') && !text.contains(char::is_whitespace)
}

/// A text that may be empty, trimmed; a blank one is none.
pub(super) fn text(field: &'static str, text: Option<&str>, faults: &mut Faults) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    faults.check(column(field), text);
    Some(text.to_owned())
}

/// A telephone number.
pub(super) fn telephone(number: Option<&str>, faults: &mut Faults) -> Option<String> {
    let number = number.map(str::trim).filter(|number| !number.is_empty())?;
    let plain = |letter: char| letter.is_ascii_digit() || " +().-/\u{a0}\u{202f}".contains(letter);
    if !number.contains(|letter: char| letter.is_ascii_digit()) || !number.chars().all(plain) {
        faults.add("telephone", "must be digits, blanks and +().-/");
    } else {
        faults.check(column("telephone"), number);
    }
    Some(number.to_owned())
}

/// The address of a portrait: never one that a browser would run.
pub(super) fn avatar(address: Option<&str>, faults: &mut Faults) -> Option<String> {
    let address = address.map(str::trim).filter(|address| !address.is_empty())?;
    if !["https://", "http://", "/"].iter().any(|start| address.starts_with(start)) {
        faults.add("avatar", "must start with https://, http:// or /");
    } else {
        faults.check(column("avatar"), address);
    }
    Some(address.to_owned())
}

/// A role that may be written.
pub(super) fn role(role: &Role, faults: &mut Faults) {
    if let Some(problem) = role.fault(column("role").length) {
        faults.add("role", problem);
    }
    debug_assert!(role.is_recognised() || role.fault(column("role").length).is_some());
}

/// What is set, as `right` makes it.
pub(super) fn patched<T, U>(patch: &Patch<T>, right: impl FnOnce(&T) -> U) -> Patch<U> {
    match patch {
        Patch::Absent => Patch::Absent,
        Patch::Set(value) => Patch::Set(right(value)),
    }
}

/// The names of the fields that a patch sets: what the audit log is told, without what stands in them.
pub(super) fn names(patch: &UserPatch) -> Vec<&'static str> {
    let set = [
        ("prenom", patch.prenom.as_set().is_some()),
        ("nom", patch.nom.as_set().is_some()),
        ("email", patch.email.as_set().is_some()),
        ("role", patch.role.as_set().is_some()),
        ("isActive", patch.is_active.as_set().is_some()),
        ("telephone", patch.telephone.as_set().is_some()),
        ("adresse", patch.adresse.as_set().is_some()),
        ("bio", patch.bio.as_set().is_some()),
        ("avatar", patch.avatar.as_set().is_some()),
    ];
    set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(check: impl FnOnce(&mut Faults)) -> bool {
        let mut faults = Faults::default();
        check(&mut faults);
        faults.into_result().is_err()
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for right in ["a@b.c", "Zoé.Ó@exämple.fr", "a+b@c.d.e", "a@b..c", "a@..c", " A@B.FR\n"] {
            let mut faults = Faults::default();
            let kept = email(right, &mut faults);
            assert!(faults.into_result().is_ok(), "{right}");
            assert_eq!(kept, right.trim().to_lowercase());
        }
        let long = format!("{}@b.fr", "x".repeat(251));
        for wrong in ["", "a", "@b.c", "a@", "a@b", "a@.c", "a@b.", "a b@c.d", "a@b@c.d", "a@b .c", "a\0@b.c", &long] {
            assert!(faulty(|faults| drop(email(wrong, faults))), "{wrong}");
        }
    }

    #[test]
    fn names_numbers_and_portraits() {
        assert!(!faulty(|faults| drop(name("prenom", " Lé ", faults))));
        assert!(!faulty(|faults| drop(name("nom", &"é".repeat(100), faults))));
        for wrong in ["", " x ", &"é".repeat(101), "a\0b"] {
            assert!(faulty(|faults| drop(name("nom", wrong, faults))), "{wrong}");
        }
        for right in ["+33 (0)6 12-34.56/78", "112"] {
            assert!(!faulty(|faults| assert_eq!(telephone(Some(right), faults).as_deref(), Some(right))));
        }
        for wrong in ["zéro six", "+", "012345678901234567890", "06\0"] {
            assert!(faulty(|faults| drop(telephone(Some(wrong), faults))), "{wrong}");
        }
        assert!(!faulty(|faults| assert_eq!(telephone(Some(" "), faults), None)));
        assert!(!faulty(|faults| drop(avatar(Some("/a.webp"), faults))));
        assert!(faulty(|faults| drop(avatar(Some("javascript:alert(1)"), faults))));
        assert!(faulty(|faults| drop(avatar(Some(&format!("/{}", "a".repeat(500))), faults))));
    }
}
