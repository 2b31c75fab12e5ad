//! Checkpoints: the state of a table at a version in one Parquet file, so that a reader need not read every commit.
//!
//! Each row is one action of a log, with one of its columns filled (classic checkpoints of the protocol).

mod nested;

use super::action::{Line, Remove};
use super::disk::write_beside;
use super::reading::{guarded, plain};
use super::state::State;
use super::{DeltaError, Snapshot, line_error, read_error, write_error};
use accrue_files::{self, sync_folder};
use accrue_output::encode_error;
use accrue_output::parquet::with_checksums;
use arrow::array::{Array, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use nested::{to_rows, to_value};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use serde_json::{Value, json};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

impl Snapshot {
    /// Writes a checkpoint of this version, and the file `_last_checkpoint` that leads other readers to it.
    ///
    /// # Errors
    /// Where a file cannot be encoded or written. The table is what it was, with or without the checkpoint.
    pub fn write_checkpoint(&mut self) -> Result<(), DeltaError> {
        let log = self.table.log();
        let path = log.checkpoint_path(self.version);
        let bytes = encode(&self.rows()).map_err(encode_error(&path))?;
        let written = write_beside(&path, |file| file.write_all(&bytes)).map_err(write_error(&path))?;
        match written.persist_noclobber(&path) {
            // Another checkpoint of the same version says the same.
            Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => {
                return Err(write_error(&path)(failed.error));
            }
            _ => {}
        }
        let hint = hint(&path, self.version)?;
        let path = log.hint_path();
        let written = write_beside(&path, |file| write!(file, "{hint}")).map_err(write_error(&path))?;
        written.persist(&path).map_err(|failed| write_error(&path)(failed.error))?;
        sync_folder(&log.folder).map_err(write_error(&log.folder))?;
        self.checkpoint = Some(self.version);
        Ok(())
    }

    /// Returns the actions of the state. Removed files are included only while they are on the disk: the others need no
    /// vacuum.
    fn rows(&self) -> Vec<Line> {
        let is_there = |remove: &&Remove| self.table.folder().join(&remove.path).exists();
        let removed = self.state.removed.values().filter(is_there);
        let mut rows = vec![Line::from(self.protocol.clone()), self.metadata.clone().into()];
        rows.extend(self.state.txns.values().cloned().map(Line::from));
        rows.extend(removed.map(|remove| Line::from(Remove { data_change: false, ..remove.clone() })));
        rows.extend(self.state.live.values().map(|file| Line::from(file.to_add(false))));
        rows
    }
}

/// Returns the text of `_last_checkpoint`, by which other programs find a checkpoint. Its numbers come from the
/// checkpoint's file.
///
/// # Errors
/// Where the checkpoint cannot be read.
pub(crate) fn hint(checkpoint: &Path, version: u64) -> Result<Value, DeltaError> {
    let bytes = fs::metadata(checkpoint).map_err(read_error(checkpoint))?.len();
    let lines = lines_of(checkpoint)?.collect::<Result<Vec<_>, _>>()?.concat();
    let files = lines.iter().filter(|line| line.add.is_some()).count();
    Ok(json!({"version": version, "size": lines.len(), "sizeInBytes": bytes, "numOfAddFiles": files}))
}

/// Reads a checkpoint.
///
/// # Errors
/// Where the file cannot be read, a row of it cannot be used, or protocol or columns are missing.
pub(crate) fn read(path: &Path) -> Result<State, DeltaError> {
    let mut state = State::default();
    for lines in lines_of(path)? {
        state.apply(path, None, lines?)?;
    }
    match state.protocol.is_some() && state.metadata.is_some() {
        true => Ok(state),
        false => Err(DeltaError::Incomplete { path: path.to_path_buf(), what: "what the table is" }),
    }
}

/// Returns the actions of a checkpoint's file, in batches.
///
/// # Errors
/// Where the file cannot be read as Parquet; an item is an error where a batch of it cannot be read.
pub(crate) fn lines_of(path: &Path) -> Result<impl Iterator<Item = Result<Vec<Line>, DeltaError>>, DeltaError> {
    let file = accrue_files::open(path).map_err(read_error(path))?;
    let mut batches = guarded(path, || ParquetRecordBatchReaderBuilder::try_new_with_options(file, plain())?.build())?;
    let next = move || guarded(path, || Ok(batches.next().transpose()?)).transpose();
    Ok(std::iter::from_fn(next).map(move |batch| lines(path, batch?)))
}

fn lines(path: &Path, batch: RecordBatch) -> Result<Vec<Line>, DeltaError> {
    let rows = StructArray::from(batch);
    let line =
        |row| serde_json::from_value(to_value(&rows, row)).map_err(|error| line_error(path, row + 1, (&error, "")));
    (0..rows.len()).map(line).collect()
}

pub(super) fn encode(rows: &[Line]) -> Result<Vec<u8>, ParquetError> {
    let rows: Vec<Value> = rows.iter().map(|row| serde_json::to_value(row).expect("lines are JSON")).collect();
    let batch = RecordBatch::from(to_rows(&columns(), &rows.iter().map(Some).collect::<Vec<_>>()));
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
    writer.write(&batch)?;
    with_checksums(&writer.into_inner()?.into(), Vec::new())
}

/// Returns the columns of a checkpoint, as the protocol has them for tables of these versions.
fn columns() -> Fields {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let long = |name: &str| Field::new(name, DataType::Int64, true);
    let int = |name: &str| Field::new(name, DataType::Int32, false);
    let flag = |name: &str| Field::new(name, DataType::Boolean, true);
    let needed = |field: Field| field.with_nullable(false);
    let row = |name: &str, fields: Vec<Field>| Field::new(name, DataType::Struct(Fields::from(fields)), true);
    let texts = |name: &str| Field::new(name, DataType::List(Arc::new(needed(text("element")))), true);
    let map = |name: &str| {
        let entry = needed(row("key_value", vec![needed(text("key")), text("value")]));
        Field::new(name, DataType::Map(Arc::new(entry), false), true)
    };
    let format = needed(row("format", vec![needed(text("provider")), map("options")]));
    Fields::from(vec![
        row("txn", vec![needed(text("appId")), needed(long("version")), long("lastUpdated")]),
        row(
            "add",
            vec![
                needed(text("path")),
                needed(map("partitionValues")),
                needed(long("size")),
                needed(long("modificationTime")),
                needed(flag("dataChange")),
                text("stats"),
                map("tags"),
            ],
        ),
        row(
            "remove",
            vec![
                needed(text("path")),
                long("deletionTimestamp"),
                needed(flag("dataChange")),
                flag("extendedFileMetadata"),
                map("partitionValues"),
                long("size"),
            ],
        ),
        row(
            "metaData",
            vec![
                needed(text("id")),
                text("name"),
                text("description"),
                format,
                needed(text("schemaString")),
                needed(texts("partitionColumns")),
                long("createdTime"),
                needed(map("configuration")),
            ],
        ),
        row(
            "protocol",
            vec![int("minReaderVersion"), int("minWriterVersion"), texts("readerFeatures"), texts("writerFeatures")],
        ),
    ])
}
