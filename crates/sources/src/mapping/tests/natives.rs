//! Columns of Parquet, which have types of their own.

use crate::input::ColumnType;
use crate::mapping::tests::{Outcome, Sketch};
use crate::raw::RawBatch;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, LargeStringArray, RecordBatch,
    StringArray, TimestampNanosecondArray, UInt64Array,
};
use std::sync::Arc;

fn map(sketch: &Sketch, column: impl arrow::array::Array + 'static) -> Outcome {
    let rows = column.len() as u64;
    let columns = RecordBatch::try_from_iter([("c", Arc::new(column) as ArrayRef)]).unwrap();
    sketch.map_batches(vec![RawBatch { columns, places: (1..=rows).collect() }])
}

fn as_it_is(column: impl arrow::array::Array + 'static) -> Vec<String> {
    map(&Sketch::default().column("c", "c"), column).rows
}

fn retyped(column_type: ColumnType, column: impl arrow::array::Array + 'static) -> Outcome {
    map(&Sketch::default().types("c", column_type).column("c", "c"), column)
}

#[test]
fn native_columns_keep_what_they_hold() {
    assert_eq!(as_it_is(Int32Array::from(vec![Some(7), None])), ["1: 7", "2: _"]);
    assert_eq!(as_it_is(UInt64Array::from(vec![7])), ["1: 7"]);
    assert_eq!(as_it_is(BooleanArray::from(vec![true])), ["1: true"]);
    assert_eq!(as_it_is(LargeStringArray::from(vec![" x ", ""])), ["1: x", "2: _"]);
    let decimal = Decimal128Array::from(vec![12_500, -1]).with_precision_and_scale(20, 4).unwrap();
    assert_eq!(as_it_is(decimal), ["1: 1.2500", "2: -0.0001"]);
    assert_eq!(as_it_is(Float64Array::from(vec![0.1, 21.0])), ["1: 0.1", "2: 21.0"]);
}

#[test]
fn times_without_zone_are_local_and_those_with_one_are_instants() {
    let noon = 1_309_521_600_000_000_000; // 2011-07-01 12:00
    assert_eq!(as_it_is(TimestampNanosecondArray::from(vec![noon])), ["1: 2011-07-01T11:00:00.000000Z"]);
    let zoned = TimestampNanosecondArray::from(vec![noon]).with_timezone("+05:00");
    assert_eq!(as_it_is(zoned), ["1: 2011-07-01T12:00:00.000000Z"]);
    assert_eq!(as_it_is(Date32Array::from(vec![15_156])), ["1: 2011-06-30T23:00:00.000000Z"]);
}

#[test]
fn native_columns_are_read_anew_where_types_say_so() {
    assert_eq!(retyped(ColumnType::Decimal, StringArray::from(vec!["12.50"])).rows, ["1: 12.5"]);
    assert_eq!(retyped(ColumnType::Text, Float64Array::from(vec![12_345.0, 0.5])).rows, ["1: 12345", "2: 0.5"]);
    assert_eq!(
        retyped(ColumnType::EpochMillis, UInt64Array::from(vec![1000])).rows,
        ["1: 1970-01-01T00:00:01.000000Z"]
    );
    let day = retyped(ColumnType::Time(Some("%Y%m%d".to_owned())), Int32Array::from(vec![19_970_101, 7]));
    assert_eq!((day.rows, day.rejects.len()), (vec!["1: 1997-01-01T00:00:00.000000Z".to_owned()], 1));
    let int = retyped(ColumnType::Int, Float64Array::from(vec![3.0, 3.5, f64::NAN]));
    assert_eq!((int.rows, int.rejects.len()), (vec!["1: 3".to_owned()], 2));
}

#[test]
fn numbers_that_no_amount_has_are_rejected() {
    let huge = retyped(ColumnType::Decimal, Float64Array::from(vec![1e300, 0.25]));
    assert_eq!(
        (huge.rows.clone(), huge.rejects()[0].split('`').next()),
        (vec!["2: 0.25".to_owned()], Some("1 c out_of_range "))
    );
    let unsigned = map(&Sketch::default().column("c", "c"), UInt64Array::from(vec![u64::MAX, 1]));
    assert_eq!((unsigned.rows, unsigned.rejects.len()), (vec!["2: 1".to_owned()], 1));
}
