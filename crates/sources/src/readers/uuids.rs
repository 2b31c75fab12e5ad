//! Turns UUIDs, which Parquet keeps in 16 bytes, into their text in lower case with hyphens.

use crate::error::FileFault;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::basic::LogicalType;
use parquet::schema::types::Type;
use std::fmt::Write;
use std::sync::Arc;

/// How a column of UUIDs is decoded.
pub(super) const BYTES: DataType = DataType::FixedSizeBinary(16);

/// Tells whether a column of a file holds UUIDs.
pub(super) fn are_in(field: &Field, column: &Type) -> bool {
    let is_marked = field.metadata().get("ARROW:extension:name").is_some_and(|name| name == "arrow.uuid");
    column.get_basic_info().logical_type_ref() == Some(&LogicalType::Uuid) || is_marked && *field.data_type() == BYTES
}

/// Returns a batch with the text of every UUID, in lower case and with hyphens.
pub(super) fn as_texts(batch: RecordBatch) -> Result<RecordBatch, FileFault> {
    if !batch.columns().iter().any(|column| *column.data_type() == BYTES) {
        return Ok(batch);
    }
    let arrays: Vec<ArrayRef> = batch.columns().iter().map(text).collect();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(&arrays).map(|(field, array)| match *field.data_type() == BYTES {
        true => Arc::new(Field::new(field.name(), array.data_type().clone(), true)),
        false => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, arrays, &options)?)
}

fn text(column: &ArrayRef) -> ArrayRef {
    match *column.data_type() == BYTES {
        true => {
            Arc::new(column.as_fixed_size_binary().iter().map(|bytes| bytes.map(hyphenated)).collect::<StringArray>())
        }
        false => column.clone(),
    }
}

fn hyphenated(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").expect("writing to a string");
    }
    text
}
