//! What stops a run while it reads (exit code 3): files that cannot be read, and files without a required column.

use crate::input::{Format, Input};
use crate::mapping::MappingFault;
use accrue_delta::current::TableFault;
use accrue_text::{quoted, visible};
use std::path::{Path, PathBuf};

/// Why inputs could not be read: where, and what.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SourceError {
    #[error("{}: {fault}", visible(&path.to_string_lossy()))]
    File {
        path: PathBuf,
        #[source]
        fault: Box<FileFault>,
    },
    /// A file that was kept by earlier runs, which no export can put right.
    #[error("{}: {fault}: restore the file from a copy of the book", visible(&path.to_string_lossy()))]
    Kept { path: PathBuf, fault: String },
    #[error("{}", .0.iter().map(SourceError::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<SourceError>),
}

/// What is wrong with a file, or with the path that should lead to it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum FileFault {
    #[error("there is no such file: check the input's `path`")]
    Missing,
    #[error("matches no file: check the input's `path`, and whether the export has run")]
    NoMatch,
    #[error("{0}")]
    NotLocal(String),
    #[error("matches {0:?}, a name that is not UTF-8: rename it, or make the pattern narrower")]
    Unnameable(PathBuf),
    #[error(
        "is no pattern of names: `**` must be the whole name of a folder, and each `[` needs characters and a `]` after it"
    )]
    Pattern,
    #[error("is a folder: name the files in it, such as `{}`", .0.display())]
    Folder(PathBuf),
    #[error("is a Delta table that cannot be read: {0}")]
    DeltaTable(Box<TableFault>),
    #[error("is a Delta table, whose files are in Parquet: leave `format` out")]
    DeltaFormat,
    #[error(
        "is a Delta table of {0} files, and `group_by` brings the rows of one file together only: write `across_files = true` beside it"
    )]
    DeltaGroups(usize),
    #[error("names files of several formats, whose rows cannot be put together: read those of one format only")]
    MixedFormats,
    #[error(
        "is a Delta table that cannot be read: its partition column `{column}` is {value:?} in the log, which is no {holds}: mend the table's log, or export the table to Parquet files in another folder and read those"
    )]
    PartitionValue { column: String, value: String, holds: String },
    #[error("is {0} table, which accrue does not read: export it to Parquet files in another folder and read those")]
    OtherTable(&'static str),
    #[error("leads into the folder of a Delta table, where files stay after they have left the table: set the input's `path` to that folder, `{}`", .0.display())]
    InDeltaTable(PathBuf),
    #[error("leads into `{}`, the folder of {format} table, which accrue does not read: export the table to Parquet files in another folder and read those", table.display())]
    InOtherTable { table: PathBuf, format: &'static str },
    #[error("is the book that this run posts to: name the exports that its rows came from, or another table")]
    OwnBook,
    #[error("`{}` lies in two folders that give the column `{column}`: rename one of them", file.display())]
    TwoFolders { file: PathBuf, column: String },
    #[error(
        "row or line {place}: the column `{column}` holds {own:?}, and the file's folder says `{column}={folder}`: leave the column out of the file, or rename the folder"
    )]
    FolderContradicted { column: String, place: u64, own: String, folder: String },
    #[error("its ending does not tell the format: set `format` to `csv`, `ndjson`, `json`, `parquet` or `xlsx`")]
    UnknownFormat,
    #[error("holds {what}{}: {remedy}", expected.map(|format| format!(", not {}", format.name())).unwrap_or_default())]
    Recognised { what: String, expected: Option<Format>, remedy: String },
    #[error("`{}` is {what}, and only regular files are read: remove it, or name another file", visible(&file.to_string_lossy()))]
    NotRegular { file: PathBuf, what: &'static str },
    #[error(
        "`{}` is a link that leads out of `{}`, to `{}`: name that file in a `path`, or remove the link",
        visible(&link.to_string_lossy()), visible(&folder.to_string_lossy()), visible(&target.to_string_lossy())
    )]
    LinkOutside { link: PathBuf, folder: PathBuf, target: PathBuf },
    #[error("`{}` is a link that leads to no file: mend or remove it", visible(&.0.to_string_lossy()))]
    LostLink(PathBuf),
    #[error("was changed while it was read: run again once the export is complete")]
    Changed,
    #[error(
        "its texts come to more than {} MB, and the file itself has {} MB only: export it again, without texts that \
         repeat so often",
        most >> 20, bytes.div_ceil(1 << 20)
    )]
    Swollen { bytes: u64, most: u64 },
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("its name does not match `versions = \"name:{pattern}\"`: rename the file, or make `path` narrower")]
    Undated { pattern: String },
    #[error(
        "its name matches `versions = \"name:{pattern}\"` twice, with `{first}` and `{second}`: write more of the name in \
         the pattern"
    )]
    DatedTwice { pattern: String, first: String, second: String },
    #[error("is empty, without even a header: if there is nothing to report, leave the file out")]
    Empty,
    #[error("a file without a header needs the names of its columns: set `csv.names`")]
    NoNames,
    #[error("has no column `{column}`{}", nearest.as_ref().map(|name| format!(" (is it `{}`?)", quoted(name))).unwrap_or_default())]
    MissingColumn { column: String, nearest: Option<String> },
    #[error("{missing}; its folder gives the column `{folder}`, which a mapping can use")]
    MissingBesideFolder { missing: Box<FileFault>, folder: String },
    #[error(
        "has `{near}` and no `{column}`: rename it; if it is something else, map the columns of this input (`columns`)"
    )]
    NearColumn { column: String, near: String },
    #[error(
        "no row has `{name}`, which `{place}` refers to: mend the mapping, or write `optional(\"{name}\")` if rows may be \
         without it"
    )]
    Nowhere { place: String, name: String },
    #[error(
        "no row has `{name}`, which `{place}` refers to, and most have `{near}`: mend the mapping, or write \
         `optional(\"{name}\")` if rows may be without it"
    )]
    Renamed { place: String, name: String, near: String },
    #[error("has one column only, `{}`: set `csv.separator` to what stands between its values", quoted(.0))]
    Unseparated(String),
    #[error("has none of the columns {}: one of them must tell whose fact a row is", listed(.0))]
    NoOwnerColumn(Vec<String>),
    #[error("has two columns named `{}`: rename one of them", quoted(.0))]
    TwiceNamed(String),
    #[error(
        "column `{}` holds {holds}, which is neither text, number, time nor boolean: write it as text",
        quoted(column)
    )]
    Unusable { column: String, holds: &'static str },
    #[error("has no line below the {lines} that `csv.skip_lines` leaves out")]
    NothingBelow { lines: u64 },
    #[error("line {line}: the header cannot be read: {what}")]
    Header { line: u64, what: String },
    #[error("{fault}, but line {line} has all that is needed: set `csv = {{ skip_lines = {} }}`", line - 1)]
    HeaderElsewhere { fault: Box<FileFault>, line: u64 },
    #[error("line {line}: a row runs on for more than {megabytes} MB: the file has no line ends, or a value no end")]
    EndlessRecord { line: u64, megabytes: usize },
    #[error("no record has the list `{path}`{near}, which is to be unnested: mend `unnest`")]
    NoList { path: String, near: String },
    #[error("no line is the child of another with an id of `{kind}`, and some have one of `{near}`: mend `children`")]
    NoKind { kind: String, near: String },
    #[error(
        "no line is the child of another with an id of `{kind}`, and some children have neither an `id` that says of what they are nor `__typename`: ask for one of them in the query"
    )]
    UntoldKind { kind: String },
    #[error(
        "lines of `{kind}` are the children of lines of `{parent}`, which are children themselves, and children of children are not joined: take `{list}` out of `children`, and ask in the query for a plain list (without `edges`) within each `{parent}`, which `unnest` can make rows of"
    )]
    Grandchildren { list: String, kind: String, parent: String },
    #[error("is no readable JSON: line {line}: {what}: copy or export it again")]
    Json { line: u64, what: String },
    #[error("is no file that the platform knows: {}", lacks.join("; "))]
    NoVariant { lacks: Vec<String> },
    #[error("line {line}: {what}")]
    NoRecords { line: u64, what: String },
    #[error(
        "is read as {}, and `{key}` is not of such files: leave it out, or set `format`", format.name()
    )]
    Misplaced { key: &'static str, format: Format },
    #[error("is not a readable Parquet file: {0}: copy or export it again")]
    Parquet(String),
    #[error("is an encrypted Parquet file, which accrue does not read: have it written without encryption")]
    Encrypted,
    #[error(
        "column `{}` is packed with {packing}, which accrue does not unpack: have the file written with zstd, snappy, gzip or lz4",
        quoted(column)
    )]
    Packing { column: String, packing: &'static str },
    #[error(
        "is not a readable XLSX workbook: {0}: open it in a spreadsheet program and save it as `.xlsx`, or copy or export it again"
    )]
    Xlsx(String),
    #[error("has no sheet `{}`: set `sheet` to one of {}", quoted(sheet), listed(has))]
    NoSheet { sheet: String, has: Vec<String> },
    #[error("has several sheets with values, {}: set `sheet` to one of them", listed(.0))]
    SeveralSheets(Vec<String>),
    #[error("was not read to its end: the command is to stop")]
    Stopped,
    #[error(transparent)]
    Mapping(#[from] MappingFault),
}

impl SourceError {
    /// Tells whether nothing is wrong but that reading was to stop.
    pub fn is_stopped(&self) -> bool {
        match self {
            SourceError::File { fault, .. } => matches!(**fault, FileFault::Stopped),
            SourceError::Kept { .. } => false,
            SourceError::Several(errors) => errors.iter().any(SourceError::is_stopped),
        }
    }

    /// Tells whether all that is wrong is in the mappings, so that the pipeline is to be mended and not the exports.
    pub fn is_of_mapping(&self) -> bool {
        match self {
            SourceError::File { fault, .. } => {
                matches!(&**fault, FileFault::Mapping(fault) if !fault.is_of_file())
            }
            SourceError::Kept { .. } => false,
            SourceError::Several(errors) => errors.iter().all(SourceError::is_of_mapping),
        }
    }

    /// Tells whether a kept file is damaged, so that it is not, or not only, the exports that are to be mended.
    pub fn is_of_kept(&self) -> bool {
        match self {
            SourceError::File { .. } => false,
            SourceError::Kept { .. } => true,
            SourceError::Several(errors) => errors.iter().any(SourceError::is_of_kept),
        }
    }
}

impl FileFault {
    /// Says which file the fault is in.
    pub fn in_file(self, path: impl Into<PathBuf>) -> SourceError {
        SourceError::File { path: path.into(), fault: Box::new(self) }
    }

    /// Says which file of an input the fault is in.
    pub fn in_file_of(self, input: &Input, path: &Path) -> SourceError {
        match (&input.kept_since, self) {
            (None, fault) => fault.in_file(path),
            (Some(_), FileFault::Parquet(what)) => {
                SourceError::Kept { path: path.to_path_buf(), fault: format!("is not a readable Parquet file: {what}") }
            }
            (Some(_), fault @ FileFault::Stopped) => fault.in_file(path),
            (Some(_), fault) => SourceError::Kept { path: path.to_path_buf(), fault: fault.to_string() },
        }
    }
}

impl From<Vec<SourceError>> for SourceError {
    fn from(mut errors: Vec<SourceError>) -> SourceError {
        match errors.len() {
            1 => errors.remove(0),
            _ => SourceError::Several(errors),
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
