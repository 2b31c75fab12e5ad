//! From the texts of records to columns.

use crate::error::FileFault;
use crate::input::JsonOptions;
use crate::readers::json::record::{Fault, Record};
use crate::readers::json::scalar::reason;
use crate::readers::json::shape::Shape;
use crate::readers::json::walk::Walker;
use crate::readers::near::Members;
use crate::readers::swollen::Repeated;
use crate::readers::text_columns::TextColumns;
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source};
use accrue_facts::Reject;
use encoding_rs::Encoding;

/// What all pieces of a file are read by.
pub(super) struct Plan<'a> {
    source: &'a Source<'a>,
    names: Vec<&'a str>,
    shape: Shape,
    repeated: Repeated,
}

/// The rows of a piece.
pub(super) struct Rows<'p, 'l> {
    plan: &'p Plan<'p>,
    shape: Shape,
    record: Record<'l>,
    columns: TextColumns,
    rejects: Vec<Reject>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(source: &'a Source<'a>, wanted: &'a Wanted) -> Plan<'a> {
        let JsonOptions { unnest, .. } = source.json;
        let names: Vec<&str> = wanted.columns.iter().map(|(name, _)| name.as_str()).collect();
        let shape = Shape::new(names.iter().copied(), unnest.as_deref());
        Plan { source, names, shape, repeated: Repeated::of(source.path) }
    }

    /// Begins the rows of a piece of so many bytes and about so many records.
    pub(super) fn rows<'l>(&self, bytes: usize, records: usize) -> Rows<'_, 'l> {
        let columns = TextColumns::new(self.names.iter().copied(), bytes, records);
        let shape = self.shape.clone();
        let record = Record::new(&shape.widths, self.source.json.keep_empty);
        Rows { plan: self, shape, record, columns, rejects: Vec::new() }
    }
}

impl<'l> Rows<'_, 'l> {
    /// Reads a record, or rejects it.
    ///
    /// # Errors
    /// Where its text is no JSON, unless the file goes on at the next line; where its rows swell the file.
    pub(super) fn read(&mut self, place: u64, bytes: &'l [u8]) -> Result<(), FileFault> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.reject(place, "", bytes, "holds bytes that are not UTF-8".to_owned());
            return Ok(());
        };
        let mut walker = Walker { shape: &mut self.shape, record: &mut self.record, names: &self.plan.names };
        if let Err(error) = walker.walk(text) {
            let message = format!("the line is not a JSON object: {} at byte {}", reason(&error), error.column());
            self.reject(place, "", bytes, message);
            return Ok(());
        }
        match self.record.fault.take() {
            None => self.push(place),
            Some(Fault { column, value, message }) => {
                let value = if column.is_empty() { bytes } else { value.as_bytes() };
                self.reject(place, &column, value, message);
                Ok(())
            }
        }
    }

    fn push(&mut self, place: u64) -> Result<(), FileFault> {
        let Rows { shape, record, columns, plan, .. } = self;
        if shape.widths.len() == 1 {
            columns.push(place, |column| record.own(column));
            return Ok(());
        }
        record.element_rows(&shape.cells, |value| {
            columns.push(place, value);
            plan.repeated.check(columns.bytes())
        })
    }

    fn reject(&mut self, place: u64, column: &str, value: &[u8], message: String) {
        self.rejects.push(self.plan.source.reject(place, column, value, message));
    }

    /// Hands over the rows, and which members the records have had.
    pub(super) fn finish(
        self,
        encoding: &'static Encoding,
        (number, read): (usize, u64),
    ) -> Result<(Piece, Members), FileFault> {
        if self.shape.widths.len() > 1 {
            self.plan.repeated.count(self.columns.bytes())?;
        }
        let seen = self.shape.seen();
        Ok((self.columns.finish(self.plan.source, encoding, self.rejects, (number, read)), seen))
    }
}
