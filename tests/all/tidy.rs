//! The house rules that a machine can check: who may know whom, how long files and functions are, headers, leftovers.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may name. The kernel knows nobody; rooms of one level do not know each other.
const ROOMS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("ingest", &["kernel"]),
    ("emails", &["kernel"]),
    ("output", &["kernel"]),
    ("reports", &["kernel"]),
    ("generate", &["kernel", "ingest"]),
    ("pipeline", &["kernel", "ingest", "emails"]),
    ("run", &["kernel", "ingest", "emails", "output", "reports", "pipeline"]),
    ("cli", &["kernel", "ingest", "emails", "output", "reports", "pipeline", "run", "generate"]),
];
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let mut faults = Vec::new();
    for (room, allowed) in ROOMS {
        for (path, text) in sources(&Path::new("src").join(room)) {
            for (number, line) in production(&text).lines().enumerate() {
                for named in line.match_indices("crate::").map(|(at, _)| word(&line[at + 7..])) {
                    let is_room = ROOMS.iter().any(|(known, _)| *known == named);
                    if is_room && named != *room && !allowed.contains(&named) {
                        faults.push(format!("{}:{}: `{room}` must not know `{named}`", path.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_room_is_listed() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert!(!entry.path().is_dir() || ROOMS.iter().any(|(room, _)| *room == name), "room `{name}` is not in ROOMS");
    }
}

#[test]
fn files_and_functions_are_short() {
    let mut faults = Vec::new();
    for (path, text) in all_sources() {
        let lines = production(&text).lines().count();
        if lines > FILE_LINES {
            faults.push(format!("{}: {lines} lines before its tests, more than {FILE_LINES}", path.display()));
        }
        for (name, length) in functions(&text) {
            if length > FUNCTION_LINES {
                faults.push(format!("{}: `{name}` has {length} lines, more than {FUNCTION_LINES}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in all_sources() {
        assert!(text.starts_with("//! "), "{} has no header", path.display());
    }
}

#[test]
fn nothing_is_left_over() {
    // In two pieces, so that this file is not found itself.
    let leftovers =
        [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimplemen", "ted!("], ["d", "bg!("], ["#[ig", "nore"]];
    for (path, text) in all_sources() {
        for leftover in leftovers.map(|halves| halves.concat()) {
            assert!(!text.contains(&leftover), "{} has {leftover} in it", path.display());
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all_sources() -> Vec<(PathBuf, String)> {
    ["src", "tests", "benches"].iter().flat_map(|folder| sources(Path::new(folder))).collect()
}

/// Returns every Rust file below a folder of the repository, by path.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| folder.join(entry.unwrap().file_name())).collect();
    paths.sort();
    let read = |path: PathBuf| match root().join(&path).is_dir() {
        true => sources(&path),
        false if path.extension().is_some_and(|ending| ending == "rs") => {
            vec![(path.clone(), fs::read_to_string(root().join(&path)).unwrap())]
        }
        false => Vec::new(),
    };
    paths.into_iter().flat_map(read).collect()
}

/// Returns a file without its tests.
fn production(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text)
}

fn word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// Returns the name and length of each function: rustfmt puts its closing brace below its first word.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_start = |line: &str| {
        let words = line.trim_start();
        ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "const fn ", "pub const fn "]
            .iter()
            .any(|start| words.starts_with(start))
    };
    let starts = lines.iter().enumerate().filter(|(_, line)| is_start(line));
    let measure = |(start, line): (usize, &&str)| {
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == end).map_or(1, |length| length + 1);
        (word(line.split("fn ").nth(1).unwrap_or_default()).to_owned(), length)
    };
    starts.map(measure).collect()
}
