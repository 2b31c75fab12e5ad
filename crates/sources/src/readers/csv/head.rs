//! What is above the rows of a CSV file: a line such as `sep=;`, titles, and the header.

use crate::error::FileFault;
use crate::input::{CsvOptions, Separator};
use crate::readers::csv::blanks;
use crate::readers::csv::described::described;
use crate::readers::csv::lost::Scanner;
use crate::readers::csv::record::{End, Quoting, Record};
use crate::readers::layout::Layout;
use crate::readers::pieces::{Beginning, Pieces};
use crate::readers::wanted::Wanted;
use memchr::memchr_iter;

/// In so many lines a header is looked for where the first one lacks columns that are needed.
const LINES_LOOKED_AT: usize = 20;
const BYTES_LOOKED_AT: usize = 1 << 20;

/// What the rows of a file are read by.
pub(super) struct Head {
    pub separator: Separator,
    pub layout: Layout,
}

/// The names of the columns, and where the rows begin.
struct Header {
    names: Vec<String>,
    end: usize,
}

/// What the line is that begins at a place.
enum Line {
    Names(Header),
    /// Nothing, up to this place.
    Blank(usize),
    Unfinished,
    Fault(String),
}

/// Reads all that is above the rows, so that `pieces` goes on with the first of them;
/// `inner`: the separator where it is known already.
pub(super) fn read(
    pieces: &mut Pieces,
    csv: &CsvOptions,
    inner: Option<u8>,
    wanted: &Wanted,
) -> Result<Head, FileFault> {
    let separator = match inner {
        Some(inner) => Separator::Byte(inner),
        None => pieces.look(|beginning| Ok(separator(beginning, csv)))?,
    };
    let header = pieces.look(|beginning| header(beginning, csv, separator));
    let (fault, unseparated) = match header {
        Err(fault) => (fault, None),
        Ok(Header { names, end }) => match Layout::new(&names, wanted) {
            Err(fault) => (fault, unseparated(&names)),
            Ok(layout) => {
                let scanner = |quoting| Scanner { quoting, width: layout.width };
                pieces.begin(end, |line_break| quoting(separator, csv, line_break).map(scanner));
                return Ok(Head { separator, layout });
            }
        },
    };
    let line = match is_of_header(&fault) && csv.header && csv.names.is_empty() {
        true => pieces.look(|beginning| Ok(line_of_header(beginning, csv, separator, wanted)))?,
        false => None,
    };
    Err(match line {
        Some(line) => FileFault::HeaderElsewhere { fault: Box::new(fault), line },
        None => unseparated.unwrap_or(fault),
    })
}

/// Returns how the values of a file are quoted; columns of blanks are not.
pub(super) fn quoting(separator: Separator, csv: &CsvOptions, line_break: u8) -> Option<Quoting> {
    match separator {
        Separator::Byte(separator) => Some(Quoting { separator, escape: csv.escape, line_break }),
        Separator::Whitespace => None,
    }
}

/// Returns the separator: the one of a first line such as `sep=;`, else the one of the settings.
fn separator(beginning: &Beginning, csv: &CsvOptions) -> Option<Separator> {
    let end = beginning.line_end(0)?;
    Some(named_separator(&beginning.bytes[..end]).map_or(csv.separator, Separator::Byte))
}

/// Reads a line such as `sep=;`, which spreadsheets write and obey.
fn named_separator(line: &[u8]) -> Option<u8> {
    let end = line.iter().rposition(|byte| !b"\r\n".contains(byte))?;
    let line = &line[..=end];
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (key, value) = line.split_at_checked(4)?;
    match value {
        _ if !key.eq_ignore_ascii_case(b"sep=") => None,
        b"\\t" => Some(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | 0) => Some(*byte),
        _ => None,
    }
}

/// Returns the place below the lines that are left out; `None` while there is too little of the file.
pub(super) fn below_skipped(beginning: &Beginning, csv: &CsvOptions) -> Option<usize> {
    let is_named = beginning.line_end(0).is_some_and(|end| named_separator(&beginning.bytes[..end]).is_some());
    let mut at = 0;
    for _ in 0..csv.skip_lines.max(is_named.into()) {
        at = beginning.line_end(at)?;
    }
    Some(at)
}

/// Finds the header, or, in a file without one, where the rows begin; `None` while there is too little of the file.
fn header(beginning: &Beginning, csv: &CsvOptions, separator: Separator) -> Result<Option<Header>, FileFault> {
    if !csv.header && csv.names.is_empty() {
        return Err(FileFault::NoNames);
    }
    let Some(mut at) = below_skipped(beginning, csv) else { return Ok(None) };
    while at < beginning.bytes.len() {
        if !csv.header {
            return Ok(Some(Header { names: csv.names.clone(), end: at }));
        }
        match line(beginning, at, csv, separator) {
            Line::Blank(end) => at = end,
            Line::Unfinished => return Ok(None),
            Line::Fault(what) => return Err(FileFault::Header { line: beginning.line_number(at), what }),
            Line::Names(header) if csv.names.is_empty() => return Ok(Some(header)),
            Line::Names(header) => return Ok(Some(Header { names: csv.names.clone(), ..header })),
        }
    }
    match (beginning.is_whole, csv.skip_lines) {
        (false, _) => Ok(None),
        (true, 0) => Err(FileFault::Empty),
        (true, lines) => Err(FileFault::NothingBelow { lines }),
    }
}

fn line(beginning: &Beginning, at: usize, csv: &CsvOptions, separator: Separator) -> Line {
    let Beginning { bytes, line_break, is_whole } = *beginning;
    let Some(quoting) = quoting(separator, csv, line_break) else {
        let Some(end) = beginning.line_end(at) else { return Line::Unfinished };
        let names: Vec<_> = blanks::fields(bytes, at..end).into_iter().map(|field| name(&bytes[field])).collect();
        return if names.is_empty() { Line::Blank(end) } else { Line::Names(Header { names, end }) };
    };
    let mut record = Record::default();
    match record.read(bytes, at, &quoting, usize::MAX, is_whole) {
        End::Row(end) if record.is_blank(bytes) => Line::Blank(end),
        End::Row(end) => Line::Names(Header { names: names(&record, bytes), end }),
        End::Fault(fault) => Line::Fault(described(bytes, fault.cause)),
        End::Wide | End::Unfinished => Line::Unfinished,
    }
}

/// Tells whether a fault may come from taking another line for the header.
fn is_of_header(fault: &FileFault) -> bool {
    use FileFault::{Header, MissingColumn, NoOwnerColumn, NothingBelow};
    matches!(fault, Header { .. } | MissingColumn { .. } | NoOwnerColumn(_) | NothingBelow { .. })
}

/// Returns the number of the first line with all columns that are needed, among the first of the file.
fn line_of_header(
    beginning: &Beginning,
    csv: &CsvOptions,
    separator: Separator,
    wanted: &Wanted,
) -> Option<Option<u64>> {
    let Beginning { bytes, line_break, is_whole } = *beginning;
    let is_enough =
        is_whole || bytes.len() >= BYTES_LOOKED_AT || memchr_iter(line_break, bytes).nth(LINES_LOOKED_AT).is_some();
    if !is_enough {
        return None;
    }
    let mut at = 0;
    for number in 1..=LINES_LOOKED_AT as u64 {
        if let Line::Names(header) = line(beginning, at, csv, separator)
            && Layout::new(&header.names, wanted).is_ok()
        {
            return Some(Some(number));
        }
        at = beginning.line_end(at).unwrap_or(bytes.len());
    }
    Some(None)
}

/// Tells whether the only column of a file looks like several, and the beginning of its name.
fn unseparated(header: &[String]) -> Option<FileFault> {
    let [only] = header else { return None };
    let shown = || only.chars().take(40).chain(only.chars().nth(40).map(|_| '…')).collect();
    only.contains([',', ';', '\t', '|']).then(|| FileFault::Unseparated(shown()))
}

/// Returns the names that a header has.
pub(super) fn names(record: &Record, bytes: &[u8]) -> Vec<String> {
    (0..record.len()).map(|at| name(record.value(bytes, at))).collect()
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_string()
}
