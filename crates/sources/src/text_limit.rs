//! How long a text may be, and what is shown of one that is longer.

/// The most bytes of a text in one cell.
pub(crate) const LIMIT: usize = 1 << 20;
/// So many characters of it are shown.
const SHOWN: usize = 60;

/// Says what is wrong with a text that is too long.
pub(crate) fn too_long(text: &str) -> String {
    format!("has {} bytes, more than the 1 MiB that a text may have", text.len())
}

/// Returns a text as a reject has it: of one that is too long the beginning.
pub(crate) fn shortened(text: &str) -> String {
    match text.len() > LIMIT {
        true => text.chars().take(SHOWN).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
