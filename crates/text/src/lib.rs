//! Shows texts of other people's files (docs/spec.md 10): ids, names, values and paths that are printed.
//!
//! The main entries are [`visible`] and [`quoted`] for terminals and [`cell`](cell()) for spreadsheets. Characters that
//! are invisible or steer a terminal are shown as escapes. [`folded`] keeps lines within the width of a page.
//!
//! Not here: printing, and texts of the ledger, the balances or the book, which are never changed.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod cell;
mod fold;

pub use cell::cell;
pub use fold::{WIDTH, folded};

use std::borrow::Cow;

/// The greatest number of characters of a foreign text in a list or a message.
pub const SHOWN: usize = 200;

/// Tells whether a character is invisible: it steers a terminal, changes the direction of the text around it, breaks a
/// line, or has no width.
///
/// These are the control characters (general category Cc), the line and paragraph separators, and the code points that
/// Unicode calls Default_Ignorable_Code_Point (<https://www.unicode.org/reports/tr44/>), without the variation
/// selectors, which choose the look of the character before them.
pub fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Returns a text with every hidden character as an escape, such as `\n` or `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden, |char, shown| shown.extend(char.escape_default()))
}

/// Returns a text with an escape for every blank that looks like a space and is none, such as `\u{a0}`: people who look
/// for what is wrong with a value would not see it.
pub fn visible_blanks(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_other = |char| matches!(char, '\u{a0}' | '\u{2007}' | '\u{202f}');
    match escaped(&text, is_other, |char, shown| shown.extend(char.escape_default())) {
        Cow::Owned(shown) => Cow::Owned(shown),
        Cow::Borrowed(_) => text,
    }
}

/// Returns a text with every hidden character as an escape, except line breaks.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden_in_lines, |char, shown| shown.extend(char.escape_default()))
}

/// Returns a JSON text with every hidden character as an escape of JSON, except line breaks, so that a reader gets the
/// same values.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    escaped(json, is_hidden_in_lines, |char, shown| {
        for unit in char.encode_utf16(&mut [0; 2]) {
            shown.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

/// Returns at most 200 characters of a text, then `…` if there are more. Hidden characters are escapes, whose
/// characters count.
pub fn quoted(text: &str) -> Cow<'_, str> {
    let (text, is_whole) = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => (&text[..end], false),
        None => (text, true),
    };
    let shown = visible(text);
    match shown.char_indices().nth(SHOWN) {
        None if is_whole => shown,
        None => Cow::Owned(shown.into_owned() + "…"),
        Some(_) => Cow::Owned(whole_escapes(text) + "…"),
    }
}

/// Returns the beginning of a text with its escapes: at most 200 characters, and no escape is cut.
fn whole_escapes(text: &str) -> String {
    let (mut shown, mut count) = (String::new(), 0);
    for char in text.chars() {
        let mut bytes = [0; 4];
        let next = visible(char.encode_utf8(&mut bytes));
        count += next.chars().count();
        if count > SHOWN {
            break;
        }
        shown.push_str(&next);
    }
    shown
}

fn is_hidden_in_lines(char: char) -> bool {
    char != '\n' && is_hidden(char)
}

/// Returns a text with some of its characters replaced; borrowed where there are none of them, as nearly always.
fn escaped(text: &str, is_meant: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.contains(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_meant(char) { write(char, &mut shown) } else { shown.push(char) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_show_nothing_are_shown_as_escapes() {
        assert_eq!(visible("c\n1\r\t\0\u{1b}[2J\u{7f}\u{9b}"), r"c\n1\r\t\u{0}\u{1b}[2J\u{7f}\u{9b}");
        assert_eq!(
            visible("a\u{200b}b\u{202e}c\u{feff}d\u{2028}e\u{ad}"),
            r"a\u{200b}b\u{202e}c\u{feff}d\u{2028}e\u{ad}"
        );
        assert_eq!(visible("\u{e0041}\u{2066}"), r"\u{e0041}\u{2066}");
    }

    #[test]
    fn texts_that_show_everything_stay_as_they_are() {
        for text in ["", "C-1042", "Ærøskøbing 日本 \\ ' \" `", "❤\u{fe0f}", "a\u{a0}b\u{3000}c", "\u{1f469}"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn blanks_that_are_no_spaces_are_shown_where_values_are_explained() {
        assert_eq!(visible_blanks(visible("1\u{a0}234 5\u{202f}6\u{200b}")), r"1\u{a0}234 5\u{202f}6\u{200b}");
        assert!(matches!(visible_blanks(Cow::Borrowed("a b\u{3000}c")), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_of_a_table_stay_lines() {
        assert_eq!(visible_lines("one\ntwo\r\n\u{1b}three\n"), "one\ntwo\\r\n\\u{1b}three\n");
    }

    #[test]
    fn json_says_the_same_after_its_hidden_characters_were_escaped() {
        let value = serde_json::json!({"id": "a\u{7f}\u{9b}\u{202e}\u{e0041}ä\n\u{1b}"});
        let json = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let shown = visible_json(&json);
        assert_eq!(shown, "{\n  \"id\": \"a\\u007f\\u009b\\u202e\\udb40\\udc41ä\\n\\u001b\"\n}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn two_hundred_characters_are_quoted_whole_and_one_more_is_left_out() {
        let two_hundred = "ä".repeat(200);
        assert_eq!(quoted(&two_hundred), two_hundred);
        assert_eq!(quoted(&(two_hundred.clone() + "b")), two_hundred + "…");
    }

    #[test]
    fn an_escape_is_quoted_whole_or_not_at_all() {
        // An escape of a line break has 2 characters, one of ESC 6.
        assert_eq!(quoted(&"\n".repeat(100)), r"\n".repeat(100));
        assert_eq!(quoted(&"\n".repeat(101)), r"\n".repeat(100) + "…");
        let edge = "a".repeat(195) + "\u{1b}b";
        assert_eq!(quoted(&edge), "a".repeat(195) + "…");
    }
}
