//! Many small files made one: the same rows, row group by row group.

use super::commit::Commit;
use super::disk::sync_folder;
use super::{DataFile, DeltaError, Snapshot, parquet_error, read_error, write_error};
use crate::kernel::time::Instant;
use crate::output::folder::Draft;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use serde_json::Value;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Snapshot {
    /// Puts a new file in the place of some others, as one commit that changes no rows: their row groups one after the
    /// other, in the order given, as they are. The new file counts as added by that commit.
    pub fn compact(self, files: &[String], name: &str, at: Instant) -> Result<Snapshot, DeltaError> {
        if files.is_empty() {
            return Ok(self);
        }
        let folder = self.table.folder();
        let places: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
        concatenate(&places, &self.table.place_of(name)?)?;
        sync_folder(folder).map_err(write_error(folder))?;
        let whole: DataFile = self.table.file(name)?;
        self.commit(Commit {
            operation: "OPTIMIZE",
            at,
            add: vec![whole],
            remove: files.to_vec(),
            changes_data: false,
            txn: None,
            record: Value::Null,
        })
    }
}

/// Writes the row groups of some files, at least one, which have the same columns, into one.
fn concatenate(from: &[PathBuf], to: &Path) -> Result<(), DeltaError> {
    let (_, schema) = open(&from[0])?;
    let draft = Draft::create_new(to.to_path_buf()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => DeltaError::Taken(to.to_path_buf()),
        _ => write_error(to)(error),
    })?;
    let properties =
        WriterProperties::builder().set_created_by(concat!("accrue ", env!("CARGO_PKG_VERSION")).to_string()).build();
    let schema_root = schema.metadata().file_metadata().schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(draft, schema_root, Arc::new(properties)).map_err(parquet_error(to))?;
    for path in from {
        let (file, reader) = open(path)?;
        let columns =
            |reader: &SerializedFileReader<File>| reader.metadata().file_metadata().schema_descr().columns().to_vec();
        if columns(&reader) != columns(&schema) {
            return Err(DeltaError::OtherColumns(path.clone()));
        }
        for group in reader.metadata().row_groups() {
            append(&mut writer, &file, group).map_err(parquet_error(to))?;
        }
    }
    Ok(writer.into_inner().map_err(parquet_error(to))?.finish()?)
}

fn open(path: &Path) -> Result<(File, SerializedFileReader<File>), DeltaError> {
    let file = File::open(path).map_err(read_error(path))?;
    let reader = SerializedFileReader::new(file.try_clone().map_err(read_error(path))?).map_err(parquet_error(path))?;
    Ok((file, reader))
}

/// Copies a row group, byte for byte.
fn append(writer: &mut SerializedFileWriter<Draft>, file: &File, group: &RowGroupMetaData) -> Result<(), ParquetError> {
    let mut target = writer.next_row_group()?;
    for column in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: column.compressed_size() as u64,
            rows_written: group.num_rows() as u64,
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        target.append_column(file, close)?;
    }
    target.close().map(drop)
}
