//! Regular expressions of mappings, and what is wrong with a text that is none, in our words.

use regex::{Error, Regex};

/// What the engine says of faults that people make, and what we say.
const FAULTS: [(&str, &str); 10] = [
    ("unclosed group", "a `(` is not closed"),
    ("unopened group", "a `)` has no `(` before it"),
    ("unclosed character class", "a `[` is not closed"),
    ("repetition operator missing", "`*`, `+`, `?` or `{` has nothing before it that it could repeat"),
    ("unclosed counted repetition", "a `{` is not closed"),
    (
        "invalid repetition count",
        "the counts in `{...}` are no numbers, the lesser first: write `\\{` for the sign itself",
    ),
    ("look-around", "it looks ahead or behind (`(?=`, `(?<`), which is not known here"),
    ("backreferences", "it goes back to a group (`\\1`), which is not known here"),
    ("unrecognized escape", "a backslash stands before a letter that means nothing with it"),
    ("invalid character class range", "a range in `[...]` ends before it begins"),
];

/// Reads a regular expression.
///
/// # Errors
/// Says what is wrong where the text is none.
pub(super) fn read(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| match error {
        Error::CompiledTooBig(_) => "it stands for too much: repeat less in it".to_owned(),
        error => in_our_words(text, &error.to_string()),
    })
}

/// The engine shows the text with a mark below the fault, and says last what it is.
fn in_our_words(text: &str, said: &str) -> String {
    let fault = said.rsplit_once("error: ").map_or(said, |(_, fault)| fault).trim();
    let ours = FAULTS.iter().find(|(theirs, _)| fault.contains(theirs)).map_or("it cannot be read", |(_, ours)| ours);
    let mark = said.lines().find_map(|line| line.find('^').filter(|at| line[..*at].trim().is_empty()));
    // The text is shown behind four blanks.
    match mark.and_then(|at| at.checked_sub(4)).filter(|_| !text.contains('\n')) {
        Some(at) => format!("{ours} (character {})", at + 1),
        None => ours.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_in_our_words() {
        for (text, expected) in [
            ("a(b", "a `(` is not closed (character 2)"),
            ("ab)", "a `)` has no `(` before it (character 3)"),
            ("[ab", "a `[` is not closed (character 1)"),
            ("*a", "`*`, `+`, `?` or `{` has nothing before it that it could repeat (character 1)"),
            ("a(?=b)", "it looks ahead or behind (`(?=`, `(?<`), which is not known here (character 2)"),
            ("(a)\\1", "it goes back to a group (`\\1`), which is not known here (character 4)"),
            ("a\\y", "a backslash stands before a letter that means nothing with it (character 2)"),
            ("[z-a]", "a range in `[...]` ends before it begins (character 2)"),
            (
                "a{3,1}",
                "the counts in `{...}` are no numbers, the lesser first: write `\\{` for the sign itself (character 2)",
            ),
            ("(?i:a{1000}){1000}", "it stands for too much: repeat less in it"),
        ] {
            assert_eq!(read(text).unwrap_err(), expected, "{text}");
        }
        assert!(read("^#(\\d+)$").is_ok());
    }
}
