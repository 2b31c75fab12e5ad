//! Texts that an input calls null: they are null before anything else looks at them.

use crate::raw::RawBatch;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// Makes null what is one of these texts, blanks around it aside.
pub(crate) fn without(batch: RawBatch, nulls: &[String]) -> RawBatch {
    if nulls.is_empty() {
        return batch;
    }
    let RawBatch { columns, places } = batch;
    let arrays = columns.columns().iter().map(|column| column_without(column, nulls)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(columns.num_rows()));
    let fields: Vec<_> =
        columns.schema_ref().fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    let columns = RecordBatch::try_new_with_options(schema, arrays, &options).expect("the same columns");
    RawBatch { columns, places }
}

fn column_without(column: &ArrayRef, nulls: &[String]) -> ArrayRef {
    if *column.data_type() != DataType::Utf8 {
        return column.clone();
    }
    let texts = column.as_string::<i32>();
    let says_null = |at| nulls.iter().any(|null| texts.value(at).trim() == null);
    let full = BooleanBuffer::collect_bool(texts.len(), |at| texts.is_valid(at) && !says_null(at));
    let (offsets, values, _) = texts.clone().into_parts();
    Arc::new(StringArray::new(offsets, values, Some(NullBuffer::new(full)).filter(|nulls| nulls.null_count() > 0)))
}
