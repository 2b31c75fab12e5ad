//! JSON as text columns: NDJSON, one object a line, and JSON documents, whose records are one after the other or in
//! lists.
//!
//! A record is walked through once ([`walk`]), and only what is wanted is kept of it. Wanted names with dots are paths,
//! and a list may be rows. Of a record at fault there are no rows at all.

mod children;
mod dealt;
mod documents;
mod index;
mod join;
mod joined_rows;
mod lines;
mod part;
mod plain;
mod record;
mod rows;
mod scalar;
mod seen;
mod shape;
mod split;
mod walk;
mod walker;

use crate::error::FileFault;
use crate::input::Format;
use crate::readers::layout::check_needs;
use crate::readers::near::{Members, check_near};
use crate::readers::wanted::Wanted;
use crate::readers::{Source, TakePiece, WholeFile};
use children::Children;
use encoding_rs::Encoding;

/// Reads a file of JSON; a byte order mark is believed more than `encoding`.
pub(super) fn read(
    source: &Source,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let (whole, members) = match (source.format, Children::of(source.json)) {
        (Format::Json, _) => documents::read(source, encoding, wanted, take)?,
        (_, None) => lines::read(source, encoding, wanted, take)?,
        (_, Some(children)) => children::read(source, children, encoding, wanted, take)?,
    };
    check(source, wanted, &members)?;
    Ok((whole, members))
}

/// Checks what the records of a file have had against what is wanted of them.
fn check(source: &Source, wanted: &Wanted, members: &Members) -> Result<(), FileFault> {
    if members.counts.is_empty() {
        return Ok(());
    }
    let has: Vec<String> = members.counts.keys().cloned().collect();
    check_rows(source, wanted, members)?;
    check_needs(wanted, &has)?;
    let common: Vec<String> = members.common().collect();
    check_near(wanted, |name| members.has_value(name), common.iter().map(String::as_str))
}

/// Refuses objects that are no rows, such as `{"orders": [...]}`: the rows are within them.
fn check_rows(source: &Source, wanted: &Wanted, members: &Members) -> Result<(), FileFault> {
    // A list that is to be unnested and is in no record is reported elsewhere.
    if source.json.unnest.is_some() {
        return Ok(());
    }
    let first = |name: &str| name.split_once('.').is_some_and(|(first, _)| members.has(first));
    let is_any = wanted.columns.iter().any(|(name, _)| members.has(name) || first(name));
    if is_any || (members.objects > 1 && source.format == Format::Ndjson) {
        return Ok(());
    }
    let names: Vec<&str> = members.counts.keys().map(String::as_str).take(3).collect();
    let objects = if members.objects == 1 { "one JSON object" } else { "JSON objects" };
    let what = format!("{objects} (`{}`), of which no name is wanted", names.join("`, `"));
    let remedy = match source.format {
        Format::Json => {
            "if its rows are in it, set `records` to the path of their list, such as `records = \"orders\"`"
        }
        _ => "if its rows are in it, set `format = \"json\"`, and `records` to the path of their list",
    };
    Err(FileFault::Recognised { what, expected: None, remedy: remedy.to_owned() })
}
