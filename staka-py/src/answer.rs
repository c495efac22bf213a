//! An operation's answer, kept as the core gave it until Python asks for objects or columns.

use pyo3::prelude::*;
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, Serializer};
use staka_core::{Output, Sink};

use crate::column::Column;
use crate::columns::ToColumns;
use crate::fault::Fault;
use crate::plan::{Record, Value};
use crate::refuse::refuse;
use crate::to_python::{ToPython, ToRecord};

/// An answer of whatever type.
pub(crate) trait Answer: Send {
    /// All of it.
    fn to_python<'py>(&self, py: Python<'py>, plan: &Value) -> PyResult<Bound<'py, PyAny>>;

    /// How many rows a list or a page holds.
    fn count(&self) -> PyResult<usize>;

    /// The row at `place` of a list or page.
    fn row<'py>(&self, py: Python<'py>, plan: &Record, place: usize) -> PyResult<Bound<'py, PyAny>>;

    /// Where the next page starts.
    fn next(&self) -> PyResult<Option<String>>;

    /// Adds all rows to columns.
    fn columns(&self, columns: &mut [Column]) -> PyResult<()>;

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>>;
}

/// Keeps the answer.
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
        self.0.serialize(ToPython { py, plan }).map_err(Fault::into)
    }

    fn count(&self) -> PyResult<usize> {
        self.0.serialize(Rows(Count)).map_err(Fault::into)
    }

    fn row<'py>(&self, py: Python<'py>, plan: &Record, place: usize) -> PyResult<Bound<'py, PyAny>> {
        self.0.serialize(Rows(Row { py, plan, place })).map_err(Fault::into)
    }

    fn next(&self) -> PyResult<Option<String>> {
        self.0.serialize(Next).map_err(Fault::into)
    }

    fn columns(&self, columns: &mut [Column]) -> PyResult<()> {
        self.0.serialize(Rows(Fill(columns))).map_err(Fault::into)
    }

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        pythonize::pythonize(py, &self.0).map_err(PyErr::from)
    }

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>> {
        serde_json::to_vec(&self.0).map_err(|error| Fault::custom(error).into())
    }
}

/// What somebody wants of a list's rows.
trait Visit: Sized {
    type Out;

    /// Takes the rows of a list or page.
    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<Self::Out, Fault>;
}

struct Count;

impl Visit for Count {
    type Out = usize;

    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<usize, Fault> {
        Ok(rows.count())
    }
}

struct Row<'p, 'py> {
    py: Python<'py>,
    plan: &'p Record,
    place: usize,
}

impl<'py> Visit for Row<'_, 'py> {
    type Out = Bound<'py, PyAny>;

    /// A slice's iterator skips without a look at what it skips.
    fn rows<I: Iterator<Item: Serialize>>(self, mut rows: I) -> Result<Self::Out, Fault> {
        let Self { py, plan, place } = self;
        let row = rows.nth(place).ok_or_else(|| Fault::custom("a row that is not there"))?;
        row.serialize(ToRecord { py, plan })
    }
}

struct Fill<'c>(&'c mut [Column]);

impl Visit for Fill<'_> {
    type Out = ();

    fn rows<I: Iterator<Item: Serialize>>(self, rows: I) -> Result<(), Fault> {
        for row in rows {
            row.serialize(ToColumns(&mut *self.0))?;
        }
        Ok(())
    }
}

/// Finds the rows: the answer is a list, or a page that holds one.
struct Rows<V>(V);

impl<V: Visit> Serializer for Rows<V> {
    type Ok = V::Out;
    type Error = Fault;
    type SerializeSeq = Impossible<V::Out, Fault>;
    type SerializeTuple = Impossible<V::Out, Fault>;
    type SerializeTupleStruct = Impossible<V::Out, Fault>;
    type SerializeTupleVariant = Impossible<V::Out, Fault>;
    type SerializeMap = Impossible<V::Out, Fault>;
    type SerializeStruct = Page<V>;
    type SerializeStructVariant = Impossible<V::Out, Fault>;

    fn collect_seq<I: IntoIterator<Item: Serialize>>(self, rows: I) -> Result<V::Out, Fault> {
        self.0.rows(rows.into_iter())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Page<V>, Fault> {
        Ok(Page { visit: Some(self.0), found: None })
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_u64 serialize_f32 serialize_f64 serialize_char serialize_str serialize_bytes serialize_none
        serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct
        serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct serialize_tuple_variant
        serialize_map serialize_struct_variant
    }
}

/// A page, of which only the rows are looked at.
struct Page<V: Visit> {
    visit: Option<V>,
    found: Option<V::Out>,
}

impl<V: Visit> SerializeStruct for Page<V> {
    type Ok = V::Out;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        if name == "items"
            && let Some(visit) = self.visit.take()
        {
            self.found = Some(value.serialize(Rows(visit))?);
        }
        Ok(())
    }

    fn end(self) -> Result<V::Out, Fault> {
        self.found.ok_or_else(|| Fault::custom("an answer without rows"))
    }
}

/// Finds where the next page starts.
struct Next;

impl Serializer for Next {
    type Ok = Option<String>;
    type Error = Fault;
    type SerializeSeq = Impossible<Self::Ok, Fault>;
    type SerializeTuple = Impossible<Self::Ok, Fault>;
    type SerializeTupleStruct = Impossible<Self::Ok, Fault>;
    type SerializeTupleVariant = Impossible<Self::Ok, Fault>;
    type SerializeMap = Impossible<Self::Ok, Fault>;
    type SerializeStruct = NextOf;
    type SerializeStructVariant = Impossible<Self::Ok, Fault>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<NextOf, Fault> {
        Ok(NextOf(None))
    }

    fn serialize_str(self, cursor: &str) -> Result<Self::Ok, Fault> {
        Ok(Some(cursor.to_owned()))
    }

    fn serialize_none(self) -> Result<Self::Ok, Fault> {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, cursor: &T) -> Result<Self::Ok, Fault> {
        cursor.serialize(self)
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_u64 serialize_f32 serialize_f64 serialize_char serialize_bytes serialize_unit serialize_unit_struct
        serialize_unit_variant serialize_newtype_struct serialize_newtype_variant serialize_seq serialize_tuple
        serialize_tuple_struct serialize_tuple_variant serialize_map serialize_struct_variant
    }
}

struct NextOf(Option<String>);

impl SerializeStruct for NextOf {
    type Ok = Option<String>;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        if name == "next" {
            self.0 = value.serialize(Next)?;
        }
        Ok(())
    }

    fn end(self) -> Result<Option<String>, Fault> {
        Ok(self.0)
    }
}
