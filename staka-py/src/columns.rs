//! Rows of the core written into Arrow columns, by the same way of writing that gives objects and JSON.

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::column::{Column, length};
use crate::fault::Fault;
use crate::refuse::refuse;

/// Writes a struct, a field a column.
pub(crate) struct ToColumns<'c>(pub(crate) &'c mut [Column]);

impl<'c> Serializer for ToColumns<'c> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Impossible<(), Fault>;
    type SerializeTuple = Impossible<(), Fault>;
    type SerializeTupleStruct = Impossible<(), Fault>;
    type SerializeTupleVariant = Impossible<(), Fault>;
    type SerializeMap = Impossible<(), Fault>;
    type SerializeStruct = Cells<'c>;
    type SerializeStructVariant = Impossible<(), Fault>;

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Cells<'c>, Fault> {
        if count != self.0.len() {
            return Err(Fault::custom(format!("{name} has other fields than were described")));
        }
        Ok(Cells(self.0.iter_mut()))
    }

    refuse! {
        serialize_bool serialize_i8 serialize_i16 serialize_i32 serialize_i64 serialize_u8 serialize_u16 serialize_u32
        serialize_u64 serialize_f32 serialize_f64 serialize_char serialize_str serialize_bytes serialize_none
        serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct
        serialize_newtype_variant serialize_seq serialize_tuple serialize_tuple_struct serialize_tuple_variant
        serialize_map serialize_struct_variant
    }
}

/// The columns that a struct's fields go into, in order.
pub(crate) struct Cells<'c>(std::slice::IterMut<'c, Column>);

impl SerializeStruct for Cells<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        match self.0.next() {
            Some(Column::Json(builder)) => {
                let text = serde_json::to_string(value).map_err(Fault::custom)?;
                builder.append_option((text != "null").then_some(text));
                Ok(())
            }
            Some(column) => value.serialize(ToColumn(column)),
            None => Err(Fault::custom(format!("{name} was not described"))),
        }
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Writes one value into a column.
struct ToColumn<'c>(&'c mut Column);

impl<'c> Serializer for ToColumn<'c> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Values<'c>;
    type SerializeTuple = Impossible<(), Fault>;
    type SerializeTupleStruct = Impossible<(), Fault>;
    type SerializeTupleVariant = Impossible<(), Fault>;
    type SerializeMap = Impossible<(), Fault>;
    type SerializeStruct = Cells<'c>;
    type SerializeStructVariant = Impossible<(), Fault>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        match self.0 {
            Column::Boolean(builder) => builder.append_value(value),
            _ => return misfit("a boolean"),
        }
        Ok(())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Fault> {
        match self.0 {
            Column::Integer(builder) => builder.append_value(value),
            Column::Moment(builder) => builder.append_value(value),
            _ => return misfit("a whole number"),
        }
        Ok(())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Fault> {
        self.serialize_i64(i64::try_from(value).map_err(Fault::custom)?)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Fault> {
        match self.0 {
            Column::Number(builder) => builder.append_value(value),
            _ => return misfit("a number"),
        }
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Fault> {
        match self.0 {
            Column::Text(builder) => builder.append_value(value),
            _ => return misfit("text"),
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.0.null()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, word: &'static str) -> Result<(), Fault> {
        self.serialize_str(word)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Values<'c>, Fault> {
        match self.0 {
            Column::List { ends, present, values, .. } => Ok(Values { ends, present, values }),
            _ => misfit("a list"),
        }
    }

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Cells<'c>, Fault> {
        match self.0 {
            Column::Record { present, columns, .. } => {
                present.push(true);
                ToColumns(columns).serialize_struct(name, count)
            }
            _ => misfit(name),
        }
    }

    refuse! {
        serialize_i8 serialize_i16 serialize_u8 serialize_u16 serialize_f32 serialize_char serialize_bytes
        serialize_unit serialize_unit_struct serialize_newtype_variant serialize_tuple serialize_tuple_struct
        serialize_tuple_variant serialize_map serialize_struct_variant
    }
}

/// The values of a list.
struct Values<'c> {
    ends: &'c mut Vec<i32>,
    present: &'c mut Vec<bool>,
    values: &'c mut Column,
}

impl SerializeSeq for Values<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(ToColumn(self.values))
    }

    fn end(self) -> Result<(), Fault> {
        self.ends.push(length(self.values.len())?);
        self.present.push(true);
        Ok(())
    }
}

fn misfit<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::custom(format!("{what} stands where something else was described")))
}
