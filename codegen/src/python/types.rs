//! `_types.py`: the classes of rows, and the enums of the words in them.

use std::collections::BTreeMap;
use std::fmt::Write;

use staka_core::TextEnum;
use staka_core::base::{Shape, StructDoc};
use staka_core::model::Role;

use super::{Call, MARK, docstring, python_name};

pub(super) fn file(calls: &[Call]) -> String {
    let mut found = Found::default();
    // Whom a session is for is said by role.
    found.enums.insert(Role::NAME, Role::VALUES);
    for call in calls {
        found.look(&call.doc.output, false);
        for field in call.fields() {
            found.look(&field.shape, true);
        }
    }
    if let Some(name) = found.dicts.keys().find(|name| found.records.contains_key(*name)) {
        panic!("{name} is both taken and given: one of the two needs a name of its own");
    }
    let all = found.enums.keys().chain(found.records.keys()).chain(found.dicts.keys());
    let mut names: Vec<String> = all.map(|name| (*name).to_owned()).collect();
    names.extend(found.enums.keys().map(|name| format!("{name}Word")));
    names.sort_unstable();
    let names: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let enums: String = found.enums.iter().map(|(name, words)| words_class(name, words)).collect();
    let dicts: String = found.dicts.values().map(dict).collect();
    let records: String = found.records.values().map(record).collect();
    // Only what is named is imported.
    let sequence = if dicts.contains("Sequence[") { "from collections.abc import Sequence\n" } else { "" };
    let literal = if dicts.contains("NotRequired[") { "Literal, NotRequired, " } else { "Literal, " };
    let typed = if dicts.is_empty() { "" } else { ", TypedDict" };
    let listing = if records.contains("Listing[") { "from staka._staka import Listing\n" } else { "" };
    format!(
        r#"{MARK}"""The rows that operations give, and the words in them."""

from __future__ import annotations

{sequence}from datetime import datetime
from enum import StrEnum
from typing import Any, {literal}TypeAlias{typed}

from staka._record import Record
{listing}
__all__ = [
{names}]
{enums}{dicts}{records}"#
    )
}

#[derive(Default)]
struct Found<'o> {
    enums: BTreeMap<&'o str, &'o [&'o str]>,
    records: BTreeMap<&'o str, &'o StructDoc>,
    /// What is given within something else.
    dicts: BTreeMap<&'o str, &'o StructDoc>,
}

impl<'o> Found<'o> {
    fn look(&mut self, shape: &'o Shape, taken: bool) {
        match shape {
            Shape::Enum { name, values } => {
                self.enums.insert(name, values);
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Listing(inner) => self.look(inner, taken),
            Shape::Patch(inner) | Shape::OneOrMany(inner) | Shape::Range(inner) => self.look(inner, taken),
            Shape::Struct(doc) => {
                let before = if taken { &mut self.dicts } else { &mut self.records }.insert(doc.name, doc);
                assert!(before.is_none_or(|before| before == doc), "two structs are called {}", doc.name);
                doc.fields.iter().for_each(|field| self.look(&field.shape, taken));
            }
            _ => {}
        }
    }
}

fn words_class(name: &str, words: &[&str]) -> String {
    let members: String = words.iter().map(|word| format!("    {} = \"{word}\"\n", member(word))).collect();
    let listed = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
    let mut literal = format!("{name}Word: TypeAlias = Literal[{}]", listed.join(", "));
    if literal.len() > 120 {
        literal = format!("{name}Word: TypeAlias = Literal[\n    {},\n]", listed.join(",\n    "));
    }
    format!("\n\nclass {name}(StrEnum):\n    \"\"\"A word that the guide knows.\"\"\"\n\n{members}\n\n{literal}\n")
}

/// The name of an enum's member: its word in capitals.
fn member(word: &str) -> String {
    word.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// An object that is given: a dict of these keys.
fn dict(doc: &&StructDoc) -> String {
    let mut text = format!("\n\nclass {}(TypedDict):\n{}\n", doc.name, docstring("    ", &[doc.doc.to_owned()]));
    for field in &doc.fields {
        let shape = given(&field.shape);
        let shape = if field.required { shape } else { format!("NotRequired[{shape}]") };
        let _ = writeln!(text, "    {}: {shape}", python_name(field.name));
        if !field.doc.is_empty() {
            text += &docstring("    ", &[field.doc.to_owned()]);
        }
    }
    text
}

fn record(doc: &&StructDoc) -> String {
    let fields: Vec<_> = doc.fields.iter().map(|f| (python_name(f.name), result(&f.shape, false), f.doc)).collect();
    let slots: String = fields.iter().map(|(name, ..)| format!("        \"{name}\",\n")).collect();
    let mut text = format!(
        "\n\nclass {}(Record):\n{}\n    __slots__ = (\n{slots}    )\n\n",
        doc.name,
        docstring("    ", &[doc.doc.to_owned()])
    );
    for (name, shape, doc) in &fields {
        let _ = writeln!(text, "    {name}: {shape}");
        if !doc.is_empty() {
            text += &docstring("    ", &[(*doc).to_owned()]);
        }
    }
    let parameters: String = fields.iter().map(|(name, shape, _)| format!("        {name}: {shape},\n")).collect();
    let set: String = fields.iter().map(|(name, ..)| format!("        self.{name} = {name}\n")).collect();
    let _ = write!(text, "\n    def __init__(\n        self,\n{parameters}    ) -> None:\n{set}");
    text
}

/// The type of a value that Python is given. A list of structs that is a whole answer is a table.
pub(super) fn result(shape: &Shape, whole: bool) -> String {
    match shape {
        Shape::Nothing => "None".into(),
        Shape::Boolean => "bool".into(),
        Shape::Integer { .. } => "int".into(),
        Shape::Number => "float".into(),
        Shape::Text | Shape::Cursor | Shape::Id(_) => "str".into(),
        Shape::Timestamp => "datetime".into(),
        Shape::Json => "Any".into(),
        // Words that the guide does not know come as they are.
        Shape::Enum { name, .. } => format!("{name} | str"),
        Shape::List(item) if whole && matches!(**item, Shape::Struct(_)) => format!("Table[{}]", result(item, false)),
        Shape::List(item) => format!("list[{}]", result(item, false)),
        Shape::Optional(inner) => format!("{} | None", result(inner, false)),
        Shape::Listing(item) => format!("Listing[{}]", result(item, false)),
        Shape::Struct(doc) => doc.name.into(),
        Shape::Patch(_) | Shape::OneOrMany(_) | Shape::Range(_) => panic!("{shape:?} is only given"),
    }
}

/// The type of a value that Python gives: of an enum, its members and its words; of a range, a pair.
pub(super) fn given(shape: &Shape) -> String {
    match shape {
        Shape::Enum { name, .. } => format!("{name} | {name}Word"),
        Shape::List(item) => format!("Sequence[{}]", given(item)),
        Shape::Optional(inner) if **inner == Shape::Json => given(inner),
        Shape::Optional(inner) => format!("{} | None", given(inner)),
        Shape::Patch(inner) => given(inner),
        Shape::OneOrMany(inner) => format!("{0} | Sequence[{0}] | None", given(inner)),
        Shape::Range(inner) => format!("tuple[{0} | None, {0} | None]", given(inner)),
        Shape::Listing(_) | Shape::Nothing => panic!("{shape:?} cannot be given"),
        other => result(other, false),
    }
}
