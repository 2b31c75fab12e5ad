//! What to read and how (docs/spec.md 9): plain values, filled by `pipeline` from a pipeline file.

use accrue_facts::{FactKind, FileRow, KeptSince};
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
    /// What the rows of its files are, where they are JSON.
    pub json: JsonOptions,
    /// The sheet to read of its XLSX files; `None`: the only one.
    pub sheet: Option<String>,
    /// The zone of times without an offset; `None`: the program's.
    pub timezone: Option<Tz>,
    /// How its values are judged, whatever the format.
    pub values: ValueOptions,
    /// `None`: the file has the canonical columns.
    pub mapping: Option<Mapping>,
    /// The forms that its files may have, each recognised by its columns; none: all are as the input says.
    pub variants: Vec<Variant>,
    /// Files that the path names and that are of another variant.
    pub of_other_variants: Vec<PathBuf>,
    /// What dates rows that have no `updated_at`; `None`: nothing.
    pub versions: Option<Versions>,
    /// Fewer rows stop the run.
    pub min_rows: Option<u64>,
    /// Nothing newer than this many days before as_of stops the run.
    pub max_age_days: Option<u32>,
    /// Files that the path names and that are not to be read.
    pub passed_over: Vec<PathBuf>,
    /// Which rows are wanted, of a file in Parquet that is not packed: rising; `None`: all.
    pub rows: Option<Vec<FileRow>>,
    /// When runs first saw these rows, where they are kept since then; `None`: an export.
    pub kept_since: Option<KeptSince>,
}

/// One of the forms in which a platform writes files of a kind.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What people call such a file.
    pub name: String,
    /// Columns that every such file has, and that no file of an earlier variant has all of.
    pub header: Vec<String>,
    /// Whether nobody has seen such a file: the mapping was made from documentation.
    pub is_unconfirmed: bool,
    /// How such files are read; it has no variants.
    pub input: Input,
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
    /// JSON values, one after the other: [`JsonOptions`] says which of them are rows.
    Json,
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

/// What the rows of a JSON file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonOptions {
    /// The path to the list of records within each document; `None`: each value is a record, or a list of records.
    pub records: Option<String>,
    /// Whether a document that has no such list is a record itself, or a list of records.
    pub records_optional: bool,
    /// The path to the list within each record of whose elements each is a row; `None`: a record is a row.
    pub unnest: Option<String>,
    /// Whether a list without elements gives one row all the same.
    pub keep_empty: bool,
    /// Lists whose elements are lines of their own: the name of each, and what the ids of its lines are of.
    pub children: Vec<(String, String)>,
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

/// What is between the values of a CSV row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One ASCII character, such as `,` or a tab.
    Byte(u8),
    /// One or more blanks, also before the first column.
    Whitespace,
}

/// How a file's own columns become canonical ones.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// What text columns hold; text where none is given.
    pub types: Vec<(String, ColumnType)>,
    /// Names that expressions use for columns which files call differently, each with the names in files.
    pub aliases: Vec<(String, Vec<String>)>,
    /// A column whose cells pack several things, each of which becomes a row.
    pub split: Option<Split>,
    /// Names of expressions, and the expressions. Other expressions of the mapping can use these names.
    pub define: Vec<(String, String)>,
    /// Where rows find something by a key.
    pub lookups: Vec<Lookup>,
    /// Rows to keep: an expression of SQL.
    pub filter: Option<String>,
    /// With several rows a fact: the columns that tell facts apart; every canonical column is then an aggregate.
    pub group_by: Vec<String>,
    /// With `group_by`: the columns that tell the rows of a fact apart; none: every row counts.
    pub distinct: Vec<String>,
    /// With `group_by`: whether the rows of one fact may lie in several files of the input.
    pub across_files: bool,
    /// With `group_by`: the facts to keep, an expression about all rows of one.
    pub having: Option<String>,
    /// Canonical column and the expression that gives it.
    pub columns: Vec<(String, String)>,
    /// The facts that a row (or group) may give, where it may give several; none: it gives one.
    pub facts: Vec<FactOfRow>,
}

/// How the cells of a column become parts, each on a row of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The column, which has one part afterwards.
    pub column: String,
    /// What is between two parts; `None`: nothing.
    pub by: Option<String>,
    /// A regular expression that every part matches; `None`: a part is what is between two separators.
    pub each: Option<String>,
    /// The name of a new column with the number of each part in its cell, from 1.
    pub number: Option<String>,
}

/// One of several facts that a row, or a group of rows, may give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactOfRow {
    /// The rows that give it, of those that the mapping keeps: an expression of SQL.
    pub filter: Option<String>,
    /// Canonical columns and their expressions, beside those that all facts of the mapping have.
    pub columns: Vec<(String, String)>,
}

/// Other rows, in which the rows of an input find something by a key.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// What the names of the columns that it gives begin with: `order` gives `order.email`.
    pub name: String,
    /// Where the other rows are.
    pub from: LookupFrom,
    /// What text columns there hold, in files; text where none is given.
    pub types: Vec<(String, ColumnType)>,
    /// Which rows there count: an expression over their columns. Not of facts.
    pub filter: Option<String>,
    /// The key there: the name of a column, or an expression that calls a function.
    pub there: String,
    /// The key here: an expression over the columns of the input.
    pub here: String,
    /// What is taken: the names that it gets, and the expressions over the rows there that have the key. Of facts,
    /// names of canonical columns that hold text.
    pub take: Vec<(String, String)>,
    /// Whether a row that finds nothing has null there; else it is rejected.
    pub or_null: bool,
}

/// Where the rows are that a look-up goes through.
#[derive(Clone, Debug)]
pub enum LookupFrom {
    /// In all files of the input itself, those that earlier runs have taken in among them.
    Own,
    /// In other files, as they are.
    Files(Box<Input>),
    /// Among the facts of a kind, those of this run and those of the book.
    Facts(FactKind),
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

impl Input {
    /// Makes an input of files with canonical columns that is read in the ordinary way; `written_path` is the path as
    /// the pipeline has it.
    pub fn new(kind: FactKind, path: PathBuf, written_path: &str) -> Input {
        Input {
            kind,
            path,
            written_path: written_path.to_owned(),
            format: None,
            csv: CsvOptions::default(),
            json: JsonOptions::default(),
            sheet: None,
            timezone: None,
            values: ValueOptions::default(),
            mapping: None,
            variants: Vec::new(),
            of_other_variants: Vec::new(),
            versions: None,
            min_rows: None,
            max_age_days: None,
            passed_over: Vec::new(),
            rows: None,
            kept_since: None,
        }
    }
}

impl Input {
    /// Returns the mark of decimals in files of a format: only CSV files may have a comma.
    pub(crate) fn decimal_of(&self, format: Option<Format>) -> u8 {
        if format == Some(Format::Csv) { self.csv.decimal } else { CsvOptions::default().decimal }
    }
}

impl JsonOptions {
    /// Returns the list whose elements are lines of their own and are joined to their records: its name, what its ids
    /// are of, and the list within each element of whose elements each is a row.
    pub(crate) fn joined(&self) -> Option<(&str, &str, Option<&str>)> {
        let unnest = self.unnest.as_deref()?;
        let (list, rest) = unnest.split_once('.').map_or((unnest, None), |(list, rest)| (list, Some(rest)));
        let (list, kind) = self.children.iter().find(|(own, _)| own == list)?;
        Some((list, kind, rest))
    }

    /// Returns the key of an option that is of no use to a format, where one is given.
    pub fn misplaced(&self, format: Format) -> Option<&'static str> {
        let given = [
            ("records", self.records.is_some(), format == Format::Json || self.records_optional && format.is_json()),
            ("children", !self.children.is_empty(), format == Format::Ndjson),
            ("unnest", self.unnest.is_some(), format.is_json()),
        ];
        given.into_iter().find(|(_, is_given, is_of_use)| *is_given && !is_of_use).map(|(key, ..)| key)
    }
}

impl Format {
    /// Tells whether files of this format hold JSON, whose records need not all have the same members.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Format::Ndjson | Format::Json)
    }

    /// Returns what people call it.
    pub fn name(self) -> &'static str {
        ["CSV", "NDJSON", "JSON", "Parquet", "XLSX"][self as usize]
    }

    /// Returns what pipelines call it.
    pub fn key(self) -> &'static str {
        ["csv", "ndjson", "json", "parquet", "xlsx"][self as usize]
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
