//! Writes a single JSON value as text.

use crate::readers::number;
use accrue_delta::damage::of_json;
use std::borrow::Cow;

#[derive(serde::Deserialize)]
struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

/// Returns what a value is as text; `None` for null. `column` is the name under which it is wanted.
pub(super) fn scalar<'l>(column: &str, raw: &'l str) -> Result<Option<Cow<'l, str>>, String> {
    match raw.as_bytes()[0] {
        b'"' => match serde_json::from_str(raw) {
            Ok(Text(text)) => Ok(Some(text)),
            Err(error) => Err(format!("is no text of JSON: {}: export it again", of_json(&error, raw.as_bytes()))),
        },
        b'n' => Ok(None),
        b't' | b'f' => Ok(Some(raw.into())),
        b'{' => Err(format!(
            "is an object: one plain value is wanted: map a path into it, such as `{column}.{}`",
            first_name(raw).unwrap_or_else(|| "id".to_owned())
        )),
        b'[' => Err(format!("is a list: one plain value is wanted: map its elements, with `unnest = \"{column}\"`")),
        _ => match number::plain(raw) {
            Some(plain) => Ok(Some(plain)),
            None => Err("is a number of absurd size".to_string()),
        },
    }
}

/// Returns the name of an object's first member.
fn first_name(object: &str) -> Option<String> {
    let rest = object.strip_prefix('{')?;
    serde_json::Deserializer::from_str(rest).into_iter::<String>().next()?.ok()
}
