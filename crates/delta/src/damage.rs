//! What is wrong with a damaged file, in words for the people who have it: what libraries say is about themselves.

use crate::decoder::CONTRADICTION;
use parquet::errors::ParquetError;
use serde_json::error::Category;

/// So many characters before a fault are quoted.
const BEFORE: usize = 24;
/// The longest word that is quoted whole.
const WORD: usize = 20;

/// What the parser of JSON expects where it finds something else: its words and ours.
const EXPECTED: [(&str, &str); 11] = [
    ("expected `:`", "`:` is expected"),
    ("expected `,` or `]`", "`,` or `]` is expected"),
    ("expected `,` or `}`", "`,` or `}` is expected"),
    ("expected value", "a value is expected"),
    ("expected ident", "`true`, `false` or `null` is expected"),
    ("expected `\"`", "a text in quotes is expected"),
    ("key must be a string", "a name in double quotes is expected"),
    ("trailing comma", "the next name or value is expected"),
    ("trailing characters", "nothing more is expected"),
    ("invalid number", "a digit is expected"),
    ("invalid escape", "one of `\"\\/bfnrtu` is expected"),
];

/// Other faults of JSON: the parser's words and ours.
const OTHERWISE: [(&str, &str); 6] = [
    ("control character", "a line end, tab or other control character stands in a text"),
    ("lone leading surrogate", "`\\u` stands before half of a character"),
    ("unexpected end of hex escape", "`\\u` stands before half of a character"),
    ("invalid unicode code point", "`\\u` stands before a number that is no character"),
    ("number out of range", "a number has absurdly many digits"),
    ("recursion limit exceeded", "more than 128 lists and objects stand within each other"),
];

/// Says what is wrong with a text that is no JSON, or that does not hold what it should.
pub fn of_json(error: &serde_json::Error, text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let (said, at) = (error.to_string(), place(error, &text));
    match error.classify() {
        Category::Io => "it cannot be read to its end".to_owned(),
        Category::Data => data(&said),
        Category::Eof => {
            let within = match said.strip_prefix("EOF while parsing ").and_then(|rest| rest.split(" at ").next()) {
                Some("a string") => "within a text in quotes",
                Some("a list") => "within a list",
                Some("an object") => "within an object",
                _ => "where a value is expected",
            };
            format!("it ends{} {within}: it was cut off", after(&text[..at]))
        }
        Category::Syntax => {
            let ours = |table: &[(&str, &'static str)]| {
                table.iter().find(|(theirs, _)| said.starts_with(theirs)).map(|(_, ours)| *ours)
            };
            match ours(&OTHERWISE) {
                Some(what) => format!("{what}{}", after(&text[..at])),
                None => {
                    let expected = ours(&EXPECTED).unwrap_or("something else is expected");
                    format!("`{}` stands{} where {expected}", sign(&text[at..]), after(&text[..at]))
                }
            }
        }
    }
}

/// Says what is wrong with JSON that does not hold what it should.
fn data(said: &str) -> String {
    let named = |start: &str| said.strip_prefix(start)?.split('`').next();
    match (named("missing field `"), named("duplicate field `")) {
        (Some(name), _) => format!("it has no `{name}`"),
        (_, Some(name)) => format!("it has `{name}` twice"),
        _ => "it does not hold what it should".to_owned(),
    }
}

/// Returns the byte of a text that an error is about.
fn place(error: &serde_json::Error, text: &str) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column()).saturating_sub(usize::from(!error.is_eof())).min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// Returns the word or the sign that a text begins with.
pub fn sign(text: &str) -> String {
    let word: String = text.chars().take(WORD).take_while(|char| char.is_alphanumeric()).collect();
    match text.chars().next() {
        Some(first) if word.is_empty() => first.to_string(),
        _ => word,
    }
}

fn after(before: &str) -> String {
    let before = before.trim();
    match before.char_indices().rev().nth(BEFORE) {
        _ if before.is_empty() => " at its beginning".to_owned(),
        Some((at, cut)) => format!(" after `…{}`", &before[at + cut.len_utf8()..]),
        None => format!(" after `{before}`"),
    }
}

/// Says what is wrong with a Parquet file.
pub fn of_parquet(error: &ParquetError) -> &'static str {
    // Each layer of the library puts its name before what the layer below has said.
    let said = error.to_string();
    if said.ends_with(CONTRADICTION) {
        CONTRADICTION
    } else if said.ends_with("Page CRC checksum mismatch") {
        "a part of it does not have the checksum that it was written with"
    } else if said.contains("EOF: ") {
        "it was cut off, or is damaged"
    } else {
        "it is damaged"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn said(text: &str) -> String {
        of_json(&serde_json::from_str::<Value>(text).unwrap_err(), text.as_bytes())
    }

    #[test]
    fn a_text_that_is_no_json_is_told_where_it_goes_wrong() {
        for (text, expected) in [
            (r#"{"a":"x"#, "it ends after `{\"a\":\"x` within a text in quotes: it was cut off"),
            (r#"{"a":[1"#, "it ends after `{\"a\":[1` within a list: it was cut off"),
            (r#"{"a":1"#, "it ends after `{\"a\":1` within an object: it was cut off"),
            (r#"{"a":"#, "it ends after `{\"a\":` where a value is expected: it was cut off"),
            ("", "it ends at its beginning where a value is expected: it was cut off"),
            (r#"{"a" 1}"#, "`1` stands after `{\"a\"` where `:` is expected"),
            (r#"{"a":[1 2]}"#, "`2` stands after `{\"a\":[1` where `,` or `]` is expected"),
            (r#"{"a":1 "b":2}"#, "`\"` stands after `{\"a\":1` where `,` or `}` is expected"),
            (r#"{"a":NaN}"#, "`NaN` stands after `{\"a\":` where a value is expected"),
            (r#"{"a":“b”}"#, "`“` stands after `{\"a\":` where a value is expected"),
            (r#"{'a':1}"#, "`'` stands after `{` where a name in double quotes is expected"),
            (r#"{"é":1,}"#, "`}` stands after `{\"é\":1,` where the next name or value is expected"),
            (r#"{"a":1} x"#, "`x` stands after `{\"a\":1}` where nothing more is expected"),
            (r#"{"a":1.}"#, "`}` stands after `{\"a\":1.` where a digit is expected"),
            (r#"{"a":"\q"}"#, "`q` stands after `{\"a\":\"\\` where one of `\"\\/bfnrtu` is expected"),
            ("{\"a\":\n\"b\tc\"}", "a line end, tab or other control character stands in a text after `{\"a\":\n\"b`"),
            (r#"{"a":"\ud800x"}"#, "`\\u` stands before half of a character after `{\"a\":\"\\ud800`"),
            ("}", "`}` stands at its beginning where a value is expected"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
        assert!(said(r#"{"a":trux}"#).ends_with("where `true`, `false` or `null` is expected"));
        assert!(said(&"[".repeat(200)).starts_with("more than 128 lists and objects"));
        let long = said(&format!(r#"{{"name":"{}" 1}}"#, "x".repeat(50)));
        assert_eq!(long, format!("`1` stands after `…{}\"` where `,` or `}}` is expected", "x".repeat(23)));
    }

    #[test]
    fn json_that_does_not_hold_what_it_should_is_told_by_what_it_lacks() {
        #[derive(Debug, serde::Deserialize)]
        struct Line {
            #[expect(dead_code, reason = "only read")]
            path: String,
        }
        let said = |text: &str| of_json(&serde_json::from_str::<Line>(text).unwrap_err(), text.as_bytes());
        assert_eq!(said("{}"), "it has no `path`");
        assert_eq!(said(r#"{"path": "a", "path": "b"}"#), "it has `path` twice");
        assert_eq!(said(r#"{"path": 1}"#), "it does not hold what it should");
    }
}
