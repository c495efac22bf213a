//! `_operations.py`: a class a group, once called and once awaited.

use std::collections::BTreeSet;
use std::fmt::Write;

use staka_core::base::{Field, Shape};

use super::types::{given, result};
use super::{Call, MARK, Opt, class_name, docstring, python_name};

/// How the two sides differ.
struct Side {
    prefix: &'static str,
    def: &'static str,
    wait: &'static str,
    call: &'static str,
    pieces: &'static str,
    doc: &'static str,
}

const SIDES: [Side; 2] = [
    Side {
        prefix: "",
        def: "def",
        wait: "",
        call: "Callable[..., Any]",
        pieces: "Iterator",
        doc: "The operations, by what they are about.",
    },
    Side {
        prefix: "Async",
        def: "async def",
        wait: "await ",
        call: "Callable[..., Coroutine[Any, Any, Any]]",
        pieces: "AsyncIterator",
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

from staka._unset import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
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
    // A class may have a method called `list`, which hides the type.
    let output = result(&call.doc.output, true).replace("list[", "builtins.list[");
    let Side { def, wait, pieces, .. } = side;
    let (verb, operation) = (call.verb, call.doc.name);
    let passed: String = call.fields().map(|field| format!(", {}", python_name(field.name))).collect();
    let mut paragraphs = vec![call.doc.doc.clone(), format!("Who may call: {}.", who(call.doc.allowed))];
    let described: Vec<String> = call.fields().filter(|field| !field.doc.is_empty()).map(described).collect();
    if !described.is_empty() {
        paragraphs.insert(1, format!("Args:\n{}", described.join("\n")));
    }
    let doc = docstring("        ", &paragraphs);
    let head = head(def, call, verb, &output);
    let _ = write!(
        to,
        "\n{head}\n{doc}        result: {output} = {wait}self._call(\"{operation}\"{passed})\n        return result\n"
    );
    if call.in_pieces() {
        let all = format!("{verb}_all");
        let head = self::head(def, call, &all, &format!("{pieces}[str]"));
        let about = "The whole text, a piece at a time: the next is asked for when the one before was taken.";
        let doc = docstring("        ", &[about.to_owned(), format!("Arguments are those of `{verb}`.")]);
        let positional = call.arguments.iter().map(|field| python_name(field.name));
        let keywords =
            call.options.iter().map(|option| python_name(option.field.name)).map(|name| format!("{name}={name}"));
        let passed = positional.chain(keywords).collect::<Vec<_>>().join(", ");
        let _ = write!(
            to,
            "\n{head}\n{doc}        while True:\n            piece = {wait}self.{verb}({passed})\n            if piece.text:\n                \
             yield piece.text\n            if piece.next is None:\n                return\n            after = piece.next\n"
        );
    }
}

/// A method's first lines.
fn head(def: &str, call: &Call, name: &str, output: &str) -> String {
    let mut parameters = vec!["self".to_owned()];
    parameters
        .extend(call.arguments.iter().map(|field| format!("{}: {}", python_name(field.name), given(&field.shape))));
    if !call.options.is_empty() {
        parameters.push("*".to_owned());
    }
    parameters.extend(call.options.iter().map(option));
    let head = format!("    {def} {name}({}) -> {output}:", parameters.join(", "));
    if head.chars().count() <= 120 {
        return head;
    }
    format!("    {def} {name}(\n        {},\n    ) -> {output}:", parameters.join(",\n        "))
}

fn described(field: &Field) -> String {
    format!("    {}: {}", python_name(field.name), field.doc.replace('\n', " "))
}

fn who(rule: &str) -> &str {
    match rule {
        "anyone" => "everybody",
        "admin" => "administrators",
        "signed_in" => "whoever is signed in",
        "staff" => "administrators and correctors",
        "system" => "the program itself",
        "owner_or_admin" => "whose order it is, and administrators",
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

/// An option, with what it is when it is not given: where None is a value, not None.
fn option(option: &Opt) -> String {
    let Field { name, shape, .. } = option.field;
    let name = python_name(name);
    if option.required {
        return format!("{name}: {}", given(shape));
    }
    match shape {
        Shape::Boolean => format!("{name}: {} = False", given(shape)),
        Shape::Patch(_) | Shape::OneOrMany(_) => format!("{name}: {} | Unset = UNSET", given(shape)),
        shape if *shape.plain() == Shape::Json => format!("{name}: Any = None"),
        shape => format!("{name}: {} | None = None", given(shape.plain())),
    }
}

/// The classes of `_types` that a method's signature names.
fn names(call: &Call) -> Vec<String> {
    let mut names = Vec::new();
    for field in call.fields() {
        match item(&field.shape) {
            Shape::Enum { name, .. } => names.extend([(*name).to_owned(), format!("{name}Word")]),
            Shape::Struct(doc) => names.push(doc.name.to_owned()),
            _ => {}
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
        Shape::Patch(inner) | Shape::OneOrMany(inner) | Shape::Range(inner) => item(inner),
        other => other,
    }
}
