//! Reads the SQL expressions of a mapping and checks their syntax, so that a fault has a line and column.

use super::nearest::did_you_mean;
use super::walk::Value;
use crate::sources::mapping::syntax_fault;

/// Reads an expression, in which `${name}` stands for an option of the platform.
pub(super) fn read(value: Value<'_>) -> Option<String> {
    let text = filled(value, value.text()?)?;
    match syntax_fault(&text) {
        None => Some(text),
        Some(error) => {
            let what = format!("`{}` is not an expression of SQL: {error}", value.key);
            value.fault_with(what, "names of columns with blanks stand in double quotes, texts in single ones");
            None
        }
    }
}

/// Puts the options in their places.
fn filled(value: Value<'_>, text: &str) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        let Some(option) = value.options().get(name) else {
            let known: Vec<&str> = value.options().keys().map(String::as_str).collect();
            let remedy = match known.is_empty() {
                true => "only the mappings of a platform have options".to_owned(),
                false => did_you_mean(name, &known),
            };
            value.fault_with(format!("`{}` refers to the option `{name}`, which does not exist", value.key), remedy);
            return None;
        };
        filled += before;
        filled += option;
        rest = after;
    }
    Some(filled + rest)
}
