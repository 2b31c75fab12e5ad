//! Columns with one value for all rows of a file, and reading a file together with them.

use crate::error::FileFault;
use crate::raw::RawBatch;
use crate::readers::{Members, Piece, Source, TakePiece, Wanted, WholeFile, read_format};
use accrue_facts::columns::Need;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, UInt32Array};
use arrow::compute::{cast, take as take_rows};
use arrow::datatypes::{DataType, Field, Schema};
use std::sync::Arc;

/// What a folder's value is where the column is null.
pub(super) const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// A column with one value for all rows of a file.
#[derive(Clone, Debug)]
pub struct FixedColumn {
    /// Its name, as [`Wanted::columns`] has it.
    pub name: String,
    /// Its value alone.
    value: ArrayRef,
    told_by: ToldBy,
}

/// Who tells the value, and what becomes of a column that the file has under this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ToldBy {
    /// The folder's name: the file must not contradict it.
    Folder,
    /// The table's log: it alone counts.
    Log,
    /// The table's schema: the file's column counts.
    Schema,
}

impl FixedColumn {
    pub(crate) fn of_folder(name: String, value: Option<&str>) -> FixedColumn {
        FixedColumn { name, value: Arc::new(StringArray::from(vec![value])), told_by: ToldBy::Folder }
    }

    pub(crate) fn of_log(name: &str, value: ArrayRef) -> FixedColumn {
        FixedColumn { name: name.to_owned(), value, told_by: ToldBy::Log }
    }

    pub(crate) fn where_absent(name: &str, value: ArrayRef) -> FixedColumn {
        FixedColumn { name: name.to_owned(), value, told_by: ToldBy::Schema }
    }

    /// Returns name and value where these are told by the file's own place.
    pub fn told(&self) -> Option<String> {
        (self.told_by != ToldBy::Schema).then(|| format!("{:?}={:?}", self.name, self.text()))
    }

    fn text(&self) -> Option<String> {
        let texts = cast(&self.value, &DataType::Utf8).expect("a plain value has a text");
        texts.as_string::<i32>().iter().next().flatten().map(str::to_owned)
    }

    /// Returns the value so many times.
    fn rows(&self, count: usize) -> ArrayRef {
        take_rows(&self.value, &UInt32Array::from(vec![0; count]), None).expect("a value of its own array")
    }

    /// Returns the column for rows of which the file has `own`.
    fn beside(&self, own: &ArrayRef, places: &[u64]) -> Result<ArrayRef, FileFault> {
        let text = self.text();
        let texts = cast(own, &DataType::Utf8)?;
        let odd = texts.as_string::<i32>().iter().zip(places).find_map(|(own, place)| {
            let own = own.map(str::trim).filter(|own| !own.is_empty())?;
            (!text.as_deref().is_some_and(|text| is_same(own, text))).then(|| (own.to_owned(), *place))
        });
        match odd {
            Some((own, place)) => {
                let column = self.name.clone();
                Err(FileFault::FolderContradicted {
                    column,
                    place,
                    own,
                    folder: text.unwrap_or_else(|| NULL.to_owned()),
                })
            }
            None if own.null_count() == 0 => Ok(Arc::clone(own)),
            None => {
                let value = cast(&self.value, own.data_type()).ok().filter(|value| !value.is_null(0));
                let value = value.unwrap_or_else(|| Arc::clone(&self.value));
                Ok(FixedColumn { value, ..self.clone() }.rows(own.len()))
            }
        }
    }
}

/// Tells whether two texts are the same, as whole numbers too: `03` is `3`.
fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<i64>().ok();
    one == other.trim() || number(one).is_some_and(|one| number(other.trim()) == Some(one))
}

/// Reads a file; the columns that its place gives are added to those of its own.
pub(crate) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let is_wanted = |column: &&FixedColumn| wanted.columns.iter().any(|(name, _)| *name == column.name);
    let fixed: Vec<&FixedColumn> = source.columns.iter().filter(is_wanted).collect();
    let whole = if fixed.is_empty() {
        read_format(source, wanted, take)
    } else {
        let completed = |piece: Piece| take(Piece { batch: with_columns(piece.batch, &fixed)?, ..piece });
        read_format(source, &left_to_file(wanted, &fixed), &completed)
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
