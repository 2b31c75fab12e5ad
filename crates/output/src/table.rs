//! Writes a table of many rows to one file in Parquet, CSV or NDJSON: workers encode pieces, and the owner of the file
//! appends them in order.

use super::columns::{Field, Rows};
use super::draft::Draft;
use super::folder::Folder;
use super::{OutputError, TableFormat, encode_error, parquet, text};
use ::parquet::schema::types::SchemaDescPtr;
pub use parquet::Scratch;
use std::path::PathBuf;

/// Encodes pieces of a table; workers share it.
pub struct Encoder {
    path: PathBuf,
    fields: &'static [Field],
    form: Form,
}

enum Form {
    Parquet(SchemaDescPtr),
    Csv,
    Ndjson,
}

/// The file of a table under construction.
pub struct TableFile {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Parquet(parquet::File<Draft>),
    Text(Draft),
}

/// An encoded piece of a table.
pub enum Encoded {
    /// A row group of Parquet.
    Parquet(parquet::RowGroup),
    /// Lines of CSV or NDJSON.
    Text(Vec<u8>),
}

/// Creates a table's file in `folder`, and the encoder of its pieces.
///
/// # Errors
/// Where the file cannot be created or written.
pub fn create(
    folder: &Folder,
    name: &str,
    format: TableFormat,
    fields: &'static [Field],
) -> Result<(Encoder, TableFile), OutputError> {
    create_in(file(folder, name, format)?, name, format, fields)
}

/// Creates the file of a table in `folder`, without writing to it.
///
/// # Errors
/// Where it cannot be created.
pub fn file(folder: &Folder, name: &str, format: TableFormat) -> Result<Draft, OutputError> {
    folder.create(&format!("{name}.{}", format.ending()))
}

/// Begins a table in an empty file. `name` is the name of the Parquet schema.
///
/// # Errors
/// Where the file cannot be written.
pub fn create_in(
    mut file: Draft,
    name: &str,
    format: TableFormat,
    fields: &'static [Field],
) -> Result<(Encoder, TableFile), OutputError> {
    let path = file.place().to_path_buf();
    let (form, sink) = match format {
        TableFormat::Parquet => {
            let schema = parquet::schema(name, fields).map_err(encode_error(&path))?;
            let sink = parquet::File::create(file, &schema).map_err(encode_error(&path))?;
            (Form::Parquet(schema), Sink::Parquet(sink))
        }
        TableFormat::Csv => {
            file.append(&text::csv_header(fields))?;
            (Form::Csv, Sink::Text(file))
        }
        TableFormat::Ndjson => (Form::Ndjson, Sink::Text(file)),
    };
    Ok((Encoder { path: path.clone(), fields, form }, TableFile { path, sink }))
}

/// Returns the header of a table as text; empty for NDJSON, which has none, and for Parquet.
pub fn text_begin(format: TableFormat, fields: &[Field]) -> Vec<u8> {
    if format == TableFormat::Csv { text::csv_header(fields) } else { Vec::new() }
}

/// Returns some rows as text: as CSV, else as NDJSON, also for Parquet.
///
/// # Panics
/// Where the fields have no `currency`.
pub fn text_of(format: TableFormat, fields: &[Field], rows: &Rows<'_>) -> Vec<u8> {
    if format == TableFormat::Csv { text::csv(fields, rows) } else { text::ndjson(fields, rows) }
}

impl Encoder {
    /// Encodes some rows; in Parquet they become one row group.
    ///
    /// # Errors
    /// Where the Parquet writer refuses them.
    pub fn encode(&self, rows: &Rows<'_>, scratch: &mut Scratch) -> Result<Encoded, OutputError> {
        Ok(match &self.form {
            Form::Parquet(schema) => {
                let group = parquet::encode(self.fields, schema, rows, scratch);
                Encoded::Parquet(group.map_err(encode_error(&self.path))?)
            }
            Form::Csv => Encoded::Text(text::csv(self.fields, rows)),
            Form::Ndjson => Encoded::Text(text::ndjson(self.fields, rows)),
        })
    }
}

impl TableFile {
    /// Appends a piece, which must come from this file's own encoder.
    ///
    /// # Errors
    /// Where it cannot be written.
    ///
    /// # Panics
    /// Where the piece is in another format.
    pub fn append(&mut self, piece: Encoded) -> Result<(), OutputError> {
        match (&mut self.sink, piece) {
            (Sink::Parquet(file), Encoded::Parquet(group)) => file.append(group).map_err(encode_error(&self.path)),
            (Sink::Text(file), Encoded::Text(bytes)) => file.append(&bytes),
            _ => unreachable!("a piece is encoded by its own file's encoder"),
        }
    }

    /// Completes the file and syncs it to the disk.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<(), OutputError> {
        match self.sink {
            Sink::Parquet(file) => file.finish().map_err(encode_error(&self.path))?.finish(),
            Sink::Text(file) => file.finish(),
        }
    }
}
