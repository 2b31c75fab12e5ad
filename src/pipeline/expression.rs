//! Expressions of a mapping: Polars SQL, whose syntax is checked here, so that a slip has a place in the file.

use super::walk::Value;

/// Reads an expression.
pub(super) fn read(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    match polars::sql::sql_expr(text) {
        Ok(_) => Some(text.to_owned()),
        Err(error) => {
            let what = format!("`{}` is not an expression of Polars SQL: {error}", value.key);
            value.fault_with(what, "names of columns with blanks stand in double quotes, texts in single ones");
            None
        }
    }
}
