//! Layer 1 of the tests: the cases of `tests/spec/*.md`, prose and test at once, run through the real binary.
//!
//! `tests/spec/README.md` says how a case is written. The figures there are worked out by hand from the contract and
//! are the only truth about money: nothing here can rewrite them.

mod case;
mod compare;
mod plain;
mod shop;
mod table;

use case::Case;
use shop::Shop;
use std::fs;
use std::path::PathBuf;

macro_rules! topics {
    ($($topic:ident)+) => {
        const TOPICS: &[&str] = &[$(stringify!($topic)),+];
        $(
            #[test]
            fn $topic() {
                check(stringify!($topic));
            }
        )+
    };
}

topics! {
    adjustment cancellation clawback currencies debt entries exceptions expiry exports first_order history_before identity
    money order_history order_of_events per_order redemption refund_credit registration rejects restore rule_versions
    spend_history switches time undated_refunds versions
}

#[test]
fn every_file_is_a_topic_and_in_the_readme() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(topic) = name.strip_suffix(".md").filter(|topic| *topic != "README") else { continue };
        assert!(TOPICS.contains(&topic), "{name} is not checked: add it to `topics!`");
        assert!(readme.contains(&format!("({name})")), "{name} is not in README.md's list of files");
    }
}

/// Runs every case of a file and fails with all that differ.
fn check(topic: &str) {
    let file = format!("tests/spec/{topic}.md");
    let text = fs::read_to_string(folder().join(format!("{topic}.md"))).unwrap();
    let cases = case::parse(&text).unwrap_or_else(|fault| panic!("{file}:{fault}"));
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(&file, case)).collect();
    assert!(failures.is_empty(), "{} of {} cases failed\n\n{}", failures.len(), cases.len(), failures.join("\n\n"));
}

fn failure(file: &str, case: &Case) -> Option<String> {
    let shop = Shop::open(case.runs.len() > 1);
    for (number, run) in case.runs.iter().enumerate() {
        let differences = compare::differences(&run.expected, &shop.run(number, run));
        if !differences.is_empty() {
            let which = if case.runs.len() > 1 { format!(", run {}", number + 1) } else { String::new() };
            let header = format!("{file}:{}: {}{which}", case.line, case.heading);
            return Some(format!("{header}\n{}", differences.join("\n")));
        }
    }
    None
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/spec")
}
