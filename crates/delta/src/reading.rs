//! Reads the rows of a data file and checks them: the columns are as expected, without a null where none may be,
//! whatever the file holds.

use super::decoder::{CONTRADICTION, caught};
use super::{DeltaError, parquet_error, read_error};
use accrue_output::columns::{Field, Holds};
use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A data file whose footer was read and checked.
#[derive(Clone)]
pub struct Reading {
    path: PathBuf,
    fields: &'static [Field],
    metadata: ArrowReaderMetadata,
}

/// Chooses which rows are read, and how many in a batch.
pub type ReadingBuilder = ParquetRecordBatchReaderBuilder<File>;

/// The rows of a data file, in batches.
pub struct Batches {
    path: PathBuf,
    fields: &'static [Field],
    reader: Option<ParquetRecordBatchReader>,
}

impl Reading {
    /// Reads the footer of a file and checks that it has these columns.
    ///
    /// # Errors
    /// `OtherColumns` where a column is missing or has another type, and where the file cannot be read as Parquet.
    pub fn open(path: &Path, fields: &'static [Field]) -> Result<Reading, DeltaError> {
        let file = accrue_files::open(path).map_err(read_error(path))?;
        let length = file.metadata().map_err(read_error(path))?.len();
        let metadata = guarded(path, || ArrowReaderMetadata::load(&file, plain()))?;
        guarded(path, || expect_consistent(metadata.metadata(), length))?;
        for field in fields {
            let found = metadata.schema().column_with_name(field.name);
            if found.is_none_or(|(_, found)| *found.data_type() != type_of(field.holds)) {
                return Err(DeltaError::OtherColumns(path.to_path_buf()));
            }
        }
        Ok(Reading { path: path.to_path_buf(), fields, metadata })
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the footer: row groups, columns and statistics.
    pub fn footer(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Returns the metadata of a row group, by its number from 0.
    ///
    /// # Panics
    /// Where there is no such row group.
    pub fn group(&self, number: usize) -> &RowGroupMetaData {
        self.footer().row_group(number)
    }

    /// Lets a column of texts be read as a dictionary: each different text once, and a number for each row.
    ///
    /// # Errors
    /// Where the reader does not accept these types.
    pub fn with_numbered_texts(mut self, column: &str) -> Result<Reading, DeltaError> {
        let numbered = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let schema = self.metadata.schema();
        let fields = schema.fields().iter().map(|field| match field.name() == column {
            true => Arc::new(field.as_ref().clone().with_data_type(numbered.clone())),
            false => field.clone(),
        });
        let options = plain().with_schema(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
        let footer = self.metadata.metadata().clone();
        self.metadata = guarded(&self.path, || ArrowReaderMetadata::try_new(footer, options))?;
        Ok(self)
    }

    /// Reads some of the expected columns, in batches that have them by name. `how` says which rows are read, and how
    /// many at a time.
    ///
    /// # Errors
    /// Where the file cannot be opened or read as Parquet.
    pub fn batches(
        &self,
        columns: &[&str],
        how: impl FnOnce(ReadingBuilder) -> ReadingBuilder,
    ) -> Result<Batches, DeltaError> {
        let file = accrue_files::open(&self.path).map_err(read_error(&self.path))?;
        let reader = guarded(&self.path, || {
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
            let wanted = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            how(builder.with_projection(wanted)).build()
        })?;
        Ok(Batches { path: self.path.clone(), fields: self.fields, reader: Some(reader) })
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, DeltaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.reader.as_mut()?;
        let batch = guarded(&self.path, || Ok(reader.next().transpose()?)).transpose()?;
        let batch = batch.and_then(|batch| without_gaps(&self.path, batch, self.fields));
        if batch.is_err() {
            // A decoder that has failed is not asked again.
            self.reader = None;
        }
        Some(batch)
    }
}

/// Runs a step of the Parquet decoder; a panic in it becomes an error about `path`.
///
/// # Errors
/// `Parquet` where the step fails or panics.
pub(crate) fn guarded<T>(path: &Path, step: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, DeltaError> {
    let done = caught(step).unwrap_or_else(|| Err(ParquetError::General(CONTRADICTION.to_owned())));
    done.map_err(parquet_error(path))
}

/// Returns options by which columns have plain types, whatever types the writer had in memory.
pub(crate) fn plain() -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_skip_arrow_metadata(true)
}

/// Checks the numbers of rows and the positions of columns, by which memory is allocated, before anything else is read.
fn expect_consistent(footer: &ParquetMetaData, length: u64) -> Result<(), ParquetError> {
    let is_consistent = |group: &RowGroupMetaData| {
        group.columns().iter().all(|chunk| {
            let (start, own) = chunk.byte_range();
            let is_flat = chunk.column_descr().max_rep_level() == 0;
            start.checked_add(own).is_some_and(|end| end <= length)
                && (!is_flat || chunk.num_values() == group.num_rows())
        })
    };
    let rows = footer.row_groups().iter().try_fold(0_i64, |rows, group| rows.checked_add(group.num_rows()));
    match rows == Some(footer.file_metadata().num_rows()) && footer.row_groups().iter().all(is_consistent) {
        true => Ok(()),
        false => Err(ParquetError::General(CONTRADICTION.to_owned())),
    }
}

/// Checks that no value is null where the column does not allow it.
fn without_gaps(path: &Path, batch: RecordBatch, fields: &[Field]) -> Result<RecordBatch, DeltaError> {
    let has_gap = |field: &&Field| {
        !field.nullable && batch.column_by_name(field.name).is_some_and(|column| column.logical_null_count() > 0)
    };
    match fields.iter().find(has_gap) {
        None => Ok(batch),
        Some(field) => Err(DeltaError::NoValue { path: path.to_path_buf(), column: field.name.to_owned() }),
    }
}

fn type_of(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8,
        Holds::Amount => DataType::Decimal128(18, 4),
        Holds::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Holds::Long => DataType::Int64,
        Holds::Flag => DataType::Boolean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_output::columns::{Column, Rows, Runs, Texts, Values};
    use accrue_output::parquet::{File as ParquetFile, Scratch, encode, schema};
    use std::fs;

    const FIELDS: &[Field] = &[Field::new("id", Holds::Text), Field::new("run", Holds::Long)];
    const OTHER_TYPE: &[Field] = &[Field::new("id", Holds::Text), Field::new("run", Holds::Time)];
    const MORE: &[Field] =
        &[Field::new("id", Holds::Text), Field::new("run", Holds::Long), Field::new("note", Holds::Text)];
    const NULLABLE: &[Field] = &[Field::new("id", Holds::Text).or_null(), Field::new("run", Holds::Long)];

    /// Writes 3,000 rows with 300 ids.
    fn file() -> (tempfile::TempDir, PathBuf) {
        let mut ids = Runs::default();
        (0..300).for_each(|id| ids.push(&format!("C{id:04}"), 10));
        let numbers: Vec<i64> = (0..3_000).map(|row| row * row % 1_009).collect();
        write(FIELDS, Rows { count: 3_000, columns: vec![ids.column(), Column::Numbers(&numbers)] })
    }

    fn write(fields: &'static [Field], rows: Rows<'_>) -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("rows.parquet");
        let schema = schema("rows", fields).unwrap();
        let mut file = ParquetFile::create(Vec::new(), &schema).unwrap();
        file.append(encode(fields, &schema, &rows, &mut Scratch::default()).unwrap()).unwrap();
        fs::write(&path, file.finish().unwrap()).unwrap();
        (home, path)
    }

    /// Reads everything; returns the number of rows.
    fn read(path: &Path, fields: &'static [Field]) -> Result<usize, DeltaError> {
        let numbered = Reading::open(path, fields)?.with_numbered_texts("id")?;
        for batch in numbered.batches(&["id"], |rows| rows.with_batch_size(100))? {
            batch?;
        }
        let batches = Reading::open(path, fields)?.batches(&["id", "run"], |rows| rows)?;
        batches.map(|batch| Ok(batch?.num_rows())).sum()
    }

    #[test]
    fn columns_are_as_expected_or_that_is_the_error() {
        let (_home, path) = file();
        assert_eq!(read(&path, FIELDS).unwrap(), 3_000);
        for other in [OTHER_TYPE, MORE] {
            assert!(matches!(read(&path, other), Err(DeltaError::OtherColumns(_))));
        }
    }

    #[test]
    fn a_value_that_must_be_there_and_is_missing_is_the_error() {
        let mut texts = Texts::default();
        let keys = [Some(texts.push(("", "a"))), None];
        let ids = Column::Keys(&keys, Values::Texts(&texts));
        let (_home, path) = write(NULLABLE, Rows { count: 2, columns: vec![ids, Column::Numbers(&[1, 2])] });
        assert_eq!(read(&path, NULLABLE).unwrap(), 2);
        let fault = read(&path, FIELDS).unwrap_err().to_string();
        assert!(fault.starts_with("the column `id` of ") && fault.contains(" has a row without a value"), "{fault}");
    }

    #[test]
    fn whatever_is_damaged_nothing_panics_and_pages_are_as_they_were() {
        let (_home, path) = file();
        let whole = fs::read(&path).unwrap();
        let footer = whole.len() - 8 - u32::from_le_bytes(whole[whole.len() - 8..][..4].try_into().unwrap()) as usize;
        let (mut noticed, mut in_pages) = (0, 0);
        // An odd step, so that all bits of a byte have their turn.
        for bit in (0..8 * whole.len()).step_by(7) {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &altered).unwrap();
            let is_in_pages = bit / 8 < footer;
            in_pages += usize::from(is_in_pages);
            noticed += usize::from(read(&path, FIELDS).is_err() && is_in_pages);
        }
        // All but a few bits of the headers of pages, such as that of being sorted.
        assert!(noticed + 100 > in_pages, "{noticed} of {in_pages}");
        for end in (0..whole.len()).step_by(31) {
            fs::write(&path, &whole[..end]).unwrap();
            read(&path, FIELDS).unwrap_err();
        }
    }
}
