//! Whole files, written here and read from disk.

mod across;
mod advice;
mod commas;
mod doubts;
mod formats;
mod json;
mod lake;
mod lookups;
mod mapped;
mod nowhere;
mod odd_files;
mod parquet;
mod rows;
mod split;
mod strict_csv;
mod text;
mod variants;
mod workbook;
mod wrapped;
mod xlsx;

use crate::error::SourceError;
use crate::input::{CsvOptions, Input, JsonOptions, Mapping, ValueOptions};
use crate::{Asked, Keep, read};
use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use accrue_facts::FactKind;
use accrue_facts::table::Table;
use accrue_facts::{Facts, RejectReason, Row, Time};
use accrue_kernel::currency::Currency;
use accrue_kernel::time::LocalCalendar;
use arrow::array::{ArrayRef, RecordBatch};
use std::fmt::Debug;
use std::path::Path;

/// Reads files of one kind, by a mapping or as they are: dollars, New York time.
fn read_path(path: &Path, kind: FactKind, csv: CsvOptions, mapping: Option<Mapping>) -> Result<Facts, SourceError> {
    read_input(input_of(path, kind, csv, mapping))
}

fn input_of(path: &Path, kind: FactKind, csv: CsvOptions, mapping: Option<Mapping>) -> Input {
    Input {
        kind,
        path: path.to_path_buf(),
        format: None,
        csv,
        json: JsonOptions::default(),
        timezone: None,
        values: ValueOptions::default(),
        mapping,
        versions: None,
        min_rows: None,
        max_age_days: None,
        written_path: path.display().to_string(),
        passed_over: Vec::new(),
        sheet: None,
        rows: None,
        kept_since: None,
        variants: Vec::new(),
        of_other_variants: Vec::new(),
    }
}

fn read_input(input: Input) -> Result<Facts, SourceError> {
    let zone = LocalCalendar::new(chrono_tz::America::New_York);
    read(
        &[input],
        &Asked {
            kept: &[],
            currency: Currency::from_code("USD").unwrap(),
            zone: &zone,
            keep: Keep::Everything,
            is_stopped: &|| false,
        },
        &|_| (),
    )
}

/// Returns columns as a Parquet file of one row group.
fn parquet_of<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> Vec<u8> {
    parquet_in_groups(columns, 1 << 20)
}

/// Returns columns as a Parquet file with so many rows in each row group.
fn parquet_in_groups<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>, group: usize) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Reads the bytes of one file; a fault is shown without the folder.
fn read_bytes(name: &str, bytes: &[u8], kind: FactKind, csv: CsvOptions) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, kind, csv, None)
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn read_csv(text: &str, kind: FactKind) -> Facts {
    read_bytes("x.csv", text.as_bytes(), kind, CsvOptions::default()).unwrap()
}

/// Returns the texts of each row, `-` for null.
fn texts<R: Row>(table: &Table<R>) -> Vec<String> {
    let text = |row, at| table.text(row, at).unwrap_or("-").to_string();
    let texts = |row| (0..R::TEXTS.len()).map(|at| text(row, at)).collect::<Vec<_>>().join("|");
    (0..table.rows.len()).map(texts).collect()
}

/// Returns each row whole.
fn whole<R: Row + Debug>(table: &Table<R>) -> Vec<String> {
    let row = |row: usize| format!("{:?} {}", table.rows[row], shown(table.updated_at(row)));
    texts(table).into_iter().zip(0..).map(|(texts, number)| texts + " " + &row(number)).collect()
}

/// Returns place, column, value and reason of each reject.
fn rejects(facts: &Facts) -> Vec<(u64, &str, &str, RejectReason)> {
    let reject = |reject: &'_ accrue_facts::Reject| (reject.place, reject.reason);
    let texts = facts.rejects.iter().map(|reject| (reject.column.as_str(), reject.value.as_str()));
    facts.rejects.iter().map(reject).zip(texts).map(|((place, reason), (c, v))| (place, c, v, reason)).collect()
}

fn shown(time: Time) -> String {
    time.get().map_or("-".to_string(), |instant| instant.to_string().replace(".000000", ""))
}
