//! Finds the ends of lines.

use memchr::memchr;

/// Returns the place just after the line in which `at` is; `None` where it may not be all there yet.
pub(super) fn line_end(bytes: &[u8], at: usize, line_break: u8, is_whole: bool) -> Option<usize> {
    let found = memchr(line_break, &bytes[at..]).map(|found| at + found + 1);
    found.or_else(|| is_whole.then_some(bytes.len()))
}

/// Returns the byte that ends lines: a line feed, or a carriage return where there is no line feed.
pub(super) fn line_break_of(bytes: &[u8]) -> u8 {
    if memchr(b'\n', bytes).is_none() && memchr(b'\r', bytes).is_some() { b'\r' } else { b'\n' }
}
