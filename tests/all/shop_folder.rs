//! A shop in a folder of its own: exports as CSV, a program and a pipeline; and what a run of the library makes of it.

use accrue::facts::FactKind;
use accrue::facts::columns::columns;
use accrue::output::TableFormat;
use accrue::run::{self, Request, Silent};
use accrue::{kernel::time::Timestamp, pipeline};
use chrono::DateTime;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A CSV file of a run, row by row, by column name.
pub type Rows = Vec<BTreeMap<String, String>>;

/// Rows of one input: canonical column to text.
pub struct Export<'a> {
    pub kind: &'a str,
    pub rows: &'a [BTreeMap<String, String>],
}

/// What a run has written.
pub struct Written {
    pub ledger: Rows,
    pub balances: Rows,
    pub rejects: Rows,
    pub exceptions: Rows,
    pub summary: serde_json::Value,
}

/// Writes the exports (one file each, in this order), the program and a pipeline for them.
pub fn write(folder: &Path, program: &str, exports: &[Export]) {
    let names: Vec<String> =
        (0..).zip(exports).map(|(number, export)| format!("{number:02}-{}.csv", export.kind)).collect();
    for (name, export) in names.iter().zip(exports) {
        fs::write(folder.join(name), csv_of(export)).unwrap();
    }
    write_pipeline(folder, program, exports.iter().map(|export| export.kind).zip(names.iter().map(String::as_str)));
}

/// Writes the program and a pipeline for these inputs: kind, and file or glob.
pub fn write_pipeline<'a>(folder: &Path, program: &str, inputs: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut pipeline = "program = \"program.toml\"\noutput = \"out\"\n".to_owned();
    for (kind, path) in inputs {
        write!(pipeline, "\n[[input]]\nkind = \"{kind}\"\npath = \"{path}\"\n").unwrap();
    }
    fs::write(folder.join("program.toml"), program).unwrap();
    fs::write(folder.join("pipeline.toml"), pipeline).unwrap();
}

/// Runs the folder's pipeline as a user of the library would.
pub fn run(folder: &Path, as_of: Timestamp) -> Result<Written, String> {
    run_to(folder, as_of, &folder.join("written"))?;
    let read = |name: &str| read_csv(&folder.join("written").join(name));
    Ok(Written {
        ledger: read("ledger.csv"),
        balances: read("balances.csv"),
        rejects: read("rejects.csv"),
        exceptions: read("exceptions.csv"),
        summary: serde_json::from_str(&fs::read_to_string(folder.join("written/summary.json")).unwrap()).unwrap(),
    })
}

/// Likewise into a folder of any name, whose files are left to the caller.
pub fn run_to(folder: &Path, as_of: Timestamp, out: &Path) -> Result<(), String> {
    run_as(TableFormat::Csv, folder, as_of, out)
}

/// Does that, with tables in a format.
pub fn run_as(format: TableFormat, folder: &Path, as_of: Timestamp, out: &Path) -> Result<(), String> {
    let (pipeline, program) = pipeline::read(&folder.join("pipeline.toml"), None).map_err(|error| error.to_string())?;
    let request = Request {
        pipeline: &pipeline,
        program: &program,
        as_of,
        now: as_of,
        out: Some(out.to_owned()),
        format,
        book: pipeline.book.clone(),
        continuity: Default::default(),
        reread: false,
        everyone: false,
        overrides: Vec::new(),
        progress: &Silent,
    };
    run::run(&request).map_err(|error| error.to_string())?;
    Ok(())
}

/// Reads a time with its offset.
pub fn instant(text: &str) -> Timestamp {
    Timestamp::from_micros(DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
}

/// Returns an export as a CSV file.
pub fn csv_of(export: &Export) -> Vec<u8> {
    let kind = FactKind::ALL.into_iter().find(|kind| kind.name() == export.kind).expect("a kind of fact");
    let mut names: Vec<&str> = columns(kind).iter().map(|column| column.name).collect();
    for name in export.rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).unwrap();
    for row in export.rows {
        writer.write_record(names.iter().map(|&name| row.get(name).map_or("", String::as_str))).unwrap();
    }
    writer.into_inner().unwrap()
}

pub fn read_csv(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}
