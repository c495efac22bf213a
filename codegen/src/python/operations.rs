//! `_operations.py`: a class a group, once called and once awaited.

use std::collections::BTreeSet;
use std::fmt::Write;

use staka_core::base::{Field, Shape};

use super::types::result;
use super::{Call, MARK, class_name, docstring, plain, python_name};

/// How the two sides differ.
struct Side {
    prefix: &'static str,
    def: &'static str,
    wait: &'static str,
    call: &'static str,
    doc: &'static str,
}

const SIDES: [Side; 2] = [
    Side {
        prefix: "",
        def: "def",
        wait: "",
        call: "Callable[..., Any]",
        doc: "The operations, by what they are about.",
    },
    Side {
        prefix: "Async",
        def: "async def",
        wait: "await ",
        call: "Callable[..., Coroutine[Any, Any, Any]]",
        doc: "The operations, by what they are about, awaited.",
    },
];

pub(super) fn file(calls: &[Call]) -> String {
    let mut classes = String::new();
    for side in &SIDES {
        for group in groups(calls) {
            class(&mut classes, side, calls, group);
        }
        all(&mut classes, side, calls);
    }
    // Only what is named is imported.
    let names: BTreeSet<String> = calls.iter().flat_map(names).collect();
    let names = names.iter().map(|name| format!("        {name},\n")).collect::<String>();
    format!(
        r#"{MARK}"""The operations: a method each, in a class for what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from staka._staka import Listing, Table
    from staka._types import (
{names}    )
{classes}"#
    )
}

fn groups<'c>(calls: &'c [Call]) -> Vec<&'c str> {
    let mut groups: Vec<&str> = calls.iter().map(|call| call.group).collect();
    groups.dedup();
    groups
}

fn class(to: &mut String, side: &Side, calls: &[Call], group: &str) {
    let Side { prefix, call, .. } = side;
    let name = class_name(group);
    let members: Vec<_> = calls.iter().filter(|call| call.group == group).collect();
    let doc = members.first().map(|call| call.doc.group_doc.clone()).unwrap_or_default();
    let _ = write!(
        to,
        "\n\nclass {prefix}{name}:\n{}\n    __slots__ = (\"_call\",)\n\n    def __init__(self, call: {call}) -> None:\n        self._call = call\n",
        docstring("    ", &[doc])
    );
    for call in members {
        method(to, side, call);
    }
}

fn method(to: &mut String, side: &Side, call: &Call) {
    let mut parameters = vec!["self".to_owned()];
    parameters
        .extend(call.arguments.iter().map(|field| format!("{}: {}", python_name(field.name), given(&field.shape))));
    if !call.options.is_empty() {
        parameters.push("*".to_owned());
    }
    parameters.extend(call.options.iter().map(|field| option(field)));
    let output = result(&call.doc.output, true);
    let Side { def, wait, .. } = side;
    let (verb, operation) = (call.verb, call.doc.name);
    let mut head = format!("    {def} {verb}({}) -> {output}:", parameters.join(", "));
    if head.chars().count() > 120 {
        head = format!("    {def} {verb}(\n        {},\n    ) -> {output}:", parameters.join(",\n        "));
    }
    let all = call.arguments.iter().chain(&call.options);
    let passed: String = all.clone().map(|field| format!(", {}", python_name(field.name))).collect();
    let mut paragraphs = vec![call.doc.doc.clone(), format!("Who may call: {}.", who(call.doc.allowed))];
    let described: Vec<String> = all.filter(|field| !field.doc.is_empty()).map(described).collect();
    if !described.is_empty() {
        paragraphs.insert(1, format!("Args:\n{}", described.join("\n")));
    }
    let doc = docstring("        ", &paragraphs);
    let _ = write!(
        to,
        "\n{head}\n{doc}        result: {output} = {wait}self._call(\"{operation}\"{passed})\n        return result\n"
    );
}

fn described(field: &&Field) -> String {
    format!("    {}: {}", python_name(field.name), field.doc.replace('\n', " "))
}

fn who(rule: &str) -> &str {
    match rule {
        "anyone" => "everybody",
        "admin" => "administrators",
        "self_or_admin" => "the user concerned, and administrators",
        "participant_or_admin" => "who wrote or received a message of the conversation, and administrators",
        other => other,
    }
}

fn all(to: &mut String, side: &Side, calls: &[Call]) {
    let Side { prefix, call, doc, .. } = side;
    let groups = groups(calls);
    let slots: String = groups.iter().map(|group| format!("        \"{group}\",\n")).collect();
    let set: String =
        groups.iter().map(|group| format!("        self.{group} = {prefix}{}(call)\n", class_name(group))).collect();
    let _ = write!(
        to,
        "\n\nclass {prefix}Operations:\n    \"\"\"{doc}\"\"\"\n\n    __slots__ = (\n{slots}    )\n\n    def __init__(self, call: {call}) -> None:\n{set}"
    );
}

/// What a parameter takes: of an enum, its members and its words.
fn given(shape: &Shape) -> String {
    match shape {
        Shape::Enum { name, .. } => format!("{name} | {name}Word"),
        Shape::List(item) => format!("Sequence[{}]", given(item)),
        Shape::Optional(inner) => format!("{} | None", given(inner)),
        other => result(other, false),
    }
}

/// An option, with what it is when it is not given.
fn option(field: &Field) -> String {
    let (name, given) = (python_name(field.name), given(plain(&field.shape)));
    match &field.shape {
        Shape::Boolean => format!("{name}: {given} = False"),
        _ => format!("{name}: {given} | None = None"),
    }
}

/// The classes of `_types` that a method's signature names.
fn names(call: &Call) -> Vec<String> {
    let mut names = Vec::new();
    for field in call.arguments.iter().chain(&call.options) {
        if let Shape::Enum { name, .. } = item(&field.shape) {
            names.extend([(*name).to_owned(), format!("{name}Word")]);
        }
    }
    match item(&call.doc.output) {
        Shape::Struct(doc) => names.push(doc.name.to_owned()),
        Shape::Enum { name, .. } => names.push((*name).to_owned()),
        _ => {}
    }
    names
}

fn item(shape: &Shape) -> &Shape {
    match shape {
        Shape::List(inner) | Shape::Listing(inner) | Shape::Optional(inner) => item(inner),
        other => other,
    }
}
