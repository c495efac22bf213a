//! The Python names of an operation's parameters, and the Python objects of its result; derived from its
//! description.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
use staka_core::Operation;
use staka_core::base::{Field, Shape, StructDoc};

/// An operation as Python sees it.
pub(crate) struct Plan {
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
    /// The parameters that are structs and required; they are sent even if none of their fields is given.
    pub(crate) structs: Vec<&'static str>,
    pub(crate) answer: Answer,
}

/// An argument of the Python function. Required ones come first, then the keyword arguments; the fields of one struct
/// are side by side.
pub(crate) struct Argument {
    /// The Python name.
    pub(crate) name: String,
    pub(crate) field: Field,
    /// The operation's parameter that it is a field of, if it is one.
    pub(crate) within: Option<&'static str>,
}

/// The result of the Python function.
pub(crate) enum Answer {
    Value(Value),
    /// A list of structs.
    Table(Arc<Record>),
    /// A page of structs.
    Page(Arc<Record>),
}

/// How a value is converted to a Python object.
pub(crate) enum Value {
    /// A value whose type needs no description: numbers, text, free JSON.
    Plain,
    Timestamp,
    Enum(Vec<Py<PyAny>>),
    List(Box<Value>),
    Record(Arc<Record>),
    /// A page within another value.
    Page(Arc<Record>),
}

/// A class of `staka._types`, and how its fields are converted.
pub(crate) struct Record {
    pub(crate) doc: StructDoc,
    pub(crate) class: Py<PyAny>,
    pub(crate) init: Py<PyAny>,
    pub(crate) fields: Vec<Value>,
}

impl Plan {
    /// Derives the plan of the operation with this name, which must exist.
    pub(crate) fn new(py: Python<'_>, name: &'static str) -> PyResult<Self> {
        let operation = Operation::find(name).expect("the name is one of the list");
        let doc = operation.describe();
        let mut arguments: Vec<Argument> = doc.parameters.iter().flat_map(arguments).collect();
        arguments.sort_by_key(|argument| argument.within.is_some() || !argument.field.required);
        let structs = doc.parameters.iter().filter(|it| it.required && matches!(it.shape.plain(), Shape::Struct(_)));
        let structs = structs.map(|parameter| parameter.name).collect();
        let answer = match &doc.output {
            Shape::List(item, _) => match &**item {
                Shape::Struct(row) => Answer::Table(record(py, row)?),
                _ => Answer::Value(value(py, &doc.output)?),
            },
            Shape::Page(item) => match &**item {
                Shape::Struct(row) => Answer::Page(record(py, row)?),
                other => return Err(unknown(other)),
            },
            other => Answer::Value(value(py, other)?),
        };
        Ok(Self { operation, arguments, structs, answer })
    }

    /// Returns a text with the parameters' names as Python spells them.
    pub(crate) fn respelled(&self, text: &str) -> String {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let camel = |word: &str| self.arguments.iter().any(|it| it.field.name == word && it.name != word);
        let spelled = |part: &str| {
            let end = part.find(|letter| !is_name(letter)).unwrap_or(part.len());
            let (word, rest) = part.split_at(end);
            // What is not letters ends a word; a keyword among the words of a sentence stays.
            if word.contains(|letter: char| letter.is_ascii_uppercase()) && camel(word) {
                snake_case(word) + rest
            } else {
                part.to_owned()
            }
        };
        let mut starts: Vec<usize> = vec![0];
        let mut before = ' ';
        for (at, letter) in text.char_indices() {
            if is_name(letter) && !is_name(before) && at > 0 {
                starts.push(at);
            }
            before = letter;
        }
        starts.push(text.len());
        starts.windows(2).map(|ends| spelled(&text[ends[0]..ends[1]])).collect()
    }

    /// Returns the Python name of a parameter, which may have an index: `severities[0]`.
    pub(crate) fn python_field(&self, field: &str) -> String {
        let (name, item) = field.split_at(field.find('[').unwrap_or(field.len()));
        let known = self.arguments.iter().find(|argument| argument.field.name == name);
        known.map_or_else(|| snake_case(name), |argument| argument.name.clone()) + item
    }
}

/// Returns the argument of a parameter; for a struct, the arguments of its fields.
fn arguments(parameter: &Field) -> Vec<Argument> {
    match parameter.shape.plain() {
        Shape::Struct(doc) => {
            let fields = doc.fields.iter().map(|field| Argument {
                name: python_name(field.name),
                field: Field { required: field.required && parameter.required, ..field.clone() },
                within: Some(parameter.name),
            });
            fields.collect()
        }
        _ => vec![Argument { name: python_name(parameter.name), field: parameter.clone(), within: None }],
    }
}

fn value(py: Python<'_>, shape: &Shape) -> PyResult<Value> {
    Ok(match shape.plain() {
        Shape::Timestamp => Value::Timestamp,
        Shape::Enum { name, values, .. } => {
            let class = types(py)?.getattr(*name)?;
            let members = values.iter().map(|value| class.call1((*value,)).map(Bound::unbind));
            Value::Enum(members.collect::<PyResult<_>>()?)
        }
        Shape::List(item, _) => Value::List(Box::new(value(py, item)?)),
        Shape::Struct(doc) => Value::Record(record(py, doc)?),
        Shape::Page(item) => match &**item {
            Shape::Struct(row) => Value::Page(record(py, row)?),
            other => return Err(unknown(other)),
        },
        _ => Value::Plain,
    })
}

fn record(py: Python<'_>, doc: &StructDoc) -> PyResult<Arc<Record>> {
    let class = types(py)?.getattr(doc.name)?;
    let init = class.getattr("__init__")?.unbind();
    let fields = doc.fields.iter().map(|field| value(py, &field.shape)).collect::<PyResult<_>>()?;
    Ok(Arc::new(Record { doc: doc.clone(), class: class.unbind(), init, fields }))
}

fn types(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import("staka._types")
}

fn unknown(shape: &Shape) -> PyErr {
    pyo3::exceptions::PyNotImplementedError::new_err(format!("{shape:?} cannot be converted to Python"))
}

/// Python's keywords, which the generated files write with an underscore.
const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// Converts a camelCase name to the Python name; a keyword gets a trailing underscore.
pub(crate) fn python_name(name: &str) -> String {
    let name = snake_case(name);
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

/// Converts a camelCase name to snake_case.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Returns an interned attribute name.
pub(crate) fn interned<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyString> {
    PyString::intern(py, text)
}
