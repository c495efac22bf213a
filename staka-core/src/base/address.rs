//! Checks the addresses of files, which browsers open.

/// Returns what is wrong with `text` as the address of a file, if anything. Allowed are `https:`, `http:` and `s3:`
/// addresses and paths without a scheme; schemes that run code (`javascript:`, `data:`) are not.
pub(crate) fn address_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("must not be empty");
    }
    if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return Some("must not contain spaces or control characters");
    }
    if text.starts_with("//") || text.contains('\\') {
        return Some("must be an address or a path");
    }
    // A colon after the first slash belongs to the path.
    let start = text.split('/').next().unwrap_or_default();
    match start.split_once(':') {
        Some((scheme, _)) if !["https", "http", "s3"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            Some("must begin with https:, http: or s3:, or be a path")
        }
        _ if text.split('/').any(|part| part == "..") => Some("must not contain .."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_run_code_or_leave_the_site_are_refused() {
        for right in ["https://a.fr/x:y.docx", "http://a.fr/é", "s3://bucket/a/b", "/uploads/projects/a.pdf", "a.pdf"]
        {
            assert_eq!(address_problem(right), None, "{right}");
        }
        for wrong in [
            "",
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            "data:text/html,x",
            "//evil.fr/a",
            "/a/../b",
            "a b",
            "\u{7f}x",
            "\\\\x",
        ] {
            assert!(address_problem(wrong).is_some(), "{wrong:?}");
        }
    }
}
