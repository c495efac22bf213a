//! Checks the Python values of a call's arguments and writes them as the JSON that the core reads.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDateTime, PyDict, PyFloat, PyInt, PyIterator, PyList, PyString, PyTuple};
use staka_core::base::{Shape, StructDoc, Violations, integer_problem};
use staka_core::{Error, FieldError, unknown_problem};

use crate::errors;
use crate::plan::{Argument, Plan, python_name};

/// The largest depth of nested lists and dicts in free JSON; one that contains itself would have no end.
const MAX_DEPTH: usize = 64;

/// Returns the JSON object of a call's arguments, which are in the order of the plan. `UNSET` counts as not given, and
/// so does None where it is no value. Raises `InvalidError` with the Python name of every invalid argument.
pub(crate) fn write(py: Python<'_>, plan: &Plan, given: &Bound<'_, PyTuple>) -> PyResult<String> {
    let mut writer = Writer { json: String::with_capacity(96), violations: Violations::default() };
    writer.json.push('{');
    let mut within = None;
    let mut missing = plan.structs.clone();
    if given.len() != plan.arguments.len() {
        let problem = format!("{} takes {} arguments", plan.operation.name, plan.arguments.len());
        return Err(pyo3::exceptions::PyTypeError::new_err(problem));
    }
    let unset = unset(py)?;
    // The plan keeps the fields of a struct side by side, so one pass is enough.
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
    if writer.violations.is_empty() {
        return Ok(writer.json);
    }
    // What the core finds in the rest, null standing for what was refused here.
    let mut violations = writer.violations;
    for error in plan.operation.describe().check(&writer.json) {
        violations.merge([FieldError { field: plan.python_field(&error.field).into(), ..error }]);
    }
    let error = Error::invalid_fields(violations.into_fields()).in_operation(plan.operation.name);
    Err(errors::raise(py, &error, Some(plan)))
}

struct Writer {
    json: String,
    violations: Violations,
}

/// The outcome of a check: the problem with a value, if any.
type Checked = Result<(), String>;

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

    fn error(&mut self, field: &str, problem: String) {
        self.violations.merge([FieldError { field: field.to_owned().into(), problem: problem.into() }]);
    }

    /// Adds the problem with a value and writes null in its place, which began at `start`.
    fn refuse(&mut self, start: usize, field: &str, problem: String) {
        self.json.truncate(start);
        self.json.push_str("null");
        self.error(field, problem);
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

    /// Writes a value, or records the problem under the value's own name, without its path.
    fn value(&mut self, name: &str, shape: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if value.is_none() && shape.admits_null() {
            self.json.push_str("null");
            return Ok(());
        }
        let start = self.json.len();
        let checked = match shape {
            Shape::Optional(inner) | Shape::Patch(inner) => return self.value(name, inner, value),
            Shape::OneOrMany(item) if items(value).is_none() => return self.value(name, item, value),
            Shape::List(item, _) | Shape::OneOrMany(item) => return self.list(name, item, value),
            Shape::Range(inner) => return self.range(name, inner, value),
            Shape::Struct(doc) => return self.object(name, doc, value),
            Shape::Json => self.free(value, 0)?,
            Shape::Timestamp => self.time(value)?,
            shape => self.plain(shape, value),
        };
        if let Err(problem) = checked {
            self.refuse(start, name, problem);
        }
        Ok(())
    }

    fn list(&mut self, name: &str, item: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(items) = items(value) else {
            self.refuse(self.json.len(), name, not("a list", value));
            return Ok(());
        };
        self.json.push('[');
        for (index, value) in items.enumerate() {
            self.comma();
            self.value(&format!("{name}[{index}]"), item, &value?)?;
        }
        self.json.push(']');
        Ok(())
    }

    /// Writes a pair as a range; problems of a bound are recorded under the name of the range.
    fn range(&mut self, name: &str, inner: &Shape, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let bounds = value.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2);
        let Some(bounds) = bounds else {
            self.refuse(self.json.len(), name, "must be a tuple (from, to), with None for no bound".into());
            return Ok(());
        };
        self.json.push('{');
        for (bound, value) in ["from", "to"].into_iter().zip(bounds.iter()).filter(|(_, value)| !value.is_none()) {
            self.key(bound);
            let before = std::mem::take(&mut self.violations);
            self.value(name, inner, &value)?;
            let within = std::mem::replace(&mut self.violations, before).into_fields();
            for FieldError { field, problem } in within {
                self.error(&field, format!("{bound}: {problem}"));
            }
        }
        self.json.push('}');
        Ok(())
    }

    fn object(&mut self, name: &str, doc: &StructDoc, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let Ok(dict) = value.cast::<PyDict>() else {
            self.refuse(self.json.len(), name, not("a dict", value));
            return Ok(());
        };
        let fields: Vec<_> = doc.fields.iter().map(|field| (python_name(field.name), field)).collect();
        for key in dict.keys() {
            let key = key.str()?.to_string();
            if fields.iter().all(|(name, _)| *name != key) {
                self.error(&key, unknown_problem("field", fields.iter().map(|(name, _)| name.as_str())));
            }
        }
        self.json.push('{');
        for (name, field) in fields {
            match dict.get_item(&name)? {
                Some(value) => {
                    self.key(field.name);
                    self.value(&name, &field.shape, &value)?;
                }
                None if field.required => self.error(&name, "is required".into()),
                None => {}
            }
        }
        self.json.push('}');
        Ok(())
    }

    fn plain(&mut self, shape: &Shape, value: &Bound<'_, PyAny>) -> Checked {
        match shape {
            Shape::Boolean => {
                let truth = value.cast::<PyBool>().map_err(|_| not("a bool", value))?;
                self.json.push_str(if truth.is_true() { "true" } else { "false" });
            }
            Shape::Integer { min, max } => {
                if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
                    return Err(not("an int", value));
                }
                // Within which bounds it lies, the core says; more than 64 bits are beyond any.
                let number = value.extract::<i64>();
                let number = number
                    .map_err(|_| integer_problem(*min, *max, i64::MAX).unwrap_or_else(|| "must fit 64 bits".into()))?;
                self.json.push_str(&number.to_string());
            }
            Shape::Number => self.number(value)?,
            Shape::Enum { .. } | Shape::Text(_) | Shape::Cursor | Shape::Id(_) => self.text(text(value)?),
            other => return Err(format!("cannot be given from Python: {other:?}")),
        }
        Ok(())
    }

    /// Writes an int or a float; larger integers are refused, because the core would round them.
    fn number(&mut self, value: &Bound<'_, PyAny>) -> Checked {
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

    fn time(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Checked> {
        let Ok(time) = value.cast::<PyDateTime>() else { return Ok(Err(not("a datetime", value))) };
        Ok(iso_text(time)?.map(|text| self.text(&text)))
    }

    /// Writes free JSON: None, bool, int, float, str, and lists, tuples or dicts of them.
    fn free(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Checked> {
        if depth > MAX_DEPTH {
            return Ok(Err(format!("must have at most {MAX_DEPTH} nested levels")));
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
                    Err(problem) => return Ok(Err(format!("a key {problem}"))),
                }
                if let Err(problem) = self.free(&value, depth + 1)? {
                    return Ok(Err(problem));
                }
            }
            self.json.push('}');
        } else {
            return Ok(Err(not("a value that JSON can express", value)));
        }
        Ok(Ok(()))
    }
}

/// Returns the items of a list, a tuple or another iterable; text and dicts are single values.
fn items<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyIterator>> {
    let single = value.is_instance_of::<PyString>() || value.is_instance_of::<PyDict>();
    if single { None } else { value.try_iter().ok() }
}

/// Returns `staka.UNSET`.
fn unset(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UNSET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UNSET
        .get_or_try_init(py, || py.import("staka._unset")?.getattr("UNSET").map(Bound::unbind))
        .map(|unset| unset.bind(py))
}

/// Returns an aware datetime as ISO 8601 text, or the problem with it.
pub(crate) fn iso_text(time: &Bound<'_, PyDateTime>) -> PyResult<Result<String, String>> {
    let py = time.py();
    if time.call_method0("utcoffset")?.is_none() {
        return Ok(Err("must have a time zone, for example datetime(2026, 1, 31, tzinfo=UTC)".into()));
    }
    let Ok(time) = time.call_method1("astimezone", (utc(py)?,)) else {
        return Ok(Err("must be within the years 1 to 9999".into()));
    };
    time.call_method0("isoformat")?.extract().map(Ok)
}

/// Returns `datetime.UTC`.
pub(crate) fn utc(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UTC.get_or_try_init(py, || py.import("datetime")?.getattr("UTC").map(Bound::unbind)).map(|utc| utc.bind(py))
}

fn text<'a>(value: &'a Bound<'_, PyAny>) -> Result<&'a str, String> {
    let text = value.cast::<PyString>().map_err(|_| not("a str", value))?;
    text.to_str().map_err(|_| "must be text without lone surrogates".into())
}

fn not(expected: &str, value: &Bound<'_, PyAny>) -> String {
    let actual = value.get_type().name().map_or_else(|_| "another type".into(), |name| name.to_string());
    format!("must be {expected}, not {actual}")
}
