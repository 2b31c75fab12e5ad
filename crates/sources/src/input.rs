//! What to read and how (docs/spec.md 9): plain values, filled by `pipeline` from a pipeline file.

use accrue_facts::{FactKind, KeptSince};
use chrono_tz::Tz;
use std::path::PathBuf;

/// One input of a pipeline: files of one kind of fact.
#[derive(Clone, Debug)]
pub struct Input {
    /// The kind of facts in its rows.
    pub kind: FactKind,
    /// A file or a glob, already joined to the pipeline's folder.
    pub path: PathBuf,
    /// The same as the pipeline file has it.
    pub written_path: String,
    /// `None`: by each file's ending.
    pub format: Option<Format>,
    /// How its files are written, where they are CSV.
    pub csv: CsvOptions,
    /// The sheet to read of its XLSX files; `None`: the only one.
    pub sheet: Option<String>,
    /// The zone of times without an offset; `None`: the program's.
    pub timezone: Option<Tz>,
    /// How its values are judged, whatever the format.
    pub values: ValueOptions,
    /// `None`: the file has the canonical columns.
    pub mapping: Option<Mapping>,
    /// What dates rows that have no `updated_at`; `None`: nothing.
    pub versions: Option<Versions>,
    /// Fewer rows stop the run.
    pub min_rows: Option<u64>,
    /// Nothing newer than this many days before as_of stops the run.
    pub max_age_days: Option<u32>,
    /// Files that the path names and that are not to be read.
    pub passed_over: Vec<PathBuf>,
    /// Which rows are wanted, of a file in Parquet that is not packed, by their numbers from 0, which rise; `None`: all.
    pub rows: Option<Vec<u32>>,
    /// When runs first saw these rows, where they are kept since then; `None`: an export.
    pub kept_since: Option<KeptSince>,
}

/// What dates the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// The part of its name that a pattern of strftime matches.
    Name(String),
    /// When it was last modified.
    Modified,
}

/// The formats of files that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text in rows, the values of a row between separators: [`CsvOptions`] says how.
    Csv,
    /// Text with one JSON object a line.
    Ndjson,
    /// Apache Parquet, whose columns have types.
    Parquet,
    /// One sheet of an Excel workbook.
    Xlsx,
}

/// How a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// Unless the file begins with a line such as `sep=;`.
    pub separator: Separator,
    /// Whether a backslash in a quoted value makes a quote or a backslash after it part of the value.
    pub escape: bool,
    /// Lines above the header, or above the first row where there is none.
    pub skip_lines: u64,
    /// Whether the first line names the columns.
    pub header: bool,
    /// The columns' names, where there is no header or other names are wanted.
    pub names: Vec<String>,
    /// The encoding of the text, unless the first bytes show another: a byte order mark, or clear UTF-16.
    pub encoding: &'static encoding_rs::Encoding,
    /// `.` or `,`.
    pub decimal: u8,
}

/// What an input says of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueOptions {
    /// Texts that mean null, in every column.
    pub nulls: Vec<String>,
    /// Whether ids may be texts that programs write for "nothing", or numbers in scientific notation.
    pub literal_ids: bool,
    /// Whether facts may be of any year.
    pub any_time: bool,
}

/// What stands between the values of a CSV row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One ASCII character, such as `,` or a tab.
    Byte(u8),
    /// One or more blanks, also before the first column.
    Whitespace,
}

/// How a file's own columns become canonical ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What text columns hold; text where none is given.
    pub types: Vec<(String, ColumnType)>,
    /// Rows to keep: an expression of SQL.
    pub filter: Option<String>,
    /// With several rows a fact: the columns that tell facts apart; every canonical column is then an aggregate.
    pub group_by: Vec<String>,
    /// With `group_by`: the facts to keep, an expression about all rows of one.
    pub having: Option<String>,
    /// Canonical column and the expression that gives it.
    pub columns: Vec<(String, String)>,
}

/// What a text column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Any text, trimmed; empty text is null.
    Text,
    /// A whole number.
    Int,
    /// An exact decimal number.
    Decimal,
    /// `true`/`false`, `1`/`0`, `yes`/`no`.
    Bool,
    /// A time as the canonical columns have it, or in a pattern of strftime.
    Time(Option<String>),
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// An amount as people write it, with a currency, marks between groups of digits or brackets for a minus.
    Money,
    /// A day of a spreadsheet, with the time of day behind the point.
    ExcelDate,
}

impl Format {
    /// Returns what people call it.
    pub fn name(self) -> &'static str {
        ["CSV", "NDJSON", "Parquet", "XLSX"][self as usize]
    }
}

impl Default for CsvOptions {
    fn default() -> CsvOptions {
        CsvOptions {
            separator: Separator::Byte(b','),
            escape: false,
            skip_lines: 0,
            header: true,
            names: Vec::new(),
            encoding: encoding_rs::UTF_8,
            decimal: b'.',
        }
    }
}
