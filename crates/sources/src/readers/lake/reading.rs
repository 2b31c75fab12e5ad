//! Reads a file and adds the columns that folder names or the table log give.

use crate::error::FileFault;
use crate::raw::RawBatch;
use crate::readers::format;
use crate::readers::lake::fixed::{FixedColumn, ToldBy};
use crate::readers::{Members, Piece, Source, TakePiece, Wanted, WholeFile};
use accrue_facts::columns::Need;
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema};
use std::sync::Arc;

/// Reads a file; the columns that its place gives are added to those of its own.
pub(crate) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let is_wanted = |column: &&FixedColumn| wanted.columns.iter().any(|(name, _)| *name == column.name);
    let fixed: Vec<&FixedColumn> = source.columns.iter().filter(is_wanted).collect();
    let whole = if fixed.is_empty() {
        format::read(source, wanted, take)
    } else {
        let completed = |piece: Piece| take(Piece { batch: with_columns(piece.batch, &fixed)?, ..piece });
        format::read(source, &left_to_file(wanted, &fixed), &completed)
    };
    let is_idle = |column: &&FixedColumn| column.told_by == ToldBy::Folder && !is_wanted(column);
    let idle = source.columns.iter().find(is_idle);
    let whole =
        whole.map(|(whole, members)| (whole, members.with_all(fixed.iter().map(|column| column.name.as_str()))));
    whole.map_err(|fault| match (fault, idle) {
        (fault @ FileFault::MissingColumn { .. }, Some(idle)) => {
            FileFault::MissingBesideFolder { missing: Box::new(fault), folder: idle.name.clone() }
        }
        (fault, _) => fault,
    })
}

/// Returns what is wanted of the file itself.
fn left_to_file(wanted: &Wanted, fixed: &[&FixedColumn]) -> Wanted {
    let of = |name: &str| fixed.iter().find(|column| column.name == name);
    let has_owner = wanted.columns.iter().any(|(name, need)| *need == Need::Owner && of(name).is_some());
    let left = |(name, need): &(String, Need)| match (of(name), need) {
        (Some(column), _) if column.told_by == ToldBy::Log => None,
        (Some(_), _) => Some((name.clone(), Need::Optional)),
        (None, Need::Owner) if has_owner => Some((name.clone(), Need::Optional)),
        (None, need) => Some((name.clone(), *need)),
    };
    Wanted {
        every: wanted.every,
        hashes: wanted.hashes,
        columns: wanted.columns.iter().filter_map(left).collect(),
        times: wanted.times.iter().copied().filter(|name| of(name).is_none()).collect(),
        unlike: wanted.unlike.iter().copied().filter(|name| of(name).is_none()).collect(),
    }
}

fn with_columns(batch: RawBatch, fixed: &[&FixedColumn]) -> Result<RawBatch, FileFault> {
    let RawBatch { columns, places } = batch;
    let is_own = |name: &str| !fixed.iter().any(|column| column.name == name);
    let own = columns.schema_ref().fields().iter().zip(columns.columns());
    let mut all: Vec<(String, ArrayRef)> =
        own.map(|(field, column)| (field.name().clone(), column.clone())).filter(|(name, _)| is_own(name)).collect();
    for column in fixed {
        let values = match columns.column_by_name(&column.name) {
            Some(own) if column.told_by == ToldBy::Schema => own.clone(),
            Some(own) => column.beside(own, &places)?,
            None => column.rows(places.len()),
        };
        all.push((column.name.clone(), values));
    }
    let field = |(name, values): &(String, ArrayRef)| Field::new(name, values.data_type().clone(), true);
    let schema = Schema::new(all.iter().map(field).collect::<Vec<_>>());
    let options = RecordBatchOptions::new().with_row_count(Some(places.len()));
    let arrays = all.into_iter().map(|(_, values)| values).collect();
    Ok(RawBatch { columns: RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)?, places })
}
