//! Texts as people give them: trimmed, and there or not.

use super::Faults;

/// A text that must say something: trimmed; a blank one is named in `faults`.
pub(crate) fn required(field: &'static str, text: &str, faults: &mut Faults) -> String {
    not_blank(field, text, faults);
    text.trim().to_owned()
}

/// Names a text that says nothing; what surrounds it is the author's affair.
pub(crate) fn not_blank(field: &'static str, text: &str, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.add(field, "must not be blank");
    }
}

/// A text that may be left out: trimmed; a blank one is none.
pub(crate) fn optional(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_nothing() {
        let mut faults = Faults::default();
        assert_eq!(required("nom", " Zoé\u{a0}", &mut faults), "Zoé");
        required("titre", " \t", &mut faults);
        let error = faults.into_result().unwrap_err();
        assert_eq!(error.fields().iter().map(|fault| &*fault.field).collect::<Vec<_>>(), ["titre"]);
        assert_eq!(optional(Some("  ")), None);
        assert_eq!(optional(Some(" a ")).as_deref(), Some("a"));
    }
}
