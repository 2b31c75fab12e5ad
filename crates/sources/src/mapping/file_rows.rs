//! The rows of one file as expressions see them: columns under their aliases, packed cells split.

use crate::mapping::column::Fault;
use crate::mapping::fault::MappingFault;
use crate::mapping::kind::Kind;
use crate::raw::HeldBatch;
use crate::readers::ROW_HASH;
use crate::values::held;
use accrue_facts::{FileIndex, Origin};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Int64Type};
use std::ops::Range;
use std::sync::Arc;

/// The rows of one file: its columns under their aliases, its packed cells split.
#[derive(Clone, Default)]
pub(crate) struct FileRows {
    /// The file.
    pub(crate) file: FileIndex,
    pub(super) raw: Vec<HeldBatch>,
    /// Cells that could not be split, by the name of the column.
    pub(super) faults: Vec<(String, Fault)>,
    /// The lines, rising, that could not be read as rows.
    pub(super) unread: Vec<u64>,
    /// Aliases and the name that the file has for each.
    pub(super) found: Vec<(String, String)>,
}

/// Where the rows of each file are among the rows of several, which are put together in the order of the files.
#[derive(Debug)]
pub(super) struct Origins {
    /// The file and its first row. The next begins where it ends, so a file may have no rows.
    starts: Vec<(FileIndex, usize)>,
    /// The first row of each batch that has some, and the places of its rows in their file.
    batches: Vec<(usize, Arc<[u64]>)>,
    height: usize,
}

impl FileRows {
    /// Returns the names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = self.raw.first().map(HeldBatch::names).unwrap_or_default();
        names.retain(|name| name != ROW_HASH);
        names
    }

    fn height(&self) -> usize {
        self.raw.iter().map(|batch| batch.places.len()).sum()
    }
}

impl Origins {
    pub(super) fn of(files: &[FileRows]) -> Origins {
        let mut next = 0;
        let mut starts = Vec::with_capacity(files.len());
        for rows in files {
            starts.push((rows.file, next));
            next += rows.height();
        }
        let (mut batches, mut first) = (Vec::new(), 0);
        for batch in files.iter().flat_map(|rows| &rows.raw).filter(|batch| !batch.places.is_empty()) {
            batches.push((first, Arc::clone(&batch.places)));
            first += batch.places.len();
        }
        Origins { starts, batches, height: next }
    }

    /// Returns the number of rows.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Tells whether the rows are those of several files.
    pub(super) fn is_of_several(&self) -> bool {
        self.starts.len() > 1
    }

    /// Returns where a row comes from.
    pub(super) fn of_row(&self, row: usize) -> Origin {
        Origin { file: self.starts[self.at(row)].0, place: self.place(row) }
    }

    /// Cuts rising rows where another file begins: for each file that has some, which of them are its own.
    pub(super) fn by_file(&self, rows: &[u32]) -> Vec<(FileIndex, Range<usize>)> {
        let mut from = 0;
        let own = |at: usize| {
            let end = self.end(at);
            let to = from + rows[from..].partition_point(|row| (*row as usize) < end);
            (self.starts[at].0, std::mem::replace(&mut from, to)..to)
        };
        (0..self.starts.len()).map(own).filter(|(_, own)| !own.is_empty()).collect()
    }

    /// Returns the cells that could not be split, by their rows among those of all files.
    pub(super) fn faults(&self, files: &[FileRows]) -> Vec<(String, Fault)> {
        let moved = |(rows, (_, start)): (&FileRows, &(FileIndex, usize))| {
            let start = *start;
            let moved = move |(column, fault): (String, Fault)| (column, Fault { row: start + fault.row, ..fault });
            rows.faults.clone().into_iter().map(moved)
        };
        files.iter().zip(&self.starts).flat_map(moved).collect()
    }

    /// Returns the rows of the lines just before and after those that could not be read as rows: nobody knows which
    /// fact such a line belongs to, but the rows of a fact are together. The line before the first of a file is the
    /// last of the file before it.
    pub(super) fn beside(&self, files: &[FileRows]) -> Vec<usize> {
        let mut beside = Vec::new();
        for (at, rows) in files.iter().enumerate() {
            let (start, end) = (self.starts[at].1, self.end(at));
            for line in &rows.unread {
                let after = self.first_row(start..end, |place| place >= *line);
                let around = [after.checked_sub(1), Some(after).filter(|after| *after < self.height())];
                beside.extend(around.into_iter().flatten().flat_map(|row| self.line_of(row)));
            }
        }
        beside
    }

    /// Returns the rows that come of the same line as a row.
    fn line_of(&self, row: usize) -> Range<usize> {
        let (at, place) = (self.at(row), self.place(row));
        let own = self.starts[at].1..self.end(at);
        self.first_row(own.clone(), |other| other >= place)..self.first_row(own, |other| other > place)
    }

    /// Returns the place of a row in its file.
    fn place(&self, row: usize) -> u64 {
        let (start, places) = &self.batches[self.batches.partition_point(|(start, _)| *start <= row) - 1];
        places[row - start]
    }

    /// Returns the first of some rows of a file whose place is far enough, or their end.
    fn first_row(&self, rows: Range<usize>, is_far: impl Fn(u64) -> bool) -> usize {
        let (mut from, mut to) = (rows.start, rows.end);
        while from < to {
            let middle = from.midpoint(to);
            if is_far(self.place(middle)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        from
    }

    fn at(&self, row: usize) -> usize {
        self.starts.partition_point(|(_, start)| *start <= row) - 1
    }

    fn end(&self, at: usize) -> usize {
        self.starts.get(at + 1).map_or(self.height, |(_, start)| *start)
    }
}

/// Returns the hashes of all rows; `None` where a file has none.
pub(super) fn hashes_of(files: &[FileRows]) -> Option<Vec<i64>> {
    let mut hashes = Vec::new();
    for batch in files.iter().flat_map(|rows| &rows.raw) {
        batch.columns.schema().index_of(ROW_HASH).ok()?;
        let columns = batch.columns.columns();
        hashes.extend(columns.column_by_name(ROW_HASH)?.as_primitive::<Int64Type>().values());
    }
    Some(hashes)
}

/// Returns the names of the columns of several files: those of the first, then what others have beside them.
pub(super) fn names_of(files: &[FileRows]) -> Vec<String> {
    let mut names = Vec::new();
    for name in files.iter().flat_map(FileRows::names) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the type of a column in all files, that of texts where none of them has it.
///
/// # Errors
/// Where it is of one type in one file and of another in another, so that it would be read in two ways.
pub(super) fn type_of(files: &[FileRows], name: &str) -> Result<DataType, MappingFault> {
    let own = |batch: &HeldBatch| Some(batch.columns.schema().field_with_name(name).ok()?.data_type().clone());
    let mut types =
        files.iter().flat_map(|rows| &rows.raw).filter_map(own).filter(|data_type| *data_type != DataType::Null);
    let Some(first) = types.next() else { return Ok(DataType::Utf8) };
    match types.find(|other| !is_read_alike(other, &first)) {
        None => Ok(first),
        Some(other) => {
            let (first, other) = (held(&first), held(&other));
            Err(MappingFault::Unalike { column: name.to_owned(), first, other })
        }
    }
}

/// Returns a column of a batch, null where the batch does not have it.
pub(super) fn column_of(batch: &RecordBatch, name: &str, data_type: &DataType) -> ArrayRef {
    let own = batch.column_by_name(name).filter(|array| *array.data_type() != DataType::Null);
    own.cloned().unwrap_or_else(|| new_null_array(data_type, batch.num_rows()))
}

/// Tells whether columns of two types are read in the same way.
fn is_read_alike(one: &DataType, other: &DataType) -> bool {
    let way = |data_type: &DataType| {
        (Kind::native(data_type), data_type.is_decimal(), data_type.is_floating(), *data_type == DataType::UInt64)
    };
    one == other || way(one) == way(other) && Kind::native(one).is_some()
}
