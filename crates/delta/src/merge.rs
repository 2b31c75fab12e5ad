//! Merging: small files become one whose rows are sorted again. All rows are held in memory and sorted (a stable sort,
//! not a streaming merge).

use super::reading::{guarded, plain};
use super::{DataFile, DeltaError, Snapshot, parquet_error, read_error};
use accrue_output::draft::Draft;
use accrue_output::encode_error;
use accrue_output::parquet::with_checksums;
use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::path::Path;

/// The number of rows of a row group: small, so that reading few people reads few other rows.
const ROWS: usize = 1 << 14;

impl Snapshot {
    /// Writes a file with the rows of some others, at least one, sorted by a column of texts; rows with the same text
    /// keep the order of the files. It is not committed yet. All rows are in memory at once.
    ///
    /// # Errors
    /// `OtherColumns` where the columns of the files differ or there is no such column of texts, and as
    /// [`Snapshot::concatenate`].
    pub fn merge(&self, files: &[String], column: &str, name: &str) -> Result<DataFile, DeltaError> {
        let places = self.sound_places(files)?;
        let mut batches: Vec<RecordBatch> = Vec::new();
        for place in &places {
            let own = read(place)?;
            let first = batches.first().or(own.first()).map(RecordBatch::schema);
            if own.iter().any(|batch| Some(batch.schema()) != first) {
                return Err(DeltaError::OtherColumns(place.clone()));
            }
            batches.extend(own);
        }
        let Some(first) = batches.first() else { return self.concatenate(files, name) };
        let rows =
            concat_batches(&first.schema(), &batches).map_err(|error| parquet_error(&places[0])(error.into()))?;
        drop(batches);
        let order = order(&rows, column).ok_or_else(|| DeltaError::OtherColumns(places[0].clone()))?;
        let draft = self.table.begin_draft(name)?;
        let place = draft.place().to_path_buf();
        write(&rows, &order, draft).map_err(encode_error(&place))?.finish()?;
        self.table.file(name)
    }
}

fn read(path: &Path) -> Result<Vec<RecordBatch>, DeltaError> {
    let file = accrue_files::open(path).map_err(read_error(path))?;
    guarded(path, || {
        let batches = ParquetRecordBatchReaderBuilder::try_new_with_options(file, plain())?.build()?;
        Ok(batches.collect::<Result<_, _>>()?)
    })
}

/// Returns the row numbers in sorted order; `None` where there is no such column of texts.
fn order(rows: &RecordBatch, column: &str) -> Option<Vec<u32>> {
    let texts = rows.column_by_name(column)?.as_string_opt::<i32>()?;
    let mut order: Vec<u32> = (0..rows.num_rows() as u32).collect();
    order.sort_by_key(|&row| texts.value(row as usize));
    Some(order)
}

fn write(rows: &RecordBatch, order: &[u32], draft: Draft) -> Result<Draft, ParquetError> {
    let properties = WriterProperties::builder()
        .set_created_by(concat!("accrue ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // The bounds are whole ids, so that they can be compared with other ids.
        .set_statistics_truncate_length(None)
        .set_max_row_group_row_count(Some(ROWS));
    let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), rows.schema(), options)?;
    for rows_of_group in order.chunks(ROWS) {
        writer.write(&take_record_batch(rows, &UInt32Array::from(rows_of_group.to_vec()))?)?;
    }
    with_checksums(&writer.into_inner()?.into(), draft)
}
