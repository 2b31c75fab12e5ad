//! Fills columns from the texts of JSON records, and rejects texts that are no record.

use crate::error::FileFault;
use crate::readers::json::record::{Fault, Record};
use crate::readers::json::shape::Shape;
use crate::readers::json::walker::Walker;
use crate::readers::near::Members;
use crate::readers::swollen::Repeated;
use crate::readers::text_columns::{TextColumns, is_wrong, not_of};
use crate::readers::{Piece, Source};
use accrue_delta::damage::{of_json, sign};
use accrue_facts::Reject;
use encoding_rs::{Encoding, UTF_8};

/// What all pieces of a file are read by.
pub(super) struct Plan<'a> {
    source: &'a Source<'a>,
    encoding: &'static Encoding,
    /// The wanted columns, and after them what only the reader itself wants to know.
    names: Vec<&'a str>,
    /// The number of columns that are handed over.
    width: usize,
    /// Which of the names are those that the reader wants to know.
    told: Vec<usize>,
    shape: Shape,
    repeated: Repeated,
    /// Whether hashes of the records are wanted.
    has_hashes: bool,
}

/// The rows of a piece.
pub(super) struct Rows<'p, 'l> {
    plan: &'p Plan<'p>,
    shape: Shape,
    record: Record<'l>,
    columns: TextColumns,
    rejects: Vec<Reject>,
}

/// Why a text is no record.
pub(super) enum NoRecord {
    NotUtf8,
    NoObject(serde_json::Error),
}

impl<'a> Plan<'a> {
    /// Plans to read columns of objects, of which each name begins with `prefix`, and `more` beside them.
    pub(super) fn new(
        (source, encoding): (&'a Source<'a>, &'static Encoding),
        columns: Vec<&'a str>,
        (prefix, unnest): (&str, Option<&str>),
        more: &[&'a str],
    ) -> Plan<'a> {
        let width = columns.len();
        let mut paths: Vec<&str> = columns.iter().map(|name| &name[prefix.len()..]).collect();
        let mut names = columns;
        let mut told = Vec::new();
        for name in more {
            let known = paths.iter().position(|path| path == name);
            told.push(known.unwrap_or(paths.len()));
            if known.is_none() {
                paths.push(name);
                names.push(name);
            }
        }
        let shape = Shape::new(prefix, paths.into_iter(), unnest);
        Plan { source, encoding, names, width, told, shape, repeated: Repeated::of(source.path), has_hashes: false }
    }

    /// Takes hashes of the records too: each row has that of its record.
    pub(super) fn with_hashes(mut self, are_wanted: bool) -> Plan<'a> {
        self.has_hashes = are_wanted;
        self
    }

    /// Begins the rows of a piece of so many bytes and about so many records.
    pub(super) fn rows<'l>(&self, bytes: usize, records: usize) -> Rows<'_, 'l> {
        let columns = TextColumns::new(self.names[..self.width].iter().copied(), bytes, records);
        let columns = columns.with_hashes(self.has_hashes);
        let shape = self.shape.clone();
        let record = Record::new(&shape.widths, self.source.json.keep_empty);
        Rows { plan: self, shape, record, columns, rejects: Vec::new() }
    }
}

impl<'l> Rows<'_, 'l> {
    /// Walks through the text of a record. The caller then calls [`Rows::settle`] or [`Rows::forget`].
    pub(super) fn walk(&mut self, bytes: &'l [u8]) -> Result<(), NoRecord> {
        let text = std::str::from_utf8(bytes).map_err(|_| NoRecord::NotUtf8)?;
        let mut walker = Walker { shape: &mut self.shape, record: &mut self.record, names: &self.plan.names };
        walker.walk(text).map_err(NoRecord::NoObject)
    }

    /// Returns what the record at hand has of the things that the reader wants to know.
    pub(super) fn told(&self, at: usize) -> Option<&str> {
        let cell = self.shape.cells[self.plan.told[at]];
        std::str::from_utf8(self.record.own(cell.at)).ok().filter(|text| !text.is_empty())
    }

    /// Makes rows of the record at hand, or rejects it; returns whether it is good.
    ///
    /// # Errors
    /// Where its rows swell the file.
    pub(super) fn settle(&mut self, place: u64, bytes: &[u8]) -> Result<bool, FileFault> {
        self.shape.end_record(true);
        let encoding = self.plan.encoding;
        if encoding != UTF_8 && self.record.has(|value| is_wrong(value.as_bytes(), encoding)) {
            self.record.refuse("", "", not_of(encoding));
        }
        if let Some(Fault { column, value, message }) = self.record.fault.take() {
            let value = if column.is_empty() { bytes } else { value.as_bytes() };
            self.reject(place, &column, value, message);
            return Ok(false);
        }
        let Rows { shape, record, columns, plan, .. } = self;
        if shape.widths.len() == 1 {
            columns.hash(bytes);
            columns.push(place, |column| record.own(column));
            return Ok(true);
        }
        record.element_rows(&shape.cells, |value| {
            columns.hash(bytes);
            columns.push(place, value);
            plan.repeated.check(columns.bytes())
        })?;
        Ok(true)
    }

    /// Lets go of the record at hand, which is none of those that are wanted.
    pub(super) fn forget(&mut self) {
        self.shape.end_record(false);
    }

    /// Rejects a line or a record that is none.
    pub(super) fn refuse(&mut self, place: u64, bytes: &[u8], why: &NoRecord, what: &str) {
        let message = match why {
            NoRecord::NotUtf8 => format!("the {what} {}", not_of(UTF_8)),
            NoRecord::NoObject(error) => no_object(error, bytes, what),
        };
        self.reject(place, "", bytes, message);
    }

    pub(super) fn reject(&mut self, place: u64, column: &str, value: &[u8], message: String) {
        self.rejects.push(self.plan.source.reject(place, column, value, message));
    }

    /// Hands over the rows, and which members the records have had.
    ///
    /// # Errors
    /// Where the rows swell the file.
    pub(super) fn finish(self, place: (usize, u64)) -> Result<(Piece, Members), FileFault> {
        if self.shape.widths.len() > 1 {
            self.plan.repeated.count(self.columns.bytes())?;
        }
        let seen = self.shape.seen();
        Ok((self.columns.finish(self.plan.source, self.plan.encoding, self.rejects, place), seen))
    }
}

/// Says why a text is no object of JSON.
fn no_object(error: &serde_json::Error, bytes: &[u8], what: &str) -> String {
    if !error.is_data() {
        return format!("the {what} is no JSON: {}: export it again", of_json(error, bytes));
    }
    let holds = match bytes.first() {
        Some(b'[') => "a list".to_owned(),
        Some(b'"') => "a text".to_owned(),
        _ => format!("`{}`", sign(&String::from_utf8_lossy(bytes))),
    };
    format!("the {what} is {holds}, and a row is an object such as `{{\"order_id\": \"1001\", ...}}`: export it again")
}
