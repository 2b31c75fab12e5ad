//! Finds files of which each line is wrapped as one quoted value, as a spreadsheet writes a file that it could not
//! split: `"a,""b"""` with separators after it. Unwrapped and joined again, the lines are the text that they were made
//! of (docs/pipeline.md, CSV).

use crate::error::FileFault;
use crate::input::{CsvOptions, Separator};
use crate::readers::csv::head;
use crate::readers::csv::record::{End, Quoting, Record};
use crate::readers::csv::unwrapper::{Unwrapper, Wrapping, quoted, split_end};
use crate::readers::pieces::{Beginning, Pieces};
use crate::readers::wanted::Wanted;

/// What may be after a wrapped line, besides the separator of the settings.
const PADDING: &[u8] = b";,\t";

/// Unwraps the lines of a file from its header on where they are wrapped; returns how.
pub(super) fn unwrap(pieces: &mut Pieces, csv: &CsvOptions, wanted: &Wanted) -> Result<Option<Wrapping>, FileFault> {
    let wrapping = pieces.look(|beginning| Ok(find(beginning, csv, wanted)))?;
    if let Some(wrapping) = wrapping {
        pieces.unwrap_from(wrapping.start, |line| Unwrapper::new(wrapping, line));
    }
    Ok(wrapping)
}

/// Looks whether the header is wrapped; `None` while there is too little of the file.
fn find(beginning: &Beginning, csv: &CsvOptions, wanted: &Wanted) -> Option<Option<Wrapping>> {
    if !csv.header || csv.separator == Separator::Whitespace {
        return Some(None);
    }
    let mut at = head::below_skipped(beginning, csv)?;
    while at < beginning.bytes.len() {
        let end = beginning.line_end(at)?;
        let (line, _) = split_end(&beginning.bytes[at..end]);
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || PADDING.contains(byte);
        if !line.iter().all(is_blank) {
            return Some(wrapping_of(line, at, csv, wanted));
        }
        at = end;
    }
    beginning.is_whole.then_some(None)
}

/// Tells how a header is wrapped, if what is in it is a row with a wanted column.
fn wrapping_of(line: &[u8], start: usize, csv: &CsvOptions, wanted: &Wanted) -> Option<Wrapping> {
    let Separator::Byte(separator) = csv.separator else { return None };
    let mut content = Vec::new();
    let padding = quoted(line, &mut content)?;
    let byte = padding.first().copied().unwrap_or(b';');
    if padding.iter().any(|other| *other != byte) || !(PADDING.contains(&byte) || byte == separator) {
        return None;
    }
    let is_wanted = |name: &String| wanted.columns.iter().any(|(column, _)| column == name);
    let is_header = |names: &[String]| match csv.names.len() {
        0 => names.iter().any(is_wanted),
        // One value and empty ones may also be a header as it is.
        count => names.len() == count && (byte != separator || 1 + padding.len() != count),
    };
    let inner = [separator, b','].into_iter().find(|&separator| {
        let names = names(&content, Quoting { separator, escape: csv.escape, line_break: b'\n' });
        names.is_some_and(|names| names.len() > 1 && is_header(&names))
    });
    let is_name = is_wanted(&String::from_utf8_lossy(&content).into_owned());
    inner.filter(|_| !is_name).map(|inner| Wrapping { start, inner, padding: byte })
}

fn names(content: &[u8], quoting: Quoting) -> Option<Vec<String>> {
    let mut record = Record::default();
    let end = record.read(content, 0, &quoting, usize::MAX, true);
    (end == End::Row(content.len())).then(|| head::names(&record, content))
}
