//! A table of many rows in one file: Parquet, CSV or NDJSON, encoded in pieces by workers and appended in order.

use super::folder::Folder;
use super::{OutputError, TableFormat, encode_error, text, write_error};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Encodes pieces of a table; shared by workers.
pub struct Encoder {
    path: PathBuf,
    schema: SchemaRef,
    form: Form,
}

enum Form {
    Parquet(ArrowRowGroupWriterFactory),
    Csv,
    Ndjson,
}

/// The file that encoded pieces are appended to.
pub struct TableFile {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Parquet(SerializedFileWriter<BufWriter<File>>),
    Text(BufWriter<File>),
}

/// A piece of a table, encoded.
pub enum Encoded {
    Parquet(Vec<ArrowColumnChunk>),
    Text(Vec<u8>),
}

/// Creates a table's file in `folder`, and what encodes its pieces.
pub fn create(
    folder: &Folder,
    name: &str,
    format: TableFormat,
    schema: SchemaRef,
) -> Result<(Encoder, TableFile), OutputError> {
    let name = format!("{name}.{}", format.ending());
    let path = folder.place_of(&name);
    let file = File::create(folder.draft_of(&name)).map_err(write_error(&path))?;
    let mut file = BufWriter::with_capacity(1 << 20, file);
    let (form, sink) = match format {
        TableFormat::Parquet => {
            let (sink, factory) = parquet_writer(file, &schema).map_err(encode_error(&path))?;
            (Form::Parquet(factory), Sink::Parquet(sink))
        }
        TableFormat::Csv => {
            file.write_all(&text::csv_header(&schema)).map_err(write_error(&path))?;
            (Form::Csv, Sink::Text(file))
        }
        TableFormat::Ndjson => (Form::Ndjson, Sink::Text(file)),
    };
    Ok((Encoder { path: path.clone(), schema, form }, TableFile { path, sink }))
}

impl Encoder {
    /// Encodes some rows; in Parquet they become a row group of their own.
    pub fn encode(&self, rows: &RecordBatch) -> Result<Encoded, OutputError> {
        match &self.form {
            Form::Parquet(factory) => {
                let chunks = row_group(factory, &self.schema, rows).map_err(encode_error(&self.path))?;
                Ok(Encoded::Parquet(chunks))
            }
            Form::Csv => Ok(Encoded::Text(text::csv(rows))),
            Form::Ndjson => Ok(Encoded::Text(text::ndjson(rows))),
        }
    }
}

impl TableFile {
    pub fn append(&mut self, piece: Encoded) -> Result<(), OutputError> {
        match (&mut self.sink, piece) {
            (Sink::Parquet(file), Encoded::Parquet(chunks)) => {
                append_row_group(file, chunks).map_err(encode_error(&self.path))
            }
            (Sink::Text(file), Encoded::Text(bytes)) => file.write_all(&bytes).map_err(write_error(&self.path)),
            _ => unreachable!("a piece is encoded by its own file's encoder"),
        }
    }

    /// Completes the file and hands it to the disk.
    pub fn finish(self) -> Result<(), OutputError> {
        let buffered = match self.sink {
            Sink::Parquet(file) => file.into_inner().map_err(encode_error(&self.path))?,
            Sink::Text(file) => file,
        };
        let file = buffered.into_inner().map_err(|error| write_error(&self.path)(error.into_error()))?;
        file.sync_all().map_err(write_error(&self.path))
    }
}

type ParquetFile = SerializedFileWriter<BufWriter<File>>;

fn parquet_writer(
    file: BufWriter<File>,
    schema: &SchemaRef,
) -> Result<(ParquetFile, ArrowRowGroupWriterFactory), ParquetError> {
    // Without Arrow's own schema in the metadata every reader sees plain strings, decimals and UTC timestamps.
    let options = ArrowWriterOptions::new().with_properties(properties()).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(file, schema.clone(), options)?.into_serialized_writer()
}

/// Encodings by what columns hold: sorted ids as delta byte arrays, instants and amounts bit-packed.
fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("accrue ", env!("CARGO_PKG_VERSION")).to_string())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(None);
    // Smallest and greatest values help a reader where rows are sorted by them; elsewhere they are only work.
    for name in ["currency", "kind", "source_id", "method", "origin_id", "rule", "run_id"] {
        properties = properties.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::None);
    }
    for name in ["customer_id", "source_id", "origin_id"] {
        let column = ColumnPath::from(name);
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BYTE_ARRAY);
    }
    for name in ["amount", "effective_at", "expires_at", "posted_at", "balance", "next_expires_at", "next_expiring"] {
        let column = ColumnPath::from(name);
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

fn row_group(
    factory: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
    rows: &RecordBatch,
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    let writers = factory.create_column_writers(0)?;
    let columns = writers.into_iter().zip(rows.columns()).zip(schema.fields());
    columns
        .map(|((mut writer, column), field)| {
            for leaf in compute_leaves(field, column)? {
                writer.write(&leaf)?;
            }
            writer.close()
        })
        .collect()
}

fn append_row_group(file: &mut ParquetFile, chunks: Vec<ArrowColumnChunk>) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}
