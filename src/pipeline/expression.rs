//! Expressions of a mapping: SQL, whose syntax is checked here, so that a slip has a place in the file.

use super::walk::Value;
use crate::sources::mapping::syntax_fault;

/// Reads an expression.
pub(super) fn read(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    match syntax_fault(text) {
        None => Some(text.to_owned()),
        Some(error) => {
            let what = format!("`{}` is not an expression of SQL: {error}", value.key);
            value.fault_with(what, "names of columns with blanks stand in double quotes, texts in single ones");
            None
        }
    }
}
