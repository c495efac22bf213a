//! A result kept as a Rust value until Python reads it.

use pyo3::prelude::*;
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, Serializer};
use staka_core::{Output, Sink};

use crate::answer::{Answer, PageInfo};
use crate::column::Column;
use crate::columns::ToColumns;
use crate::conversion_error::ConversionError;
use crate::plan::{Record, Value};
use crate::refuse::refuse;
use crate::to_python::{ToPython, ToRecord};

/// Keeps the result.
pub(crate) struct Keep;

impl Sink for Keep {
    type Out = Box<dyn Answer>;

    fn take<T: Output>(self, answer: T) -> staka_core::Result<Box<dyn Answer>> {
        Ok(Box::new(Kept(answer)))
    }
}

struct Kept<T>(T);

impl<T: Output> Answer for Kept<T> {
    fn to_python<'py>(&self, py: Python<'py>, plan: &Value) -> PyResult<Bound<'py, PyAny>> {
        self.0.serialize(ToPython { py, plan }).map_err(ConversionError::into)
    }

    fn count(&self) -> PyResult<usize> {
        self.0.serialize(Rows(Count)).map_err(ConversionError::into)
    }

    fn row<'py>(&self, py: Python<'py>, plan: &Record, index: usize) -> PyResult<Bound<'py, PyAny>> {
        self.0.serialize(Rows(Row { py, plan, index })).map_err(ConversionError::into)
    }

    fn page_info(&self) -> PyResult<PageInfo> {
        match self.0.serialize(ToPageInfo).map_err(PyErr::from)? {
            PageField::Page(info) => Ok(info),
            _ => Err(ConversionError::custom("the result is not a page").into()),
        }
    }

    fn columns(&self, columns: &mut [Column]) -> PyResult<()> {
        self.0.serialize(Rows(Fill(columns))).map_err(ConversionError::into)
    }

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        pythonize::pythonize(py, &self.0).map_err(PyErr::from)
    }

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>> {
        serde_json::to_vec(&self.0).map_err(|error| ConversionError::custom(error).into())
    }
}

/// Something that is done with a list's rows.
trait Visit: Sized {
    type Out;

    /// Visits the rows of a list or page.
    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<Self::Out, ConversionError>;
}

struct Count;

impl Visit for Count {
    type Out = usize;

    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<usize, ConversionError> {
        Ok(rows.count())
    }
}

struct Row<'p, 'py> {
    py: Python<'py>,
    plan: &'p Record,
    index: usize,
}

impl<'py> Visit for Row<'_, 'py> {
    type Out = Bound<'py, PyAny>;

    /// The rows are a slice, whose iterator skips the others in constant time.
    fn rows<I: Iterator<Item: Serialize>>(self, mut rows: I) -> Result<Self::Out, ConversionError> {
        let Self { py, plan, index } = self;
        let row = rows.nth(index).ok_or_else(|| ConversionError::custom("the row does not exist"))?;
        row.serialize(ToRecord { py, plan })
    }
}

struct Fill<'c>(&'c mut [Column]);

impl Visit for Fill<'_> {
    type Out = ();

    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<(), ConversionError> {
        for row in rows {
            row.serialize(ToColumns(&mut *self.0))?;
        }
        Ok(())
    }
}

/// Finds the rows of a result that is a list or a page.
struct Rows<V>(V);

impl<V: Visit> Serializer for Rows<V> {
    type Ok = V::Out;
    type Error = ConversionError;
    type SerializeSeq = Impossible<V::Out, ConversionError>;
    type SerializeTuple = Impossible<V::Out, ConversionError>;
    type SerializeTupleStruct = Impossible<V::Out, ConversionError>;
    type SerializeTupleVariant = Impossible<V::Out, ConversionError>;
    type SerializeMap = Impossible<V::Out, ConversionError>;
    type SerializeStruct = PageRows<V>;
    type SerializeStructVariant = Impossible<V::Out, ConversionError>;

    fn collect_seq<I: IntoIterator<Item: Serialize>>(self, rows: I) -> Result<V::Out, ConversionError> {
        self.0.rows(rows.into_iter())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<PageRows<V>, ConversionError> {
        Ok(PageRows { visit: Some(self.0), found: None })
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_u64 serialize_f32 serialize_f64 serialize_char serialize_str serialize_bytes serialize_none
        serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct
        serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct serialize_tuple_variant
        serialize_map serialize_struct_variant
    }
}

/// Visits only the rows of a page.
struct PageRows<V: Visit> {
    visit: Option<V>,
    found: Option<V::Out>,
}

impl<V: Visit> SerializeStruct for PageRows<V> {
    type Ok = V::Out;
    type Error = ConversionError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ConversionError> {
        if name == "items"
            && let Some(visit) = self.visit.take()
        {
            self.found = Some(value.serialize(Rows(visit))?);
        }
        Ok(())
    }

    fn end(self) -> Result<V::Out, ConversionError> {
        self.found.ok_or_else(|| ConversionError::custom("the result has no rows"))
    }
}

/// Reads a page without its rows, or one of its fields.
struct ToPageInfo;

enum PageField {
    None,
    Next(String),
    Total(u64),
    Page(PageInfo),
}

impl Serializer for ToPageInfo {
    type Ok = PageField;
    type Error = ConversionError;
    type SerializeSeq = Impossible<PageField, ConversionError>;
    type SerializeTuple = Impossible<PageField, ConversionError>;
    type SerializeTupleStruct = Impossible<PageField, ConversionError>;
    type SerializeTupleVariant = Impossible<PageField, ConversionError>;
    type SerializeMap = Impossible<PageField, ConversionError>;
    type SerializeStruct = PageInfoFields;
    type SerializeStructVariant = Impossible<PageField, ConversionError>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<PageInfoFields, ConversionError> {
        Ok(PageInfoFields(PageInfo::default()))
    }

    fn serialize_str(self, cursor: &str) -> Result<PageField, ConversionError> {
        Ok(PageField::Next(cursor.to_owned()))
    }

    fn serialize_u64(self, total: u64) -> Result<PageField, ConversionError> {
        Ok(PageField::Total(total))
    }

    fn serialize_none(self) -> Result<PageField, ConversionError> {
        Ok(PageField::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<PageField, ConversionError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<PageField, ConversionError> {
        value.serialize(self)
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_f32 serialize_f64 serialize_char serialize_bytes serialize_unit serialize_unit_struct
        serialize_unit_variant serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct
        serialize_tuple_variant serialize_map serialize_struct_variant
    }
}

struct PageInfoFields(PageInfo);

impl SerializeStruct for PageInfoFields {
    type Ok = PageField;
    type Error = ConversionError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ConversionError> {
        if name != "items" {
            match value.serialize(ToPageInfo)? {
                PageField::Next(next) => self.0.next = Some(next),
                PageField::Total(total) => self.0.total = Some(total),
                _ => {}
            }
        }
        Ok(())
    }

    fn end(self) -> Result<PageField, ConversionError> {
        Ok(PageField::Page(self.0))
    }
}
