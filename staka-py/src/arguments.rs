//! A call's arguments: Python values, checked one by one, written as the JSON that the core reads.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDateTime, PyDict, PyFloat, PyInt, PyIterator, PyList, PyString, PyTuple};
use staka_core::base::{Shape, StructDoc};
use staka_core::{Error, FieldFault};

use crate::errors;
use crate::plan::{Argument, Plan, python_name};

/// How deep lists and dicts of free JSON may lie within each other; one that holds itself has no end.
const DEPTH: usize = 64;

/// The JSON object of a call's arguments, which stand in the order of the plan. `UNSET` was not given, nor None where it
/// is no value. `InvalidError` names every one that does not fit, as Python spells it.
pub(crate) fn write(py: Python<'_>, plan: &Plan, given: &Bound<'_, PyTuple>) -> PyResult<String> {
    let mut writer = Writer { json: String::with_capacity(96), faults: Vec::new() };
    writer.json.push('{');
    let mut within = None;
    let mut missing = plan.structs.clone();
    if given.len() != plan.arguments.len() {
        let problem = format!("{} takes {} arguments", plan.operation.name, plan.arguments.len());
        return Err(pyo3::exceptions::PyTypeError::new_err(problem));
    }
    let unset = unset(py)?;
    // Two passes would be needed if a struct's fields did not stand together; they do, by the order of the plan.
    for (argument, value) in plan.arguments.iter().zip(given.iter_borrowed()) {
        let Argument { name, field, .. } = argument;
        let none_is_a_value = field.required || matches!(field.shape, Shape::Patch(_) | Shape::OneOrMany(_));
        if value.is(unset) || (value.is_none() && !none_is_a_value) {
            continue;
        }
        if within != argument.within {
            if within.is_some() {
                writer.json.push('}');
            }
            within = argument.within;
            if let Some(parameter) = within {
                missing.retain(|name| *name != parameter);
                writer.key(parameter);
                writer.json.push('{');
            }
        }
        writer.key(field.name);
        writer.value(name, &field.shape, &value)?;
    }
    if within.is_some() {
        writer.json.push('}');
    }
    for parameter in missing {
        writer.key(parameter);
        writer.json.push_str("{}");
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

/// What is wrong with a value, if anything.
type Fits = Result<(), String>;

impl Writer {
    fn comma(&mut self) {
        if !self.json.ends_with(['{', '[']) {
            self.json.push(',');
        }
    }

    fn key(&mut self, name: &str) {
        self.comma();
        self.text(name);
        self.json.push(':');
    }

    fn fault(&mut self, field: &str, problem: String) {
        self.faults.push(FieldFault { field: field.to_owned().into(), problem: problem.into() });
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

    /// Writes a value; says what is wrong with it under its own name, wherever it stands.
    fn value(&mut self, name: &str, shape: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if value.is_none() && shape.admits_null() {
            self.json.push_str("null");
            return Ok(());
        }
        let fits = match shape {
            Shape::Optional(inner) | Shape::Patch(inner) => return self.value(name, inner, value),
            Shape::OneOrMany(item) if items(value).is_none() => return self.value(name, item, value),
            Shape::List(item) | Shape::OneOrMany(item) => return self.list(name, item, value),
            Shape::Range(inner) => return self.range(name, inner, value),
            Shape::Struct(doc) => return self.object(name, doc, value),
            Shape::Json => self.free(value, 0)?,
            Shape::Timestamp => self.moment(value)?,
            shape => self.plain(shape, value),
        };
        if let Err(problem) = fits {
            self.fault(name, problem);
        }
        Ok(())
    }

    fn list(&mut self, name: &str, item: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(items) = items(value) else {
            self.fault(name, not("a list", value));
            return Ok(());
        };
        self.json.push('[');
        for (place, value) in items.enumerate() {
            self.comma();
            self.value(&format!("{name}[{place}]"), item, &value?)?;
        }
        self.json.push(']');
        Ok(())
    }

    /// A pair; what is wrong with a bound is said of the range.
    fn range(&mut self, name: &str, inner: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let bounds = value.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2);
        let Some(bounds) = bounds else {
            self.fault(name, "must be a tuple (from, to), None where there is no bound".into());
            return Ok(());
        };
        self.json.push('{');
        for (bound, value) in ["from", "to"].into_iter().zip(bounds.iter()).filter(|(_, value)| !value.is_none()) {
            self.key(bound);
            let before = self.faults.len();
            self.value(name, inner, &value)?;
            for fault in &mut self.faults[before..] {
                fault.problem = format!("{bound}: {}", fault.problem).into();
            }
        }
        self.json.push('}');
        Ok(())
    }

    fn object(&mut self, name: &str, doc: &StructDoc, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let Ok(dict) = value.cast::<PyDict>() else {
            self.fault(name, not("a dict", value));
            return Ok(());
        };
        let fields: Vec<_> = doc.fields.iter().map(|field| (python_name(field.name), field)).collect();
        for key in dict.keys() {
            let key = key.str()?.to_string();
            if fields.iter().all(|(name, _)| *name != key) {
                self.fault(&key, format!("is no field of {}", doc.name));
            }
        }
        self.json.push('{');
        for (name, field) in fields {
            match dict.get_item(&name)? {
                Some(value) => {
                    self.key(field.name);
                    self.value(&name, &field.shape, &value)?;
                }
                None if field.required => self.fault(&name, "is required".into()),
                None => {}
            }
        }
        self.json.push('}');
        Ok(())
    }

    fn plain(&mut self, shape: &Shape, value: &Bound<'_, PyAny>) -> Fits {
        match shape {
            Shape::Boolean => {
                let truth = value.cast::<PyBool>().map_err(|_| not("a bool", value))?;
                self.json.push_str(if truth.is_true() { "true" } else { "false" });
            }
            Shape::Integer { min, max } => {
                let (min, max) = (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX));
                if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
                    return Err(not("an int", value));
                }
                let number = value.extract::<i64>().ok().filter(|number| (min..=max).contains(number));
                let number = number.ok_or_else(|| format!("must be between {min} and {max}"))?;
                self.json.push_str(&number.to_string());
            }
            Shape::Number => self.number(value)?,
            Shape::Enum { values, .. } => match text(value)? {
                word if values.contains(&word) => self.text(word),
                _ => return Err(format!("must be one of {}", values.join(", "))),
            },
            Shape::Text | Shape::Cursor | Shape::Id(_) => self.text(text(value)?),
            other => return Err(format!("cannot be given from Python: {other:?}")),
        }
        Ok(())
    }

    /// An int or a float; JSON has no others, and no larger ones that the core would not round.
    fn number(&mut self, value: &Bound<'_, PyAny>) -> Fits {
        if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
            let exact = value
                .extract::<i64>()
                .map(|n| n.to_string())
                .or_else(|_| value.extract::<u64>().map(|n| n.to_string()));
            self.json.push_str(&exact.map_err(|_| "must fit 64 bits".to_owned())?);
            return Ok(());
        }
        let float = value.cast::<PyFloat>().map_err(|_| not("a number", value))?;
        let number = serde_json::Number::from_f64(float.value()).ok_or("must be finite")?;
        self.json.push_str(&number.to_string());
        Ok(())
    }

    fn moment(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Fits> {
        let Ok(moment) = value.cast::<PyDateTime>() else { return Ok(Err(not("a datetime", value))) };
        Ok(instant(moment)?.map(|text| self.text(&text)))
    }

    /// Free JSON: None, bool, int, float, str, lists or tuples and dicts of them.
    fn free(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Fits> {
        if depth > DEPTH {
            return Ok(Err(format!("must be at most {DEPTH} deep")));
        }
        if value.is_none() {
            self.json.push_str("null");
        } else if let Ok(truth) = value.cast::<PyBool>() {
            self.json.push_str(if truth.is_true() { "true" } else { "false" });
        } else if value.is_instance_of::<PyString>() {
            return Ok(text(value).map(|text| self.text(text)));
        } else if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
            return Ok(self.number(value));
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            self.json.push('[');
            for item in value.try_iter()? {
                self.comma();
                if let Err(problem) = self.free(&item?, depth + 1)? {
                    return Ok(Err(problem));
                }
            }
            self.json.push(']');
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.json.push('{');
            for (key, value) in dict {
                match text(&key) {
                    Ok(key) => self.key(key),
                    Err(problem) => return Ok(Err(format!("its keys: {problem}"))),
                }
                if let Err(problem) = self.free(&value, depth + 1)? {
                    return Ok(Err(problem));
                }
            }
            self.json.push('}');
        } else {
            return Ok(Err(not("what JSON can hold", value)));
        }
        Ok(Ok(()))
    }
}

/// The items of a list, a tuple or whatever else has some; text and dicts are single values.
fn items<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyIterator>> {
    let single = value.is_instance_of::<PyString>() || value.is_instance_of::<PyDict>();
    if single { None } else { value.try_iter().ok() }
}

/// `staka.UNSET`.
fn unset(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UNSET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UNSET
        .get_or_try_init(py, || py.import("staka._unset")?.getattr("UNSET").map(Bound::unbind))
        .map(|unset| unset.bind(py))
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
