//! The short lists of a run: rejects and exceptions, as CSV and as lines on a terminal.
//!
//! People read both. So a foreign text is shown with at most 200 characters and hidden ones as escapes, and it is no
//! formula where a spreadsheet opens the CSV.

use accrue_kernel::exception::Reason;
use accrue_text::{cell, quoted, visible, visible_blanks};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// The columns of `rejects.csv`.
pub const REJECTS: [&str; 7] = ["kind", "file", "row", "column", "value", "reason", "message"];
/// The columns of `exceptions.csv`.
pub const EXCEPTIONS: [&str; 12] = [
    "reason",
    "customer_id",
    "currency",
    "source_id",
    "order_id",
    "card_number",
    "amount",
    "count",
    "file",
    "row",
    "other_file",
    "other_row",
];

/// A line of `rejects.csv`: a row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectLine {
    /// The name of the kind of facts.
    pub kind: &'static str,
    /// The path of the file.
    pub file: String,
    /// The line (CSV, NDJSON) or row (Parquet), from 1.
    pub row: u64,
    /// The file's column that is at fault; empty where the row as a whole is.
    pub column: String,
    /// The value in that column, complete.
    pub value: String,
    /// The name of the reason.
    pub reason: &'static str,
    /// What is wrong and how to correct it; it may quote the value.
    pub message: String,
}

/// A line of `exceptions.csv`: a fact that is odd but counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionLine {
    /// The name of the reason.
    pub reason: &'static str,
    /// The person; empty where none is known.
    pub customer_id: String,
    /// The currency code.
    pub currency: &'static str,
    /// The id of the fact.
    pub source_id: String,
    /// The order that the fact names; empty where it names none.
    pub order_id: String,
    /// The card that a redemption names; empty where it names none.
    pub card_number: String,
    /// The amount as a plain decimal; empty where there is none.
    pub amount: String,
    /// The number of facts that the line stands for.
    pub count: u64,
    /// The path of the fact's file.
    pub file: String,
    /// Its line or row, from 1, of many facts that of the first; `None` where none is named.
    pub row: Option<u64>,
    /// The file of the other row that makes the fact odd; empty where there is none.
    pub other_file: String,
    /// The line or row of that row, from 1.
    pub other_row: Option<u64>,
}

impl fmt::Display for RejectLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RejectLine { kind, file, row, column, .. } = self;
        let (file, message) = (visible(file), self.shown_message());
        match column.as_str() {
            "" => write!(f, "{file}:{row}: {kind}: {message}"),
            column => write!(f, "{file}:{row}: {kind}, column `{}`: {message}", quoted(column)),
        }
    }
}

impl fmt::Display for ExceptionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "{}:{row}: ", visible(&self.file))?;
        }
        write!(f, "{}", self.reason)?;
        let about = [
            ("of", &self.customer_id),
            ("by", &self.source_id),
            ("order", &self.order_id),
            ("card", &self.card_number),
            ("amount", &self.amount),
        ];
        for (what, text) in about.into_iter().filter(|(_, text)| !text.is_empty()) {
            write!(f, " {what} {}", quoted(text))?;
        }
        if let Some(row) = self.other_row {
            write!(f, ", beside {}:{row}", visible(&self.other_file))?;
        }
        match self.count {
            1 => write!(f, " {}", self.currency),
            count if self.reason == Reason::ManyAddresses.name() => write!(f, " {} ({count} addresses)", self.currency),
            count => write!(f, " {} ({count} orders)", self.currency),
        }
    }
}

impl RejectLine {
    /// Returns the message; the value in it is cut to as many characters as in its own cell.
    fn shown_message(&self) -> Cow<'_, str> {
        let shown = match quoted(&self.value) {
            Cow::Owned(short) if short.ends_with('…') => {
                Cow::Owned(visible(&self.message.replace(&self.value, &short)).into_owned())
            }
            _ => visible(&self.message),
        };
        visible_blanks(shown)
    }
}

/// Returns the bytes of `rejects.csv`.
pub fn rejects_csv(rejects: &[RejectLine]) -> Vec<u8> {
    csv_of(REJECTS, rejects, |line| {
        let (file, message) = (cell(visible(&line.file)), cell(line.shown_message()));
        let [column, value] = [&line.column, &line.value].map(|text| cell(visible_blanks(quoted(text))));
        [line.kind.into(), file, line.row.to_string().into(), column, value, line.reason.into(), message]
    })
}

/// Returns the bytes of `exceptions.csv`.
pub fn exceptions_csv(exceptions: &[ExceptionLine]) -> Vec<u8> {
    csv_of(EXCEPTIONS, exceptions, |line| {
        let named = [&line.customer_id, &line.source_id, &line.order_id, &line.card_number];
        let [customer_id, source_id, order_id, card_number] = named.map(|text| cell(quoted(text)));
        let [file, other_file] = [&line.file, &line.other_file].map(|path| cell(visible(path)));
        let [row, other_row] = [line.row, line.other_row].map(|row| row.map(|row| row.to_string()).unwrap_or_default());
        [
            line.reason.into(),
            customer_id,
            line.currency.into(),
            source_id,
            order_id,
            card_number,
            // Our own number: its sign begins no formula.
            line.amount.as_str().into(),
            line.count.to_string().into(),
            file,
            row.into(),
            other_file,
            other_row.into(),
        ]
    })
}

/// Reads a list and counts its lines by reason.
///
/// # Errors
/// A text for people, where the file cannot be read as CSV or has other columns.
///
/// # Panics
/// Where `columns` has no `reason`.
pub fn reasons(path: &Path, columns: &[&str]) -> Result<BTreeMap<String, u64>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    if reader.headers().map_err(|error| error.to_string())? != columns {
        return Err("it has other columns".to_owned());
    }
    let at = columns.iter().position(|column| *column == "reason").expect("a column of both lists");
    let mut counts = BTreeMap::new();
    for line in reader.into_records() {
        let line = line.map_err(|error| error.to_string())?;
        *counts.entry(line[at].to_owned()).or_default() += 1;
    }
    Ok(counts)
}

fn csv_of<'l, T, const N: usize>(
    header: [&str; N],
    lines: &'l [T],
    cells: impl Fn(&'l T) -> [Cow<'l, str>; N],
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("writing to memory");
    for line in lines {
        writer.write_record(cells(line).iter().map(|cell| cell.as_bytes())).expect("writing to memory");
    }
    writer.into_inner().expect("writing to memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(value: &str, message: String) -> RejectLine {
        RejectLine {
            kind: "orders",
            file: "orders.csv".to_owned(),
            row: 3,
            column: "customer_id".to_owned(),
            value: value.to_owned(),
            reason: "malformed",
            message,
        }
    }

    fn exception(customer_id: &str, amount: &str) -> ExceptionLine {
        ExceptionLine {
            reason: "unbacked",
            customer_id: customer_id.to_owned(),
            currency: "USD",
            source_id: "R-1".to_owned(),
            order_id: String::new(),
            card_number: String::new(),
            amount: amount.to_owned(),
            count: 1,
            file: "r.csv".to_owned(),
            row: Some(2),
            other_file: String::new(),
            other_row: None,
        }
    }

    fn text(csv: Vec<u8>) -> String {
        String::from_utf8(csv).unwrap().lines().nth(1).unwrap().to_owned()
    }

    #[test]
    fn a_value_is_no_formula_and_hides_nothing() {
        let line = reject("=1+1", "`=1+1` is no id".to_owned());
        assert_eq!(text(rejects_csv(&[line])), "orders,orders.csv,3,customer_id,'=1+1,malformed,`=1+1` is no id");
        let line = reject("c\n1\u{200b}", "`c\n1\u{200b}` is no id".to_owned());
        assert_eq!(
            text(rejects_csv(std::slice::from_ref(&line))),
            r"orders,orders.csv,3,customer_id,c\n1\u{200b},malformed,`c\n1\u{200b}` is no id"
        );
        assert_eq!(line.to_string(), r"orders.csv:3: orders, column `customer_id`: `c\n1\u{200b}` is no id");
    }

    #[test]
    fn two_hundred_characters_of_a_value_are_shown_in_its_cell_and_in_its_message() {
        let (value, short) = ("ä".repeat(5000), "ä".repeat(200) + "…");
        let line = reject(&value, format!("`{value}` is not a number: write e.g. 12.50"));
        let message = format!("`{short}` is not a number: write e.g. 12.50");
        assert_eq!(line.to_string(), format!("orders.csv:3: orders, column `customer_id`: {message}"));
        assert_eq!(text(rejects_csv(&[line])), format!("orders,orders.csv,3,customer_id,{short},malformed,{message}"));
    }

    #[test]
    fn an_amount_stays_a_number_where_an_id_is_no_formula() {
        let lines = [exception("-5+1", "-12.50")];
        assert_eq!(text(exceptions_csv(&lines)), "unbacked,'-5+1,USD,R-1,,,-12.50,1,r.csv,2,,");
        let long = [exception(&"c".repeat(300), "1.00")];
        assert_eq!(text(exceptions_csv(&long)), format!("unbacked,{}…,USD,R-1,,,1.00,1,r.csv,2,,", "c".repeat(200)));
        let esc = exception("a\u{1b}[2J", "1.00").to_string();
        assert_eq!(esc, r"r.csv:2: unbacked of a\u{1b}[2J by R-1 amount 1.00 USD");
    }
}
