//! Generates the JavaScript: methods that send arguments, and functions that convert results to objects.

use std::fmt::Write as _;

use staka_core::base::{ListBounds, Shape, StructDoc};

use super::{Call, MARK, camel, enums as all_enums, groups, inputs, local, outputs, pascal};

/// Generates one class for each group, and the list of operations by their numbers.
pub(super) fn operations(all: &[Call]) -> String {
    let mut text = format!(
        "{MARK}'use strict';\n\nconst {{ call, pieces }} = require('../lib/calls.js');\n\
         const values = require('../lib/values.js');\n\
         const rows = require('./rows.js');\n\n"
    );
    for StructDoc { name, fields, .. } in inputs(all) {
        let fields: Vec<_> = fields
            .iter()
            .map(|field| format!("{}: [{}, {}]", field.name, check(&field.shape), field.required))
            .collect();
        _ = writeln!(text, "const take{name} = values.objectOf({});\n", braced(&fields, ""));
    }
    text += "// The arguments and results of each operation, by its number.\nconst operations = [\n";
    for (number, one) in all.iter().enumerate() {
        let required: Vec<_> =
            one.required.iter().map(|field| format!("{}: {}", field.name, check(&field.shape))).collect();
        let options: Vec<_> = one
            .options
            .iter()
            .map(|option| {
                let within = option.within.map_or("null".to_owned(), |field| format!("'{}'", field.name));
                format!("{}: [{}, {within}]", option.field.name, check(&option.field.shape))
            })
            .collect();
        let answer = match &one.doc.output {
            Shape::List(row, _) => format!("rows: {},\n    page: false", many(row)),
            Shape::Page(row) => format!("rows: {},\n    page: true", many(row)),
            shape if *shape.plain() == Shape::Json => "make: values.free".to_owned(),
            Shape::Optional(inner) if matches!(**inner, Shape::List(_, _) | Shape::Page(_)) => {
                panic!("{}: a list that may be null is not supported by the wire format", one.doc.name)
            }
            shape => format!("make: (v) => {}", value(shape, "v", "rows.")),
        };
        _ = writeln!(
            text,
            "  {{\n    number: {number},\n    name: '{}',\n    signature: '{}',\n    required: {},\n    options: {},\n    {answer},\n  }},",
            one.doc.name,
            one.doc.signature(),
            braced(&required, "    "),
            braced(&options, "    "),
        );
    }
    text += "];\n";
    for (group, calls) in groups(all) {
        _ = write!(
            text,
            "\nclass {} {{\n  #session;\n\n  constructor(session) {{\n    this.#session = session;\n  }}\n",
            pascal(group)
        );
        for (number, one) in calls {
            let mut names: Vec<_> = one.required.iter().map(|field| local(field.name)).collect();
            let required = names.join(", ");
            let options = if one.options.is_empty() { "undefined" } else { "options" };
            names.extend((!one.options.is_empty()).then(|| "options".to_owned()));
            let (verb, names) = (camel(one.verb), names.join(", "));
            _ = write!(
                text,
                "\n  {verb}({names}) {{\n    return call(this.#session, operations[{number}], [{required}], {options});\n  }}\n",
            );
            if one.in_pieces() {
                let first = if required.is_empty() { String::new() } else { format!("{required}, ") };
                _ = write!(
                    text,
                    "\n  {verb}All({names}) {{\n    return pieces((after) => this.{verb}({first}{{ ...options, after }}), options?.after);\n  }}\n",
                );
            }
        }
        text += "}\n";
    }
    text += "\n// The groups of one session.\nclass Groups {\n  #session;\n";
    for (group, _) in groups(all) {
        _ = writeln!(text, "  #{};", camel(group));
    }
    text += "\n  constructor(session) {\n    this.#session = session;\n  }\n";
    for (group, _) in groups(all) {
        let (name, class) = (camel(group), pascal(group));
        _ = write!(text, "\n  get {name}() {{\n    return (this.#{name} ??= new {class}(this.#session));\n  }}\n");
    }
    text + "}\n\nmodule.exports = { Groups, operations };\n"
}

/// Generates the functions that convert results to objects.
pub(super) fn rows(all: &[Call]) -> String {
    let mut text = format!("{MARK}'use strict';\n\nconst enums = require('./enums.js');\n\n");
    for name in all_enums(all).keys() {
        _ = writeln!(text, "const values{name} = Object.values(enums.{name});");
    }
    text += "\n// A known enum value is sent as its position, any other as its text.\n\
             function enumValue(v, values) {\n  return typeof v === 'number' ? values[v] : v;\n}\n\n\
             // A struct is sent as an array of its fields, and a list of structs as one flat array of all their
             // fields.\n";
    let structs = outputs(all);
    for fields in &structs {
        let StructDoc { name, fields, .. } = fields;
        _ = write!(text, "\nfunction make{name}(v, i) {{\n  return {{\n");
        for (place, field) in fields.iter().enumerate() {
            let at = if place == 0 { "v[i]".to_owned() } else { format!("v[i + {place}]") };
            _ = writeln!(text, "    {}: {},", field.name, value(&field.shape, &at, ""));
        }
        _ = write!(
            text,
            "  }};\n}}\n\nfunction make{name}List(v, to) {{\n  for (let i = 0; i < v.length; i += {width}) to.push(make{name}(v, i));\n  return to;\n}}\n",
            width = fields.len()
        );
    }
    text += "\nfunction makeList(v, to) {\n  for (const one of v) to.push(one);\n  return to;\n}\n\nmodule.exports = {\n  enumValue,\n  makeList,\n";
    for name in all_enums(all).keys() {
        _ = writeln!(text, "  values{name},");
    }
    for fields in structs {
        _ = writeln!(text, "  make{0},\n  make{0}List,", fields.name);
    }
    text + "};\n"
}

/// Generates the values of each enum as constants, and a guard for each enum.
pub(super) fn enums(all: &[Call]) -> String {
    let mut text = format!(
        "{MARK}'use strict';\n\nfunction guard(values) {{\n  const known = new Set(Object.values(values));\n  \
         return (value) => known.has(value);\n}}\n"
    );
    for (name, values) in all_enums(all) {
        let values: Vec<_> = values.iter().map(|value| format!("{}: '{value}'", key(value))).collect();
        _ = write!(
            text,
            "\nexports.{name} = Object.freeze({});\nexports.isKnown{name} = guard(exports.{name});\n",
            braced(&values, "")
        );
    }
    text
}

/// Generates the module that exports all names for `import`.
pub(super) fn module(all: &[Call]) -> String {
    let mut text = format!("{MARK}import staka from './index.js';\n\nexport const {{\n  Staka,\n  StakaError,\n");
    for name in all_enums(all).keys() {
        _ = write!(text, "  {name},\n  isKnown{name},\n");
    }
    text + "} = staka;\n"
}

/// Returns a property's name, quoted if necessary.
pub(super) fn key(name: &str) -> String {
    let plain =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { format!("'{name}'") }
}

fn braced(entries: &[String], indent: &str) -> String {
    let line = format!("{{ {} }}", entries.join(", "));
    match entries {
        [] => "{}".to_owned(),
        _ if line.len() <= 90 => line,
        _ => format!("{{\n{indent}  {},\n{indent}}}", entries.join(&format!(",\n{indent}  "))),
    }
}

/// Returns the function of `lib/values.js` that checks a parameter.
fn check(shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "values.boolean".to_owned(),
        Shape::Integer { .. } => "values.integer".to_owned(),
        Shape::Number => "values.number".to_owned(),
        Shape::Text(_) | Shape::Cursor | Shape::Id(_) | Shape::Enum { .. } => "values.text".to_owned(),
        Shape::Timestamp => "values.time".to_owned(),
        Shape::List(inner, _) => format!("values.listOf({})", check(inner)),
        Shape::Optional(inner) if **inner == Shape::Json => check(inner),
        Shape::Optional(inner) => format!("values.nullable({})", check(inner)),
        Shape::Patch(inner) => check(inner),
        Shape::OneOrMany(inner) => format!("values.oneOrMany({})", check(inner)),
        Shape::Range(inner) => format!("values.range({})", check(inner)),
        Shape::Struct(fields) => format!("take{}", fields.name),
        Shape::Json => "values.json".to_owned(),
        Shape::Nothing | Shape::Page(_) => panic!("{shape:?} cannot be a parameter"),
    }
}

/// Returns the function that converts a flat array to rows.
fn many(row: &Shape) -> String {
    match row {
        Shape::Struct(fields) => format!("rows.make{}List", fields.name),
        shape if is_plain(shape) => "rows.makeList".to_owned(),
        shape => format!("(v, to) => (to.push(...v.map((one) => {})), to)", value(shape, "one", "rows.")),
    }
}

/// Returns whether `JSON.parse` already returns the JavaScript value.
fn is_plain(shape: &Shape) -> bool {
    match shape {
        Shape::Nothing | Shape::Timestamp | Shape::Enum { .. } | Shape::Struct(_) | Shape::Page(_) => false,
        Shape::Patch(_) | Shape::OneOrMany(_) | Shape::Range(_) => panic!("{shape:?} cannot be a result"),
        Shape::List(inner, _) | Shape::Optional(inner) => is_plain(inner),
        _ => true,
    }
}

/// Returns the expression that converts the value of the expression `at`. `module` is the prefix of functions of
/// `rows.js`.
fn value(shape: &Shape, at: &str, module: &str) -> String {
    match shape {
        shape if is_plain(shape) => at.to_owned(),
        Shape::Nothing => "undefined".to_owned(),
        Shape::Timestamp => format!("new Date({at})"),
        Shape::Enum { name, .. } => format!("{module}enumValue({at}, {module}values{name})"),
        Shape::Optional(inner) => format!("{at} === null ? null : {}", value(inner, at, module)),
        Shape::Struct(fields) => format!("{module}make{}({at}, 0)", fields.name),
        Shape::List(inner, _) => match &**inner {
            Shape::Struct(fields) => format!("{module}make{}List({at}, [])", fields.name),
            inner => format!("{at}.map((one) => {})", value(inner, "one", module)),
        },
        Shape::Page(inner) => {
            let items = value(&Shape::List(inner.clone(), ListBounds::ANY), &format!("{at}[0]"), module);
            format!("({{ items: {items}, next: {at}[1], total: {at}[2] }})")
        }
        shape => panic!("{shape:?} is not supported by the wire format"),
    }
}
