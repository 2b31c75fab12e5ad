//! What `accrue check` says about legal programs.

use super::{RULE, SETTINGS, program, with};

/// Returns the warnings about a program's text as they are printed.
fn warnings(text: &str) -> String {
    let file = program(text).unwrap();
    file.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plain_program_has_no_warnings() {
    assert_eq!(warnings(&with("")), "");
}
