//! An operation's answer, kept as the core gave it until Python asks for objects or columns.

use pyo3::exceptions::PyNotImplementedError;
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

    /// Where the next page starts, and how many rows all pages hold.
    fn ends(&self) -> PyResult<Ends>;

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

    fn ends(&self) -> PyResult<Ends> {
        match self.0.serialize(ToEnds).map_err(PyErr::from)? {
            End::Page(ends) => Ok(ends),
            _ => Err(Fault::custom("an answer that is no page").into()),
        }
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

/// What a page has besides its rows.
#[derive(Default)]
pub(crate) struct Ends {
    pub(crate) next: Option<String>,
    pub(crate) total: Option<u64>,
}

/// Finds it.
struct ToEnds;

enum End {
    None,
    Next(String),
    Total(u64),
    Page(Ends),
}

impl Serializer for ToEnds {
    type Ok = End;
    type Error = Fault;
    type SerializeSeq = Impossible<End, Fault>;
    type SerializeTuple = Impossible<End, Fault>;
    type SerializeTupleStruct = Impossible<End, Fault>;
    type SerializeTupleVariant = Impossible<End, Fault>;
    type SerializeMap = Impossible<End, Fault>;
    type SerializeStruct = EndsOf;
    type SerializeStructVariant = Impossible<End, Fault>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<EndsOf, Fault> {
        Ok(EndsOf(Ends::default()))
    }

    fn serialize_str(self, cursor: &str) -> Result<End, Fault> {
        Ok(End::Next(cursor.to_owned()))
    }

    fn serialize_u64(self, total: u64) -> Result<End, Fault> {
        Ok(End::Total(total))
    }

    fn serialize_none(self) -> Result<End, Fault> {
        Ok(End::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<End, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<End, Fault> {
        value.serialize(self)
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_f32 serialize_f64 serialize_char serialize_bytes serialize_unit serialize_unit_struct
        serialize_unit_variant serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct
        serialize_tuple_variant serialize_map serialize_struct_variant
    }
}

struct EndsOf(Ends);

impl SerializeStruct for EndsOf {
    type Ok = End;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        if name != "items" {
            match value.serialize(ToEnds)? {
                End::Next(next) => self.0.next = Some(next),
                End::Total(total) => self.0.total = Some(total),
                _ => {}
            }
        }
        Ok(())
    }

    fn end(self) -> Result<End, Fault> {
        Ok(End::Page(self.0))
    }
}

/// Rows of a page within something else, of which Python has objects already.
pub(crate) struct Made;

impl Answer for Made {
    fn to_python<'py>(&self, _: Python<'py>, _: &Value) -> PyResult<Bound<'py, PyAny>> {
        Err(made())
    }

    fn count(&self) -> PyResult<usize> {
        Err(made())
    }

    fn row<'py>(&self, _: Python<'py>, _: &Record, _: usize) -> PyResult<Bound<'py, PyAny>> {
        Err(made())
    }

    fn ends(&self) -> PyResult<Ends> {
        Err(made())
    }

    fn columns(&self, _: &mut [Column]) -> PyResult<()> {
        Err(made())
    }

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, _: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Err(made())
    }

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>> {
        Err(made())
    }
}

fn made() -> PyErr {
    PyNotImplementedError::new_err("there are no columns of a page that lies within something else")
}
