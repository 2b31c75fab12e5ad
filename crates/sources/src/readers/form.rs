//! Recognises how a file is written (format, separator, encoding) by its first bytes, for exports that no pipeline
//! describes yet.
//!
//! The ending of the name is not looked at. Where the beginning allows several forms, all are returned, the likeliest
//! first, and whoever looks for columns takes the first form that has them.

use crate::error::FileFault;
use crate::input::{CsvOptions, Format, Input, Separator};
use crate::readers::open::Opened;
use crate::readers::{lake, open, recognise, xlsx};
use accrue_facts::FactKind;
use encoding_rs::{UTF_8, WINDOWS_1252};
use std::io::Read;
use std::path::Path;

/// Bytes of a file that are looked at, unpacked.
const LOOKED_AT: u64 = 1 << 20;

/// Marks that are before a text and tell its encoding.
const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];

/// What may separate the values of a CSV file.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its format.
    pub format: Format,
    /// How it is written, where it is CSV.
    pub csv: CsvOptions,
    /// The sheet, where it is a workbook with several.
    pub sheet: Option<String>,
}

impl Form {
    fn of(format: Format) -> Form {
        Form { format, csv: CsvOptions::default(), sheet: None }
    }

    /// Returns the same with another option of CSV files.
    pub fn with_csv(&self, csv: CsvOptions) -> Form {
        Form { csv, ..self.clone() }
    }
}

/// Returns the forms that a file may have, the likeliest first; there is at least one. The folder of a Delta table
/// counts as a file.
///
/// # Errors
/// Where the file cannot be read, is empty, or holds something that is not read in any format.
pub fn forms(path: &Path) -> Result<Vec<Form>, FileFault> {
    if path.is_dir() {
        lake::list(&Input::new(FactKind::Orders, path.to_path_buf(), ""))?;
        return Ok(vec![Form::of(Format::Parquet)]);
    }
    let mut beginning = Vec::new();
    Opened::new(path)?.take(LOOKED_AT).read_to_end(&mut beginning)?;
    if beginning.iter().all(u8::is_ascii_whitespace) {
        return Err(FileFault::Empty);
    }
    if beginning.starts_with(b"PAR1") {
        return Ok(vec![Form::of(Format::Parquet)]);
    }
    if beginning.starts_with(b"PK\x03\x04") {
        return sheets(path);
    }
    let has_mark = MARKS.iter().any(|mark| beginning.starts_with(mark));
    let utf_16 = recognise::utf_16(&beginning);
    if !has_mark && !open::is_text(&beginning) && utf_16.is_none() {
        return Err(not_read(path));
    }
    let text = recognise::text(&beginning, utf_16);
    match text.trim_start_matches('\u{feff}').trim_start() {
        text if text.starts_with(['{', '[']) => Ok(json(text)),
        _ => match recognise::without_format(path) {
            FileFault::UnknownFormat => Ok(csv(&text, &beginning, utf_16.is_some())),
            fault => Err(fault),
        },
    }
}

/// Says what a file is that is no text and none of the formats that are read.
fn not_read(path: &Path) -> FileFault {
    match recognise::without_format(path) {
        FileFault::UnknownFormat => {
            let (what, remedy) = recognise::BINARY;
            FileFault::Recognised { what: what.to_owned(), expected: None, remedy: remedy.to_owned() }
        }
        fault => fault,
    }
}

/// Returns a form for each sheet of a workbook that has values.
fn sheets(path: &Path) -> Result<Vec<Form>, FileFault> {
    let sheets = xlsx::filled_sheets(path).map_err(|fault| match recognise::without_format(path) {
        FileFault::Recognised { what, .. } if what.starts_with("a spreadsheet (") => fault,
        other => other,
    })?;
    let is_only = sheets.len() == 1;
    let form = |sheet| Form { sheet: Some(sheet).filter(|_| !is_only), ..Form::of(Format::Xlsx) };
    Ok(sheets.into_iter().map(form).collect())
}

/// One object a line is also a sequence of JSON values, and a document on one line is also an object a line.
fn json(text: &str) -> Vec<Form> {
    let (line, is_whole) = match text.split_once('\n') {
        Some((line, _)) => (line, true),
        None => (text, (text.len() as u64) < LOOKED_AT),
    };
    let is_object = || serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    match text.starts_with('{') && (!is_whole || is_object()) {
        true => vec![Form::of(Format::Ndjson), Form::of(Format::Json)],
        false => vec![Form::of(Format::Json)],
    }
}

/// Commas come first; another separator only where the header has it, the most frequent one first.
fn csv(text: &str, beginning: &[u8], is_utf_16: bool) -> Vec<Form> {
    let is_utf_8 = match std::str::from_utf8(beginning) {
        Ok(_) => true,
        // The last character may be cut.
        Err(error) => error.error_len().is_none(),
    };
    let has_mark = MARKS[1..].iter().any(|mark| beginning.starts_with(mark));
    let encoding = if is_utf_8 || is_utf_16 || has_mark { UTF_8 } else { WINDOWS_1252 };
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut others: Vec<(usize, u8)> = SEPARATORS[1..].iter().map(|&byte| (unquoted(header, byte), byte)).collect();
    others.retain(|(count, _)| *count > 0);
    others.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let separators = [SEPARATORS[0]].into_iter().chain(others.into_iter().map(|(_, byte)| byte));
    let form = |byte| {
        let separator = Separator::Byte(byte);
        Form::of(Format::Csv).with_csv(CsvOptions { separator, encoding, ..CsvOptions::default() })
    };
    separators.map(form).collect()
}

/// Counts a separator outside of quoted values.
fn unquoted(line: &str, separator: u8) -> usize {
    let mut is_quoted = false;
    let counts = |byte: &u8| {
        is_quoted ^= *byte == b'"';
        *byte == separator && !is_quoted
    };
    line.as_bytes().iter().copied().filter(counts).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, bytes: &[u8]) -> Result<Vec<Form>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        forms(&path).map_err(|fault| fault.to_string())
    }

    #[track_caller]
    fn assert_formats(bytes: &[u8], expected: &[Format]) {
        let formats: Vec<Format> = told("x", bytes).unwrap().iter().map(|form| form.format).collect();
        assert_eq!(formats, expected);
    }

    #[track_caller]
    fn assert_separators(text: &[u8], expected: &[u8]) {
        let separators: Vec<_> = told("x.json", text).unwrap().iter().map(|form| form.csv.separator).collect();
        assert_eq!(separators, expected.iter().map(|&byte| Separator::Byte(byte)).collect::<Vec<_>>());
    }

    #[test]
    fn json_is_told_by_its_first_line_whatever_the_name() {
        assert_formats(b"{\"a\":1}\n{\"a\":2}\n", &[Format::Ndjson, Format::Json]);
        assert_formats(b"\xef\xbb\xbf {\"orders\":[]}", &[Format::Ndjson, Format::Json]);
        assert_formats(b"{\n  \"orders\": []\n}\n", &[Format::Json]);
        assert_formats(b"[{\"a\":1}]", &[Format::Json]);
    }

    #[test]
    fn a_separator_counts_where_it_is_not_quoted() {
        assert_separators(b"a,b\n1;2\n", b",");
        assert_separators(b"a;b;c\n", b",;");
        assert_separators(b"\n\"a;b\",c\n", b",");
        assert_separators(b"a\tb\tc;d\n", b",\t;");
    }

    #[test]
    fn a_text_that_is_not_utf_8_is_taken_for_windows_1252() {
        let encoding = |bytes: &[u8]| told("x.csv", bytes).unwrap()[0].csv.encoding;
        assert_eq!(encoding(b"id,name\n1,M\xfcller\n"), WINDOWS_1252);
        assert_eq!(encoding("id,name\n1,Müller\n".as_bytes()), UTF_8);
        // A character that is cut at the end of what is looked at.
        assert_eq!(encoding(b"id,name\n1,M\xc3"), UTF_8);
        assert_eq!(encoding(b"\xff\xfei\0d\0,\0n\0\n\0"), UTF_8);
    }

    #[test]
    fn what_is_not_read_is_named() {
        assert!(told("x.csv", b" \n").unwrap_err().starts_with("is empty"));
        assert!(told("x.csv", b"%PDF-1.7\n%\xe2\xe3").unwrap_err().starts_with("holds a PDF document: "));
        assert!(told("x.csv", b"<!DOCTYPE html>\n<html>").unwrap_err().starts_with("holds a web page (HTML): "));
        assert!(told("x.csv", b"a\x01\x02\x03\0\0b").unwrap_err().starts_with("holds binary data: "));
        assert!(told("x.csv", b"PK\x03\x04\x14\0\0\0").unwrap_err().starts_with("holds a ZIP archive"));
    }
}
