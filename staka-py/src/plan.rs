//! What Python calls an operation's parameters, and of which Python objects its answer is made; worked out once each.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;
use staka_core::base::{Field, Shape, StructDoc};
use staka_core::{Error, ErrorKind, Operation};

use crate::errors;

/// An operation as Python sees it.
pub(crate) struct Plan {
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
    /// The parameters that are structs and must be there, whatever of them is given.
    pub(crate) structs: Vec<&'static str>,
    pub(crate) answer: Answer,
}

/// One argument of the Python function, in its order: what must be given comes first, then the keyword arguments, those of
/// one struct side by side.
pub(crate) struct Argument {
    /// As Python spells it.
    pub(crate) name: String,
    pub(crate) field: Field,
    /// The operation's parameter that it is a field of.
    pub(crate) within: Option<&'static str>,
}

/// What the Python function returns.
pub(crate) enum Answer {
    Value(Value),
    /// A list of structs.
    Table(Arc<Record>),
    /// A page of one.
    Listing(Arc<Record>),
}

/// How a value becomes a Python object.
pub(crate) enum Value {
    /// What it is says it all: numbers, text, free JSON.
    Plain,
    Timestamp,
    Enum(Vec<Py<PyAny>>),
    List(Box<Value>),
    Record(Arc<Record>),
    /// A page within something else.
    Listing(Arc<Record>),
}

/// A class of `staka._types`, and what its fields hold.
pub(crate) struct Record {
    pub(crate) doc: StructDoc,
    pub(crate) class: Py<PyAny>,
    pub(crate) init: Py<PyAny>,
    pub(crate) fields: Vec<Value>,
}

impl Plan {
    /// The plan of the operation of that name.
    pub(crate) fn of(py: Python<'_>, name: &str) -> PyResult<&'static Self> {
        static PLANS: PyOnceLock<HashMap<&'static str, PyOnceLock<Plan>>> = PyOnceLock::new();
        let plans = PLANS.get_or_init(py, || Operation::all().iter().map(|o| (o.name, PyOnceLock::new())).collect());
        let Some((name, plan)) = plans.get_key_value(name) else {
            let error = Error::new(ErrorKind::NotFound, format!("there is no operation {name:?}"));
            return Err(errors::raise(py, &error, None));
        };
        plan.get_or_try_init(py, || Self::new(py, name))
    }

    fn new(py: Python<'_>, name: &'static str) -> PyResult<Self> {
        let operation = Operation::find(name).expect("taken from the list");
        let doc = operation.describe();
        let mut arguments: Vec<Argument> = doc.parameters.iter().flat_map(arguments).collect();
        arguments.sort_by_key(|argument| argument.within.is_some() || !argument.field.required);
        let structs = doc.parameters.iter().filter(|it| it.required && matches!(it.shape.plain(), Shape::Struct(_)));
        let structs = structs.map(|parameter| parameter.name).collect();
        let answer = match &doc.output {
            Shape::List(item) => match &**item {
                Shape::Struct(row) => Answer::Table(record(py, row)?),
                _ => Answer::Value(value(py, &doc.output)?),
            },
            Shape::Listing(item) => match &**item {
                Shape::Struct(row) => Answer::Listing(record(py, row)?),
                other => return Err(unknown(other)),
            },
            other => Answer::Value(value(py, other)?),
        };
        Ok(Self { operation, arguments, structs, answer })
    }

    /// How Python spells the parameter of that name, which may say an item of it: `severities[0]`.
    pub(crate) fn spelling(&self, field: &str) -> String {
        let (name, item) = field.split_at(field.find('[').unwrap_or(field.len()));
        let known = self.arguments.iter().find(|argument| argument.field.name == name);
        known.map_or_else(|| snake_case(name), |argument| argument.name.clone()) + item
    }
}

/// A parameter, or the fields of one that is a struct.
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
        Shape::Enum { name, values } => {
            let class = types(py)?.getattr(*name)?;
            let members = values.iter().map(|word| class.call1((*word,)).map(Bound::unbind));
            Value::Enum(members.collect::<PyResult<_>>()?)
        }
        Shape::List(item) => Value::List(Box::new(value(py, item)?)),
        Shape::Struct(doc) => Value::Record(record(py, doc)?),
        Shape::Listing(item) => match &**item {
            Shape::Struct(row) => Value::Listing(record(py, row)?),
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
    pyo3::exceptions::PyNotImplementedError::new_err(format!("no Python object is made of {shape:?}"))
}

/// Python's keywords, as the generated files spell around them.
const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// A camelCase name as Python spells it; a keyword with an underscore behind.
pub(crate) fn python_name(name: &str) -> String {
    let name = snake_case(name);
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

/// A camelCase name in snake_case.
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

/// An interned attribute name.
pub(crate) fn interned<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyString> {
    PyString::intern(py, text)
}
