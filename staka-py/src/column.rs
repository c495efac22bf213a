//! Builders of Arrow columns, by the shape of their values.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};
use serde::ser::Error as _;
use staka_core::base::{Shape, StructDoc};

use crate::conversion_error::ConversionError;
use crate::plan::snake_case;

/// Returns the Arrow fields of a struct, with names in snake_case; only optional fields are nullable.
pub(crate) fn fields(doc: &StructDoc) -> Fields {
    let field = |field: &staka_core::base::Field| {
        let nullable = matches!(field.shape, Shape::Optional(_) | Shape::Json);
        Field::new(snake_case(field.name), data_type(&field.shape), nullable)
    };
    doc.fields.iter().map(field).collect()
}

fn data_type(shape: &Shape) -> DataType {
    match shape.plain() {
        Shape::Boolean => DataType::Boolean,
        Shape::Integer { .. } => DataType::Int64,
        Shape::Number => DataType::Float64,
        Shape::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Shape::List(item, _) | Shape::Page(item) => DataType::List(item_field(item)),
        Shape::Struct(doc) => DataType::Struct(fields(doc)),
        // Free JSON is written as text, an enum value as its name.
        _ => DataType::Utf8,
    }
}

fn item_field(item: &Shape) -> FieldRef {
    Arc::new(Field::new("item", data_type(item), matches!(item, Shape::Optional(_))))
}

/// A builder of one column.
pub(crate) enum Column {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Timestamp(TimestampMillisecondBuilder),
    Text(StringBuilder),
    Json(StringBuilder),
    List { item: FieldRef, offsets: Vec<i32>, present: Vec<bool>, values: Box<Column> },
    Record { fields: Fields, present: Vec<bool>, columns: Vec<Column> },
}

impl Column {
    fn new(shape: &Shape) -> Self {
        match shape.plain() {
            Shape::Boolean => Self::Boolean(BooleanBuilder::new()),
            Shape::Integer { .. } => Self::Integer(Int64Builder::new()),
            Shape::Number => Self::Number(Float64Builder::new()),
            Shape::Timestamp => Self::Timestamp(TimestampMillisecondBuilder::new().with_timezone("UTC")),
            Shape::Json => Self::Json(StringBuilder::new()),
            Shape::List(item, _) | Shape::Page(item) => Self::List {
                item: item_field(item),
                offsets: vec![0],
                present: vec![],
                values: Box::new(Self::new(item)),
            },
            Shape::Struct(doc) => Self::Record { fields: fields(doc), present: vec![], columns: Self::all(doc) },
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Creates the columns of a struct.
    pub(crate) fn all(doc: &StructDoc) -> Vec<Self> {
        doc.fields.iter().map(|field| Self::new(&field.shape)).collect()
    }

    pub(crate) fn null(&mut self) -> Result<(), ConversionError> {
        match self {
            Self::Boolean(builder) => builder.append_null(),
            Self::Integer(builder) => builder.append_null(),
            Self::Number(builder) => builder.append_null(),
            Self::Timestamp(builder) => builder.append_null(),
            Self::Text(builder) | Self::Json(builder) => builder.append_null(),
            Self::List { offsets, present, values, .. } => {
                offsets.push(length(values.len())?);
                present.push(false);
            }
            // The child columns of a null struct need a value too.
            Self::Record { present, columns, .. } => {
                present.push(false);
                columns.iter_mut().try_for_each(Self::filler)?;
            }
        }
        Ok(())
    }

    /// Appends a value below a null struct: not null, because the schema may forbid that.
    fn filler(&mut self) -> Result<(), ConversionError> {
        match self {
            Self::Boolean(builder) => builder.append_value(false),
            Self::Integer(builder) => builder.append_value(0),
            Self::Number(builder) => builder.append_value(0.0),
            Self::Timestamp(builder) => builder.append_value(0),
            Self::Text(builder) | Self::Json(builder) => builder.append_value(""),
            Self::List { offsets, present, values, .. } => {
                offsets.push(length(values.len())?);
                present.push(true);
            }
            Self::Record { present, columns, .. } => {
                present.push(true);
                columns.iter_mut().try_for_each(Self::filler)?;
            }
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Boolean(builder) => builder.len(),
            Self::Integer(builder) => builder.len(),
            Self::Number(builder) => builder.len(),
            Self::Timestamp(builder) => builder.len(),
            Self::Text(builder) | Self::Json(builder) => builder.len(),
            Self::List { present, .. } | Self::Record { present, .. } => present.len(),
        }
    }

    /// Returns the finished column.
    pub(crate) fn finish(self) -> Result<ArrayRef, ConversionError> {
        Ok(match self {
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Number(mut builder) => Arc::new(builder.finish()),
            Self::Timestamp(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) | Self::Json(mut builder) => Arc::new(builder.finish()),
            Self::List { item, offsets, present, values } => {
                let list = ListArray::try_new(item, offset_buffer(offsets), values.finish()?, nulls(present));
                Arc::new(list.map_err(ConversionError::custom)?)
            }
            Self::Record { fields, present, columns } => {
                let length = present.len();
                let columns = columns.into_iter().map(Self::finish).collect::<Result<_, _>>()?;
                let array = StructArray::try_new_with_length(fields, columns, nulls(present), length);
                Arc::new(array.map_err(ConversionError::custom)?)
            }
        })
    }
}

/// Returns the number of values of a list's column, which Arrow counts in 32 bits.
pub(crate) fn length(values: usize) -> Result<i32, ConversionError> {
    i32::try_from(values).map_err(|_| ConversionError::custom("the list has more values than an Arrow list can hold"))
}

fn offset_buffer(offsets: Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(offsets))
}

fn nulls(present: Vec<bool>) -> Option<NullBuffer> {
    if present.iter().all(|present| *present) { None } else { Some(NullBuffer::from(present)) }
}
