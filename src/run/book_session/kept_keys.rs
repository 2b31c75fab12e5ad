//! Reads the keys of kept rows, which are in columns of their own beside them.

use super::due_rows::{self, Since};
use crate::book::layout::KEYS;
use crate::facts::FileRow;
use crate::facts::columns::Need;
use crate::facts::key::Key;
use crate::resolve::affected::{FileKeys, KeyPiece, Links};
use crate::sources::error::{FileFault, SourceError};
use crate::sources::input::Input;
use crate::sources::readers::{self, Part, Piece, Wanted};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use rayon::prelude::*;
use std::sync::Mutex;

/// Reads the keys of kept rows, each input being a Parquet file of canonical columns, and which of the rows have come
/// due.
pub(crate) fn read(inputs: &[Input], since: &Since) -> Result<Links, SourceError> {
    let file = |input: &Input| read_file(input, since).map_err(|fault| fault.in_file_of(input, &input.path));
    Ok(Links::new(inputs.par_iter().map(file).collect::<Result<_, _>>()?))
}

fn read_file(input: &Input, since: &Since) -> Result<FileKeys, FileFault> {
    let columns = KEYS.iter().map(|name| ((*name).to_owned(), Need::Required)).collect();
    let wanted = Wanted { columns, ..Wanted::default() };
    let pieces = Mutex::new(Vec::new());
    let take = |raw: Piece| {
        let first_row = FileRow::at_place(raw.batch.places[0]);
        let keys = KEYS.map(|name| kept(&raw.batch.columns, name));
        pieces.lock().expect("no thread panics with it").push(KeyPiece { first_row, keys });
        Ok(())
    };
    readers::read_part(&input.path, &wanted, Part::All, &take)?;
    let mut pieces = pieces.into_inner().expect("no thread panics with it");
    pieces.sort_unstable_by_key(|piece| piece.first_row);
    Ok(FileKeys { kind: input.kind, pieces, due: due_rows::rows(input, since)? })
}

fn kept(columns: &RecordBatch, name: &str) -> Vec<Key> {
    let keys = columns.column_by_name(name).expect("a column that was asked for").as_primitive::<Int64Type>();
    keys.iter().map(|number| number.map_or(Key::NONE, Key::kept)).collect()
}
