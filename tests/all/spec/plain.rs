//! The tables of a case and of a run, written in the one way in which they are compared.

use super::table::Table;
use std::path::Path;

/// A file of a run and how its columns are called in a case.
pub struct File {
    /// The block's name in a case, and the file's without its ending.
    pub name: &'static str,
    /// Shown where a case expects no rows and there are some.
    pub columns: &'static [&'static str],
}

pub const LEDGER: File = File {
    name: "ledger",
    columns: &["customer", "effective_at", "kind", "source", "method", "origin", "amount", "expires_at"],
};
pub const EXCEPTIONS: File =
    File { name: "exceptions", columns: &["customer", "reason", "source", "currency", "amount"] };
pub const BALANCES: File = File { name: "balances", columns: &["customer", "currency", "balance"] };

/// Gives an empty table its columns, and a ledger without currencies that of all its rows.
pub fn whole(file: &File, expected: &Table) -> Table {
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

/// Writes every cell in the one way that both sides are compared in.
pub fn plain(mut table: Table) -> Table {
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
