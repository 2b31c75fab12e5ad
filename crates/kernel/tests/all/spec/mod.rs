//! The cases of `tests/spec/*.md`, computed by the kernel alone, without files and without the program.
//!
//! Rows and programs are read by the second implementation's readers. The runs of a case post into a list in memory: so
//! the cases check the delta too. [`skipped`] lists the cases that are not
//! computed, each with its reason.

#[expect(dead_code, reason = "exit codes are the program's")]
#[path = "../../../../../tests/all/spec/case.rs"]
mod case;
#[path = "../../../../../tests/all/spec/plain.rs"]
mod plain;
mod run;
mod skipped;
#[path = "../../../../../tests/all/spec/table.rs"]
mod table;

use case::Case;
use run::Book;
use skipped::{CASES, Reason};
use std::fs;
use std::path::PathBuf;

#[test]
fn every_case_gives_the_ledger_that_it_states_or_is_listed_as_skipped() {
    let (mut failures, mut skipped, mut computed_count, mut case_count) = (Vec::new(), Vec::new(), 0, 0);
    for (topic, cases) in topics() {
        case_count += cases.len();
        for case in &cases {
            let is_case = |&&(of, heading, _): &&(&str, &str, Reason)| of == topic && heading == case.heading;
            if let Some(&(_, heading, reason)) = CASES.iter().find(is_case) {
                let is_refused = case.runs.iter().any(|run| run.expected.refused.is_some());
                assert!(is_refused || reason == Reason::Reading, "no run of {topic}: {heading} is refused");
                skipped.push(heading);
            } else if let Some(differences) = failure(case) {
                failures.push(format!("tests/spec/{topic}.md:{}: {}\n{differences}", case.line, case.heading));
            } else {
                computed_count += 1;
            }
        }
    }
    assert!(failures.is_empty(), "{} of {case_count} cases failed\n\n{}", failures.len(), failures.join("\n\n"));
    let listed: Vec<&str> = CASES.iter().map(|(_, heading, _)| *heading).collect();
    assert_eq!(skipped, listed, "the list of skipped cases names each of them once, in order");
    assert_eq!(computed_count, case_count - CASES.len());
}

/// Reads all cases, by the name of their file.
fn topics() -> Vec<(String, Vec<Case>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec");
    let names = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut topics: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".md")?.to_owned())).collect();
    topics.retain(|topic| topic != "README");
    topics.sort();
    let read = |topic: String| {
        let text = fs::read_to_string(folder.join(format!("{topic}.md"))).unwrap();
        let cases = case::parse(&text).unwrap_or_else(|fault| panic!("tests/spec/{topic}.md:{fault}"));
        (topic, cases)
    };
    topics.into_iter().map(read).collect()
}

fn failure(case: &Case) -> Option<String> {
    let mut book = Book::default();
    for (number, run) in case.runs.iter().enumerate() {
        let differences = book.run(run);
        if !differences.is_empty() {
            return Some(format!("run {}\n{}", number + 1, differences.join("\n")));
        }
    }
    None
}
