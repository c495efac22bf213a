//! Required and optional texts of inputs.

use super::Violations;

/// Returns the text trimmed; a blank text is a violation.
pub(crate) fn required(field: &'static str, text: &str, violations: &mut Violations) -> String {
    not_blank(field, text, violations);
    text.trim().to_owned()
}

/// Checks that a text is not blank, without trimming it.
pub(crate) fn not_blank(field: &'static str, text: &str, violations: &mut Violations) {
    if text.trim().is_empty() {
        violations.add(field, "must not be blank");
    }
}

/// Returns the text trimmed; `None` if it is absent or blank.
pub(crate) fn optional(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_texts_are_refused_or_absent() {
        let mut violations = Violations::default();
        assert_eq!(required("nom", " Zoé\u{a0}", &mut violations), "Zoé");
        required("titre", " \t", &mut violations);
        let error = violations.into_result().unwrap_err();
        assert_eq!(error.fields().iter().map(|error| &*error.field).collect::<Vec<_>>(), ["titre"]);
        assert_eq!(optional(Some("  ")), None);
        assert_eq!(optional(Some(" a ")).as_deref(), Some("a"));
    }
}
