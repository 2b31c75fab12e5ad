//! `optional("x")` in an expression: the column `x`, or null where a file has no such column.
//!
//! Polars SQL has no such function. Its name is therefore taken out of the text before that is parsed, and the column
//! is marked by its name instead.

use crate::mapping::nesting;
use polars::prelude::{Expr, PolarsError, PolarsResult, col};
use std::collections::BTreeSet;

const FUNCTION: &str = "optional";
/// No column of a file begins with this character.
const MARK: &str = "\u{1}optional ";

/// An expression and the columns that it speaks of.
pub struct Parsed {
    pub expr: Expr,
    /// Those that a file must have.
    pub needed: BTreeSet<String>,
    /// Those within `optional` only.
    pub optional: BTreeSet<String>,
}

/// Parses an expression of Polars SQL, which may have `optional(...)` in it.
pub fn parse(text: &str) -> PolarsResult<Parsed> {
    let marked = nesting::flat(text, || polars::sql::sql_expr(with_marks(text)));
    let marked = marked.map_err(|fault| match fault.to_string().contains("'optional'") {
        true => {
            PolarsError::SQLInterface("`optional` takes the name of one column, such as optional(\"Paid at\")".into())
        }
        false => fault,
    })?;
    let names = marked.clone().meta().root_names();
    let (optional, needed): (Vec<&str>, Vec<&str>) =
        names.iter().map(|name| name.as_str()).partition(|name| name.starts_with(MARK));
    let needed: BTreeSet<String> = needed.into_iter().map(str::to_owned).collect();
    let optional = optional.into_iter().map(|name| unmarked(name).to_owned());
    let optional = optional.filter(|name| !needed.contains(name)).collect();
    let expr = marked.map_expr(|part| match part {
        Expr::Column(name) if name.starts_with(MARK) => col(unmarked(&name)),
        other => other,
    });
    Ok(Parsed { expr, needed, optional })
}

fn unmarked(name: &str) -> &str {
    name.strip_prefix(MARK).unwrap_or(name)
}

/// Replaces `optional("x")` by the marked name `x`. What is between quotes stays, and so does a call with anything else
/// than one name: of that function the parser says that it does not exist.
fn with_marks(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let is_begun = before.is_some_and(|char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '"'));
        let end = match first {
            '\'' | '"' | '`' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            _ if !is_begun && let Some((name, after)) = call(rest) => {
                marked += &format!("\"{MARK}{}\"", name.replace('"', "\"\""));
                (rest, before) = (after, Some(')'));
                continue;
            }
            _ => first.len_utf8(),
        };
        before = rest[..end].chars().next_back();
        marked += &rest[..end];
        rest = &rest[end..];
    }
    marked
}

/// Takes a call of the function from the beginning of a text: the name in it, and what follows.
fn call(text: &str) -> Option<(String, &str)> {
    let function = text.get(..FUNCTION.len()).filter(|word| word.eq_ignore_ascii_case(FUNCTION))?;
    let inside = text[function.len()..].trim_start().strip_prefix('(')?.trim_start();
    let quote = inside.chars().next().filter(|first| ['"', '`'].contains(first));
    let (name, after) = match quote {
        Some(quote) => quoted_name(&inside[1..], quote)?,
        None => {
            let is_part = |char: char| char.is_alphanumeric() || char == '_';
            let end = inside.find(|char| !is_part(char))?;
            (inside[..end].to_owned(), &inside[end..])
        }
    };
    let is_name = !name.is_empty() && !(inside.starts_with(|char: char| char.is_ascii_digit()));
    let after = after.trim_start().strip_prefix(')')?;
    is_name.then_some((name, after))
}

/// Takes a name up to its closing quote; two quotes are one within it.
fn quoted_name(text: &str, quote: char) -> Option<(String, &str)> {
    let mut from = 0;
    loop {
        let end = from + text[from..].find(quote)?;
        match text[end + 1..].strip_prefix(quote) {
            Some(_) => from = end + 2,
            None => {
                return Some((text[..end].replace(&format!("{quote}{quote}"), &quote.to_string()), &text[end + 1..]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_becomes_a_marked_name_wherever_it_stands() {
        let shown = |text: &str| with_marks(text).replace(MARK, "?");
        assert_eq!(shown("optional(\"Paid at\")"), "\"?Paid at\"");
        assert_eq!(shown("coalesce(OPTIONAL( a_1 ), b)"), "coalesce(\"?a_1\", b)");
        assert_eq!(shown("optional(`Paid \"at\"`)"), "\"?Paid \"\"at\"\"\"");
        assert_eq!(shown("optional(a)||Optional (\"b\"\"c\")"), "\"?a\"||\"?b\"\"c\"");
        for same in [
            "'optional(a)' || \"optional(b)\"",
            "my_optional(a)",
            "optional",
            "optional + 1",
            "optional(a + b)",
            "optional('a')",
            "optional(1)",
            "optional()",
            "'it''s optional(a)'",
            "été || 'optional(",
        ] {
            assert_eq!(shown(same), same);
        }
    }

    #[test]
    fn a_column_that_is_named_outside_too_is_needed() {
        let parsed = parse("optional(a) + b + optional(b)").unwrap();
        let names = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!((names(parsed.needed), names(parsed.optional)), ("b".to_owned(), "a".to_owned()));
        assert_eq!(parsed.expr, polars::sql::sql_expr("a + b + b").unwrap());
        for text in ["optional(a + b)", "optional('a')", "optional()"] {
            let said = parse(text).err().unwrap().to_string();
            assert_eq!(said, "`optional` takes the name of one column, such as optional(\"Paid at\")");
        }
    }
}
