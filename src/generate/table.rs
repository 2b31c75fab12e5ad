//! Writes the rows of one kind to files in any format, one file after the other.

use super::calendar;
use super::cell::{Cell, Column};
use super::parquet::ParquetFile;
use super::text::TextFile;
use super::{Format, GenerateError, Options};
use crate::facts::FactKind;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of one kind, the one in hand open.
pub(crate) struct Table {
    stem: PathBuf,
    columns: &'static [Column],
    format: Format,
    file_count: u32,
    open: OpenFile,
    pub files: Vec<PathBuf>,
    pub rows: u64,
}

enum OpenFile {
    Text(Box<TextFile>),
    Parquet(Box<ParquetFile>),
}

impl Table {
    pub(crate) fn create(
        kind: FactKind,
        columns: &'static [Column],
        options: &Options,
        dir: &Path,
    ) -> Result<Table, GenerateError> {
        let stem = dir.join(kind.name());
        let (format, file_count) = (options.format, options.files);
        let path = path_of(&stem, 0, file_count, format);
        let open = OpenFile::create(&path, columns, format)?;
        Ok(Table { stem, columns, format, file_count, open, files: vec![path], rows: 0 })
    }

    /// Writes a row; `at` is its time, not before that of the row before.
    pub(crate) fn row(&mut self, at: i64, cells: &[Cell<'_>]) -> Result<(), GenerateError> {
        self.turn_to(calendar::part_of(at, self.file_count))?;
        self.rows += 1;
        let path = self.files.last().expect("a file is open");
        self.open.row(cells).map_err(|source| GenerateError::Write { path: path.clone(), source })
    }

    /// Completes the last file; where no rows came, there are files without any.
    pub(crate) fn finish(mut self) -> Result<(Vec<PathBuf>, u64), GenerateError> {
        self.turn_to(self.file_count - 1)?;
        let path = self.files.last().expect("a file is open");
        self.open.finish().map_err(|source| GenerateError::Write { path: path.clone(), source })?;
        Ok((self.files, self.rows))
    }

    /// Removes the files that were begun.
    pub(crate) fn remove(self) -> Result<(), GenerateError> {
        let Table { files, open, .. } = self;
        drop(open);
        files.into_iter().try_for_each(|path| {
            fs::remove_file(&path).map_err(|source| GenerateError::Write { path: path.clone(), source })
        })
    }

    /// Completes files until the one with this number is open.
    fn turn_to(&mut self, part: u32) -> Result<(), GenerateError> {
        while self.files.len() <= part as usize {
            let next = path_of(&self.stem, self.files.len() as u32, self.file_count, self.format);
            let open = OpenFile::create(&next, self.columns, self.format)?;
            let path = self.files.last().expect("a file is open");
            let full = std::mem::replace(&mut self.open, open);
            full.finish().map_err(|source| GenerateError::Write { path: path.clone(), source })?;
            self.files.push(next);
        }
        Ok(())
    }
}

impl OpenFile {
    fn create(path: &Path, columns: &'static [Column], format: Format) -> Result<OpenFile, GenerateError> {
        let create = || match format {
            Format::Csv | Format::Ndjson => TextFile::create(path, columns, format).map(Box::new).map(OpenFile::Text),
            Format::Parquet => ParquetFile::create(path, columns).map(Box::new).map(OpenFile::Parquet),
        };
        create().map_err(|source| GenerateError::Write { path: path.to_owned(), source })
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        match self {
            OpenFile::Text(file) => file.row(cells),
            OpenFile::Parquet(file) => file.row(cells),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            OpenFile::Text(file) => file.finish(),
            OpenFile::Parquet(file) => file.finish(),
        }
    }
}

/// Returns `orders.csv`, or `orders-01.csv` to `orders-24.csv` where there are 24: by name they are in time order.
fn path_of(stem: &Path, part: u32, file_count: u32, format: Format) -> PathBuf {
    let ending = ending(format);
    let stem = stem.display();
    match file_count {
        1 => format!("{stem}.{ending}").into(),
        _ => format!("{stem}-{:0width$}.{ending}", part + 1, width = file_count.to_string().len()).into(),
    }
}

/// Returns the ending of a format's files.
pub(crate) fn ending(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
    }
}
