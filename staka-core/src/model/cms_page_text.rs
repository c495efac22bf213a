//! The slug and tags of a page, as given and as stored.

use std::ops::Deref;

use crate::base::{Bounds, Described, Reader, Record, Result, Shape, Violations};

/// The maximum length of a slug in characters, that of its column.
const MAX_SLUG: usize = 255;

/// Returns the slug of a text: lower-case ASCII with accents and ligatures folded, hyphens between words, at most
/// 255 characters. Empty if the text has neither letters nor digits.
///
/// ```
/// use staka_core::model::slug_of;
/// assert_eq!(slug_of("L’Œuvre d’été : à la carte !"), "l-oeuvre-d-ete-a-la-carte");
/// ```
pub fn slug_of(text: &str) -> String {
    let mut slug = slug::slugify(text);
    // The slug is ASCII, so every byte is a character.
    if slug.len() > MAX_SLUG {
        let whole_words = slug[..=MAX_SLUG].rfind('-').filter(|end| *end > MAX_SLUG / 2);
        slug.truncate(whole_words.unwrap_or(MAX_SLUG));
    }
    slug
}

/// The tags of a page. The database stores them in one text, separated by commas, so no tag contains a comma; none is
/// blank or occurs twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// Trims the tags and removes duplicates, ignoring case; the error says what is wrong.
    pub fn new(tags: &[String]) -> Result<Self, String> {
        if tags.iter().any(|tag| tag.contains(',')) {
            return Err("must not contain a comma".into());
        }
        if tags.iter().any(|tag| tag.trim().is_empty()) {
            return Err("must not be blank".into());
        }
        Ok(Self::of(tags.iter().map(String::as_str)))
    }

    /// Returns the tags in a column's text, whichever program wrote it.
    pub(crate) fn from_column(text: Option<&str>) -> Self {
        Self::of(text.unwrap_or_default().split(','))
    }

    /// Returns the text to store in the column; `None` (NULL) for no tags.
    pub fn to_column(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(","))
    }

    fn of<'a>(tags: impl Iterator<Item = &'a str>) -> Self {
        let mut seen = std::collections::HashSet::new();
        let kept = tags.map(str::trim).filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()));
        Self(kept.map(str::to_owned).collect())
    }
}

impl Deref for Tags {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl From<Tags> for Vec<String> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}

impl serde::Serialize for Tags {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0, serializer)
    }
}

impl Described for Tags {
    fn shape() -> Shape {
        Vec::<String>::shape()
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        self.0.check_bounds(field, bounds, violations);
    }
}

impl Record for Tags {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self::from_column(reader.column::<Option<&str>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_ascii_in_lower_case_with_hyphens() {
        for (text, slug) in [
            ("Mentions légales", "mentions-legales"),
            ("  CGV -- 2026 ", "cgv-2026"),
            ("Ça coûte 5 €", "ca-coute-5-eur"),
            ("straße/ÆTHER", "strasse-aether"),
            ("!!!", ""),
            ("", ""),
        ] {
            assert_eq!(slug_of(text), slug, "{text}");
            assert_eq!(slug_of(&slug_of(text)), slug, "the slug of a slug is itself");
        }
    }

    #[test]
    fn a_long_slug_ends_with_a_word() {
        let long = slug_of(&"mot ".repeat(100));
        assert!(long.len() <= MAX_SLUG && long.ends_with("-mot"), "{long}");
        assert_eq!(slug_of(&"x".repeat(400)).len(), MAX_SLUG);
        assert_eq!(slug_of(&format!("{} {}", "x".repeat(254), "y".repeat(9))), "x".repeat(254));
        assert_eq!(slug_of(&format!("{} {}", "x".repeat(255), "y".repeat(9))), "x".repeat(255));
    }

    #[test]
    fn tags_are_trimmed_and_unique() {
        let tags = |list: &[&str]| Tags::new(&list.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        assert_eq!(*tags(&[" équipe ", "histoire", "Équipe"]).unwrap(), ["équipe", "histoire"]);
        assert_eq!(tags(&["a", "b c"]).unwrap().to_column().as_deref(), Some("a,b c"));
        assert_eq!(tags(&[]).unwrap().to_column(), None);
        assert!(tags(&["a,b"]).is_err());
        assert!(tags(&["a", "  "]).is_err());
        assert_eq!(*Tags::from_column(Some(" a,, b ,A,")), ["a", "b"]);
        assert!(Tags::from_column(None).is_empty());
    }
}
