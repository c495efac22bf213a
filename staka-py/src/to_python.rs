//! Converts values of the core directly to Python objects, without JSON or dicts in between.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::ser::{Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use crate::answer::PageInfo;
use crate::arguments::utc;
use crate::conversion_error::ConversionError;
use crate::plan::{Record, Value};
use crate::refuse::refuse;
use crate::table::{Page, Table};

type Converted<'py> = Result<Bound<'py, PyAny>, ConversionError>;

/// Converts a value as `plan` describes it.
pub(crate) struct ToPython<'p, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) plan: &'p Value,
}

impl<'p, 'py> Serializer for ToPython<'p, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = ConversionError;
    type SerializeSeq = Items<'p, 'py>;
    type SerializeTuple = Impossible<Self::Ok, ConversionError>;
    type SerializeTupleStruct = Impossible<Self::Ok, ConversionError>;
    type SerializeTupleVariant = Impossible<Self::Ok, ConversionError>;
    type SerializeMap = Entries<'py>;
    type SerializeStruct = Fields<'p, 'py>;
    type SerializeStructVariant = Impossible<Self::Ok, ConversionError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Converted<'py> {
        Ok(PyBool::new(self.py, value).to_owned().into_any())
    }

    fn serialize_i32(self, value: i32) -> Converted<'py> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn serialize_i64(self, value: i64) -> Converted<'py> {
        match self.plan {
            Value::Timestamp => Ok(datetime(self.py, value)?),
            _ => Ok(PyInt::new(self.py, value).into_any()),
        }
    }

    fn serialize_u32(self, value: u32) -> Converted<'py> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn serialize_u64(self, value: u64) -> Converted<'py> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn serialize_f64(self, value: f64) -> Converted<'py> {
        Ok(PyFloat::new(self.py, value).into_any())
    }

    fn serialize_str(self, value: &str) -> Converted<'py> {
        Ok(PyString::new(self.py, value).into_any())
    }

    fn serialize_none(self) -> Converted<'py> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Converted<'py> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Converted<'py> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, position: u32, name: &'static str) -> Converted<'py> {
        match self.plan {
            Value::Enum(members) if (position as usize) < members.len() => {
                Ok(members[position as usize].bind(self.py).clone())
            }
            _ => self.serialize_str(name),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Converted<'py> {
        value.serialize(self)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Items<'p, 'py>, ConversionError> {
        let plan = match self.plan {
            Value::List(item) => item,
            other => other,
        };
        Ok(Items { py: self.py, plan, items: Vec::with_capacity(count.unwrap_or_default()) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'py>, ConversionError> {
        Ok(Entries { dict: PyDict::new(self.py), key: None })
    }

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Fields<'p, 'py>, ConversionError> {
        match self.plan {
            Value::Record(plan) => ToRecord { py: self.py, plan }.serialize_struct(name, count),
            Value::Page(plan) => Ok(Fields { py: self.py, to: To::Page(plan, PageInfo::default()), values: vec![] }),
            _ => Err(ConversionError::custom(format!("{name} does not match the description"))),
        }
    }

    refuse! {
        serialize_i8 serialize_i16 serialize_u8 serialize_u16 serialize_f32 serialize_char serialize_bytes
        serialize_unit_struct serialize_newtype_variant serialize_tuple serialize_tuple_struct serialize_tuple_variant
        serialize_struct_variant
    }
}

/// Creates an instance of a class of `staka._types`.
pub(crate) struct ToRecord<'p, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) plan: &'p Record,
}

impl<'p, 'py> Serializer for ToRecord<'p, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = ConversionError;
    type SerializeSeq = Impossible<Self::Ok, ConversionError>;
    type SerializeTuple = Impossible<Self::Ok, ConversionError>;
    type SerializeTupleStruct = Impossible<Self::Ok, ConversionError>;
    type SerializeTupleVariant = Impossible<Self::Ok, ConversionError>;
    type SerializeMap = Impossible<Self::Ok, ConversionError>;
    type SerializeStruct = Fields<'p, 'py>;
    type SerializeStructVariant = Impossible<Self::Ok, ConversionError>;

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'p, 'py>, ConversionError> {
        let Self { py, plan } = self;
        if name != plan.doc.name {
            return Err(ConversionError::custom(format!("{name} does not match the description of {}", plan.doc.name)));
        }
        let object = new_object(py)?.call1((plan.class.bind(py),))?;
        let mut values = Vec::with_capacity(plan.fields.len() + 1);
        values.push(object);
        Ok(Fields { py, to: To::Record(plan), values })
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_u64 serialize_f32 serialize_f64 serialize_char serialize_str serialize_bytes serialize_none
        serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct
        serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct serialize_tuple_variant
        serialize_map serialize_struct_variant
    }
}

/// The object of a struct, followed by the values of its fields; for a page, its rows.
pub(crate) struct Fields<'p, 'py> {
    py: Python<'py>,
    to: To<'p>,
    values: Vec<Bound<'py, PyAny>>,
}

enum To<'p> {
    Record(&'p Record),
    Page(&'p Arc<Record>, PageInfo),
}

impl<'py> SerializeStruct for Fields<'_, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = ConversionError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ConversionError> {
        let py = self.py;
        match &mut self.to {
            To::Record(record) => {
                let index = self.values.len() - 1;
                match (record.doc.fields.get(index), record.fields.get(index)) {
                    (Some(field), Some(plan)) if field.name == name => {
                        self.values.push(value.serialize(ToPython { py, plan })?);
                    }
                    _ => {
                        return Err(ConversionError::custom(format!(
                            "{}.{name} does not match the description",
                            record.doc.name
                        )));
                    }
                }
            }
            To::Page(record, _) if name == "items" => {
                let rows = value.serialize(ToPython { py, plan: &Value::Record(Arc::clone(record)) })?;
                self.values = rows.try_iter()?.collect::<PyResult<_>>()?;
            }
            To::Page(_, info) => {
                let field = value.serialize(ToPython { py, plan: &Value::Plain })?;
                match name {
                    "next" => info.next = field.extract()?,
                    _ => info.total = field.extract()?,
                }
            }
        }
        Ok(())
    }

    /// Calls `object.__new__` and then the class's `__init__`, which is faster than calling the class (0.34 µs instead
    /// of 0.59 µs for eight fields) and faster than setting each attribute.
    fn end(self) -> Converted<'py> {
        match self.to {
            To::Record(record) => {
                let object = self.values[0].clone();
                record.init.bind(self.py).call1(PyTuple::new(self.py, self.values)?)?;
                Ok(object)
            }
            To::Page(record, info) => {
                let page = Page::of(self.py, Table::of_objects(self.values, record), info)?;
                Ok(Bound::new(self.py, page)?.into_any())
            }
        }
    }
}

/// The items of a list.
pub(crate) struct Items<'p, 'py> {
    py: Python<'py>,
    plan: &'p Value,
    items: Vec<Bound<'py, PyAny>>,
}

impl<'py> SerializeSeq for Items<'_, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = ConversionError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConversionError> {
        self.items.push(value.serialize(ToPython { py: self.py, plan: self.plan })?);
        Ok(())
    }

    fn end(self) -> Converted<'py> {
        Ok(PyList::new(self.py, self.items)?.into_any())
    }
}

/// The entries of an object within free JSON.
pub(crate) struct Entries<'py> {
    dict: Bound<'py, PyDict>,
    key: Option<Bound<'py, PyAny>>,
}

impl<'py> SerializeMap for Entries<'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = ConversionError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ConversionError> {
        self.key = Some(key.serialize(ToPython { py: self.dict.py(), plan: &Value::Plain })?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConversionError> {
        let key = self.key.take().ok_or_else(|| ConversionError::custom("a map has a value without a key"))?;
        let value = value.serialize(ToPython { py: self.dict.py(), plan: &Value::Plain })?;
        Ok(self.dict.set_item(key, value)?)
    }

    fn end(self) -> Converted<'py> {
        Ok(self.dict.into_any())
    }
}

fn new_object(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new =
        NEW.get_or_try_init(py, || py.import("builtins")?.getattr("object")?.getattr("__new__").map(Bound::unbind));
    new.map(|new| new.bind(py))
}

/// Creates an aware datetime from the bytes of its pickled form, which takes a third of the time of eight numbers.
fn datetime(py: Python<'_>, millis: i64) -> PyResult<Bound<'_, PyAny>> {
    static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = DATETIME.get_or_try_init(py, || py.import("datetime")?.getattr("datetime").map(Bound::unbind))?;
    let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (seconds, micros) = (of_day / 1000, (of_day % 1000) * 1000);
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60, micros >> 16, (micros >> 8) & 255, micros & 255];
    let mut state = [(year >> 8) as u8, (year & 255) as u8, month, day, 0, 0, 0, 0, 0, 0];
    for (byte, value) in state[4..].iter_mut().zip(time) {
        *byte = value as u8;
    }
    class.bind(py).call1((PyBytes::new(py, &state), utc(py)?))
}

/// Returns year, month and day of a number of days since 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u8, day as u8)
}
