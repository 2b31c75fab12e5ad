//! Rows with a text that is longer than any fact needs: they are rejected before anything else looks at them.

use crate::raw::RawBatch;
use crate::readers::{Piece, Source};
use crate::text_limit::{LIMIT, shortened, too_long};
use accrue_facts::{Reject, RejectReason, Wanted};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::DataType;
use std::collections::BTreeMap;

/// Rejects the rows of a piece that have a text that is too long, in the first such column.
pub(crate) fn without(piece: Piece, source: &Source) -> Piece {
    let mut found: BTreeMap<usize, Reject> = BTreeMap::new();
    for (field, column) in piece.batch.columns.schema_ref().fields().iter().zip(piece.batch.columns.columns()) {
        for row in rows_too_long(column) {
            found.entry(row).or_insert_with(|| reject(&piece, source, field.name(), column, row));
        }
    }
    if found.is_empty() {
        return piece;
    }
    let is_kept = |row: usize| !found.contains_key(&row);
    let RawBatch { columns, places } = piece.batch;
    let kept: BooleanArray = (0..places.len()).map(|row| Some(is_kept(row))).collect();
    let columns = filter_record_batch(&columns, &kept).expect("a flag for each row");
    let places = places.iter().enumerate().filter(|(row, _)| is_kept(*row)).map(|(_, place)| *place).collect();
    let mut rejects = piece.rejects;
    rejects.extend(found.into_values());
    rejects.sort_by_key(|reject| reject.place);
    Piece { batch: RawBatch { columns, places }, rejects, ..piece }
}

fn rows_too_long(column: &ArrayRef) -> Vec<usize> {
    let Some(texts) = column.as_string_opt::<i32>().filter(|_| *column.data_type() == DataType::Utf8) else {
        return Vec::new();
    };
    let offsets = texts.value_offsets();
    // Of most pieces all texts together are no longer.
    if (offsets[texts.len()] - offsets[0]) as usize <= LIMIT {
        return Vec::new();
    }
    (0..texts.len()).filter(|&row| texts.is_valid(row) && texts.value_length(row) as usize > LIMIT).collect()
}

fn reject(piece: &Piece, source: &Source, name: &str, column: &ArrayRef, row: usize) -> Reject {
    let text = column.as_string::<i32>().value(row);
    Reject {
        kind: source.kind,
        file: source.file,
        place: piece.batch.places[row],
        column: name.to_owned(),
        value: shortened(text),
        expression: None,
        wanted: Wanted::Other,
        reason: RejectReason::Malformed,
        message: too_long(text),
        order_id: None,
    }
}
