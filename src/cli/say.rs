//! Words for people, on stderr. A reader that has gone away is no reason to fail: what matters is in the folder and in
//! the exit code.

use std::fmt::Display;
use std::io::Write;

/// Says a line.
pub fn say(line: impl Display) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}
