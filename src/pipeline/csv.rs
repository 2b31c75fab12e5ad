//! Reads `csv`: how the CSV files of an input are written (docs/spec.md 9).

use super::nearest::nearest;
use super::walk::{Section, Value};
use crate::sources::input::{CsvOptions, Format, Separator};
use encoding_rs::Encoding;

const KEYS: &[&str] = &["separator", "escape", "skip_lines", "header", "names", "encoding", "decimal"];

/// Names that people write; any label of the Encoding Standard is understood.
const COMMON_ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "macintosh",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gbk",
    "gb18030",
    "big5",
];

/// Reads the `csv` table of an input, which changes the `base` it starts from.
pub(super) fn read(input: &Section<'_>, base: CsvOptions, format: Option<Format>) -> CsvOptions {
    let table = input.section("csv", "`csv`", KEYS);
    if let (Some(value), true) = (input.get("csv"), format.is_some_and(|format| format != Format::Csv)) {
        value.misplaced("`csv` is given, but `format` is another", "leave one of them out");
    }
    let names = table.get("names").map(|value| value.texts());
    let header = table.get("header").and_then(|value| value.flag());
    let options = CsvOptions {
        separator: table.get("separator").and_then(separator).unwrap_or(base.separator),
        escape: table.get("escape").and_then(escape).unwrap_or(base.escape),
        skip_lines: table.get("skip_lines").and_then(|value| value.count(0, u64::MAX)).unwrap_or(base.skip_lines),
        header: header.unwrap_or(base.header),
        names: names.unwrap_or(base.names),
        encoding: table.get("encoding").and_then(encoding).unwrap_or(base.encoding),
        decimal: table.get("decimal").and_then(decimal).unwrap_or(base.decimal),
    };
    if let (Some(value), false, true) = (table.get("header"), options.header, options.names.is_empty()) {
        value.fault_with("without a header the columns have no names", "write `names = [\"order_id\", ...]`");
    }
    if let (Some(value), true, Separator::Byte(b'\\')) = (table.get("escape"), options.escape, options.separator) {
        value.misplaced("`escape` and `separator` are both a backslash", "leave one of them out");
    }
    options
}

fn separator(value: Value<'_>) -> Option<Separator> {
    match value.raw().as_str().map(str::as_bytes) {
        Some(b"whitespace") => Some(Separator::Whitespace),
        Some([byte]) if !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Some(Separator::Byte(*byte)),
        _ => {
            let what = format!("`{}` is {}, which cannot separate columns", value.key, value.written());
            value.fault_with(what, "write one character, such as \",\", \";\" or \"\\t\", or \"whitespace\"");
            None
        }
    }
}

/// Quotes are escaped by a backslash or not at all.
fn escape(value: Value<'_>) -> Option<bool> {
    match value.raw().as_str() {
        Some("\\") => Some(true),
        _ => {
            let what = format!("`{}` is {}, which is no escape character", value.key, value.written());
            value.fault_with(what, "write `escape = \"\\\\\"`, a backslash, or leave it out: quotes are then doubled");
            None
        }
    }
}

fn encoding(value: Value<'_>) -> Option<&'static Encoding> {
    let label = value.text()?;
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    if known.is_none() {
        let remedy = match nearest(label, COMMON_ENCODINGS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write its name in the WHATWG Encoding Standard, such as `utf-8` or `windows-1252`".to_owned(),
        };
        value.fault_with(format!("`{}` is not a known encoding: `{label}`", value.key), remedy);
    }
    known
}

fn decimal(value: Value<'_>) -> Option<u8> {
    value.choice(&[(".", b'.'), (",", b',')])
}
