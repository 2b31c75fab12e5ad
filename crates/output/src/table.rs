//! A table of many rows in one file: Parquet, CSV or NDJSON, encoded in pieces by workers and appended in order.

use super::columns::{Field, Rows};
use super::draft::Draft;
use super::folder::Folder;
use super::{OutputError, TableFormat, encode_error, parquet, text};
use ::parquet::schema::types::SchemaDescPtr;
pub use parquet::Scratch;
use std::path::PathBuf;

/// Encodes pieces of a table; shared by workers.
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

/// The file that encoded pieces are appended to.
pub struct TableFile {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Parquet(parquet::File<Draft>),
    Text(Draft),
}

/// A piece of a table, encoded.
pub enum Encoded {
    Parquet(parquet::RowGroup),
    Text(Vec<u8>),
}

/// Creates a table's file in `folder`, and what encodes its pieces.
pub fn create(
    folder: &Folder,
    name: &str,
    format: TableFormat,
    fields: &'static [Field],
) -> Result<(Encoder, TableFile), OutputError> {
    create_in(file(folder, name, format)?, name, format, fields)
}

/// Creates the file of a table in `folder`.
pub fn file(folder: &Folder, name: &str, format: TableFormat) -> Result<Draft, OutputError> {
    folder.create(&format!("{name}.{}", format.ending()))
}

/// Begins the table called `name` in a file that is its own.
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

/// Returns what a table begins with in a text format.
pub fn text_begin(format: TableFormat, fields: &[Field]) -> Vec<u8> {
    if format == TableFormat::Csv { text::csv_header(fields) } else { Vec::new() }
}

/// Returns some rows as a text format has them; Parquet has no text, and gets that of NDJSON.
pub fn text_of(format: TableFormat, fields: &[Field], rows: &Rows<'_>) -> Vec<u8> {
    if format == TableFormat::Csv { text::csv(fields, rows) } else { text::ndjson(fields, rows) }
}

impl Encoder {
    /// Encodes some rows; in Parquet they become a row group of their own.
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
    pub fn append(&mut self, piece: Encoded) -> Result<(), OutputError> {
        match (&mut self.sink, piece) {
            (Sink::Parquet(file), Encoded::Parquet(group)) => file.append(group).map_err(encode_error(&self.path)),
            (Sink::Text(file), Encoded::Text(bytes)) => file.append(&bytes),
            _ => unreachable!("a piece is encoded by its own file's encoder"),
        }
    }

    /// Completes the file and hands it to the disk.
    pub fn finish(self) -> Result<(), OutputError> {
        match self.sink {
            Sink::Parquet(file) => file.finish().map_err(encode_error(&self.path))?.finish(),
            Sink::Text(file) => file.finish(),
        }
    }
}
