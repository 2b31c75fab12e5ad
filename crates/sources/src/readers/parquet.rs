//! Parquet, its columns in their own types, row groups at the same time; all rows of a file, or some.

use crate::error::FileFault;
use crate::raw::RawBatch;
use crate::readers::layout::Layout;
use crate::readers::open::{Content, Opened};
use crate::readers::placed::Placed;
use crate::readers::swollen::{self, Texts};
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source, TakePiece, WholeFile, uuids};
use crate::values::held;
use accrue_delta::damage::of_parquet;
use accrue_delta::decoder::{CONTRADICTION, caught};
use accrue_facts::FileRow;
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::{DECIMAL64_MAX_PRECISION, DataType, Field, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::basic::{Compression, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::Length;
use parquet::schema::types::{Type, TypePtr};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Rows decoded at a time: few enough that their columns stay in a core's cache.
const BATCH: usize = 1 << 14;

/// Which rows of a file are wanted.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// All rows of the file.
    All,
    /// These, which rise.
    Rows(&'a [FileRow]),
    /// Those of some row groups.
    Groups(&'a (dyn Fn(&RowGroupMetaData) -> bool + Sync)),
}

/// Reads a Parquet file.
pub(super) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<WholeFile, FileFault> {
    if let Some(rows) = source.rows {
        let content = Content { digest: String::new(), bytes: source.path.metadata()?.len() };
        let pieces = read_part(source.path, wanted, Part::Rows(rows), take)?;
        return Ok(WholeFile::new(content, pieces));
    }
    let mut opened = Opened::new(source.path)?;
    let Some(file) = opened.plain() else {
        // Parquet is read from its end: what is packed as a whole must be unpacked as a whole.
        let mut unpacked = tempfile::NamedTempFile::new()?;
        std::io::copy(&mut opened, &mut unpacked)?;
        let content = opened.finish()?;
        let unpacked = Placed::new(Arc::new(unpacked.into_file()))?;
        let pieces = Chunks::new(unpacked, wanted)?.read(content.bytes, Part::All, take)?;
        return Ok(WholeFile::new(content, pieces));
    };
    // The columns are read from their places in the file, and meanwhile the digest from beginning to end.
    let file = Placed::new(file)?;
    let (bytes, read) = (file.len(), file.clone());
    let (pieces, content) = rayon::join(|| Chunks::new(file, wanted)?.read(bytes, Part::All, take), || opened.finish());
    let whole = WholeFile::new(content?, pieces?);
    // The digest may have been there long before the last column.
    read.expect_unchanged()?;
    Ok(whole)
}

/// Reads some rows of a file that is not packed; returns the number of pieces.
///
/// # Errors
/// Where the file cannot be read, is no Parquet file or lacks a wanted column, and where `take` fails.
pub fn read_part(path: &Path, wanted: &Wanted, part: Part<'_>, take: TakePiece) -> Result<usize, FileFault> {
    let file = Placed::new(Arc::new(accrue_files::open(path)?))?;
    let bytes = file.len();
    Chunks::new(file, wanted)?.read(bytes, part, take)
}

/// The wanted columns of a file that is not packed.
struct Chunks {
    file: Placed,
    metadata: ArrowReaderMetadata,
    layout: Layout,
    texts: Texts,
}

/// A row group, which of its rows are wanted, and what comes before it.
struct Group<'r> {
    index: usize,
    first_row: usize,
    row_count: usize,
    /// `None`: all.
    rows: Option<&'r [FileRow]>,
    first_piece: usize,
}

impl Chunks {
    fn new(file: Placed, wanted: &Wanted) -> Result<Chunks, FileFault> {
        if file.len() == 0 {
            return Err(FileFault::Empty);
        }
        check_end(&file)?;
        let load = || Ok(with_plain_types(ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?)?);
        let metadata = guarded(load).map_err(|fault| within("what it says of its rows and columns", fault))?;
        let fields = metadata.schema().fields();
        let columns = metadata.parquet_schema().root_schema().get_fields();
        let header: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let layout = Layout::new(&header, wanted)?;
        for (at, name) in &layout.columns {
            let holds = fields[*at].data_type();
            if !is_scalar(holds) && !uuids::are_in(&fields[*at], &columns[*at]) {
                return Err(FileFault::Unusable { column: name.clone(), holds: held(holds) });
            }
        }
        let texts = Texts::of(&file);
        let chunks = Chunks { file, metadata, layout, texts };
        chunks.check_packing()?;
        Ok(chunks)
    }

    /// Refuses wanted columns that are packed in a way that is not known here.
    fn check_packing(&self) -> Result<(), FileFault> {
        let groups = self.metadata.metadata().row_groups().iter();
        for chunk in groups.flat_map(RowGroupMetaData::columns).filter(|chunk| self.is_wanted(chunk)) {
            let packing = match chunk.compression() {
                Compression::BROTLI(_) => "Brotli",
                Compression::LZO => "LZO",
                _ => continue,
            };
            return Err(FileFault::Packing { column: chunk.column_path().string(), packing });
        }
        Ok(())
    }

    fn is_wanted(&self, chunk: &ColumnChunkMetaData) -> bool {
        let name = chunk.column_path().parts().first();
        self.layout.columns.iter().any(|(at, _)| Some(self.metadata.schema().field(*at).name()) == name)
    }

    /// Reads the row groups that have something wanted; returns the number of pieces.
    fn read(&self, bytes: u64, part: Part<'_>, take: TakePiece) -> Result<usize, FileFault> {
        let groups = self.groups(part)?;
        let rows: usize = groups.iter().map(Group::count).sum();
        let bytes_per_row = bytes / rows.max(1) as u64;
        let pieces = groups.last().map_or(0, |last| last.first_piece + last.count().div_ceil(BATCH));
        groups.into_par_iter().try_for_each(|group| self.read_group(&group, bytes_per_row, take))?;
        Ok(pieces)
    }

    /// Finds the row groups that have something wanted.
    fn groups<'p>(&self, part: Part<'p>) -> Result<Vec<Group<'p>>, FileFault> {
        let mut groups = Vec::new();
        let (mut first_row, mut first_piece) = (0, 0);
        let mut left = if let Part::Rows(rows) = part { rows } else { &[] };
        for (index, group) in self.metadata.metadata().row_groups().iter().enumerate() {
            let row_count =
                usize::try_from(group.num_rows()).map_err(|_| corrupt("a row group has less than no rows"))?;
            let own = left.partition_point(|&row| row.get() < first_row + row_count);
            let (own, later) = left.split_at(own);
            left = later;
            let (is_wanted, rows) = match part {
                Part::All => (true, None),
                Part::Rows(_) => (!own.is_empty(), Some(own)),
                Part::Groups(is_wanted) => (is_wanted(group), None),
            };
            if is_wanted {
                groups.push(Group { index, first_row, row_count, rows, first_piece });
                first_piece += rows.map_or(row_count, <[FileRow]>::len).div_ceil(BATCH);
            }
            first_row += row_count;
        }
        Ok(groups)
    }

    fn read_group(&self, group: &Group<'_>, bytes_per_row: u64, take: TakePiece) -> Result<(), FileFault> {
        let rows = group.count();
        let located = |fault| self.located(group, fault);
        let mut reader = self.reader(group, self.wanted()).map_err(located)?;
        for (number, start) in (group.first_piece..).zip((0..rows).step_by(BATCH)) {
            let count = BATCH.min(rows - start);
            let columns = self.decode(&mut reader, count).map_err(located)?;
            let columns = uuids::as_texts(columns)?;
            let batch = RawBatch { columns, places: (start..start + count).map(|at| group.place(at)).collect() };
            take(Piece { number, batch, rejects: Vec::new(), bytes: bytes_per_row * count as u64 })?;
        }
        Ok(())
    }

    /// Decodes the next rows of a group, so many.
    fn decode(&self, reader: &mut ParquetRecordBatchReader, count: usize) -> Result<RecordBatch, FileFault> {
        let (mut parts, mut rows, mut bytes) = (Vec::new(), 0, Vec::new());
        while rows < count {
            let part = guarded(|| Ok(reader.next().transpose()?))?;
            let part = part.ok_or_else(|| corrupt("a row group has fewer rows than it says"))?;
            rows += part.num_rows();
            self.texts.count(&part, &mut bytes)?;
            parts.push(part);
        }
        match parts.as_slice() {
            _ if rows != count => Err(corrupt("a row group has other rows than it says")),
            [whole] => Ok(whole.clone()),
            parts => Ok(concat_batches(parts[0].schema_ref(), parts)?),
        }
    }

    /// Returns how many rows of a group to decode at a time, so that no part of them is of two pieces.
    fn step(&self, group: &Group<'_>) -> Result<usize, FileFault> {
        let metadata = self.metadata.metadata().row_group(group.index);
        let step = guarded(|| Ok(swollen::step(&self.file, metadata, |chunk| self.is_wanted(chunk), BATCH)?))?;
        Ok(1 << step.ilog2())
    }

    /// Returns the numbers of the wanted columns.
    fn wanted(&self) -> impl Iterator<Item = usize> {
        self.layout.columns.iter().map(|(at, _)| *at)
    }

    /// Says which rows of which column a fault of a group is in.
    fn located(&self, group: &Group<'_>, fault: FileFault) -> FileFault {
        let decodes = |at: usize| {
            let decoded = self
                .reader(group, std::iter::once(at))
                .and_then(|mut reader| guarded(|| Ok(reader.try_for_each(|rows| rows.map(drop))?)));
            !matches!(decoded, Err(FileFault::Parquet(_)))
        };
        let column = self.layout.columns.iter().find(|(at, _)| !decodes(*at));
        let column = column.map(|(_, name)| format!(", column `{name}`")).unwrap_or_default();
        let (first, last) = (group.first_row + 1, group.first_row + group.row_count);
        within(&format!("rows {first} to {last}{column}"), fault)
    }

    /// Begins to decode some columns of a group.
    fn reader(
        &self,
        group: &Group<'_>,
        columns: impl Iterator<Item = usize>,
    ) -> Result<ParquetRecordBatchReader, FileFault> {
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        let builder =
            builder.with_projection(mask).with_row_groups(vec![group.index]).with_batch_size(self.step(group)?);
        guarded(|| match group.selection() {
            Some(selection) => Ok(builder.with_row_selection(selection).build()?),
            None => Ok(builder.build()?),
        })
    }
}

impl Group<'_> {
    /// Returns the number of rows that are wanted.
    fn count(&self) -> usize {
        self.rows.map_or(self.row_count, <[FileRow]>::len)
    }

    /// Returns the row, from 1, of the wanted one at a place.
    fn place(&self, at: usize) -> u64 {
        self.rows.map_or((self.first_row + at) as u64 + 1, |rows| rows[at].place())
    }

    fn selection(&self) -> Option<RowSelection> {
        let runs = self.rows?.chunk_by(|one, next| one.plus(1) == *next);
        let first = |run: &[FileRow]| run[0].get() - self.first_row;
        let ranges = runs.map(|run| first(run)..first(run) + run.len());
        Some(RowSelection::from_consecutive_ranges(ranges, self.row_count))
    }
}

/// Asks for every kind of text as plain text, so that ids need not be copied once more, for decimals as wide as the
/// file has them, for microseconds where the file has a day and a nanosecond of the day (INT96), which nanoseconds in
/// 64 bits can hold of the years 1677 to 2262 only, and for UUIDs as their bytes.
fn with_plain_types(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ParquetError> {
    let columns = metadata.parquet_schema().root_schema().get_fields();
    let plain = |(field, column): (&Arc<Field>, &TypePtr)| match *field.data_type() {
        ref holds if is_text(holds) => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        DataType::Decimal128(precision @ ..=DECIMAL64_MAX_PRECISION, scale) if is_integer(column) => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Decimal64(precision, scale)))
        }
        ref holds if is_physical(column, PhysicalType::INT96) => {
            Arc::new(field.as_ref().clone().with_data_type(in_microseconds(holds)))
        }
        _ if uuids::are_in(field, column) => Arc::new(field.as_ref().clone().with_data_type(uuids::BYTES)),
        _ => field.clone(),
    };
    let fields: Vec<Arc<Field>> = metadata.schema().fields().iter().zip(columns).map(plain).collect();
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)
}

/// Returns the type of a column of times in microseconds, in the zone that it has.
fn in_microseconds(holds: &DataType) -> DataType {
    match holds {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Dictionary(_, value) => in_microseconds(value),
        _ => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

fn is_physical(column: &Type, physical: PhysicalType) -> bool {
    column.is_primitive() && column.get_physical_type() == physical
}

fn is_integer(column: &Type) -> bool {
    is_physical(column, PhysicalType::INT32) || is_physical(column, PhysicalType::INT64)
}

fn is_text(holds: &DataType) -> bool {
    match holds {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

fn is_scalar(holds: &DataType) -> bool {
    match holds {
        DataType::Null | DataType::Boolean | DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => true,
        DataType::Dictionary(_, value) => is_scalar(value),
        _ => holds.is_numeric() || is_text(holds),
    }
}

/// Runs a step of the decoder, which takes some contradictions in a broken file for its own bugs and panics.
fn guarded<T>(step: impl FnOnce() -> Result<T, FileFault>) -> Result<T, FileFault> {
    // A decoder that panicked is not used again: its file is given up.
    caught(step).unwrap_or_else(|| Err(corrupt(CONTRADICTION)))
}

fn corrupt(what: &str) -> FileFault {
    FileFault::Parquet(what.to_string())
}

/// Says of a damage where in the file it is.
fn within(place: &str, fault: FileFault) -> FileFault {
    match fault {
        FileFault::Parquet(what) => FileFault::Parquet(format!("{place}: {what}")),
        fault => fault,
    }
}

/// Checks the last bytes of a file, which tell what it is.
fn check_end(file: &Placed) -> Result<(), FileFault> {
    let mut end = [0; 4];
    let start = file.len().saturating_sub(end.len() as u64);
    file.read_at(&mut end, start)?;
    match &end {
        b"PAR1" => Ok(()),
        b"PARE" => Err(FileFault::Encrypted),
        _ => Err(corrupt("it does not end as such a file does: it was cut off, or is still being written")),
    }
}

impl From<ParquetError> for FileFault {
    fn from(error: ParquetError) -> FileFault {
        let damaged = corrupt(of_parquet(&error));
        match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(error) if error.raw_os_error().is_some() => FileFault::Io(*error),
                _ => damaged,
            },
            _ => damaged,
        }
    }
}

impl From<arrow::error::ArrowError> for FileFault {
    fn from(error: arrow::error::ArrowError) -> FileFault {
        FileFault::from(ParquetError::from(error))
    }
}
