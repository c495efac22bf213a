//! Generates the TypeScript declarations.

use std::fmt::Write as _;

use staka_core::base::{Field, PAGE_NEXT_DOC, PAGE_TOTAL_DOC, Shape, StructDoc};

use super::example::example;
use super::script::key;
use super::{Call, MARK, camel, enums, groups, inputs, local, outputs, pascal, walk};

/// The beginning of a note that is an example.
const EXAMPLE: &str = "@example\n";

pub(super) fn declarations(all: &[Call]) -> String {
    let mut text = format!("{MARK}\n");
    text += "/** A page of a list. */\nexport interface Page<T> {\n  \
             /** The rows, at most as many as `limit`. */\n  items: T[];\n";
    for (name, doc, shape) in [("next", PAGE_NEXT_DOC, "string"), ("total", PAGE_TOTAL_DOC, "number")] {
        _ = writeln!(text, "{}  {name}: {shape} | null;", comment("  ", doc, &[]));
    }
    text += "}\n";
    text += "\n/** A range filter: matches `from ≤ value < to`. A bound that is `null` or left out does not restrict. */\n\
             export interface Between<T> {\n  /** The lower bound, which is included. */\n  from?: T | null;\n  \
             /** The upper bound, which is excluded. */\n  to?: T | null;\n}\n";
    text += "\n/** Ids are text of 1 to 191 characters. Staka creates UUIDs; rows of other programs may have other ids. */\n";
    for name in ids(all) {
        _ = writeln!(text, "export type {name} = string;");
    }
    for (name, values) in enums(all) {
        _ = write!(text, "\nexport declare const {name}: {{\n");
        for value in values {
            _ = writeln!(text, "  readonly {}: '{value}';", key(value));
        }
        _ = write!(text, "}};\nexport type {name} = (typeof {name})[keyof typeof {name}];\n");
        _ = write!(
            text,
            "/** Returns whether a text is a known value of `{name}`; the database may contain other values. */\n\
             export declare function isKnown{name}(value: string): value is {name};\n"
        );
    }
    for fields in outputs(all) {
        interface(&mut text, fields.name, fields.doc, output, fields.fields.iter().map(|field| (field, false)));
    }
    input_types(&mut text, all);
    for (group, calls) in groups(all) {
        let doc = calls.first().map_or("", |(_, one)| &one.doc.group_doc);
        _ = write!(text, "\n{}export interface {} {{", comment("", doc, &[]), pascal(group));
        for (_, one) in calls {
            let mut notes: Vec<_> = one
                .required
                .iter()
                .map(|field| (local(field.name), field.full_doc()))
                .filter(|(_, doc)| !doc.is_empty())
                .map(|(name, doc)| format!("@param {name} {doc}"))
                .collect();
            notes.push(format!("Who may call: {}.", crate::access::phrase(one.doc.allowed)));
            notes.push(format!("{EXAMPLE}{}", example(one).join("\n")));
            let mut parameters: Vec<_> =
                one.required.iter().map(|field| format!("{}: {}", local(field.name), input(&field.shape))).collect();
            parameters.extend(one.options_type().map(|name| format!("options?: {name}")));
            _ = write!(
                text,
                "\n{}  {}({}): Promise<{}>;\n",
                comment("  ", &one.doc.doc, &notes),
                camel(one.verb),
                parameters.join(", "),
                output(&one.doc.output)
            );
            if one.in_pieces() {
                _ = write!(
                    text,
                    "\n  /** Yields the whole text in parts; each part is requested when the one before has been consumed. */\n  \
                     {}All({}): AsyncGenerator<string, void, undefined>;\n",
                    camel(one.verb),
                    parameters.join(", "),
                );
            }
        }
        text += "}\n";
    }
    text += "\n/** The operations by group. */\nexport interface Groups {\n";
    for (group, calls) in groups(all) {
        let doc = calls.first().map_or("", |(_, one)| &one.doc.group_doc);
        _ = writeln!(text, "{}  readonly {}: {};", comment("  ", doc, &[]), camel(group), pascal(group));
    }
    text + "}\n"
}

/// Generates the types of options and of objects that are passed, each once.
fn input_types(text: &mut String, all: &[Call]) {
    let outputs = outputs(all);
    let mut known: Vec<String> = Vec::new();
    for one in all {
        let Some(name) = one.options_type().filter(|name| !known.contains(name)) else { continue };
        let own = one.options[0].within.and_then(|field| match field.shape.plain() {
            Shape::Struct(fields) if fields.name == name => Some(fields),
            _ => None,
        });
        let doc = own.map_or_else(
            || format!("Options of `{}.{}`.", camel(one.group), camel(one.verb)),
            |s: &StructDoc| s.doc.to_owned(),
        );
        // If the struct is passed at all, its required fields are required.
        let fields = one.options.iter().map(|option| (option.field, own.is_none() || !option.field.required));
        interface(text, &name, &doc, input, fields);
        known.push(name);
    }
    for StructDoc { name, doc, fields } in inputs(all) {
        if !known.iter().any(|known| known == name) {
            interface(text, name, doc, input, fields.iter().map(|field| (field, !field.required)));
            known.push((*name).to_owned());
        }
    }
    let both = known.iter().find(|name| outputs.iter().any(|other| other.name == **name));
    assert!(both.is_none(), "{both:?} is both an input and an output; one of the two needs another name");
}

/// Generates the interface of an object; each field comes with whether it is optional.
fn interface<'f>(
    text: &mut String,
    name: &str,
    doc: &str,
    of: fn(&Shape) -> String,
    fields: impl Iterator<Item = (&'f Field, bool)>,
) {
    _ = write!(text, "\n{}export interface {name} {{\n", comment("", doc, &[]));
    for (field, optional) in fields {
        let Field { name, shape, .. } = field;
        let question_mark = if optional { "?" } else { "" };
        _ = writeln!(text, "{}  {name}{question_mark}: {};", comment("  ", &field.full_doc(), &[]), of(shape));
    }
    *text += "}\n";
}

/// Returns a doc comment, or nothing for an empty doc. Everything but an example is wrapped.
fn comment(indent: &str, doc: &str, notes: &[String]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in std::iter::once(doc).chain(notes.iter().map(String::as_str)).filter(|text| !text.is_empty()) {
        if !lines.is_empty() && !paragraph.starts_with('@') {
            lines.push(String::new());
        }
        let paragraph = paragraph.replace("*/", "* /");
        if let Some(code) = paragraph.strip_prefix(EXAMPLE) {
            lines.push(EXAMPLE.trim_end().to_owned());
            lines.extend(code.lines().map(str::to_owned));
            continue;
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && indent.len() + line.len() + word.len() > 108 {
                lines.push(std::mem::take(&mut line));
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        lines.push(line);
    }
    match &lines[..] {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

fn ids<'o>(all: &[Call<'o>]) -> Vec<&'o str> {
    let mut found = vec!["UserId"];
    for one in all {
        for shape in one.doc.parameters.iter().map(|field| &field.shape).chain([&one.doc.output]) {
            walk(shape, &mut |shape| {
                if let Shape::Id(name) = shape {
                    found.push(name);
                }
            });
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns the type of a result.
fn output(shape: &Shape) -> String {
    match shape {
        Shape::Nothing => "void".to_owned(),
        Shape::Enum { name, open: true, .. } => format!("{name} | (string & {{}})"),
        Shape::Enum { name, .. } => (*name).to_owned(),
        Shape::Timestamp => "Date".to_owned(),
        Shape::Json => "unknown".to_owned(),
        Shape::List(inner, _) => array(&output(inner)),
        Shape::Optional(inner) if **inner == Shape::Json => "unknown".to_owned(),
        Shape::Optional(inner) => format!("{} | null", output(inner)),
        Shape::Page(inner) => format!("Page<{}>", output(inner)),
        shape => common(shape),
    }
}

/// Returns the type of a parameter.
fn input(shape: &Shape) -> String {
    match shape {
        Shape::Enum { name, .. } => (*name).to_owned(),
        Shape::Timestamp => "Date | string".to_owned(),
        Shape::Json => "unknown".to_owned(),
        Shape::List(inner, _) => format!("readonly {}", array(&input(inner))),
        Shape::Optional(inner) if **inner == Shape::Json => "unknown".to_owned(),
        Shape::Optional(inner) => format!("{} | null", input(inner)),
        Shape::Patch(inner) => input(inner),
        Shape::OneOrMany(inner) => format!("{0} | readonly {1} | null", input(inner), array(&input(inner))),
        Shape::Range(inner) => format!("Between<{}>", input(inner)),
        shape => common(shape),
    }
}

fn common(shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer { .. } | Shape::Number => "number".to_owned(),
        Shape::Text(_) | Shape::Cursor => "string".to_owned(),
        Shape::Id(name) => (*name).to_owned(),
        Shape::Struct(StructDoc { name, .. }) => (*name).to_owned(),
        shape => panic!("{shape:?} is not supported in TypeScript"),
    }
}

fn array(of: &str) -> String {
    if of.contains(' ') { format!("({of})[]") } else { format!("{of}[]") }
}
