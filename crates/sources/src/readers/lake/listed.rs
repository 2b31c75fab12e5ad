//! A file of an input, with the columns that folder names or the table log add.

use crate::error::FileFault;
use crate::input::{Format, Input};
use crate::readers::lake::fixed::FixedColumn;
use crate::readers::recognise::without_format;
use crate::readers::source::Source;
use accrue_facts::FileIndex;
use std::path::PathBuf;

/// A file of an input.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The path at which it is opened.
    pub path: PathBuf,
    /// `None`: neither the input nor the file's ending says it.
    pub format: Option<Format>,
    /// Columns that the file's place gives all of its rows.
    pub columns: Vec<FixedColumn>,
    /// The commit of a table that brought the file back after it had left the table.
    pub returned_in: Option<u64>,
}

impl Listed {
    /// Returns the format of the file.
    ///
    /// # Errors
    /// Where it is unknown; the fault says what the file holds.
    pub fn known_format(&self) -> Result<Format, FileFault> {
        self.format.ok_or_else(|| without_format(&self.path))
    }

    /// Makes a source of the file, which is one of an input: all of its rows, its rejects those of the first file.
    pub(crate) fn source<'a>(&'a self, input: &'a Input, format: Format) -> Source<'a> {
        Source {
            kind: input.kind,
            path: &self.path,
            format,
            csv: &input.csv,
            json: &input.json,
            sheet: input.sheet.as_deref(),
            file: FileIndex::default(),
            rows: None,
            columns: &self.columns,
        }
    }

    /// Returns the columns that folder names or the table log add, as one text: if it changes, the file is read again.
    /// Empty where they add none.
    pub fn told_by_place(&self) -> String {
        let returned = self.returned_in.map(|version| format!("returned in {version}"));
        let columns = self.columns.iter().filter_map(FixedColumn::told);
        columns.chain(returned).collect::<Vec<_>>().join(" ")
    }
}
