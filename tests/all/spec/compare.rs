//! Compares what a run wrote with what its case expects.

use super::case::{Expected, Refusal};
use super::plain::{BALANCES, EXCEPTIONS, File, LEDGER, plain, whole};
use super::shop::Outcome;
use super::table::Table;
use std::fs;
use std::path::Path;

const REJECTS: File = File { name: "rejects", columns: &["file", "line", "column", "value", "reason"] };

/// Says what differs, a text for each file.
pub fn differences(expected: &Expected, outcome: &Outcome) -> Vec<String> {
    match (outcome, expected.refused) {
        (Outcome::Written(folder), None) => of_files(expected, folder),
        (Outcome::Written(_), Some(_)) => vec!["should have stopped, and did not".to_owned()],
        (Outcome::Stopped { stderr, .. }, None) => vec![format!("stopped:\n{stderr}")],
        (Outcome::Stopped { exit, stderr, has_written }, Some(refusal)) => {
            of_refusal(refusal, *exit, stderr, *has_written)
        }
    }
}

fn of_refusal(refusal: Refusal, exit: Option<i32>, stderr: &str, has_written: bool) -> Vec<String> {
    let mut differences = Vec::new();
    if refusal.exit.is_some() && refusal.exit != exit {
        differences.push(format!("stopped with {exit:?}, should have with {:?}:\n{stderr}", refusal.exit));
    }
    if has_written {
        differences.push("stopped, and left its folder behind".to_owned());
    }
    differences
}

fn of_files(expected: &Expected, folder: &Path) -> Vec<String> {
    let files = [
        (LEDGER, expected.ledger.as_ref()),
        (EXCEPTIONS, Some(&expected.exceptions)),
        (REJECTS, Some(&expected.rejects)),
        (BALANCES, expected.balances.as_ref()),
    ];
    files.iter().filter_map(|(file, expected)| difference(file, (*expected)?, folder)).collect()
}

fn difference(file: &File, expected: &Table, folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(file.name).with_extension("csv")).unwrap();
    let expected = plain(whole(file, expected));
    let actual = plain(pick(&Table::from_csv(&text), &expected.columns));
    if expected == actual {
        return None;
    }
    let (wanted, found) = (expected.against(&actual, '-'), actual.against(&expected, '+'));
    Some(format!("  expected {}:\n{wanted}\n  written:\n{found}", file.name))
}

/// Takes some columns out of a file's table, by the names that cases use.
fn pick(table: &Table, columns: &[String]) -> Table {
    let position = |column: &String| {
        let name = match column.as_str() {
            "customer" => "customer_id",
            "source" => "source_id",
            "origin" => "origin_id",
            "line" => "row",
            "next_expiry" => "next_expires_at",
            "expiring" => "next_expiring",
            name => name,
        };
        table.position(name).unwrap_or_else(|| panic!("no column `{name}` among {:?}", table.columns))
    };
    let positions: Vec<usize> = columns.iter().map(position).collect();
    let rows = table.rows.iter().map(|row| positions.iter().map(|&at| row[at].clone()).collect()).collect();
    Table { columns: columns.to_vec(), rows }
}
