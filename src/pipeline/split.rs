//! Reads `split` (docs/mappings.md): which cells hold several values, and how they are split into rows.

use super::walk::Value;
use crate::sources::input::Split;
use crate::sources::mapping::pattern_fault;

const KEYS: &[&str] = &["column", "by", "each", "number"];

/// Reads `split`; `aliases` are the other names that the mapping gives.
pub(super) fn read(value: Value<'_>, aliases: &[(String, Vec<String>)]) -> Option<Split> {
    let table = value.section("`split`", KEYS)?;
    let column =
        table.require("column", "name the column whose cells hold several things: `column = \"refund_items\"`");
    let column = column.and_then(|column| column.text());
    if table.get("by").or_else(|| table.get("each")).is_none() {
        let remedy =
            "write what stands between two parts, `by = \";\"`, or what each part looks like, `each = 'no [0-9]+'`";
        value.fault_with("`split` does not say where a cell is cut", remedy);
    }
    let number = table.get("number").and_then(|number| number_of(number, column, aliases));
    let (by, each) = (table.get("by").and_then(separator), table.get("each").and_then(pattern));
    Some(Split { column: column?.to_owned(), by, each, number })
}

/// Reads a separator, which may be blank, such as a line break.
fn separator(value: Value<'_>) -> Option<String> {
    match value.raw().as_str() {
        Some("") => {
            value.fault_with("`by` is empty", "write what stands between two parts, or leave it out beside `each`");
            None
        }
        Some(by) => Some(by.to_owned()),
        None => value.misfit("a text in quotes"),
    }
}

fn pattern(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    match pattern_fault(text) {
        None => Some(text.to_owned()),
        Some(fault) => {
            let remedy = "write it in single quotes, where a backslash stands for itself: `each = 'no\\.[0-9]+'`";
            value.fault_with(format!("`each` is not a regular expression that is known here: {fault}"), remedy);
            None
        }
    }
}

/// Reads the name of the new column, which must be no other's.
fn number_of(value: Value<'_>, column: Option<&str>, aliases: &[(String, Vec<String>)]) -> Option<String> {
    let name = value.text()?;
    if column == Some(name) || aliases.iter().any(|(alias, names)| alias == name || names.iter().any(|n| n == name)) {
        value.fault_with(format!("`number` is `{name}`, which is another column"), "choose a name of its own");
    }
    Some(name.to_owned())
}
