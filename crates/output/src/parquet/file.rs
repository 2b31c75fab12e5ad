//! Writes a Parquet file, one encoded row group after the other.

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescriptor;
use std::fs;
use std::io::Write;
use std::sync::Arc;

/// A Parquet file under construction.
pub struct File<W: Write>(pub(super) SerializedFileWriter<W>);

/// An encoded row group; empty where there are no rows.
pub struct RowGroup(pub(super) Vec<Chunk>);

/// One column of a row group.
pub(super) struct Chunk {
    pub(super) bytes: bytes::Bytes,
    pub(super) close: ColumnCloseResult,
}

impl<W: Write + Send> File<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Where `sink` cannot be written.
    pub fn create(sink: W, schema: &SchemaDescriptor) -> Result<File<W>, ParquetError> {
        let properties = WriterProperties::builder()
            .set_created_by(concat!("accrue ", env!("CARGO_PKG_VERSION")).to_string())
            .build();
        Ok(File(SerializedFileWriter::new(sink, schema.root_schema_ptr(), Arc::new(properties))?))
    }

    /// Appends an encoded row group; nothing where it has no rows.
    ///
    /// # Errors
    /// Where it cannot be written, or does not have the file's columns.
    pub fn append(&mut self, group: RowGroup) -> Result<(), ParquetError> {
        if group.0.is_empty() {
            return Ok(());
        }
        let mut writer = self.0.next_row_group()?;
        for Chunk { bytes, close } in group.0 {
            writer.append_column(&bytes, close)?;
        }
        writer.close().map(drop)
    }

    /// Appends a row group of another file with the same columns, byte for byte.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub fn append_from(&mut self, file: &fs::File, group: &RowGroupMetaData) -> Result<(), ParquetError> {
        let mut writer = self.0.next_row_group()?;
        for column in group.columns() {
            let close = ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: group.num_rows() as u64,
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            writer.append_column(file, close)?;
        }
        writer.close().map(drop)
    }

    /// Writes the footer and returns the sink.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<W, ParquetError> {
        self.0.into_inner()
    }
}
