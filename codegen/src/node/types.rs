//! What TypeScript is told.

use std::fmt::Write as _;

use staka_core::base::{Field, Shape, StructDoc};

use super::script::key;
use super::{Call, MARK, camel, enums, groups, inputs, local, outputs, pascal, walk};

pub(super) fn declarations(all: &[Call]) -> String {
    let mut text = format!("{MARK}\n");
    text += "/** A page of a list. */\nexport interface Listing<T> {\n  /** The rows, at most as many as were asked for. */\n  items: T[];\n  \
             /** Where the next page starts, for `after`; `null` on the last one. */\n  next: string | null;\n  \
             /** How many rows all pages hold together, where the option `total` asks for it; `null` elsewhere. */\n  total: number | null;\n}\n";
    text += "\n/** What is looked for lies in `from ≤ value < to`; what is left out is no bound. */\nexport interface Between<T> {\n  \
             from?: T | null;\n  to?: T | null;\n}\n";
    text += "\n/** Ids: text of 1 to 191 characters, a UUID unless somebody else wrote it. */\n";
    for name in ids(all) {
        _ = writeln!(text, "export type {name} = string;");
    }
    for (name, values) in enums(all) {
        _ = write!(text, "\nexport declare const {name}: {{\n");
        for value in values {
            _ = writeln!(text, "  readonly {}: '{value}';", key(value));
        }
        _ = write!(text, "}};\nexport type {name} = (typeof {name})[keyof typeof {name}];\n");
    }
    for fields in outputs(all) {
        interface(&mut text, fields.name, fields.doc, output, fields.fields.iter().map(|field| (field, false)));
    }
    taken(&mut text, all);
    for (group, calls) in groups(all) {
        let doc = calls.first().map_or("", |(_, one)| &one.doc.group_doc);
        _ = write!(text, "\n{}export interface {} {{", comment("", doc, &[]), pascal(group));
        for (_, one) in calls {
            let mut notes: Vec<_> = one
                .required
                .iter()
                .filter(|field| !field.doc.is_empty())
                .map(|field| format!("@param {} {}", local(field.name), field.doc))
                .collect();
            notes.push(format!("Who may call: {}.", one.doc.allowed.replace('_', " ")));
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
                    "\n  /** The whole text, a piece at a time: the next is asked for when the one before was taken. */\n  \
                     {}All({}): AsyncGenerator<string, void, undefined>;\n",
                    camel(one.verb),
                    parameters.join(", "),
                );
            }
        }
        text += "}\n";
    }
    text += "\n/** The operations, by what they are about. */\nexport interface Groups {\n";
    for (group, calls) in groups(all) {
        let doc = calls.first().map_or("", |(_, one)| &one.doc.group_doc);
        _ = writeln!(text, "{}  readonly {}: {};", comment("  ", doc, &[]), camel(group), pascal(group));
    }
    text + "}\n"
}

/// The types of options and of objects that are given, each once.
fn taken(text: &mut String, all: &[Call]) {
    let given = outputs(all);
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
        // Who gives a struct at all gives what it must hold.
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
    let both = known.iter().find(|name| given.iter().any(|other| other.name == **name));
    assert!(both.is_none(), "{both:?} is both taken and given: one of the two needs a name of its own");
}

/// An object's type; of each field whether it may be left out.
fn interface<'f>(
    text: &mut String,
    name: &str,
    doc: &str,
    of: fn(&Shape) -> String,
    fields: impl Iterator<Item = (&'f Field, bool)>,
) {
    _ = write!(text, "\n{}export interface {name} {{\n", comment("", doc, &[]));
    for (Field { name, doc, shape, .. }, optional) in fields {
        let mark = if optional { "?" } else { "" };
        _ = writeln!(text, "{}  {name}{mark}: {};", comment("  ", doc, &[]), of(shape));
    }
    *text += "}\n";
}

/// A comment of lines that fit, or none.
fn comment(indent: &str, doc: &str, notes: &[String]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in std::iter::once(doc).chain(notes.iter().map(String::as_str)).filter(|text| !text.is_empty()) {
        if !lines.is_empty() && !paragraph.starts_with('@') {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.replace("*/", "* /").split_whitespace() {
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

/// The type of what an operation gives.
fn output(shape: &Shape) -> String {
    match shape {
        Shape::Nothing => "void".to_owned(),
        Shape::Enum { name, .. } => format!("{name} | (string & {{}})"),
        Shape::Timestamp => "Date".to_owned(),
        Shape::Json => "unknown".to_owned(),
        Shape::List(inner) => array(&output(inner)),
        Shape::Optional(inner) if **inner == Shape::Json => "unknown".to_owned(),
        Shape::Optional(inner) => format!("{} | null", output(inner)),
        Shape::Listing(inner) => format!("Listing<{}>", output(inner)),
        shape => common(shape),
    }
}

/// The type of what an operation takes.
fn input(shape: &Shape) -> String {
    match shape {
        Shape::Enum { name, .. } => (*name).to_owned(),
        Shape::Timestamp => "Date | string".to_owned(),
        Shape::Json => "unknown".to_owned(),
        Shape::List(inner) => format!("readonly {}", array(&input(inner))),
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
        Shape::Text | Shape::Cursor => "string".to_owned(),
        Shape::Id(name) => (*name).to_owned(),
        Shape::Struct(StructDoc { name, .. }) => (*name).to_owned(),
        shape => panic!("{shape:?} has no type in TypeScript yet"),
    }
}

fn array(of: &str) -> String {
    if of.contains(' ') { format!("({of})[]") } else { format!("{of}[]") }
}
