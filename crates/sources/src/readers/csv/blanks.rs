//! Splits lines whose values are separated by any number of blanks.

use std::ops::Range;

/// Returns where the values of a line of columns of blanks are.
pub(super) fn fields(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let blank = bytes[at].is_ascii_whitespace();
        let count = bytes[at..line.end].iter().take_while(|byte| byte.is_ascii_whitespace() == blank).count();
        if !blank {
            fields.push(at..at + count);
        }
        at += count;
    }
    fields
}
