//! Words for people, on stderr, and data on stdout. A reader that has gone away is no reason to fail: it has read enough,
//! and what matters is in the folder and in the exit code.

use super::exit::{Code, Failure};
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Says a line.
pub fn say(line: impl Display) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Prints data; an error is told as one of printing `what`.
pub fn print(text: impl Display, what: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    match stdout.write_all(text.to_string().as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Code::Unexpected, format!("{what} cannot be printed: {error}")))
        }
        _ => Ok(()),
    }
}
