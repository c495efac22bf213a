//! Recognises a person in texts by address, full name or telephone number.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::{User, UserId};

/// The text that replaces a name.
const ERASED_NAME: &str = "Utilisateur Supprimé";

/// What identifies a person in texts that the system wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The account's own e-mail address, in lower case.
    pub(super) address: String,
    /// E-mail addresses, in lower case.
    pub(super) addresses: Vec<String>,
    /// First and family name, in both orders.
    pub(super) names: Vec<String>,
    /// First name and family name alone, which identify the person only as the value of such a field.
    pub(super) parts: Vec<String>,
    /// Telephone number and postal address.
    pub(super) numbers: Vec<String>,
    /// The address that replaces the person's.
    pub(super) pseudonym: String,
}

/// Returns the address that replaces an erased person's. It is derived from the id alone, so the original cannot be
/// recovered from it, and no message reaches it (RFC 2606).
pub(super) fn pseudonym(user: &UserId) -> String {
    let digest = Sha256::digest(user.as_str().as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("effacé-{hex}@efface.invalid")
}

impl Identity {
    /// Returns the identity of an account. `claimed` are addresses that were proven to be the person's.
    pub(super) fn of(user: &User, claimed: &[String]) -> Self {
        let pseudonym = pseudonym(&user.id);
        let address = user.email.trim().to_lowercase();
        let mut addresses = vec![address.clone()];
        addresses.extend(claimed.iter().cloned());
        addresses.sort();
        addresses.dedup();
        addresses.retain(|address| !address.is_empty());
        let (prenom, nom) = (user.prenom.trim(), user.nom.trim());
        // All erased persons have the same name, which identifies nobody.
        let named = user.email != pseudonym && !prenom.is_empty() && !nom.is_empty();
        let names = if named { vec![format!("{prenom} {nom}"), format!("{nom} {prenom}")] } else { Vec::new() };
        let parts = if named { vec![prenom.to_owned(), nom.to_owned()] } else { Vec::new() };
        let numbers = [user.telephone.as_deref(), user.adresse.as_deref()].into_iter().flatten();
        let numbers = numbers.map(str::trim).filter(|text| text.chars().count() >= 6).map(str::to_owned).collect();
        Self { address, addresses, names, parts, numbers, pseudonym }
    }

    /// Returns the identity that these texts name: addresses, telephone numbers and postal addresses, or full names.
    pub(super) fn named(user: &UserId, texts: &[String]) -> Self {
        let (mut addresses, mut names, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for text in texts {
            if text.contains('@') {
                addresses.push(text.to_lowercase());
            } else if text.chars().any(|sign| sign.is_ascii_digit()) {
                numbers.push(text.clone());
            } else {
                names.push(text.clone());
            }
        }
        let address = addresses.first().cloned().unwrap_or_default();
        Self { address, addresses, names, parts: Vec::new(), numbers, pseudonym: pseudonym(user) }
    }

    /// Returns whether the text is the account's own address.
    pub(super) fn is_address(&self, text: &str) -> bool {
        text.trim().to_lowercase() == self.address
    }

    /// Returns the texts of which at least one occurs in every text that names the person.
    pub(super) fn texts(&self) -> Vec<String> {
        self.addresses.iter().chain(&self.names).chain(&self.numbers).cloned().collect()
    }

    /// Returns the text without the person's identifiers; none if it has none. `own` says that the person did it or that
    /// it is about the person, and that nobody looks at the result before it is written: what a profile says is any
    /// text, e.g. `EN_COURS`, so only what looks like a telephone number or a postal address then counts as one.
    pub(super) fn without(&self, text: &str, own: bool) -> Option<String> {
        let mut left = text.to_owned();
        for (needles, replacement, joiners) in [
            (&self.addresses, self.pseudonym.as_str(), ".-_+"),
            (&self.names, ERASED_NAME, ""),
            (&self.numbers, "…", ""),
        ] {
            let free = replacement == "…";
            for needle in needles.iter().filter(|needle| **needle != self.pseudonym) {
                if !(free && own) || identifies(needle) {
                    left = replace_all(&left, needle, replacement, joiners);
                }
            }
        }
        (left != text).then_some(left)
    }

    /// Returns what replaces the value of a field of the profile in the details of an entry; none if it is not the
    /// person's.
    fn without_field(&self, name: &str, text: &str) -> Option<&'static str> {
        let is = |texts: &[String]| texts.iter().any(|part| same(part, text.trim()));
        match name {
            "prenom" | "nom" if is(&self.parts) => Some(ERASED_NAME),
            "telephone" | "adresse" if is(&self.numbers) => Some("…"),
            _ => None,
        }
    }

    /// Returns JSON, or any other text, without the person's identifiers; none if it has none.
    pub(super) fn without_in_json(&self, text: &str, own: bool) -> Option<String> {
        match serde_json::from_str::<Value>(text) {
            Ok(mut value) => self.strip(&mut value, own).then(|| value.to_string()),
            Err(_) => self.without(text, own),
        }
    }

    fn strip(&self, value: &mut Value, own: bool) -> bool {
        match value {
            Value::String(text) => match self.without(text, own) {
                Some(left) => {
                    *text = left;
                    true
                }
                None => false,
            },
            Value::Array(items) => items.iter_mut().fold(false, |any, item| self.strip(item, own) | any),
            Value::Object(fields) => {
                let mut any = false;
                for (name, field) in fields.iter_mut() {
                    let replacement = field.as_str().filter(|_| own).and_then(|text| self.without_field(name, text));
                    match replacement {
                        Some(replacement) => {
                            *field = Value::from(replacement);
                            any = true;
                        }
                        None => any |= self.strip(field, own),
                    }
                }
                let named: Vec<String> =
                    fields.keys().filter(|key| self.without(key, own).is_some()).cloned().collect();
                for key in named {
                    let field = fields.remove(&key).unwrap_or_default();
                    fields.insert(self.without(&key, own).unwrap_or_default(), field);
                    any = true;
                }
                any
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

/// Returns whether one of `ids` is a complete string value in the JSON.
pub(super) fn names_one_of(value: &Value, ids: &std::collections::BTreeSet<String>) -> bool {
    match value {
        Value::String(text) => ids.contains(text),
        Value::Array(items) => items.iter().any(|item| names_one_of(item, ids)),
        Value::Object(fields) => fields.values().any(|field| names_one_of(field, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns whether a text of a profile looks like a telephone number (six digits) or a postal address (a digit and at
/// least two words).
fn identifies(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 6 || (digits > 0 && text.chars().count() >= 10 && text.split_whitespace().count() > 1)
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Replaces every occurrence of `needle` that is not within a longer word, ignoring case. The characters in `joiners`
/// join parts of a word, as in an address.
fn replace_all(text: &str, needle: &str, replacement: &str, joiners: &str) -> String {
    let needle: Vec<char> = needle.chars().flat_map(char::to_lowercase).collect();
    if needle.is_empty() {
        return text.to_owned();
    }
    let (mut out, mut rest, mut before) = (String::new(), text, None::<char>);
    while let Some(first) = rest.chars().next() {
        let within = before.is_some_and(|letter| letter.is_alphanumeric() || joiners.contains(letter));
        let end = if within { None } else { match_end(rest, &needle) };
        match end.filter(|end| !continues_word(&rest[*end..], joiners)) {
            Some(end) => {
                out.push_str(replacement);
                before = rest[..end].chars().next_back();
                rest = &rest[end..];
            }
            None => {
                out.push(first);
                before = Some(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// Returns whether a word that ended just before `rest` continues in it: a full stop after a word ends it, one within a
/// word does not.
fn continues_word(rest: &str, joiners: &str) -> bool {
    let mut letters = rest.chars();
    match letters.next() {
        Some(sign) if joiners.contains(sign) => letters.next().is_some_and(char::is_alphanumeric),
        letter => letter.is_some_and(char::is_alphanumeric),
    }
}

/// Returns the end of `needle`, given in lower case, if the text starts with it.
fn match_end(text: &str, needle: &[char]) -> Option<usize> {
    let mut expected = needle.iter().peekable();
    for (place, letter) in text.char_indices() {
        if expected.peek().is_none() {
            return Some(place);
        }
        for lower in letter.to_lowercase() {
            if expected.next() != Some(&lower) {
                return None;
            }
        }
    }
    expected.peek().is_none().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn zoe() -> Identity {
        let id: UserId = "zoe".parse().expect("an id");
        Identity {
            address: "zoe@example.org".into(),
            addresses: vec!["zoe@example.org".into()],
            names: vec!["Zoé Ångström".into(), "Ångström Zoé".into()],
            parts: vec!["Zoé".into(), "Ångström".into()],
            numbers: vec!["06 12 34 56 78".into()],
            pseudonym: pseudonym(&id),
        }
    }

    #[test]
    fn a_pseudonym_depends_on_the_id_alone() {
        let id: UserId = "zoe".parse().expect("an id");
        let made = pseudonym(&id);
        assert_eq!(made, pseudonym(&id));
        assert_ne!(made, pseudonym(&"zoé".parse().expect("an id")));
        let hex =
            made.strip_prefix("effacé-").and_then(|rest| rest.strip_suffix("@efface.invalid")).unwrap_or_default();
        assert!(hex.len() == 12 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{made}");
        assert!(!made.contains("zoe"));
    }

    #[test]
    fn every_identifier_is_replaced() {
        let zoe = zoe();
        let fake = &zoe.pseudonym;
        for (text, left) in [
            ("zoé ÅNGSTRÖM (Zoe@Example.org)", format!("Utilisateur Supprimé ({fake})")),
            ("de ZOE@EXAMPLE.ORG, 06 12 34 56 78.", format!("de {fake}, ….")),
            ("zoe@example.org", fake.clone()),
            ("À zoe@example.org.", format!("À {fake}.")),
            ("« Ångström Zoé »", "« Utilisateur Supprimé »".into()),
        ] {
            assert_eq!(zoe.without(text, false).as_deref(), Some(&*left), "{text}");
            assert_eq!(zoe.without(&left, false), None, "nothing is left to do: {left}");
        }
        // Part of another word, another address, a common first name.
        for text in [
            "",
            "axzoe@example.org",
            "a.zoe@example.org",
            "zoe@example.org.uk",
            "zoe@example.orgs",
            "Zoé",
            "Zoé Martin",
            "MarieZoé Ångströmer",
        ] {
            assert_eq!(zoe.without(text, false), None, "{text}");
        }
    }

    #[test]
    fn what_a_profile_says_is_no_identifier_by_itself() {
        let free = |text: &str| Identity { numbers: vec![text.to_owned()], ..zoe() };
        for text in ["EN_COURS", "PAYMENT_RECEIVED", "commande", "TERMINE 1"] {
            assert_eq!(free(text).without(&format!("de {text} à"), true), None, "{text}");
            assert!(free(text).without(&format!("de {text} à"), false).is_some(), "an administrator has seen it");
        }
        for text in ["06 12 34 56 78", "+33612345678", "3 rue des Marées, 29000 Quimper"] {
            assert_eq!(free(text).without(&format!("à {text}."), true).as_deref(), Some("à …."), "{text}");
        }
        let details = json!({"adresse": "EN_COURS", "statut": "EN_COURS", "nom": " ÅNGSTRÖM", "titre": "Ångström"});
        let left = free("EN_COURS").without_in_json(&details.to_string(), true).expect("her address");
        let left: Value = serde_json::from_str(&left).expect("JSON");
        assert_eq!(left, json!({"adresse": "…", "statut": "EN_COURS", "nom": ERASED_NAME, "titre": "Ångström"}));
    }

    #[test]
    fn json_stays_json() {
        let zoe = zoe();
        let fake = &zoe.pseudonym;
        let text = json!({"a": ["Zoé Ångström", 1, null], "e": {"zoe@example.org": {"prenom": "Zoé"}}, "n": "\"\\ Zoe@example.org"});
        let left = zoe.without_in_json(&text.to_string(), true).expect("it names her");
        let left: Value = serde_json::from_str(&left).expect("JSON");
        assert_eq!(
            left,
            json!({"a": [ERASED_NAME, 1, null], "e": {fake: {"prenom": ERASED_NAME}}, "n": format!("\"\\ {fake}")})
        );
        assert_eq!(zoe.without_in_json(&left.to_string(), true), None);
        // Truncated JSON.
        assert_eq!(zoe.without_in_json("{\"e\": \"zoe@example.org", false), Some(format!("{{\"e\": \"{fake}")));
        assert_eq!(zoe.without_in_json("{\"fields\":[\"nom\"]}", true), None);
    }

    #[test]
    fn nothing_survives_a_replacement() {
        use rand::{RngExt, SeedableRng};
        let mut dice = rand_pcg::Pcg64::seed_from_u64(6);
        let zoe = zoe();
        let pieces =
            ["zoe@example.org", "ZOE@example.ORG", " ", "é", "Zoé", " Ångström", "x", "İ", "\u{301}", "<", "ß"];
        for _ in 0..5_000 {
            let text: String =
                (0..dice.random_range(0..9)).map(|_| pieces[dice.random_range(0..pieces.len())]).collect();
            let left = zoe.without(&text, false).unwrap_or_else(|| text.clone());
            assert_eq!(zoe.without(&left, false), None, "{text} became {left}");
        }
    }
}
