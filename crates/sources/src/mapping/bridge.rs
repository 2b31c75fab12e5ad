//! Hands columns from `arrow` to `polars` and back without copying them, over the Arrow C data interface.
//!
//! One of the two files with `unsafe`. Why it is sound: the C data interface is a stable ABI, and both crates
//! define its two structs as `repr(C)` with the fields, in the order, that the specification gives (sizes and
//! alignments are checked below at compile time). What `arrow` exports is valid by its own contract, and ownership
//! moves with the value: exactly one side ever calls `release`.

#![allow(unsafe_code, reason = "the C data interface is a matter of raw pointers: see above")]

use arrow::array::{Array, ArrayRef, make_array};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use polars::prelude::{ArrowField, CompatLevel, PolarsError, PolarsResult, Series};
use polars_arrow::ffi::{ArrowArray, ArrowSchema};
use std::mem::{align_of, size_of, transmute};

const _: () = assert!(size_of::<FFI_ArrowArray>() == size_of::<ArrowArray>());
const _: () = assert!(align_of::<FFI_ArrowArray>() == align_of::<ArrowArray>());
const _: () = assert!(size_of::<FFI_ArrowSchema>() == size_of::<ArrowSchema>());
const _: () = assert!(align_of::<FFI_ArrowSchema>() == align_of::<ArrowSchema>());

/// Makes a polars column of the chunks of an arrow column; there is at least one chunk.
pub fn to_polars(name: &str, chunks: &[ArrayRef]) -> PolarsResult<Series> {
    let mut imported = Vec::with_capacity(chunks.len());
    let mut field = None;
    for chunk in chunks {
        let (array, schema) = to_ffi(&chunk.to_data()).map_err(foreign)?;
        // SAFETY: see above; `array` and `schema` are moved, so they are released once, by polars.
        let (array, schema) = unsafe {
            (transmute::<FFI_ArrowArray, ArrowArray>(array), transmute::<FFI_ArrowSchema, ArrowSchema>(schema))
        };
        // SAFETY: both were exported by arrow a moment ago and describe the same column.
        let (dtype, array) = unsafe {
            let dtype = polars_arrow::ffi::import_field_from_c(&schema)?.dtype;
            (dtype.clone(), polars_arrow::ffi::import_array_from_c(array, dtype)?)
        };
        field = Some(ArrowField::new(name.into(), dtype, true));
        imported.push(array);
    }
    let field = field.ok_or_else(|| PolarsError::NoData("a column without chunks".into()))?;
    Series::try_from((&field, imported))
}

/// Makes an arrow column of a polars column.
pub fn to_arrow(series: &Series) -> PolarsResult<ArrayRef> {
    let series = series.rechunk();
    let array = series.to_arrow(0, CompatLevel::newest());
    let field = ArrowField::new("".into(), array.dtype().clone(), true);
    let schema = polars_arrow::ffi::export_field_to_c(&field);
    let array = polars_arrow::ffi::export_array_to_c(array);
    // SAFETY: see above; `array` and `schema` are moved, so they are released once, by arrow.
    let data = unsafe {
        let schema = transmute::<ArrowSchema, FFI_ArrowSchema>(schema);
        from_ffi(transmute::<ArrowArray, FFI_ArrowArray>(array), &schema)
    };
    Ok(make_array(data.map_err(foreign)?))
}

fn foreign(fault: ArrowError) -> PolarsError {
    PolarsError::ComputeError(fault.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray};
    use std::sync::Arc;

    #[test]
    fn columns_survive_the_way_there_and_back() {
        let columns: [ArrayRef; 4] = [
            Arc::new(Int64Array::from(vec![Some(1), None, Some(-3)])),
            Arc::new(TimestampMicrosecondArray::from(vec![Some(0), None, Some(1)])),
            Arc::new(Decimal128Array::from(vec![Some(125), None, Some(-1)]).with_precision_and_scale(38, 2).unwrap()),
            Arc::new(StringArray::from(vec![Some("a"), None, Some("a text longer than a view's twelve bytes")])),
        ];
        for column in columns {
            let there = to_polars("c", &[column.slice(0, 1), column.slice(1, 2)]).unwrap();
            let back = arrow::compute::cast(&to_arrow(&there).unwrap(), column.data_type()).unwrap();
            assert_eq!(&back, &column);
        }
    }
}
