//! Data on stdout. A reader that has gone away is no reason to fail: it has read enough, and what matters is in the
//! folder and in the exit code.
//!
//! **Invariant.** Everything that is printed goes through here, and hidden characters in it are escapes: it may be a
//! terminal, and ids, names and paths are other people's texts.

use super::exit::{Code, Failure};
use crate::text::{visible_json, visible_lines};
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a text for people. An error names `what` could not be printed.
pub(crate) fn print(text: impl Display, what: &str) -> Result<(), Failure> {
    write(&visible_lines(&text.to_string()), what)
}

/// Prints JSON. An error names `what` could not be printed.
pub(crate) fn print_json(json: impl Display, what: &str) -> Result<(), Failure> {
    write(&visible_json(&json.to_string()), what)
}

fn write(text: &str, what: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Code::Unexpected, format!("{what} cannot be printed: {error}")))
        }
        _ => Ok(()),
    }
}
