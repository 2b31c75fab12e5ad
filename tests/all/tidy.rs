//! The house rules that a machine can check: who may know whom, how long files and functions are, how wide comments
//! are, headers, leftovers, where `unsafe` may stand, and whether the links of the manuals lead anywhere.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room in `src`, and what it may name: other rooms, and crates. Rooms of one level do not know each other. What
/// the crates know stands in their `Cargo.toml`.
const ROOMS: &[(&str, &[&str])] = &[
    ("emails", &["kernel", "text", "files"]),
    ("generate", &["facts", "kernel"]),
    ("pipeline", &["kernel", "facts", "sources", "emails", "files"]),
    (
        "run",
        &[
            "kernel", "facts", "sources", "resolve", "emails", "output", "delta", "book", "reports", "pipeline",
            "text", "files",
        ],
    ),
    ("exports", &["kernel", "text", "sources", "facts", "pipeline", "run"]),
    (
        "cli",
        &[
            "kernel", "text", "sources", "facts", "emails", "output", "reports", "pipeline", "run", "exports",
            "generate",
        ],
    ),
];
/// The crates, as the rooms know them.
const CRATES: &[&str] =
    &["book", "delta", "facts", "files", "kernel", "output", "reports", "resolve", "sources", "text"];
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
/// The characters of a line of a comment; rows of tables and addresses may have more.
const COMMENT_WIDTH: usize = 120;
/// The file that may have `unsafe` in it; its header says why.
const UNSAFE: &str = "crates/facts/src/prefetch.rs";
/// Who opens files to read them: a FIFO in the place of any other reader's file would be waited for.
const OPENS: &str = "crates/files/src/regular.rs";
/// Where links are followed: files, and folders with all that is below them.
const MANUALS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs",
    "fixtures",
    "tests/spec",
];

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let mut faults = Vec::new();
    for (room, allowed) in ROOMS {
        for (path, text) in sources(&Path::new("src").join(room)) {
            for named in named_at_root(production(&text), depth(&path)) {
                let named = named.as_str();
                let is_room = CRATES.contains(&named) || ROOMS.iter().any(|(known, _)| *known == named) || named == "*";
                if is_room && named != *room && !allowed.contains(&named) {
                    faults.push(format!("{}: `{room}` must not know `{named}`", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rooms_are_found_however_they_are_named() {
    let names = |depth, code| named_at_root(code, depth);
    assert_eq!(names(2, "use crate::book::Book;\nlet at = crate::kernel::time::Timestamp::NEVER;"), ["book", "kernel"]);
    assert_eq!(names(2, "use crate::{book::{Book, Head}, run, kernel as k};"), ["book", "run", "kernel"]);
    assert_eq!(
        names(2, "use super::super::book::Book;\nuse super::{run, super::{delta, text::visible}};"),
        ["book", "delta", "text"]
    );
    assert_eq!(names(1, "use super::{run::Request, kernel};"), ["run", "kernel"]);
    assert_eq!(names(3, "use super::super::book;\nuse super::book;"), [""; 0]);
    assert_eq!(names(2, "use accrue_book::Book;\nlet text = accrue_text::visible(id);"), ["book", "text"]);
    assert_eq!(names(2, "use crate::*; // as crate::book is\nuse super::super::*;"), ["*", "*"]);
    assert_eq!(names(2, "let a = $crate::book::Book; my_crate::run(); pub(crate) fn b() {}"), ["book"]);
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
fn comments_are_narrow() {
    let is_wide = |line: &str| {
        let comment = line.trim_start().starts_with("//").then(|| line.trim_start_matches(['/', '!', ' ']));
        line.chars().count() > COMMENT_WIDTH
            && comment.is_some_and(|text| !text.starts_with('|') && !text.contains("://"))
    };
    let mut faults = Vec::new();
    for (path, text) in all_sources() {
        let wide = text.lines().enumerate().filter(|(_, line)| is_wide(line));
        faults.extend(wide.map(|(at, _)| format!("{}:{}: more than {COMMENT_WIDTH}", path.display(), at + 1)));
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
        [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimplemen", "ted!("], ["d", "bg!("], ["#[ig", "nore]"]];
    for (path, text) in all_sources() {
        for leftover in leftovers.map(|halves| halves.concat()) {
            assert!(!text.contains(&leftover), "{} has {leftover} in it", path.display());
        }
    }
}

/// A test may be left out of an ordinary run only because another test runs it, or for want of data or tools.
#[test]
fn tests_are_left_out_for_four_reasons_only() {
    let ignored = ["#[ig", "nore ="].concat();
    let reasons = [
        "\"the other half of a test, which runs it in a process of its own\"]",
        "\"needs public data sets, in the folder that ACCRUE_TEST_DATA names\"]",
        "\"needs strace, or unshare that may make namespaces\"]",
        "\"needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names\"]",
    ];
    for (path, text) in all_sources() {
        for reason in text.split(&ignored).skip(1).map(str::trim_start) {
            let is_known = reasons.iter().any(|known| reason.starts_with(known));
            assert!(is_known, "{} has a test that is left out", path.display());
        }
    }
}

#[test]
fn only_one_file_is_unsafe() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert!(lib.contains("\n#![forbid(unsafe_code)]\n"), "src/lib.rs must forbid unsafe code");
    let is_safe = |path: &Path| path != Path::new(UNSAFE);
    for (path, text) in sources_of_program().into_iter().filter(|(path, _)| is_safe(path)) {
        let code = |line: &str| {
            line.split("//")
                .next()
                .unwrap_or_default()
                .replace("#![deny(unsafe_code)]", "")
                .replace("#![forbid(unsafe_code)]", "")
        };
        for (number, line) in text.lines().map(code).enumerate() {
            assert!(!line.contains("unsafe"), "{}:{}: `unsafe` belongs in {UNSAFE}", path.display(), number + 1);
        }
    }
}

#[test]
fn files_are_opened_in_one_place() {
    let ways = ["File::open(", "fs::read(", "fs::read_to_string(", ".read(true)"];
    for (path, text) in sources_of_program().into_iter().filter(|(path, _)| path != Path::new(OPENS)) {
        // Modules of tests and their helpers read what they have written themselves.
        let is_of_tests = path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        let lines = production(&text).lines().enumerate().filter(|_| !is_of_tests);
        for (number, line) in lines.map(|(number, line)| (number + 1, line)) {
            let opens = ways.iter().any(|way| line.contains(way));
            assert!(!opens, "{}:{number}: `files` opens files, and only regular ones", path.display());
        }
    }
}

#[test]
fn links_lead_to_files() {
    let manuals = MANUALS.iter().flat_map(|place| files(Path::new(place), "md"));
    let mut faults = Vec::new();
    for (path, text) in manuals {
        let folder = root().join(&path);
        for target in links(&text).filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = target.split('#').next().unwrap_or_default();
            if !folder.parent().is_some_and(|folder| folder.join(file).exists()) {
                faults.push(format!("{}: `{target}` leads nowhere", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn functions_are_measured_to_their_own_end() {
    let text =
        "trait A {\n    fn b();\n}\n\nfn c(\n    d: u8,\n) {\n    e();\n}\n\npub const fn f() {}\n\nfn g() {\n}\n";
    let measured = functions(text);
    assert_eq!(measured, [("b", 1), ("c", 5), ("f", 1), ("g", 2)].map(|(name, length)| (name.to_owned(), length)));
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all_sources() -> Vec<(PathBuf, String)> {
    ["src", "crates", "tests", "benches"].iter().flat_map(|folder| sources(Path::new(folder))).collect()
}

fn sources_of_program() -> Vec<(PathBuf, String)> {
    ["src", "crates"].iter().flat_map(|folder| sources(Path::new(folder))).collect()
}

pub(crate) fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    files(folder, "rs")
}

/// Returns every file of an ending below a place of the repository, by path: none where nothing is there yet.
fn files(place: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let here = root().join(place);
    if here.is_dir() {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(here).unwrap().map(|entry| place.join(entry.unwrap().file_name())).collect();
        paths.sort();
        return paths.iter().flat_map(|path| files(path, ending)).collect();
    }
    let is_wanted = here.is_file() && place.extension().is_some_and(|found| found == ending);
    is_wanted.then(|| (place.to_owned(), fs::read_to_string(here).unwrap())).into_iter().collect()
}

/// Returns the targets of a Markdown text's links, those in code aside.
fn links(text: &str) -> impl Iterator<Item = &str> {
    // Outside of fences and of backticks are the even pieces.
    let prose = text.split("\n```").step_by(2).flat_map(|prose| prose.split('`').step_by(2));
    prose.flat_map(|prose| prose.split("](").skip(1)).filter_map(|rest| rest.split([')', ' ']).next())
}

/// Returns a file without its tests, where these stand in it.
pub(crate) fn production(text: &str) -> &str {
    let start = "\n#[cfg(test)]\nmod ";
    let is_body = |at: &usize| text[at + start.len()..].lines().next().is_some_and(|line| line.ends_with('{'));
    text.match_indices(start).map(|(at, _)| at).find(is_body).map_or(text, |at| &text[..at])
}

/// Returns how many modules a file is below the root of its crate: `src/run/mod.rs` is 1 below.
fn depth(path: &Path) -> usize {
    let modules = path.with_extension("");
    modules.components().skip(1).filter(|part| part.as_os_str() != "mod").count()
}

/// Returns what some code names of its crate's root, by whatever path: `crate::a`, `crate::{a, b::c}`, as many
/// `super::` as lead there, and `accrue_a`, which is `a` of the root; `*` where it names all. The code is of a module
/// at this depth.
fn named_at_root(code: &str, depth: usize) -> Vec<String> {
    let code: String = code.lines().flat_map(|line| [line.split("//").next().unwrap_or_default(), "\n"]).collect();
    let mut found: Vec<(usize, Vec<&str>)> = Vec::new();
    for (start, levels) in [("crate::", 0), ("super::", depth), ("accrue_", 0)] {
        let is_within = |at: usize| code[..at].ends_with(|before: char| is_of_word(before) || before == ':');
        for (at, _) in code.match_indices(start).filter(|(at, _)| !is_within(*at)) {
            let path = if start == "super::" { &code[at..] } else { &code[at + start.len()..] };
            found.push((at, named_below(path, levels)));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().flat_map(|(_, names)| names).map(str::to_owned).collect()
}

/// Returns what a path, or each path of a group in braces, names at the root, which is so many `super::` away.
fn named_below(path: &str, levels: usize) -> Vec<&str> {
    let path = path.trim_start();
    match (path.strip_prefix("super::"), path.strip_prefix('{')) {
        (Some(above), _) if levels > 0 => named_below(above, levels - 1),
        (_, Some(group)) => members(group).into_iter().flat_map(|member| named_below(member, levels)).collect(),
        _ if levels > 0 => Vec::new(),
        _ if path.starts_with('*') => vec!["*"],
        _ => vec![word(path)],
    }
}

/// Returns the members of a group, whose opening brace is gone.
pub(crate) fn members(group: &str) -> Vec<&str> {
    let (mut open, mut start, mut members) = (0_usize, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => open += 1,
            '}' if open > 0 => open -= 1,
            ',' | '}' if open == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if letter == '}' && start == at + 1 {
            break;
        }
    }
    members.retain(|member| !member.trim().is_empty());
    members
}

pub(crate) fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

pub(crate) fn word(text: &str) -> &str {
    text.split(|letter: char| !is_of_word(letter)).next().unwrap_or_default()
}

/// Returns the name and length of each function: rustfmt puts its closing brace below its first word.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter_map(|(start, line)| Some((start, name_of_function(line)?)));
    starts.map(|(start, name)| (name, length_of_function(&lines[start..]))).collect()
}

/// Returns the name of the function that begins in a line.
fn name_of_function(line: &str) -> Option<String> {
    let (before, after) = line.split_once("fn ")?;
    let is_modifier = |word: &str| word.starts_with("pub") || ["const", "async", "unsafe"].contains(&word);
    before.split_whitespace().all(is_modifier).then(|| word(after).to_owned())
}

/// Returns the number of lines of the function that begins in the first of these lines.
fn length_of_function(lines: &[&str]) -> usize {
    let head = lines.iter().position(|line| line.ends_with(['{', '}', ';'])).unwrap_or(0);
    if !lines[head].ends_with('{') {
        return head + 1;
    }
    let indent = lines[0].len() - lines[0].trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    lines.iter().position(|line| *line == end).map_or(lines.len(), |last| last + 1)
}
