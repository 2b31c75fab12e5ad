//! Cleans texts from exports for a mail: removes characters that break a line, steer a terminal or are invisible.

use crate::text::is_hidden;
use std::borrow::Cow;

/// Returns a text on one line. A line break or a tab becomes a blank; other hidden characters are left out.
pub(crate) fn on_one_line(text: &str) -> Cow<'_, str> {
    cleaned(text, |char| match char {
        _ if is_break(char) || char == '\t' => Some(' '),
        _ => Some(char).filter(|&char| !is_left_out(char)),
    })
}

/// Returns a text with its lines. Every line break becomes `\n` and a tab a blank; other hidden characters are left
/// out.
pub(crate) fn in_lines(text: &str) -> Cow<'_, str> {
    cleaned(text, |char| match char {
        _ if is_break(char) => Some('\n'),
        '\t' => Some(' '),
        _ => Some(char).filter(|&char| !is_left_out(char)),
    })
}

/// Returns a rendered body without control characters but line breaks, as [`in_lines`]. Characters without width stay:
/// a shop's own templates have their reasons for them, and words of others have none any more.
pub(crate) fn body(text: String) -> String {
    let is_control = |char: char| char != '\n' && char.is_control();
    // The control characters from U+0080 to U+009F begin with the byte C2. Without a branch many bytes are tested at
    // once.
    let may_be_control = |byte: u8| (byte < b' ') & (byte != b'\n') | (byte == 0x7f) | (byte == 0xc2);
    if !text.bytes().fold(false, |any, byte| any | may_be_control(byte)) || !text.contains(is_control) {
        return text;
    }
    let broken = text.replace("\r\n", "\n");
    let kept = broken.chars().filter_map(|char| match char {
        _ if is_break(char) => Some('\n'),
        '\t' => Some(' '),
        _ => Some(char).filter(|char| !char.is_control()),
    });
    kept.collect()
}

fn cleaned(text: &str, word: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").chars().filter_map(word).collect())
}

fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Joiners shape words of Persian and Hindi and are within emoji: they stay.
fn is_left_out(char: char) -> bool {
    is_hidden(char) && !matches!(char, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_on_one_line_and_hides_nothing() {
        assert_eq!(on_one_line("Ada\r\nBcc: x@y\u{2028}z"), "Ada Bcc: x@y z");
        assert_eq!(on_one_line("A\u{1b}[31md\0a\u{202e}\u{200b}\tB\u{7f}\u{9b}"), "A[31mda B");
        let fine = "Zoë  می\u{200c}خواهم \u{1f468}\u{200d}\u{1f469} O'Brien";
        assert_eq!(on_one_line(fine), fine);
        assert!(matches!(on_one_line("Ada  Lovelace"), Cow::Borrowed("Ada  Lovelace")));
    }

    #[test]
    fn a_note_keeps_its_lines() {
        assert_eq!(in_lines("Sorry.\r\nYours,\rBob\t\u{1b}"), "Sorry.\nYours,\nBob ");
    }

    #[test]
    fn a_body_has_no_control_characters_but_line_breaks() {
        let plain = "<p>\n  Ä\u{200c}\u{34f} &nbsp;\n</p>\n".to_owned();
        assert_eq!(body(plain.clone()), plain);
        assert_eq!(body("<p>\r\n\tA\u{1b}\u{85}B\u{7f}\r</p>".to_owned()), "<p>\n A\nB\n</p>");
    }
}
