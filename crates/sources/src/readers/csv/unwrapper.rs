//! Unwraps lines of which each is one quoted value, while they are read (docs/pipeline.md, CSV).
//!
//! A line that needs no quotes may be bare. A line that is not wrapped becomes a faulty quoted value, whether a
//! value is open before it or not: no row goes over it, and it is rejected with those that a value of it takes with it.

use crate::readers::lines::line_end;
use memchr::{memchr, memrchr};

/// Comes before the text of a line that is not wrapped. No separator is a zero byte, so the quote before it closes
/// a value that is open, and the one after it a value that begins here: both are faults.
pub(super) const NOT_WRAPPED: &[u8] = b"\"\0\"\0";

/// How the lines of a file are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrapping {
    /// Where the header begins, which is the first wrapped line.
    pub start: usize,
    /// What separates the values within a line.
    pub inner: u8,
    /// What is after it, any number of times.
    pub padding: u8,
}

/// Unwraps lines while they are read.
pub struct Unwrapper {
    wrapping: Wrapping,
    /// Text that is not unwrapped yet: it begins with a line.
    pub raw: Vec<u8>,
    /// The number of the line with which it begins, from 1.
    line: u64,
    /// Numbers of lines that are not wrapped, rising.
    pub not_wrapped: Vec<u64>,
}

impl Unwrapper {
    /// Makes an unwrapper of lines that begin with the one of this number.
    pub(super) fn new(wrapping: Wrapping, line: u64) -> Unwrapper {
        Unwrapper { wrapping, raw: Vec::new(), line, not_wrapped: Vec::new() }
    }

    /// Appends the whole lines of `raw`, unwrapped; `is_whole`: the file ends where `raw` ends.
    pub fn unwrap(&mut self, text: &mut Vec<u8>, line_break: u8, is_whole: bool) {
        let whole = if is_whole { Some(self.raw.len()) } else { memrchr(line_break, &self.raw).map(|at| at + 1) };
        let Some(whole) = whole else { return };
        let raw = std::mem::take(&mut self.raw);
        let mut at = 0;
        while at < whole {
            let end = line_end(&raw, at, line_break, true).unwrap_or(whole);
            self.unwrap_line(&raw[at..end], text);
            at = end;
        }
        self.raw.extend_from_slice(&raw[whole..]);
    }

    fn unwrap_line(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let start = text.len();
        let (content, line_end) = split_end(line);
        if !self.wrapping.unwrap_line(content, text) {
            text.truncate(start);
            text.extend_from_slice(NOT_WRAPPED);
            text.extend_from_slice(content);
            self.not_wrapped.push(self.line);
        }
        text.extend_from_slice(line_end);
        self.line += 1;
    }
}

impl Wrapping {
    /// Appends what is in a line without its end; returns whether it is wrapped, or bare and without need of quotes.
    fn unwrap_line(&self, line: &[u8], text: &mut Vec<u8>) -> bool {
        let is_padding = |rest: &[u8]| rest.iter().all(|&byte| byte == self.padding);
        if line.first() == Some(&b'"') {
            return quoted(line, text).is_some_and(is_padding);
        }
        let bare = line.iter().rposition(|&byte| byte != self.padding).map_or(0, |last| last + 1);
        text.extend_from_slice(&line[..bare]);
        !line[..bare].iter().any(|&byte| byte == b'"' || byte == self.padding || byte == self.inner)
    }
}

/// Appends what is in the quoted value with which a line begins, and returns what follows it; `None` without such a
/// value.
pub(super) fn quoted<'l>(line: &'l [u8], content: &mut Vec<u8>) -> Option<&'l [u8]> {
    let mut rest = line.strip_prefix(b"\"")?;
    loop {
        let (before, after) = rest.split_at(memchr(b'"', rest)?);
        content.extend_from_slice(before);
        match after[1..].strip_prefix(b"\"") {
            Some(next) => {
                content.push(b'"');
                rest = next;
            }
            None => return Some(&after[1..]),
        }
    }
}

/// Splits a line from its end, which may be LF, CRLF or CR.
pub(super) fn split_end(line: &[u8]) -> (&[u8], &[u8]) {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    line.split_at(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped(parts: &[&str]) -> (String, Vec<u64>) {
        let wrapping = Wrapping { start: 0, inner: b',', padding: b';' };
        let mut unwrapper = Unwrapper::new(wrapping, 1);
        let mut text = Vec::new();
        for (number, part) in (1..).zip(parts) {
            unwrapper.raw.extend_from_slice(part.as_bytes());
            unwrapper.unwrap(&mut text, b'\n', number == parts.len());
        }
        (String::from_utf8(text).unwrap(), unwrapper.not_wrapped)
    }

    #[test]
    fn lines_are_unwrapped_wherever_the_text_is_cut() {
        let wrapped = "\"id,\"\"note\"\"\";\r\n\"1,\"\"say\";;\r\nthere;\n;;\n\n\"\"\"\"\"\"\n\"2,x\"\"\"\"\"";
        let text = "id,\"note\"\r\n1,\"say\r\nthere\n\n\n\"\"\n2,x\"\"";
        for at in 0..=wrapped.len() {
            let (first, second) = wrapped.split_at(at);
            assert_eq!(unwrapped(&[first, second]), (text.to_owned(), vec![]), "{at}");
        }
    }

    #[test]
    fn lines_that_are_not_wrapped_are_marked() {
        for line in ["1,2", "a;b", "\"1,2\";x", "\"1,2\" ;", "\"1,2", "say \"\"x\"\"", "\"1\"2\"", ";1"] {
            let (text, lines) = unwrapped(&["\"a,b\"\n", line, "\n\"c,d\""]);
            assert_eq!(text, format!("a,b\n\"\0\"\0{line}\nc,d"));
            assert_eq!(lines, [2]);
        }
    }
}
