//! Decides which names data files of a table may have.

/// Tells whether a data file may have this name. Allowed names (ASCII letters, digits, `-`, `_`, `.`; a letter or digit
/// first) need no escapes in a URL and are valid in every file system.
pub fn is_file_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
