//! The policy for new passwords.

/// The maximum length of a password in bytes.
pub(super) const MAX_BYTES: usize = 1_024;
/// The maximum length for bcrypt in bytes; it ignores the rest.
pub(super) const BCRYPT_BYTES: usize = 72;

/// Returns why the policy refuses a new password, or None if it does not.
pub(super) fn problem(password: &str, max_bytes: usize) -> Option<String> {
    if password.contains('\0') {
        return Some("must not contain NUL".into());
    }
    if password.len() > max_bytes {
        return Some(format!("must be at most {max_bytes} bytes of UTF-8"));
    }
    let characters = password.chars().count();
    if characters >= 12 || (characters >= 8 && classes(password) >= 3) {
        return None;
    }
    Some("must be at least 12 characters, or at least 8 with three of upper case, lower case, digits and others".into())
}

/// Counts the classes in use: upper case, lower case, digits and others.
fn classes(password: &str) -> usize {
    let mut found = [false; 4];
    for letter in password.chars() {
        let class = match letter {
            _ if letter.is_uppercase() => 0,
            _ if letter.is_lowercase() => 1,
            _ if letter.is_numeric() => 2,
            _ => 3,
        };
        found[class] = true;
    }
    found.into_iter().filter(|found| *found).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_counts_characters_and_classes() {
        for right in ["douze lettre", "Abcdef1x", "abcdef1!", "ABCDEF1!", "Ééééééé1", "🔑🔑🔑🔑🔑🔑aB", &"x".repeat(72)]
        {
            assert_eq!(problem(right, BCRYPT_BYTES), None, "{right}");
        }
        for wrong in ["", "onze lettre", "abcdefgh", "Abcdefgh", "ABCDEFG1", "Abc1!xy", "douze\0lettres", "Abcdef1\0"] {
            assert!(problem(wrong, BCRYPT_BYTES).is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_bcrypt_would_cut_is_refused() {
        let long = "é".repeat(37);
        assert!(problem(&long, BCRYPT_BYTES).is_some_and(|problem| problem.contains("72 bytes")));
        assert_eq!(problem(&long, MAX_BYTES), None);
        assert_eq!(problem(&"x".repeat(1_024), MAX_BYTES), None);
        assert!(problem(&"x".repeat(1_025), MAX_BYTES).is_some());
    }
}
