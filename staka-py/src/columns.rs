//! Writes rows of the core into Arrow columns, with serde.

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::column::{Column, length};
use crate::conversion_error::ConversionError;
use crate::refuse::refuse;

/// Writes a struct, each field into its column.
pub(crate) struct ToColumns<'c>(pub(crate) &'c mut [Column]);

impl<'c> Serializer for ToColumns<'c> {
    type Ok = ();
    type Error = ConversionError;
    type SerializeSeq = Impossible<(), ConversionError>;
    type SerializeTuple = Impossible<(), ConversionError>;
    type SerializeTupleStruct = Impossible<(), ConversionError>;
    type SerializeTupleVariant = Impossible<(), ConversionError>;
    type SerializeMap = Impossible<(), ConversionError>;
    type SerializeStruct = Cells<'c>;
    type SerializeStructVariant = Impossible<(), ConversionError>;

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Cells<'c>, ConversionError> {
        if count != self.0.len() {
            return Err(ConversionError::custom(format!("{name} does not have the fields of its description")));
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

/// The columns of a struct's fields, in order.
pub(crate) struct Cells<'c>(std::slice::IterMut<'c, Column>);

impl SerializeStruct for Cells<'_> {
    type Ok = ();
    type Error = ConversionError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ConversionError> {
        match self.0.next() {
            Some(Column::Json(builder)) => {
                let text = serde_json::to_string(value).map_err(ConversionError::custom)?;
                builder.append_option((text != "null").then_some(text));
                Ok(())
            }
            Some(column) => value.serialize(ToColumn(column)),
            None => Err(ConversionError::custom(format!("{name} is missing in the description"))),
        }
    }

    fn end(self) -> Result<(), ConversionError> {
        Ok(())
    }
}

/// Writes one value into a column.
struct ToColumn<'c>(&'c mut Column);

impl<'c> Serializer for ToColumn<'c> {
    type Ok = ();
    type Error = ConversionError;
    type SerializeSeq = Values<'c>;
    type SerializeTuple = Impossible<(), ConversionError>;
    type SerializeTupleStruct = Impossible<(), ConversionError>;
    type SerializeTupleVariant = Impossible<(), ConversionError>;
    type SerializeMap = Impossible<(), ConversionError>;
    type SerializeStruct = Cells<'c>;
    type SerializeStructVariant = Impossible<(), ConversionError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), ConversionError> {
        match self.0 {
            Column::Boolean(builder) => builder.append_value(value),
            _ => return mismatch("a boolean"),
        }
        Ok(())
    }

    fn serialize_i32(self, value: i32) -> Result<(), ConversionError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), ConversionError> {
        match self.0 {
            Column::Integer(builder) => builder.append_value(value),
            Column::Timestamp(builder) => builder.append_value(value),
            _ => return mismatch("a whole number"),
        }
        Ok(())
    }

    fn serialize_u32(self, value: u32) -> Result<(), ConversionError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), ConversionError> {
        self.serialize_i64(i64::try_from(value).map_err(ConversionError::custom)?)
    }

    fn serialize_f64(self, value: f64) -> Result<(), ConversionError> {
        match self.0 {
            Column::Number(builder) => builder.append_value(value),
            _ => return mismatch("a number"),
        }
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), ConversionError> {
        match self.0 {
            Column::Text(builder) => builder.append_value(value),
            _ => return mismatch("text"),
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), ConversionError> {
        self.0.null()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ConversionError> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), ConversionError> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), ConversionError> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Values<'c>, ConversionError> {
        match self.0 {
            Column::List { offsets, present, values, .. } => Ok(Values { offsets, present, values }),
            _ => mismatch("a list"),
        }
    }

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Cells<'c>, ConversionError> {
        match self.0 {
            Column::Record { present, columns, .. } => {
                present.push(true);
                ToColumns(columns).serialize_struct(name, count)
            }
            _ => mismatch(name),
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
    offsets: &'c mut Vec<i32>,
    present: &'c mut Vec<bool>,
    values: &'c mut Column,
}

impl SerializeSeq for Values<'_> {
    type Ok = ();
    type Error = ConversionError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConversionError> {
        value.serialize(ToColumn(self.values))
    }

    fn end(self) -> Result<(), ConversionError> {
        self.offsets.push(length(self.values.len())?);
        self.present.push(true);
        Ok(())
    }
}

fn mismatch<T>(what: &str) -> Result<T, ConversionError> {
    Err(ConversionError::custom(format!("{what} does not match the description")))
}
