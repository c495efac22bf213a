//! Checks of account fields, shared by registration, profile and administration.

use crate::base::{Patch, Table, TextEnum, Validate, Violations};
use crate::model::{Role, User, UserPatch};

/// Checks a name, at least 2 characters and at most its column's length, and returns it trimmed.
pub(super) fn name(field: &'static str, text: &str, violations: &mut Violations) -> String {
    let text = text.trim();
    if text.chars().nth(1).is_none() {
        violations.add(field, "must be at least 2 characters");
    } else {
        violations.check(User::column(field), text);
    }
    text.to_owned()
}

/// Checks an e-mail address like `a@b.c` and returns it trimmed and lower-cased.
pub(super) fn email(text: &str, violations: &mut Violations) -> String {
    let text = text.trim().to_lowercase();
    if !is_address(&text) {
        violations.add("email", "must be an e-mail address");
    } else {
        violations.check(User::column("email"), &text);
    }
    text
}

/// Matches `^[^\s@]+@[^\s@]+\.[^\s@]+$`.
fn is_address(text: &str) -> bool {
    let Some((before, host)) = text.split_once('@') else { return false };
    let dot = host.char_indices().skip(1).any(|(at, letter)| letter == '.' && at + 1 < host.len());
    !before.is_empty() && dot && !host.contains('@') && !text.contains(char::is_whitespace)
}

/// Checks an optional text and returns it trimmed; a blank one becomes None.
pub(super) fn text(field: &'static str, text: Option<&str>, violations: &mut Violations) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    violations.check(User::column(field), text);
    Some(text.to_owned())
}

/// Checks a telephone number and returns it trimmed; a blank one becomes None.
pub(super) fn telephone(number: Option<&str>, violations: &mut Violations) -> Option<String> {
    let number = number.map(str::trim).filter(|number| !number.is_empty())?;
    let plain = |letter: char| letter.is_ascii_digit() || " +().-/\u{a0}\u{202f}".contains(letter);
    if !number.contains(|letter: char| letter.is_ascii_digit()) || !number.chars().all(plain) {
        violations.add("telephone", "must consist of digits, blanks and +().-/ with at least one digit");
    } else {
        violations.check(User::column("telephone"), number);
    }
    Some(number.to_owned())
}

/// Checks the address of a portrait and returns it trimmed. Schemes such as `javascript:`, which a browser would run,
/// are refused.
pub(super) fn avatar(address: Option<&str>, violations: &mut Violations) -> Option<String> {
    let address = address.map(str::trim).filter(|address| !address.is_empty())?;
    if !["https://", "http://", "/"].iter().any(|start| address.starts_with(start)) {
        violations.add("avatar", "must start with https://, http:// or /");
    } else {
        violations.check(User::column("avatar"), address);
    }
    Some(address.to_owned())
}

/// Checks that a role is a known value.
pub(super) fn role(role: &Role, violations: &mut Violations) {
    if let Some(problem) = role.problem(User::column("role").length) {
        violations.add("role", problem);
    }
    debug_assert!(role.is_recognised() || role.problem(User::column("role").length).is_some());
}

/// Applies `check` to the value of a patch, if it is set.
pub(super) fn map_patch<T, U>(patch: &Patch<T>, check: impl FnOnce(&T) -> U) -> Patch<U> {
    match patch {
        Patch::Absent => Patch::Absent,
        Patch::Set(value) => Patch::Set(check(value)),
    }
}

/// Returns the names of the fields that a patch sets, for the audit log, which must not contain their values.
pub(super) fn set_fields(patch: &UserPatch) -> Vec<&'static str> {
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

    fn faulty(check: impl FnOnce(&mut Violations)) -> bool {
        let mut violations = Violations::default();
        check(&mut violations);
        violations.into_result().is_err()
    }

    #[test]
    fn e_mail_addresses_are_recognised() {
        for right in ["a@b.c", "Zoé.Ó@exämple.fr", "a+b@c.d.e", "a@b..c", "a@..c", " A@B.FR\n"] {
            let mut violations = Violations::default();
            let kept = email(right, &mut violations);
            assert!(violations.into_result().is_ok(), "{right}");
            assert_eq!(kept, right.trim().to_lowercase());
        }
        let long = format!("{}@b.fr", "x".repeat(251));
        for wrong in ["", "a", "@b.c", "a@", "a@b", "a@.c", "a@b.", "a b@c.d", "a@b@c.d", "a@b .c", "a\0@b.c", &long] {
            assert!(faulty(|violations| drop(email(wrong, violations))), "{wrong}");
        }
    }

    #[test]
    fn names_numbers_and_portraits() {
        assert!(!faulty(|violations| drop(name("prenom", " Lé ", violations))));
        assert!(!faulty(|violations| drop(name("nom", &"é".repeat(100), violations))));
        for wrong in ["", " x ", &"é".repeat(101), "a\0b"] {
            assert!(faulty(|violations| drop(name("nom", wrong, violations))), "{wrong}");
        }
        for right in ["+33 (0)6 12-34.56/78", "112"] {
            assert!(!faulty(|violations| assert_eq!(telephone(Some(right), violations).as_deref(), Some(right))));
        }
        for wrong in ["zéro six", "+", "012345678901234567890", "06\0"] {
            assert!(faulty(|violations| drop(telephone(Some(wrong), violations))), "{wrong}");
        }
        assert!(!faulty(|violations| assert_eq!(telephone(Some(" "), violations), None)));
        assert!(!faulty(|violations| drop(avatar(Some("/a.webp"), violations))));
        assert!(faulty(|violations| drop(avatar(Some("javascript:alert(1)"), violations))));
        assert!(faulty(|violations| drop(avatar(Some(&format!("/{}", "a".repeat(500))), violations))));
    }
}
