//! One row of CSV after RFC 4180, strictly: a quoted value ends at a quote that is followed by the separator, the end
//! of the line or the end of the file. Within an unquoted value a quote is a character like any other.

use crate::readers::lines::line_end;
use crate::readers::marks::Marks;
use memchr::{memchr, memchr_iter, memchr2};
use std::ops::Range;

/// The most lines on which one quoted value may lie.
pub(crate) const VALUE_LINES: usize = 1000;
/// The most bytes between the quotes of one value.
pub(crate) const VALUE_BYTES: usize = 1 << 20;

/// How the values of a file are separated and quoted.
#[derive(Clone, Copy, Debug)]
pub struct Quoting {
    pub separator: u8,
    /// Whether a backslash in a quoted value makes a quote or a backslash after it part of the value.
    pub escape: bool,
    /// What ends a line: LF, or CR in files that have nothing else.
    pub line_break: u8,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Just after the row's line end.
    Row(usize),
    /// The row has more values than were asked for.
    Wide,
    Fault(Fault),
    /// The bytes end within the row, and more are to come.
    Unfinished,
}

/// A quoted value that does not end as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place of its opening quote.
    pub open: usize,
    /// The end of the last line that it reached over.
    pub end: usize,
    pub cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The byte at this place follows the closing quote.
    TextAfter(usize),
    TooLong,
    FileEnds,
}

/// How a quoted value ends.
pub enum Value {
    Closed {
        /// The place of its closing quote.
        close: usize,
        /// Whether all that is between the quotes stands for itself.
        literal: bool,
    },
    Fault(Fault),
    Unfinished,
}

/// The values of a row.
#[derive(Default)]
pub(crate) struct Record {
    /// Those of the row, and room for more.
    fields: Vec<Field>,
    /// The number of values.
    len: usize,
    /// The number of line breaks within quoted values.
    line_breaks: usize,
    /// The bytes of values that differ from those in the file, such as values with doubled quotes, one after the other.
    unescaped: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct Field {
    start: usize,
    end: usize,
    form: Form,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Unquoted,
    Quoted,
    /// The range is one of `Record::unescaped`.
    Unescaped,
}

impl Quoting {
    /// Finds the end of the value with an opening quote at `open`; `is_whole`: the file ends where the bytes end.
    #[inline]
    pub fn value(&self, bytes: &[u8], open: usize, is_whole: bool) -> Value {
        let from = open + 1;
        // Most values have no quote in them and are far from any limit.
        if !self.escape
            && let Some(length) = memchr(b'"', &bytes[from..])
            && length < VALUE_LINES
            && let Some(&next) = bytes.get(from + length + 1)
            && self.ends_value(next)
        {
            return Value::Closed { close: from + length, literal: true };
        }
        self.long_value(bytes, from, is_whole)
    }

    fn long_value(&self, bytes: &[u8], from: usize, is_whole: bool) -> Value {
        let open = from - 1;
        // Two bytes more than a value may have show that it has too many.
        let within = &bytes[from..bytes.len().min(from + VALUE_BYTES + 2)];
        let (close, literal) = self.closing_quote(within);
        let content = &within[..close.unwrap_or(within.len())];
        if let Some(beyond) = self.beyond_limits(content) {
            return self.fault(bytes, open, from + beyond, Cause::TooLong, is_whole);
        }
        let Some(close) = close.map(|close| from + close) else {
            return match is_whole {
                true => Value::Fault(Fault { open, end: bytes.len(), cause: Cause::FileEnds }),
                false => Value::Unfinished,
            };
        };
        match bytes.get(close + 1) {
            None if !is_whole => Value::Unfinished,
            Some(&byte) if !self.ends_value(byte) => {
                self.fault(bytes, open, close + 1, Cause::TextAfter(close + 1), is_whole)
            }
            _ => Value::Closed { close, literal },
        }
    }

    /// Tells whether a value ends before this byte, and another may begin after it.
    #[inline]
    pub fn ends_value(&self, byte: u8) -> bool {
        byte == self.separator || byte == b'\n' || byte == b'\r'
    }

    /// Tells whether a line holds separators and blanks only: such a row is none.
    #[inline]
    pub fn is_blank(&self, line: &[u8]) -> bool {
        line.iter().all(|byte| *byte == self.separator || byte.is_ascii_whitespace())
    }

    fn fault(&self, bytes: &[u8], open: usize, at: usize, cause: Cause, is_whole: bool) -> Value {
        match line_end(bytes, at, self.line_break, is_whole) {
            Some(end) => Value::Fault(Fault { open, end, cause }),
            None => Value::Unfinished,
        }
    }

    /// Returns the place of the closing quote, and whether everything before it stands for itself.
    fn closing_quote(&self, content: &[u8]) -> (Option<usize>, bool) {
        let (mut from, mut literal) = (0, true);
        while let Some(at) = memchr(b'"', &content[from..]).map(|found| from + found) {
            if self.escape && is_escaped(&content[..at]) {
                (from, literal) = (at + 1, false);
            } else if content.get(at + 1) == Some(&b'"') {
                (from, literal) = (at + 2, false);
            } else {
                return (Some(at), literal && !(self.escape && memchr(b'\\', &content[..at]).is_some()));
            }
        }
        (None, literal)
    }

    /// Returns the first place that a value may not reach.
    fn beyond_limits(&self, content: &[u8]) -> Option<usize> {
        if content.len() < VALUE_LINES {
            return None;
        }
        let line = memchr_iter(self.line_break, content).nth(VALUE_LINES - 1);
        line.or_else(|| (content.len() > VALUE_BYTES).then_some(VALUE_BYTES))
    }
}

impl Record {
    /// Reads the row that begins at `at`, up to `most` values.
    pub(crate) fn read(&mut self, bytes: &[u8], at: usize, quoting: &Quoting, most: usize, is_whole: bool) -> End {
        (self.len, self.line_breaks) = (0, 0);
        self.unescaped.clear();
        let mut marks = Marks::new(bytes, at, quoting.separator, [b'\n', b'\r', b'"']);
        let mut start = at;
        loop {
            marks.separators(|mark| {
                self.push(Field { start, end: mark, form: Form::Unquoted });
                start = mark + 1;
            });
            if self.len >= most {
                self.len = most;
                return End::Wide;
            }
            let Some(mark) = marks.next() else {
                self.push(Field { start, end: bytes.len(), form: Form::Unquoted });
                return if is_whole { End::Row(bytes.len()) } else { End::Unfinished };
            };
            match bytes[mark] {
                b'"' if mark == start => {
                    let close = match self.read_quoted(bytes, mark, quoting, is_whole) {
                        Ok(close) => close,
                        Err(end) => return end,
                    };
                    match bytes.get(close + 1) {
                        None => return End::Row(bytes.len()),
                        Some(&byte) if byte == quoting.separator => {
                            start = close + 2;
                            marks.skip_to(start);
                        }
                        Some(_) => return after_line_end(bytes, close + 1, is_whole),
                    }
                }
                // Within an unquoted value a quote is a character like any other.
                b'"' => {}
                byte => {
                    self.push(Field { start, end: mark, form: Form::Unquoted });
                    if byte != quoting.separator {
                        return after_line_end(bytes, mark, is_whole);
                    }
                    start = mark + 1;
                }
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of line breaks within quoted values.
    pub(crate) fn line_breaks(&self) -> usize {
        self.line_breaks
    }

    /// Returns a value of the row that was read from these bytes.
    #[inline]
    pub(crate) fn value<'v>(&'v self, bytes: &'v [u8], at: usize) -> &'v [u8] {
        let Field { start, end, form } = self.fields[at];
        match form {
            Form::Unescaped => &self.unescaped[start..end],
            Form::Unquoted | Form::Quoted => &bytes[start..end],
        }
    }

    #[inline]
    fn push(&mut self, field: Field) {
        if self.len == self.fields.len() {
            self.make_room();
        }
        self.fields[self.len] = field;
        self.len += 1;
    }

    #[cold]
    fn make_room(&mut self) {
        self.fields.resize(2 * self.len + 64, Field::default());
    }

    /// Tells whether no value holds more than blanks: such a row is none.
    #[inline]
    pub(crate) fn is_blank(&self, bytes: &[u8]) -> bool {
        (0..self.len()).all(|at| self.value(bytes, at).iter().all(u8::is_ascii_whitespace))
    }

    /// Tells whether an unquoted value ends with a quote, as the rest of a quoted text does.
    pub(crate) fn has_end_of_text(&self, bytes: &[u8]) -> bool {
        let mut unquoted = self.fields[..self.len].iter().filter(|field| field.form == Form::Unquoted);
        unquoted.any(|field| bytes[field.start..field.end].ends_with(b"\""))
    }

    /// Reads a value with an opening quote at `open`. Returns the place of its closing quote, or how the row ends.
    #[inline(never)]
    fn read_quoted(&mut self, bytes: &[u8], open: usize, quoting: &Quoting, is_whole: bool) -> Result<usize, End> {
        match quoting.value(bytes, open, is_whole) {
            Value::Closed { close, literal } => {
                self.line_breaks += memchr_iter(quoting.line_break, &bytes[open + 1..close]).count();
                self.push_quoted(bytes, open + 1..close, literal, quoting.escape);
                Ok(close)
            }
            Value::Fault(fault) => Err(End::Fault(fault)),
            Value::Unfinished => Err(End::Unfinished),
        }
    }

    fn push_quoted(&mut self, bytes: &[u8], range: Range<usize>, literal: bool, escape: bool) {
        if literal {
            return self.push(Field { start: range.start, end: range.end, form: Form::Quoted });
        }
        let start = self.unescaped.len();
        let mut rest = &bytes[range];
        while let Some(at) = if escape { memchr2(b'"', b'\\', rest) } else { memchr(b'"', rest) } {
            // The second of two quotes, and what a backslash makes part of the value.
            let is_value = match (rest[at], rest.get(at + 1)) {
                (b'"', next) => next == Some(&b'"'),
                (_, next) => matches!(next, Some(b'"' | b'\\')),
            };
            let from = if is_value { at + 1 } else { at };
            self.unescaped.extend_from_slice(&rest[..at]);
            self.unescaped.push(rest[from]);
            rest = &rest[from + 1..];
        }
        self.unescaped.extend_from_slice(rest);
        self.push(Field { start, end: self.unescaped.len(), form: Form::Unescaped });
    }
}

/// Tells whether an odd number of backslashes is at the end.
fn is_escaped(before: &[u8]) -> bool {
    before.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

fn after_line_end(bytes: &[u8], at: usize, is_whole: bool) -> End {
    match (bytes[at], bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => End::Row(at + 2),
        (b'\r', None) if !is_whole => End::Unfinished,
        _ => End::Row(at + 1),
    }
}
