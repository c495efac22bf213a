//! A call's arguments: Python values, checked one by one, written as the JSON that the core reads.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDateTime, PyInt, PyString, PyTuple};
use staka_core::base::Shape;
use staka_core::{Error, FieldFault};

use crate::errors;
use crate::plan::{Argument, Plan, plain};

/// The JSON object of a call's arguments, which stand in the order of the plan; None is what was not given.
/// `InvalidError` names every one that does not fit, as Python spells it.
pub(crate) fn write(py: Python<'_>, plan: &Plan, given: &Bound<'_, PyTuple>) -> PyResult<String> {
    let mut writer = Writer { json: String::with_capacity(96), faults: Vec::new() };
    writer.json.push('{');
    let mut within = None;
    if given.len() != plan.arguments.len() {
        let problem = format!("{} takes {} arguments", plan.operation.name, plan.arguments.len());
        return Err(pyo3::exceptions::PyTypeError::new_err(problem));
    }
    // Two passes would be needed if a struct's fields did not stand together; they do, being options of one parameter.
    for (argument, value) in plan.arguments.iter().zip(given.iter_borrowed()) {
        if value.is_none() && !argument.field.required {
            continue;
        }
        if within != argument.within {
            if within.is_some() {
                writer.json.push('}');
            }
            within = argument.within;
            if let Some(parameter) = within {
                writer.key(parameter);
                writer.json.push('{');
            }
        }
        writer.argument(argument, &value)?;
    }
    if within.is_some() {
        writer.json.push('}');
    }
    writer.json.push('}');
    if writer.faults.is_empty() {
        return Ok(writer.json);
    }
    let error = Error::invalid_fields(writer.faults).in_operation(plan.operation.name);
    Err(errors::raise(py, &error, Some(plan)))
}

struct Writer {
    json: String,
    faults: Vec<FieldFault>,
}

impl Writer {
    fn key(&mut self, name: &str) {
        if !self.json.ends_with('{') {
            self.json.push(',');
        }
        self.text(name);
        self.json.push(':');
    }

    fn argument(&mut self, argument: &Argument, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.key(argument.field.name);
        if let Shape::List(item) = plain(&argument.field.shape) {
            return self.list(argument, item, value);
        }
        if let Err(problem) = self.value(&argument.field.shape, value)? {
            self.fault(argument.name.clone(), problem);
        }
        Ok(())
    }

    fn list(&mut self, argument: &Argument, item: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let items = if value.is_instance_of::<PyString>() { None } else { value.try_iter().ok() };
        let Some(items) = items else {
            self.fault(argument.name.clone(), "must be a list".into());
            return Ok(());
        };
        self.json.push('[');
        for (place, value) in items.enumerate() {
            if place > 0 {
                self.json.push(',');
            }
            if let Err(problem) = self.value(item, &value?)? {
                self.fault(format!("{}[{place}]", argument.name), problem);
            }
        }
        self.json.push(']');
        Ok(())
    }

    fn fault(&mut self, field: String, problem: String) {
        self.faults.push(FieldFault { field: field.into(), problem: problem.into() });
    }

    fn text(&mut self, text: &str) {
        let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
        if text.bytes().all(plain) {
            self.json.push('"');
            self.json.push_str(text);
            self.json.push('"');
        } else {
            self.json.push_str(&serde_json::Value::from(text).to_string());
        }
    }

    /// Writes a value, or says what is wrong with it.
    fn value(&mut self, shape: &Shape, value: &Bound<'_, PyAny>) -> PyResult<Result<(), String>> {
        match plain(shape) {
            Shape::Boolean => match value.cast::<PyBool>() {
                Ok(truth) => self.json.push_str(if truth.is_true() { "true" } else { "false" }),
                Err(_) => return Ok(Err(not("a bool", value))),
            },
            Shape::Integer { min, max } => {
                let (min, max) = (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX));
                if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
                    return Ok(Err(not("an int", value)));
                }
                match value.extract::<i64>() {
                    Ok(number) if (min..=max).contains(&number) => self.json.push_str(&number.to_string()),
                    _ => return Ok(Err(format!("must be between {min} and {max}"))),
                }
            }
            Shape::Timestamp => return self.moment(value),
            Shape::Enum { values, .. } => match text(value) {
                Ok(word) if values.contains(&word) => self.text(word),
                Ok(_) => return Ok(Err(format!("must be one of {}", values.join(", ")))),
                Err(problem) => return Ok(Err(problem)),
            },
            Shape::Text | Shape::Cursor | Shape::Id(_) => match text(value) {
                Ok(text) => self.text(text),
                Err(problem) => return Ok(Err(problem)),
            },
            other => return Ok(Err(format!("cannot be given from Python: {other:?}"))),
        }
        Ok(Ok(()))
    }

    fn moment(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Result<(), String>> {
        let Ok(moment) = value.cast::<PyDateTime>() else { return Ok(Err(not("a datetime", value))) };
        Ok(instant(moment)?.map(|text| self.text(&text)))
    }
}

/// ISO 8601 of an aware datetime, or what is wrong with it.
pub(crate) fn instant(moment: &Bound<'_, PyDateTime>) -> PyResult<Result<String, String>> {
    let py = moment.py();
    if moment.call_method0("utcoffset")?.is_none() {
        return Ok(Err("must say its time zone, e.g. datetime(2026, 1, 31, tzinfo=UTC)".into()));
    }
    let Ok(moment) = moment.call_method1("astimezone", (utc(py)?,)) else {
        return Ok(Err("must lie in the years 1 to 9999".into()));
    };
    moment.call_method0("isoformat")?.extract().map(Ok)
}

/// `datetime.UTC`.
pub(crate) fn utc(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UTC.get_or_try_init(py, || py.import("datetime")?.getattr("UTC").map(Bound::unbind)).map(|utc| utc.bind(py))
}

fn text<'a>(value: &'a Bound<'_, PyAny>) -> Result<&'a str, String> {
    let text = value.cast::<PyString>().map_err(|_| not("a str", value))?;
    text.to_str().map_err(|_| "must be text without lone surrogates".into())
}

fn not(wanted: &str, value: &Bound<'_, PyAny>) -> String {
    let given = value.get_type().name().map_or_else(|_| "something else".into(), |name| name.to_string());
    format!("must be {wanted}, not {given}")
}
