//! Exports in any shape: split into files, as CSV, NDJSON or Parquet, compressed or not; and what a run makes of them.

use crate::oracle::Input;
use crate::oracle::dice::Dice;
use crate::shop_folder::{self, Export, Rows};
use accrue::facts::FactKind;
use accrue::facts::columns::columns;
use accrue::kernel::time::Timestamp;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// The endings of files that can be read.
pub const ENDINGS: &[&str] =
    &["csv", "csv.gz", "csv.zst", "ndjson", "ndjson.gz", "ndjson.zst", "parquet", "csv", "ndjson", "parquet"];

/// All rows of one kind, in reading order.
#[derive(Clone)]
pub struct Table {
    pub kind: FactKind,
    pub rows: Rows,
}

/// What a run has written, but for what names its input's files and rows.
#[derive(PartialEq, Eq)]
pub struct Outputs {
    pub ledger: String,
    pub balances: String,
    pub emails: String,
    /// Without file and row.
    pub exceptions: String,
    /// Without file and row, sorted.
    pub rejects: Vec<String>,
}

/// Puts together what a shop's files hold of each kind.
pub fn tables(inputs: &[Input]) -> Vec<Table> {
    let rows =
        |kind: FactKind| inputs.iter().filter(move |input| input.kind == kind.name()).flat_map(|input| &input.rows);
    let table = |kind| Table { kind, rows: rows(kind).cloned().collect() };
    FactKind::ALL.into_iter().map(table).filter(|table| !table.rows.is_empty()).collect()
}

/// Runs tables as one CSV file each.
pub fn run(program: &str, tables: &[Table], as_of: Timestamp) -> Result<Outputs, String> {
    run_files(program, tables, as_of, |table| vec![("csv", table.rows.clone())])
}

/// Runs tables that are cut into up to four files each, of any format.
pub fn run_cut(program: &str, tables: &[Table], as_of: Timestamp, dice: &mut Dice) -> Result<Outputs, String> {
    run_files(program, tables, as_of, |table| {
        let mut rest = table.rows.clone();
        let mut files = Vec::new();
        while !rest.is_empty() {
            let cut = if files.len() == 3 { rest.len() } else { dice.between(1, rest.len()) };
            let later = rest.split_off(cut);
            files.push((*dice.pick(ENDINGS), std::mem::replace(&mut rest, later)));
        }
        files
    })
}

fn run_files<'e>(
    program: &str,
    tables: &[Table],
    as_of: Timestamp,
    mut files: impl FnMut(&Table) -> Vec<(&'e str, Rows)>,
) -> Result<Outputs, String> {
    let folder = tempfile::tempdir().unwrap();
    for table in tables {
        for (number, (ending, rows)) in files(table).into_iter().enumerate() {
            let name = format!("{}-{number}.{ending}", table.kind.name());
            fs::write(folder.path().join(name), bytes_of(table.kind, &rows, ending)).unwrap();
        }
    }
    let globs: Vec<String> = tables.iter().map(|table| format!("{}-*", table.kind.name())).collect();
    let inputs = tables.iter().map(|table| table.kind.name()).zip(globs.iter().map(String::as_str));
    shop_folder::write_pipeline(folder.path(), program, inputs);
    let out = folder.path().join("written");
    shop_folder::run_to(folder.path(), as_of, &out)?;
    Ok(read(&out))
}

fn read(out: &Path) -> Outputs {
    let text = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let lines = |name: &str| {
        let mut rows = shop_folder::read_csv(&out.join(name));
        // Rows of one file contradict each other only as long as they are in one file.
        rows.retain(|row| row["reason"] != "conflicting_rows");
        let is_place = |column: &str| ["file", "row", "other_file", "other_row"].contains(&column);
        rows.iter_mut().for_each(|row| row.retain(|column, _| !is_place(column)));
        rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>()
    };
    let mut rejects = lines("rejects.csv");
    rejects.sort();
    Outputs {
        ledger: text("ledger.csv"),
        balances: text("balances.csv"),
        emails: text("emails.ndjson"),
        exceptions: lines("exceptions.csv").join("\n"),
        rejects,
    }
}

impl Outputs {
    /// Names what is not the same in another run.
    pub fn compare(&self, other: &Outputs) -> Result<(), String> {
        let (ours, theirs) = (self.rejects.join("\n"), other.rejects.join("\n"));
        let pairs = [
            ("ledger", &self.ledger, &other.ledger),
            ("balances", &self.balances, &other.balances),
            ("emails", &self.emails, &other.emails),
            ("exceptions", &self.exceptions, &other.exceptions),
            ("rejects", &ours, &theirs),
        ];
        match pairs.into_iter().find(|(_, ours, theirs)| ours != theirs) {
            Some((what, ours, theirs)) => Err(format!("{what} differ\n{ours}\n---\n{theirs}")),
            None => Ok(()),
        }
    }
}

fn bytes_of(kind: FactKind, rows: &Rows, ending: &str) -> Vec<u8> {
    let (format, compression) = ending.split_once('.').unwrap_or((ending, ""));
    let plain = match format {
        "csv" => shop_folder::csv_of(&Export { kind: kind.name(), rows }),
        "ndjson" => ndjson_of(kind, rows),
        _ => parquet_of(kind, rows),
    };
    match compression {
        "gz" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&plain).unwrap();
            encoder.finish().unwrap()
        }
        "zst" => zstd::encode_all(&plain[..], 1).unwrap(),
        _ => plain,
    }
}

fn ndjson_of(kind: FactKind, rows: &Rows) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        let member = |name: &str| (name.to_owned(), row.get(name).map(String::as_str).into());
        let object: serde_json::Map<String, serde_json::Value> =
            columns(kind).iter().map(|column| member(column.name)).collect();
        text += &format!("{}\n", serde_json::Value::from(object));
    }
    text.into_bytes()
}

fn parquet_of(kind: FactKind, rows: &Rows) -> Vec<u8> {
    let column = |name: &str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.get(name).map(String::as_str)).collect::<StringArray>())
    };
    let columns = columns(kind).iter().map(|of_kind| (of_kind.name, column(of_kind.name), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}
