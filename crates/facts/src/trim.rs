//! Blanks around texts.

/// Returns a text without blanks around it; quickly where it has none.
#[inline]
pub fn trim(text: &str) -> &str {
    if is_graphic_at_both_ends(text) { text } else { text.trim() }
}

/// Tells whether a text certainly has no blanks around it.
#[inline]
pub fn is_graphic_at_both_ends(text: &str) -> bool {
    matches!(text.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic())
}
