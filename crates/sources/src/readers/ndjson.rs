//! NDJSON, one object a line, as text columns.

use crate::error::FileFault;
use crate::readers::layout::check_needs;
use crate::readers::near::{Members, check_near};
use crate::readers::number;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text;
use crate::readers::text_columns::TextColumns;
use crate::readers::wanted::Wanted;
use crate::readers::{Source, TakePiece, WholeFile};
use accrue_facts::Reject;
use accrue_facts::ids::is_cut_id;
use encoding_rs::Encoding;
use rayon::iter::{ParallelBridge, ParallelIterator};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Mutex;

/// What is wrong with a line.
struct Fault<'l> {
    column: &'l str,
    value: &'l [u8],
    message: String,
}

/// What the lines of a file have shown so far.
#[derive(Default)]
struct Seen {
    pieces: usize,
    members: Members,
}

/// Reads an NDJSON file; a byte order mark is believed more than `encoding`.
pub(super) fn read(
    source: &Source,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let names: Vec<&str> = wanted.columns.iter().map(|(name, _)| name.as_str()).collect();
    let text = text::Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let mut pieces = Pieces::new(text);
    let seen = Mutex::new(Seen::default());
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        let mut rows = Rows::new(source, &names, &piece);
        rows.read();
        let mut seen = seen.lock().expect("no thread panics with it");
        seen.pieces += 1;
        seen.members.add(rows.seen);
        drop(seen);
        take(rows.columns.finish(source, encoding, rows.rejects, (piece.number, piece.read)))
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let seen = seen.into_inner().expect("no thread panics with it");
    let members = seen.members;
    if !members.counts.is_empty() {
        let has: Vec<String> = members.counts.keys().cloned().collect();
        check_rows(wanted, &members)?;
        check_needs(wanted, &has)?;
        let common: Vec<&str> = members.common().collect();
        check_near(wanted, |name| members.has_value(name), common.iter().copied())?;
    }
    Ok((WholeFile::new(pieces.into_text().finish()?, seen.pieces), members))
}

/// Refuses one object that is no row, such as `{"orders": [...]}`: the rows are within it.
fn check_rows(wanted: &Wanted, members: &Members) -> Result<(), FileFault> {
    if members.objects > 1 || wanted.columns.iter().any(|(name, _)| members.has(name)) {
        return Ok(());
    }
    let names: Vec<&str> = members.counts.keys().map(String::as_str).take(3).collect();
    let what = format!("one JSON object (`{}`), of which no name is wanted", names.join("`, `"));
    let remedy = "if its rows are in it, write them one object a line, as `jq -c '.NAME[]' FILE` does";
    Err(FileFault::Recognised { what, expected: None, remedy: remedy.to_owned() })
}

/// The rows of a piece.
struct Rows<'a> {
    source: &'a Source<'a>,
    names: &'a [&'a str],
    piece: &'a TextPiece,
    columns: TextColumns,
    rejects: Vec<Reject>,
    seen: Members,
}

impl<'a> Rows<'a> {
    fn new(source: &'a Source<'a>, names: &'a [&'a str], piece: &'a TextPiece) -> Rows<'a> {
        let columns = TextColumns::new(names.iter().copied(), piece.bytes.len(), piece.line_breaks + 1);
        Rows { source, names, piece, columns, rejects: Vec::new(), seen: Members::default() }
    }

    fn read(&mut self) {
        for (line, bytes) in
            (self.piece.first_line..).zip(self.piece.bytes.split(|&byte| byte == self.piece.line_break))
        {
            let bytes = bytes.trim_ascii();
            if bytes.is_empty() {
                continue;
            }
            match self.values(bytes) {
                Ok(values) => self.columns.push(line, |at| values[at].as_deref().unwrap_or_default().as_bytes()),
                Err(Fault { column, value, message }) => {
                    self.rejects.push(self.source.reject(line, column, value, message));
                }
            }
        }
    }

    /// Returns the wanted values of an object; null where it has none.
    fn values(&mut self, bytes: &'a [u8]) -> Result<Vec<Option<Cow<'a, str>>>, Fault<'a>> {
        let whole = |message| Fault { column: "", value: bytes, message };
        let text = std::str::from_utf8(bytes).map_err(|_| whole("holds bytes that are not UTF-8".to_string()))?;
        let Object(members) = serde_json::from_str(text).map_err(|error| whole(not_an_object(&error)))?;
        self.seen.objects += 1;
        let mut values = vec![None; self.names.len()];
        for (name, value) in members {
            self.seen.count(&name, value.get() == "null");
            let Some(at) = self.names.iter().position(|wanted| *wanted == name) else { continue };
            if values[at].is_some() {
                return Err(whole(format!("the object has `{name}` twice")));
            }
            let raw = value.get();
            let fault = |message| Fault { column: self.names[at], value: raw.as_bytes(), message };
            // Written out, the digits that are lost would be zeros.
            values[at] = match is_cut_id(self.names[at], raw) {
                true => Some(raw.into()),
                false => scalar(raw).map_err(fault)?,
            };
        }
        Ok(values)
    }
}

/// Returns what a value is as text; `None` for null.
fn scalar(raw: &str) -> Result<Option<Cow<'_, str>>, String> {
    match raw.as_bytes()[0] {
        b'"' => match serde_json::from_str(raw) {
            Ok(Text(text)) => Ok(Some(text)),
            Err(error) => Err(format!("is not a JSON string: {}", reason(&error))),
        },
        b'n' => Ok(None),
        b't' | b'f' => Ok(Some(raw.into())),
        b'{' => Err("is an object: one plain value is wanted".to_string()),
        b'[' => Err("is a list: one plain value is wanted".to_string()),
        _ => match number::plain(raw) {
            Some(plain) => Ok(Some(plain.into())),
            None => Err("is a number of absurd size".to_string()),
        },
    }
}

fn not_an_object(error: &serde_json::Error) -> String {
    format!("the line is not a JSON object: {} at byte {}", reason(error), error.column())
}

/// The reason without its place: the parser sees one line only and would call each the first.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_string()
}

/// The members of an object, in order.
struct Object<'l>(Vec<(Cow<'l, str>, &'l RawValue)>);

#[derive(serde::Deserialize)]
struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

impl<'l> serde::Deserialize<'l> for Object<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Object<'l>, D::Error> {
        struct Members;
        impl<'l> Visitor<'l> for Members {
            type Value = Object<'l>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Object<'l>, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
