//! Generates `_operations.py`: two classes for each group, one called and one awaited.

use std::collections::BTreeSet;
use std::fmt::Write;

use staka_core::base::{Field, Shape};

use super::example::example;
use super::types::{parameter_type, result_type};
use super::{Call, MARK, Opt, class_name, docstring, docstring_with_example, python_name};

/// The differences between called and awaited operations.
struct Style {
    prefix: &'static str,
    def: &'static str,
    wait: &'static str,
    call: &'static str,
    pieces: &'static str,
    doc: &'static str,
}

const STYLES: [Style; 2] = [
    Style {
        prefix: "",
        def: "def",
        wait: "",
        call: "Callable[..., Any]",
        pieces: "Iterator",
        doc: "The operations by group.",
    },
    Style {
        prefix: "Async",
        def: "async def",
        wait: "await ",
        call: "Callable[..., Coroutine[Any, Any, Any]]",
        pieces: "AsyncIterator",
        doc: "The operations by group, which are awaited.",
    },
];

pub(super) fn file(calls: &[Call]) -> String {
    let mut classes = String::new();
    for style in &STYLES {
        for group in groups(calls) {
            class(&mut classes, style, calls, group);
        }
        all(&mut classes, style, calls);
    }
    // Only names that are used are imported.
    let names: BTreeSet<String> = calls.iter().flat_map(names).collect();
    let names = names.iter().map(|name| format!("        {name},\n")).collect::<String>();
    format!(
        r#"{MARK}"""The operations: one method for each, in one class for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from staka._unset import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
    from datetime import datetime

    from staka._staka import Page, Table
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

fn class(to: &mut String, style: &Style, calls: &[Call], group: &str) {
    let Style { prefix, call, .. } = style;
    let name = class_name(group);
    let members: Vec<_> = calls.iter().filter(|call| call.group == group).collect();
    let doc = members.first().map(|call| call.doc.group_doc.clone()).unwrap_or_default();
    let _ = write!(
        to,
        "\n\nclass {prefix}{name}:\n{}\n    __slots__ = (\"_call\",)\n\n    def __init__(self, call: {call}) -> None:\n        self._call = call\n",
        docstring("    ", &[doc])
    );
    for call in members {
        method(to, style, call);
    }
}

fn method(to: &mut String, style: &Style, call: &Call) {
    // A method named `list` hides the type in its class.
    let output = result_type(&call.doc.output, true).replace("list[", "builtins.list[");
    let Style { def, wait, pieces, .. } = style;
    let (verb, operation) = (call.verb, call.doc.name);
    let passed: String = call.fields().map(|field| format!(", {}", python_name(field.name))).collect();
    let mut paragraphs =
        vec![call.doc.doc.clone(), format!("Who may call: {}.", crate::access::phrase(call.doc.allowed))];
    let described: Vec<String> = call.fields().filter_map(described).collect();
    if !described.is_empty() {
        paragraphs.insert(1, format!("Args:\n{}", described.join("\n")));
    }
    let doc = docstring_with_example("        ", &paragraphs, &example(call));
    let head = head(def, call, verb, &output);
    let _ = write!(
        to,
        "\n{head}\n{doc}        result: {output} = {wait}self._call(\"{operation}\"{passed})\n        return result\n"
    );
    if call.in_pieces() {
        let all = format!("{verb}_all");
        let head = self::head(def, call, &all, &format!("{pieces}[str]"));
        let about = "Yields the whole text in parts; each part is requested when the one before has been consumed.";
        let doc = docstring("        ", &[about.to_owned(), format!("The arguments are those of `{verb}`.")]);
        let positional = call.arguments.iter().map(|field| python_name(field.name));
        let keywords =
            call.options.iter().map(|option| python_name(option.field.name)).map(|name| format!("{name}={name}"));
        let passed = positional.chain(keywords).collect::<Vec<_>>().join(", ");
        let _ = write!(
            to,
            "\n{head}\n{doc}        while True:\n            part = {wait}self.{verb}({passed})\n            if part.text:\n                \
             yield part.text\n            if part.next is None:\n                return\n            after = part.next\n"
        );
    }
}

/// Returns the signature of a method.
fn head(def: &str, call: &Call, name: &str, output: &str) -> String {
    let mut parameters = vec!["self".to_owned()];
    parameters.extend(
        call.arguments.iter().map(|field| format!("{}: {}", python_name(field.name), parameter_type(&field.shape))),
    );
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

fn described(field: &Field) -> Option<String> {
    let doc = field.full_doc();
    (!doc.is_empty()).then(|| format!("    {}: {}", python_name(field.name), doc.replace('\n', " ")))
}

fn all(to: &mut String, style: &Style, calls: &[Call]) {
    let Style { prefix, call, doc, .. } = style;
    let groups = groups(calls);
    let slots: String = groups.iter().map(|group| format!("        \"{group}\",\n")).collect();
    let set: String =
        groups.iter().map(|group| format!("        self.{group} = {prefix}{}(call)\n", class_name(group))).collect();
    let _ = write!(
        to,
        "\n\nclass {prefix}Operations:\n    \"\"\"{doc}\"\"\"\n\n    __slots__ = (\n{slots}    )\n\n    def __init__(self, call: {call}) -> None:\n{set}"
    );
}

/// Returns an option with its default, which is `UNSET` where None is a value.
fn option(option: &Opt) -> String {
    let Field { name, shape, .. } = option.field;
    let name = python_name(name);
    if option.required {
        return format!("{name}: {}", parameter_type(shape));
    }
    match shape {
        Shape::Boolean => format!("{name}: {} = False", parameter_type(shape)),
        Shape::Patch(_) | Shape::OneOrMany(_) => format!("{name}: {} | Unset = UNSET", parameter_type(shape)),
        shape if *shape.plain() == Shape::Json => format!("{name}: Any = None"),
        shape => format!("{name}: {} | None = None", parameter_type(shape.plain())),
    }
}

/// Returns the classes of `_types` that a method's signature uses.
fn names(call: &Call) -> Vec<String> {
    let mut names = Vec::new();
    for field in call.fields() {
        match item(&field.shape) {
            Shape::Enum { name, .. } => names.extend([(*name).to_owned(), format!("{name}Value")]),
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
        Shape::List(inner, _) | Shape::Page(inner) | Shape::Optional(inner) => item(inner),
        Shape::Patch(inner) | Shape::OneOrMany(inner) | Shape::Range(inner) => item(inner),
        other => other,
    }
}
