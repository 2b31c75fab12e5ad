//! What a file is, by its first bytes: the name of a file may say something else.
//!
//! Only what cannot be a file of the expected format is refused. A text that looks like HTML, XML or JSON is still CSV
//! where its first line names a wanted column.

use crate::error::FileFault;
use crate::input::{Format, Separator};
use crate::readers::Source;
use crate::readers::open;
use crate::readers::wanted::Wanted;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::path::Path;

/// A format that is not read: its first bytes, whether a text could begin with them, its name, and the remedy.
type Signature = (&'static [u8], bool, &'static str, &'static str);

const AS_SHEET: &str = "save it as `.xlsx` without a password, or as CSV (UTF-8)";
const AS_OURS: &str = "write it as Parquet, CSV, NDJSON or JSON";
const AS_JSON: &str = "name it `.json`, or set `format = \"json\"`";
/// What bytes are that are no text and nothing known, and the remedy.
pub(super) const BINARY: (&str, &str) = ("binary data", "export it again as text, or look what has made this file");
const UNPACK: &str = "unpack it and name the file in it, or pack it as `.gz` or `.zst`";

const SIGNATURES: &[Signature] = &[
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        false,
        "an old Office file (such as an Excel `.xls`) or one with a password",
        AS_SHEET,
    ),
    (b"%PDF-", false, "a PDF document", "export the data as CSV"),
    (b"Obj\x01", false, "an Avro file", AS_OURS),
    (b"ORC", true, "an ORC file", AS_OURS),
    (b"ARROW1", true, "an Arrow (Feather) file", AS_OURS),
    (b"FEA1", true, "a Feather file", AS_OURS),
    (b"SQLite format 3\0", false, "an SQLite database", "export its table as CSV"),
    (b"BZh", true, "a bzip2 file", UNPACK),
    (b"\xfd7zXZ\0", false, "an xz file", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", false, "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", false, "a RAR archive", UNPACK),
    (b"\x04\x22\x4d\x18", false, "an lz4 file", UNPACK),
    (b"\xff\x06\0\0sNaPpY", false, "a snappy file", UNPACK),
    (b"\x1f\x9d", false, "a file of `compress`", UNPACK),
    (b"\x1f\x8b\x08", false, "a file that is packed twice", "unpack it once"),
    (b"\x28\xb5\x2f\xfd", false, "a file that is packed twice", "unpack it once"),
];

/// Tags that only a web page begins with, and tags that one may begin with where more tags follow.
const PAGE_TAGS: [&str; 4] = ["!doctype html", "html", "head", "body"];
const OTHER_TAGS: [&str; 14] =
    ["table", "meta", "script", "style", "title", "div", "center", "p", "h1", "h2", "br", "form", "pre", "span"];

/// In UTF-16 one of so many characters is surely a separator, a digit or a line end.
const UTF_16_START: usize = 32;

/// Something else than the expected format.
struct Found {
    what: Cow<'static, str>,
    remedy: Cow<'static, str>,
}

/// Refuses a file that holds something else than its format, and returns the encoding of one in UTF-16 without a mark.
pub(super) fn check(source: &Source, wanted: &Wanted) -> Result<Option<&'static Encoding>, FileFault> {
    let Some(head) = open::head(source.path).filter(|head| !head.is_empty()) else { return Ok(None) };
    let found = binary(&head, source.path, source.format);
    let is_own = match source.format {
        Format::Parquet => head.starts_with(b"PAR"),
        Format::Xlsx => head.starts_with(b"PK\x03\x04"),
        Format::Csv | Format::Ndjson | Format::Json => false,
    };
    if is_own {
        return Ok(None);
    }
    let utf_16 = utf_16(&head);
    let found = found.or_else(|| {
        let text = text(&head, utf_16);
        match source.format {
            Format::Parquet | Format::Xlsx => not_binary(&head, &text),
            Format::Csv if names_a_column(&text, wanted, &separators(source)) => None,
            Format::Csv => markup(&text).or_else(|| json_as_csv(&text)).or_else(|| no_text(source, &text)),
            Format::Json => not_json(&text, wanted).or_else(|| no_text(source, &text)),
            Format::Ndjson => markup(&text).or_else(|| not_ndjson(&text, wanted)).or_else(|| no_text(source, &text)),
        }
    });
    match found {
        Some(Found { what, remedy }) => {
            let expected = Some(source.format);
            Err(FileFault::Recognised { what: what.into(), expected, remedy: remedy.into() })
        }
        None => Ok(utf_16.filter(|_| !matches!(source.format, Format::Parquet | Format::Xlsx))),
    }
}

/// Says what a file is whose format does not follow from its name.
pub(crate) fn without_format(path: &Path) -> FileFault {
    let Some(head) = open::head(path) else { return FileFault::UnknownFormat };
    let text = text(&head, utf_16(&head));
    let found = binary(&head, path, Format::Csv).or_else(|| markup(&text)).or_else(|| json_array(&text, "[{"));
    let found = found.or_else(|| spread_json(&text)).or_else(|| json_as_csv(&text));
    match found {
        Some(Found { what, remedy }) => {
            FileFault::Recognised { what: what.into(), expected: None, remedy: remedy.into() }
        }
        None => FileFault::UnknownFormat,
    }
}

impl Found {
    fn new(what: &'static str, remedy: &'static str) -> Found {
        Found { what: what.into(), remedy: remedy.into() }
    }
}

fn binary(head: &[u8], path: &Path, format: Format) -> Option<Found> {
    let is_binary = !open::is_text(head);
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return Some(zip(head, path));
    }
    if is_binary && head.get(257..262) == Some(b"ustar") {
        return Some(Found::new("a tar archive", "unpack it and name the files in it"));
    }
    if is_binary && format != Format::Parquet && head.starts_with(b"PAR1") {
        return Some(Found::new("a Parquet file", "name it `.parquet`, or set `format = \"parquet\"`"));
    }
    let is_this = |(begins, is_text, ..): &&Signature| head.starts_with(begins) && (is_binary || !is_text);
    SIGNATURES.iter().find(is_this).map(|&(_, _, what, remedy)| Found::new(what, remedy))
}

/// Names what a ZIP archive is: the newer spreadsheets are such archives.
fn zip(head: &[u8], path: &Path) -> Found {
    let has = |part: &[u8]| memchr::memmem::find(head, part).is_some();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_named = |endings: &[&str]| ending.as_ref().is_some_and(|ending| endings.contains(&ending.as_str()));
    let is_office = has(b"[Content_Types].xml") || has(b"xl/") || has(b"_rels/") || has(b"docProps/");
    if is_named(&["xlsb", "ods"]) || has(b"application/vnd.oasis.opendocument") {
        Found::new("a spreadsheet of another program", AS_SHEET)
    } else if is_named(&["xlsx", "xlsm"]) || is_office {
        Found::new("a spreadsheet (such as an Excel `.xlsx`)", "name it `.xlsx`, or set `format = \"xlsx\"`")
    } else {
        Found::new(
            "a ZIP archive (a spreadsheet such as `.xlsx` is one too)",
            "unpack it; if it is a spreadsheet, set `format = \"xlsx\"`",
        )
    }
}

/// Finds web pages and XML.
fn markup(text: &str) -> Option<Found> {
    let lower = text.trim_start().to_lowercase();
    let tag = lower.strip_prefix('<')?;
    let ends = ['>', '/', ' ', '\t', '\r', '\n'];
    let begins = |name: &str| tag.strip_prefix(name).is_some_and(|rest| rest.starts_with(ends));
    let has_page = lower.contains("<html");
    let is_comment = tag.starts_with("!--");
    let has_tags = lower.contains("</") || lower.contains("<tr") || lower.contains("<td");
    if PAGE_TAGS.iter().any(|name| begins(name))
        || (OTHER_TAGS.iter().any(|name| begins(name)) && has_tags)
        || ((is_comment || tag.starts_with("?xml")) && has_page)
    {
        return Some(Found::new(
            "a web page (HTML)",
            "the export has failed or wants a login: download it again, as CSV",
        ));
    }
    tag.starts_with("?xml").then(|| Found::new("XML", "export it as CSV, NDJSON or Parquet"))
}

/// Finds a list of JSON values; `begins` are the bytes, blanks apart, that tell one from other text.
fn json_array(text: &str, begins: &str) -> Option<Found> {
    let bare: String = text.chars().filter(|char| !char.is_ascii_whitespace()).take(8).collect();
    let is_array = match begins {
        "[{" => bare == "[]" || bare.starts_with("[{\"") || bare.starts_with("[{}"),
        _ => bare.strip_prefix('[').is_some_and(|rest| rest.starts_with(['{', '[', ']', '"'])),
    };
    is_array.then(|| Found::new("a JSON array", AS_JSON))
}

/// Finds JSON where CSV is expected.
fn json_as_csv(text: &str) -> Option<Found> {
    let is_object = || {
        let name = text.trim_start().strip_prefix('{')?.trim_start().strip_prefix('"')?;
        name.split_once('"')?.1.trim_start().strip_prefix(':')
    };
    json_array(text, "[{").or_else(|| {
        is_object()?;
        spread_json(text).or_else(|| {
            Some(Found::new("JSON", "if it has one object a line, set `format = \"ndjson\"`, else `format = \"json\"`"))
        })
    })
}

/// Finds a JSON document that runs over several lines.
fn spread_json(text: &str) -> Option<Found> {
    let text = text.trim();
    if !text.starts_with('{') || !text.contains('\n') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let is_spread = match values.next()? {
        Ok(_) => text[..values.byte_offset()].contains('\n'),
        Err(error) => error.is_eof(),
    };
    is_spread.then(|| {
        let remedy =
            "set `format = \"json\"`, and `records` to the path of the list that its rows are in, if they are in one";
        Found::new("a JSON document over several lines", remedy)
    })
}

fn not_json(text: &str, wanted: &Wanted) -> Option<Found> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return None;
    }
    let is_csv = names_a_column(text, wanted, &[',', ';', '\t', '|']);
    markup(text).or_else(|| is_csv.then(|| Found::new("CSV", "name it `.csv`, or set `format = \"csv\"`")))
}

fn not_ndjson(text: &str, wanted: &Wanted) -> Option<Found> {
    let found = json_array(text, "[").or_else(|| spread_json(text));
    found.or_else(|| {
        names_a_column(text, wanted, &[',', ';', '\t', '|'])
            .then(|| Found::new("CSV", "name it `.csv`, or set `format = \"csv\"`"))
    })
}

/// Finds bytes that are no text. A header of CSV may be in UTF-16 that is not clear without being told.
fn no_text(source: &Source, text: &str) -> Option<Found> {
    let may_be = match source.format {
        Format::Csv => !source.csv.header || [UTF_16LE, UTF_16BE].contains(&source.csv.encoding),
        _ => text.trim_start().starts_with(['{', '[']),
    };
    let is_binary = !may_be && text.contains('\0');
    is_binary.then(|| Found::new(BINARY.0, BINARY.1))
}

/// Finds text where a format that is none is expected.
fn not_binary(head: &[u8], text: &str) -> Option<Found> {
    if !open::is_text(head) && utf_16(head).is_none() {
        return None;
    }
    let found = markup(text).or_else(|| json_array(text, "[{")).or_else(|| spread_json(text));
    found.or_else(|| {
        let first: String = first_line(text).chars().take(40).collect();
        let format = if first.starts_with('{') { "ndjson" } else { "csv" };
        let (what, remedy) = (format!("text that begins `{first}`"), format!("set `format = \"{format}\"`"));
        Some(Found { what: what.into(), remedy: remedy.into() })
    })
}

/// Tells whether a file's first line has a wanted column among its values.
fn names_a_column(text: &str, wanted: &Wanted, separators: &[char]) -> bool {
    let values = first_line(text).split(separators).map(|value| value.trim().trim_matches('"').trim());
    values.into_iter().any(|value| wanted.columns.iter().any(|(name, _)| name == value))
}

fn separators(source: &Source) -> Vec<char> {
    match source.csv.separator {
        Separator::Byte(byte) => vec![char::from(byte)],
        Separator::Whitespace => vec![' ', '\t'],
    }
}

fn first_line(text: &str) -> &str {
    text.trim_start().lines().next().unwrap_or_default()
}

/// Returns the text that a file begins with. Bytes that are not of its encoding do not matter here.
pub(super) fn text(head: &[u8], encoding: Option<&'static Encoding>) -> String {
    encoding.unwrap_or(UTF_8).decode(head).0.into_owned()
}

/// Tells whether bytes are a text in UTF-16 without a mark: of its separators and line ends every other byte is zero.
pub(super) fn utf_16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |at: usize| head.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    let begins_so = head.iter().take(2 * UTF_16_START).any(|&byte| byte == 0);
    if !begins_so || 10 * (high_first + low_first) < head.len() / 2 {
        return None;
    }
    let encoding = match (low_first > 4 * high_first, high_first > 4 * low_first) {
        (true, _) => UTF_16LE,
        (_, true) => UTF_16BE,
        _ => return None,
    };
    let whole = &head[..head.len() / 2 * 2];
    let text = encoding.decode_without_bom_handling(whole).0;
    // The last character may be cut.
    let text = text.strip_suffix('\u{fffd}').unwrap_or(&text);
    let is_odd = |char: char| char == '\u{fffd}' || (char.is_control() && !['\t', '\n', '\r'].contains(&char));
    (text.len() > 1 && !text.contains(is_odd)).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{CsvOptions, JsonOptions};
    use accrue_facts::{FactKind, FileIndex};

    const CSV: &str = "order_id,customer_id,placed_at\nO1,c1,2024-03-01\n";
    const LINE: &str = "{\"order_id\":\"O1\",\"customer_id\":\"c1\"}\n";

    fn checked(name: &str, bytes: &[u8], format: Format) -> Result<Option<&'static Encoding>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let csv = CsvOptions::default();
        let (kind, json, sheet) = (FactKind::Orders, JsonOptions::default(), None);
        let (csv, json, rows) = (&csv, &json, None);
        let source =
            Source { kind, path: &path, format, csv, json, sheet, file: FileIndex::default(), rows, columns: &[] };
        check(&source, &Wanted::canonical(FactKind::Orders)).map_err(|fault| fault.to_string())
    }

    #[track_caller]
    fn assert_is(what: &str, bytes: &[u8], formats: &[Format]) {
        for &format in formats {
            let said = checked("orders", bytes, format).unwrap_err();
            let expected = format!("holds {what}, not {}: ", format.name());
            assert!(said.starts_with(&expected), "{said}");
        }
    }

    const ALL: [Format; 5] = [Format::Csv, Format::Ndjson, Format::Json, Format::Parquet, Format::Xlsx];
    const TEXT: [Format; 3] = [Format::Csv, Format::Ndjson, Format::Json];
    const OTHER: [Format; 4] = [Format::Csv, Format::Ndjson, Format::Parquet, Format::Xlsx];

    #[test]
    fn other_formats_are_named() {
        let zip = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0";
        let sheet = [&zip[..], b"[Content_Types].xml"].concat();
        let others = [Format::Csv, Format::Ndjson, Format::Json, Format::Parquet];
        assert_is("a spreadsheet (such as an Excel `.xlsx`)", &sheet, &others);
        assert_is("a ZIP archive (a spreadsheet such as `.xlsx` is one too)", zip, &others);
        let said = checked("orders.csv", &sheet, Format::Csv).unwrap_err();
        assert!(said.ends_with("name it `.xlsx`, or set `format = \"xlsx\"`"), "{said}");
        assert_eq!(checked("orders.xlsx", &sheet, Format::Xlsx), Ok(None));
        assert_is(
            "an old Office file (such as an Excel `.xls`) or one with a password",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
            &ALL,
        );
        assert_is("a PDF document", b"%PDF-1.7\n", &ALL);
        assert_is("an Avro file", b"Obj\x01\x04", &ALL);
        assert_is("an SQLite database", b"SQLite format 3\0\x10", &ALL);
        assert_is("a Parquet file", b"PAR1\x15\x04\x15\x10", &TEXT);
        let tar = [&b"orders.csv"[..], &[0; 247], b"ustar\0"].concat();
        assert_is("a tar archive", &tar, &ALL);
        let packed = zstd::encode_all(&zstd::encode_all(CSV.as_bytes(), 1).unwrap()[..], 1).unwrap();
        assert_is("a file that is packed twice", &packed, &ALL);
        let page = zstd::encode_all(&b"<!DOCTYPE html>"[..], 1).unwrap();
        assert_is("a web page (HTML)", &page, &ALL);
    }

    #[test]
    fn web_pages_and_xml_are_told_from_headers_that_begin_alike() {
        for page in [
            "<!DOCTYPE html><html>",
            "\n  <HTML lang=en>",
            "\u{feff}<html>",
            "<head><title>Log in</title>",
            "<table border=1><tr><th>order_id",
            "<!-- made by shop -->\n<html>",
            "<?xml version=\"1.0\"?>\n<html xmlns=\"x\">",
        ] {
            assert_is("a web page (HTML)", page.as_bytes(), &ALL);
        }
        assert_is("XML", b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", &ALL);
        for header in ["<html>,order_id\n", "<id>,placed\n", "<>\n", "<table>;x\n", "<-- orders,order_id\n"] {
            assert_eq!(checked("orders", header.as_bytes(), Format::Csv), Ok(None), "{header}");
        }
    }

    #[test]
    fn json_is_told_from_one_object_a_line_and_from_headers_that_begin_alike() {
        let array = format!("[{}]", LINE.trim());
        assert_is("a JSON array", array.as_bytes(), &[Format::Csv, Format::Ndjson]);
        assert_is("a JSON array", b"[\n  {\n    \"order_id\": 1", &OTHER);
        assert_is("a JSON array", b" [ ]\n", &OTHER);
        assert_is("a JSON array", b"[\"order_id\",\"O1\"]\n", &[Format::Ndjson]);
        assert_is("a JSON document over several lines", b"{\n  \"order_id\": \"O1\"\n}\n{\n}\n", &OTHER);
        let long = format!("{{\"orders\": [\n{}", "  {\"order_id\": \"O1\"},\n".repeat(1000));
        assert_is("a JSON document over several lines", long.as_bytes(), &OTHER);
        for json in [&array, &long, LINE, "nonsense", "\u{feff} [1]"] {
            assert_eq!(checked("orders", json.as_bytes(), Format::Json), Ok(None), "{json}");
        }
        assert_is("JSON", LINE.as_bytes(), &[Format::Csv]);
        assert_is("CSV", CSV.as_bytes(), &[Format::Ndjson, Format::Json]);
        for lines in [LINE, "nonsense\n{\"order_id\":1}\n", "[info] begins\n{}\n", "{\"order_id\":\"O1\",\n{}\n", "\n"]
        {
            assert_eq!(checked("orders", lines.as_bytes(), Format::Ndjson), Ok(None), "{lines}");
        }
        for header in ["[order_id],x\n", "[{a}],x\n", "[],order_id\n", "{order},x\n", "\"[{\",order_id\n", "[x]\n"] {
            assert_eq!(checked("orders", header.as_bytes(), Format::Csv), Ok(None), "{header}");
        }
    }

    #[test]
    fn text_is_not_parquet_and_headers_that_begin_like_a_signature_are_csv() {
        assert_is(
            "text that begins `order_id,customer_id,placed_at`",
            CSV.as_bytes(),
            &[Format::Parquet, Format::Xlsx],
        );
        let said = checked("o.parquet", LINE.as_bytes(), Format::Parquet).unwrap_err();
        assert!(said.ends_with("set `format = \"ndjson\"`"), "{said}");
        assert_eq!(checked("o.parquet", b"PAR1\x15\x04", Format::Parquet), Ok(None));
        for header in ["PKEY,order_id\n", "PK\n", "PAR1,x\n", "ORCID,x\n", "ARROW1,x\n", "BZh,x\n", "Obj,x\n"] {
            assert_eq!(checked("orders", header.as_bytes(), Format::Csv), Ok(None), "{header}");
        }
    }

    #[test]
    fn utf_16_without_a_mark_is_recognised_where_it_is_clear() {
        let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let chinese = "訂單,客戶,日期\r\n1,一,2024-03-01\r\n";
        for text in [CSV, chinese] {
            assert_eq!(checked("orders", &utf_16(text), Format::Csv), Ok(Some(UTF_16LE)));
            assert_eq!(checked("orders", &big(text), Format::Csv), Ok(Some(UTF_16BE)));
        }
        assert_eq!(checked("orders", &utf_16(&CSV.repeat(200)), Format::Csv), Ok(Some(UTF_16LE)));
        assert_eq!(checked("orders", &utf_16(LINE), Format::Ndjson), Ok(Some(UTF_16LE)));
        assert_is("a web page (HTML)", &utf_16("<html><body>"), &ALL);
        assert_is("binary data", b"\0\x05\x16\x07\0\x02\0\0Mac OS X", &TEXT);
        assert_is("binary data", b"a\0b\0\x01\0", &TEXT);
        let damaged = [CSV.as_bytes(), &[0; 100]].concat();
        for other in [CSV.as_bytes(), &damaged, chinese.as_bytes(), b"", b"a", b"\x82\xa0,\x82\xa2\n"] {
            assert_eq!(checked("orders", other, Format::Csv), Ok(None), "{other:?}");
        }
    }

    #[test]
    fn a_name_without_a_format_is_said_with_what_the_file_holds() {
        let said = |bytes: &[u8]| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            without_format(file.path()).to_string()
        };
        assert!(
            said(b"[{\"order_id\":1}]").starts_with("holds a JSON array: name it `.json`, or set `format = \"json\"`")
        );
        assert!(said(b"<html>").starts_with("holds a web page (HTML): "));
        assert!(said(LINE.as_bytes()).starts_with("holds JSON: if it has one object a line, set"));
        assert!(said(b"PAR1\x15\x04").starts_with("holds a Parquet file: name it `.parquet`, or set"));
        assert!(said(CSV.as_bytes()).starts_with("its ending does not tell the format: set `format`"));
    }
}
