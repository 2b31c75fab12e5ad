//! Removes white space (as Unicode has it) around texts, with a fast path for texts without any.

/// Returns a text without the white space around it.
#[inline]
pub fn trim(text: &str) -> &str {
    if is_graphic_at_both_ends(text) { text } else { text.trim() }
}

/// Tells whether a text begins and ends with visible ASCII characters, and so has no white space around it. Also
/// false for texts of fewer than two bytes.
#[inline]
pub fn is_graphic_at_both_ends(text: &str) -> bool {
    matches!(text.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic())
}
