//! SQL texts with the names of their parameters: Staka's (`doors/sql.json`), and those that a programmer who knows SQL
//! writes for the specification's queries (`natural.json`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::Result;
use crate::question::{Of, Query};

const STAKA: &str = include_str!("../../../../doors/sql.json");
const NATURAL: &str = include_str!("../../../natural.json");

pub(in crate::peers) struct Texts(BTreeMap<String, Vec<Statement>>);

#[derive(Deserialize)]
pub(super) struct Statement {
    text: String,
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Parameter {
    Number(u64),
    Name(String),
    Null,
}

/// A value for a parameter.
pub(in crate::peers) enum Bind<'a> {
    Text(&'a str),
    Moment(NaiveDateTime),
    Number(u64),
    Null,
}

/// The values that a second statement takes from the rows of the first.
#[derive(Default)]
pub(super) struct Extra<'a> {
    pub(super) keys: &'a [&'a str],
    pub(super) window: Option<(NaiveDateTime, NaiveDateTime)>,
}

impl Texts {
    pub(in crate::peers) fn staka() -> Result<Self> {
        Ok(Self(serde_json::from_str(STAKA)?))
    }

    pub(in crate::peers) fn natural() -> Result<Self> {
        Ok(Self(serde_json::from_str(NATURAL)?))
    }

    pub(super) fn get(&self, query: Query, part: usize) -> Result<&Statement> {
        let parts = self.0.get(query.name()).ok_or_else(|| format!("no text for {}", query.name()))?;
        parts.get(part).ok_or_else(|| format!("no part {part} of {}", query.name()).into())
    }
}

impl Statement {
    pub(super) fn text(&self, extra: &Extra<'_>) -> Cow<'_, str> {
        if !self.text.contains("{keys}") {
            return Cow::Borrowed(&self.text);
        }
        // An empty list is not valid SQL, so a value that matches no key is used.
        let marks = vec!["?"; extra.keys.len()].join(", ");
        Cow::Owned(self.text.replace("{keys}", if marks.is_empty() { "NULL" } else { &marks }))
    }

    pub(super) fn binds<'a>(&'a self, of: &'a Of, extra: &Extra<'a>) -> Result<Vec<Bind<'a>>> {
        let mut binds = Vec::with_capacity(self.parameters.len() + extra.keys.len());
        for parameter in &self.parameters {
            binds.push(match parameter {
                Parameter::Number(number) => Bind::Number(*number),
                Parameter::Null => Bind::Null,
                Parameter::Name(name) => match (name.as_str(), extra.window) {
                    ("user", _) => Bind::Text(of.user.as_str()),
                    ("conversation", _) => Bind::Text(of.conversation.as_str()),
                    ("now" | "to", _) => Bind::Moment(of.naive_now()),
                    ("since" | "from", _) => Bind::Moment(of.naive_since()),
                    ("oldest", Some((oldest, _))) => Bind::Moment(oldest),
                    ("newest", Some((_, newest))) => Bind::Moment(newest),
                    ("keys", _) => {
                        binds.extend(extra.keys.iter().map(|key| Bind::Text(key)));
                        continue;
                    }
                    (word, _) => match word.strip_prefix('=') {
                        Some(word) => Bind::Text(word),
                        None => return Err(format!("no parameter is called {word}").into()),
                    },
                },
            });
        }
        Ok(binds)
    }
}
