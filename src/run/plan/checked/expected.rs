//! Compares a value of a plan with the value that it must have.

use std::path::Path;

/// Checks that what was found is what is wanted.
pub(super) fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what} is {found:?} and should be {wanted:?}")) }
}

/// Tells whether a path, which is absolute, is what was typed somewhere as another one.
pub(super) fn is_end_of(absolute: &str, typed: &str) -> bool {
    let path = Path::new(typed);
    !typed.is_empty() && Path::new(absolute).ends_with(path.strip_prefix(".").unwrap_or(path))
}
