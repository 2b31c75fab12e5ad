//! Compares what a run wrote with what its case expects.

use super::case::{Expected, Refusal};
use super::shop::Outcome;
use super::table::Table;
use std::fs;
use std::path::Path;

/// A file of a run and how its columns are called in a case.
struct File {
    /// The block's name in a case, and the file's without its ending.
    name: &'static str,
    /// Shown where a case expects no rows and there are some.
    columns: &'static [&'static str],
}

const LEDGER: File = File {
    name: "ledger",
    columns: &["customer", "effective_at", "kind", "source", "method", "origin", "amount", "expires_at"],
};
const EXCEPTIONS: File = File { name: "exceptions", columns: &["customer", "reason", "source", "currency", "amount"] };
const REJECTS: File = File { name: "rejects", columns: &["file", "line", "column", "value", "reason"] };
const BALANCES: File = File { name: "balances", columns: &["customer", "currency", "balance"] };

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

/// Gives an empty table its columns, and a ledger without currencies that of all its rows.
fn whole(file: &File, expected: &Table) -> Table {
    let mut table = expected.clone();
    if table.columns.is_empty() {
        table.columns = file.columns.iter().map(|&column| column.to_owned()).collect();
    }
    if file.name == "ledger" && table.position("currency").is_none() {
        table.columns.push("currency".to_owned());
        table.rows.iter_mut().for_each(|row| row.push("USD".to_owned()));
    }
    table
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

/// Writes every cell in the one way that both sides are compared in.
fn plain(mut table: Table) -> Table {
    for row in &mut table.rows {
        for (cell, column) in row.iter_mut().zip(&table.columns) {
            *cell = match column.as_str() {
                "amount" | "balance" | "expiring" => plain_amount(cell),
                "effective_at" => plain_time(cell),
                "expires_at" | "next_expiry" if cell.is_empty() => "never".to_owned(),
                "expires_at" | "next_expiry" => plain_time(cell),
                "file" => Path::new(cell).file_name().unwrap_or_default().to_string_lossy().into_owned(),
                _ => cell.clone(),
            };
            if cell.is_empty() {
                *cell = "-".to_owned();
            }
        }
    }
    table
}

/// `5`, `5.0` and `5.0000` are 5.00.
fn plain_amount(text: &str) -> String {
    if text.is_empty() || text == "-" {
        return text.to_owned();
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}.{:0<2}", decimals.trim_end_matches('0'))
}

/// `2024-05-01T12:30:00.000000Z` is 2024-05-01 12:30, and midnight the date alone.
fn plain_time(text: &str) -> String {
    let text = text.trim_end_matches('Z').replace('T', " ");
    let text = text.strip_suffix(".000000").unwrap_or(&text);
    let text = match text.len() == "2024-05-01 12:30:00".len() {
        true => text.strip_suffix(":00").unwrap_or(text),
        false => text,
    };
    text.strip_suffix(" 00:00").unwrap_or(text).to_owned()
}

#[test]
fn amounts_are_compared_as_numbers() {
    let texts = ["5", "5.0000", "-0.30", "0.019", "-"].map(plain_amount);
    assert_eq!(texts, ["5.00", "5.00", "-0.30", "0.019", "-"]);
}

#[test]
fn times_are_shortened_to_what_they_need() {
    let texts = ["00:00:00.000000", "12:30:00.000000", "12:30:05.000000", "00:00:00.000001"];
    let short = texts.map(|text| plain_time(&format!("2024-05-01T{text}Z")));
    assert_eq!(short, ["2024-05-01", "2024-05-01 12:30", "2024-05-01 12:30:05", "2024-05-01 00:00:00.000001"]);
}
