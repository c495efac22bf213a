//! The Arrow PyCapsule interface: <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchOptions};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{Schema, SchemaRef};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use serde::ser::Error as _;
use staka_core::base::StructDoc;

use crate::answer::Answer;
use crate::column::{self, Column};
use crate::conversion_error::ConversionError;

fn schema_of(doc: &StructDoc) -> SchemaRef {
    Arc::new(Schema::new(column::fields(doc)))
}

/// Returns all rows as one batch.
pub(crate) fn batch(doc: &StructDoc, rows: &dyn Answer) -> PyResult<RecordBatch> {
    let mut columns = Column::all(doc);
    rows.columns(&mut columns)?;
    let count = columns.first().map_or(0, Column::len);
    let arrays = columns.into_iter().map(Column::finish).collect::<Result<Vec<_>, ConversionError>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let batch = RecordBatch::try_new_with_options(schema_of(doc), arrays, &options);
    batch.map_err(|error| ConversionError::custom(error).into())
}

/// Returns the capsule `arrow_schema`.
pub(crate) fn schema<'py>(py: Python<'py>, doc: &StructDoc) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(&*schema_of(doc));
    PyCapsule::new_with_value(py, schema.map_err(|e| PyRuntimeError::new_err(e.to_string()))?, c"arrow_schema")
}

/// Returns the capsule `arrow_array_stream`.
pub(crate) fn stream(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}
