//! JSON as text columns: NDJSON, one object a line, and JSON documents, whose records stand one after the other or in
//! lists.
//!
//! A record is walked through once ([`walk`]), and only what is wanted is kept of it. Wanted names with dots are paths.

mod elements;
mod lines;
mod record;
mod rows;
mod scalar;
mod shape;
mod walk;

pub(super) use lines::read as read_lines;

use crate::error::FileFault;
use crate::readers::layout::check_needs;
use crate::readers::near::{Members, check_near};
use crate::readers::wanted::Wanted;

/// Checks what the records of a file have had against what is wanted of them.
fn check(wanted: &Wanted, members: &Members) -> Result<(), FileFault> {
    if members.counts.is_empty() {
        return Ok(());
    }
    let has: Vec<String> = members.counts.keys().cloned().collect();
    check_rows(wanted, members)?;
    check_needs(wanted, &has)?;
    let common: Vec<String> = members.common().collect();
    check_near(wanted, |name| members.has_value(name), common.iter().map(String::as_str))
}

/// Refuses one object that is no row, such as `{"orders": [...]}`: the rows are within it.
fn check_rows(wanted: &Wanted, members: &Members) -> Result<(), FileFault> {
    let first = |name: &str| name.split_once('.').is_some_and(|(first, _)| members.has(first));
    if members.objects > 1 || wanted.columns.iter().any(|(name, _)| members.has(name) || first(name)) {
        return Ok(());
    }
    let names: Vec<&str> = members.counts.keys().map(String::as_str).take(3).collect();
    let what = format!("one JSON object (`{}`), of which no name is wanted", names.join("`, `"));
    let remedy = "if its rows are in it, write them one object a line, as `jq -c '.NAME[]' FILE` does";
    Err(FileFault::Recognised { what, expected: None, remedy: remedy.to_owned() })
}
