//! Lays out the source text of an example: on one line if it fits, or else one part on a line.

/// A part of a source text.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// A text that is never broken.
    Text(String),
    /// Parts between brackets, separated by commas.
    Group {
        /// What precedes the parts, up to and including the bracket.
        open: String,
        parts: Vec<Part>,
        close: &'static str,
        /// Whether blanks stand between the brackets and the parts on one line.
        spaced: bool,
    },
}

impl Part {
    /// Returns a group of parts between brackets, without blanks.
    pub(crate) fn group(open: &str, parts: Vec<Self>, close: &'static str) -> Self {
        Self::Group { open: open.to_owned(), parts, close, spaced: false }
    }

    /// Returns the part with a text before it.
    pub(crate) fn prefixed(self, prefix: &str) -> Self {
        match self {
            Self::Text(text) => Self::Text(format!("{prefix}{text}")),
            Self::Group { open, parts, close, spaced } => {
                Self::Group { open: format!("{prefix}{open}"), parts, close, spaced }
            }
        }
    }

    /// Returns the text on one line.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Group { open, parts, close, .. } if parts.is_empty() => format!("{open}{close}"),
            Self::Group { open, parts, close, spaced } => {
                let blank = if *spaced { " " } else { "" };
                let parts: Vec<_> = parts.iter().map(Self::line).collect();
                format!("{open}{blank}{}{blank}{close}", parts.join(", "))
            }
        }
    }

    /// Returns the text in lines of at most `width` characters, if its parts allow that.
    pub(crate) fn lines(&self, width: usize, indent: &str) -> Vec<String> {
        let line = self.line();
        match self {
            Self::Group { open, parts, close, .. } if line.chars().count() > width && !parts.is_empty() => {
                let mut lines = vec![open.clone()];
                for part in parts {
                    let mut inner = part.lines(width.saturating_sub(indent.len() + 1), indent);
                    if let Some(last) = inner.last_mut() {
                        last.push(',');
                    }
                    lines.extend(inner.into_iter().map(|line| format!("{indent}{line}")));
                }
                lines.push((*close).to_owned());
                lines
            }
            _ => vec![line],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_broken_between_its_parts() {
        let text = |text: &str| Part::Text(text.to_owned());
        let inner = Part::Group { open: "{".into(), parts: vec![text("a: 1"), text("b: 2")], close: "}", spaced: true };
        let call = Part::group("f(", vec![text("'x'"), inner.prefixed("o: ")], ")");
        assert_eq!(call.line(), "f('x', o: { a: 1, b: 2 })");
        assert_eq!(call.lines(25, "  "), ["f('x', o: { a: 1, b: 2 })"]);
        assert_eq!(call.lines(24, "  "), ["f(", "  'x',", "  o: { a: 1, b: 2 },", ")"]);
        assert_eq!(call.lines(12, "  "), ["f(", "  'x',", "  o: {", "    a: 1,", "    b: 2,", "  },", ")"]);
        assert_eq!(Part::group("f(", vec![], ")").lines(1, "  "), ["f()"]);
    }
}
