//! Generates `_types.py`: the classes of rows and the enums of their fields.

use std::collections::BTreeMap;
use std::fmt::Write;

use staka_core::TextEnum;
use staka_core::base::{Shape, StructDoc};
use staka_core::model::Role;

use super::{Call, MARK, docstring, python_name};

pub(super) fn file(calls: &[Call]) -> String {
    let mut found = Found::default();
    // `Staka.as_user` takes a role.
    found.enums.insert(Role::NAME, Role::VALUES);
    for call in calls {
        found.collect(&call.doc.output, false);
        for field in call.fields() {
            found.collect(&field.shape, true);
        }
    }
    if let Some(name) = found.dicts.keys().find(|name| found.records.contains_key(*name)) {
        panic!("{name} is both an input and an output; one of the two needs another name");
    }
    let all = found.enums.keys().chain(found.records.keys()).chain(found.dicts.keys());
    let mut names: Vec<String> = all.map(|name| (*name).to_owned()).collect();
    names.extend(found.enums.keys().map(|name| format!("{name}Value")));
    names.sort_unstable();
    let names: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let enums: String = found.enums.iter().map(|(name, values)| enum_class(name, values)).collect();
    let dicts: String = found.dicts.values().map(dict).collect();
    let records: String = found.records.values().map(record).collect();
    // Only names that are used are imported.
    let sequence = if dicts.contains("Sequence[") { "from collections.abc import Sequence\n" } else { "" };
    let literal = if dicts.contains("NotRequired[") { "Literal, NotRequired, " } else { "Literal, " };
    let typed = if dicts.is_empty() { "" } else { ", TypedDict" };
    let page = if records.contains("Page[") { "from staka._staka import Page\n" } else { "" };
    format!(
        r#"{MARK}"""The rows that operations return, and the enums of their fields."""

from __future__ import annotations

{sequence}from datetime import datetime
from enum import StrEnum
from typing import Any, {literal}TypeAlias{typed}

from staka._record import Record
{page}
__all__ = [
{names}]
{enums}{dicts}{records}"#
    )
}

#[derive(Default)]
struct Found<'o> {
    enums: BTreeMap<&'o str, &'o [&'o str]>,
    records: BTreeMap<&'o str, &'o StructDoc>,
    /// Objects that are passed within another argument.
    dicts: BTreeMap<&'o str, &'o StructDoc>,
}

impl<'o> Found<'o> {
    fn collect(&mut self, shape: &'o Shape, input: bool) {
        match shape {
            Shape::Enum { name, values, .. } => {
                self.enums.insert(name, values);
            }
            Shape::List(inner, _) | Shape::Optional(inner) | Shape::Page(inner) => self.collect(inner, input),
            Shape::Patch(inner) | Shape::OneOrMany(inner) | Shape::Range(inner) => self.collect(inner, input),
            Shape::Struct(doc) => {
                let before = if input { &mut self.dicts } else { &mut self.records }.insert(doc.name, doc);
                assert!(before.is_none_or(|before| before == doc), "two structs are named {}", doc.name);
                doc.fields.iter().for_each(|field| self.collect(&field.shape, input));
            }
            _ => {}
        }
    }
}

fn enum_class(name: &str, values: &[&str]) -> String {
    let members: String = values.iter().map(|value| format!("    {} = \"{value}\"\n", member(value))).collect();
    let listed = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>();
    let mut literal = format!("{name}Value: TypeAlias = Literal[{}]", listed.join(", "));
    if literal.len() > 120 {
        literal = format!("{name}Value: TypeAlias = Literal[\n    {},\n]", listed.join(",\n    "));
    }
    format!("\n\nclass {name}(StrEnum):\n    \"\"\"The known values of `{name}`.\"\"\"\n\n{members}\n\n{literal}\n")
}

/// Returns the name of an enum's member: its value in capitals.
fn member(value: &str) -> String {
    value.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Generates the type of an object that is passed as a dict.
fn dict(doc: &&StructDoc) -> String {
    let mut text = format!("\n\nclass {}(TypedDict):\n{}\n", doc.name, docstring("    ", &[doc.doc.to_owned()]));
    for field in &doc.fields {
        let shape = parameter_type(&field.shape);
        let shape = if field.required { shape } else { format!("NotRequired[{shape}]") };
        let _ = writeln!(text, "    {}: {shape}", python_name(field.name));
        let doc = field.full_doc();
        if !doc.is_empty() {
            text += &docstring("    ", &[doc]);
        }
    }
    text
}

fn record(doc: &&StructDoc) -> String {
    let fields: Vec<_> =
        doc.fields.iter().map(|f| (python_name(f.name), result_type(&f.shape, false), f.full_doc())).collect();
    let slots: String = fields.iter().map(|(name, ..)| format!("        \"{name}\",\n")).collect();
    let mut text = format!(
        "\n\nclass {}(Record):\n{}\n    __slots__ = (\n{slots}    )\n\n",
        doc.name,
        docstring("    ", &[doc.doc.to_owned()])
    );
    for (name, shape, doc) in &fields {
        let _ = writeln!(text, "    {name}: {shape}");
        if !doc.is_empty() {
            text += &docstring("    ", std::slice::from_ref(doc));
        }
    }
    let parameters: String = fields.iter().map(|(name, shape, _)| format!("        {name}: {shape},\n")).collect();
    let set: String = fields.iter().map(|(name, ..)| format!("        self.{name} = {name}\n")).collect();
    let _ = write!(text, "\n    def __init__(\n        self,\n{parameters}    ) -> None:\n{set}");
    text
}

/// Returns the type of a result. A list of structs that is the whole result is a table.
pub(super) fn result_type(shape: &Shape, whole: bool) -> String {
    match shape {
        Shape::Nothing => "None".into(),
        Shape::Boolean => "bool".into(),
        Shape::Integer { .. } => "int".into(),
        Shape::Number => "float".into(),
        Shape::Text(_) | Shape::Cursor | Shape::Id(_) => "str".into(),
        Shape::Timestamp => "datetime".into(),
        Shape::Json => "Any".into(),
        // Unknown values are returned as text.
        Shape::Enum { name, open: true, .. } => format!("{name} | str"),
        Shape::Enum { name, .. } => (*name).into(),
        Shape::List(item, _) if whole && matches!(**item, Shape::Struct(_)) => {
            format!("Table[{}]", result_type(item, false))
        }
        Shape::List(item, _) => format!("list[{}]", result_type(item, false)),
        Shape::Optional(inner) => format!("{} | None", result_type(inner, false)),
        Shape::Page(item) => format!("Page[{}]", result_type(item, false)),
        Shape::Struct(doc) => doc.name.into(),
        Shape::Patch(_) | Shape::OneOrMany(_) | Shape::Range(_) => panic!("{shape:?} cannot be a result"),
    }
}

/// Returns the type of a parameter: for an enum, its members and values; for a range, a pair.
pub(super) fn parameter_type(shape: &Shape) -> String {
    match shape {
        Shape::Enum { name, .. } => format!("{name} | {name}Value"),
        Shape::List(item, _) => format!("Sequence[{}]", parameter_type(item)),
        Shape::Optional(inner) if **inner == Shape::Json => parameter_type(inner),
        Shape::Optional(inner) => format!("{} | None", parameter_type(inner)),
        Shape::Patch(inner) => parameter_type(inner),
        Shape::OneOrMany(inner) => format!("{0} | Sequence[{0}] | None", parameter_type(inner)),
        Shape::Range(inner) => format!("tuple[{0} | None, {0} | None]", parameter_type(inner)),
        Shape::Page(_) | Shape::Nothing => panic!("{shape:?} cannot be a parameter"),
        other => result_type(other, false),
    }
}
