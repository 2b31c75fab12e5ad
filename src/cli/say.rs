//! Words for people, on stderr.
//!
//! **Invariant.** Everything that is said goes through here, and hidden characters in it are escapes: it may be a
//! terminal, and ids, names and paths are other people's texts.

use crate::text::visible_lines;
use std::fmt::Display;
use std::io::Write;

/// Says something without ending the line.
pub(crate) fn say_part(text: impl Display) {
    let _ = std::io::stderr().write_all(visible_lines(&text.to_string()).as_bytes());
}

/// Says a line, or several.
pub(crate) fn say(line: impl Display) {
    let _ = std::io::stderr().write_all(visible_lines(&format!("{line}\n")).as_bytes());
}
