//! No data that is printed for people is wider than a page: looks at what all sessions print on stdout.

use std::fs;
use std::path::Path;

/// The width of a page.
const WIDTH: usize = 100;

/// The lines that may be wider: what they begin with or have in them, and why.
const WIDER: [(&str, &str); 7] = [
    ("| ", "a row of a table in Markdown, which is one line"),
    ("\"", "a field of JSON, which is for programs"),
    ("[", "a list in JSON, which is for programs"),
    ("{", "an object of JSON, which is for programs"),
    ("book/", "a fault of `verify`, which begins with the path of a file"),
    ("cannot read book/", "a fault of `verify`, which has the path of a file"),
    ("note: there is no digest", "a note of `verify`, which is a sentence"),
];

#[test]
fn no_table_of_a_session_is_wider_than_a_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/sessions/snapshots");
    let mut wide = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut is_stdout = false;
        let lines = text.lines().filter(|line| {
            // A stream lasts until the next one, or until the end of the session.
            if line.starts_with("-- ") || line.starts_with("$ ") {
                is_stdout = *line == "-- stdout";
            }
            is_stdout && !may_be_wider(line)
        });
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        wide.extend(lines.map(|line| format!("{name}: {line}")));
    }
    assert!(wide.is_empty(), "{} lines are wider than {WIDTH}:\n{}", wide.len(), wide.join("\n"));
}

fn may_be_wider(line: &str) -> bool {
    let content = line.trim_start();
    let is_one_word = !content.contains(' ');
    let is_data = WIDER.iter().any(|(begins, _)| content.starts_with(begins));
    line.chars().count() <= WIDTH || is_one_word || is_data
}
