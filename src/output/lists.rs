//! The short lists of a run: rejects and exceptions, as CSV.

use std::fmt;

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectLine {
    pub kind: &'static str,
    pub file: String,
    /// Line (CSV, NDJSON) or row (Parquet), from 1.
    pub row: u64,
    pub column: String,
    pub value: String,
    pub reason: &'static str,
    pub message: String,
}

/// A fact that is odd but stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionLine {
    pub reason: &'static str,
    /// Empty where no person is known.
    pub customer_id: String,
    pub currency: &'static str,
    pub source_id: String,
    /// The order that the fact names; empty where it names none.
    pub order_id: String,
    /// The card that a redemption names; empty where it names none.
    pub card_number: String,
    /// A plain decimal; empty where there is none.
    pub amount: String,
    /// How many facts the line stands for.
    pub count: u64,
    pub file: String,
    /// Line or row, from 1; `None` where the line stands for many.
    pub row: Option<u64>,
    /// The row that the fact is odd beside, where there is one.
    pub other_file: String,
    pub other_row: Option<u64>,
}

impl fmt::Display for RejectLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RejectLine { kind, file, row, column, message, .. } = self;
        match column.as_str() {
            "" => write!(f, "{file}:{row}: {kind}: {message}"),
            column => write!(f, "{file}:{row}: {kind}, column `{column}`: {message}"),
        }
    }
}

impl fmt::Display for ExceptionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "{}:{row}: ", self.file)?;
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
            write!(f, " {what} {text}")?;
        }
        if let Some(row) = self.other_row {
            write!(f, ", beside {}:{row}", self.other_file)?;
        }
        match self.count {
            1 => write!(f, " {}", self.currency),
            count if self.reason == "many_addresses" => write!(f, " {} ({count} addresses)", self.currency),
            count => write!(f, " {} ({count} orders)", self.currency),
        }
    }
}

/// Returns `rejects.csv`.
pub fn rejects_csv(rejects: &[RejectLine]) -> Vec<u8> {
    let header = ["kind", "file", "row", "column", "value", "reason", "message"];
    csv_of(header, rejects, |line| {
        let row = line.row.to_string();
        [line.kind, &line.file, &row, &line.column, &line.value, line.reason, &line.message].map(str::to_owned)
    })
}

/// Returns `exceptions.csv`.
pub fn exceptions_csv(exceptions: &[ExceptionLine]) -> Vec<u8> {
    let header = [
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
    csv_of(header, exceptions, |line| {
        let number = |row: Option<u64>| row.map(|row| row.to_string()).unwrap_or_default();
        let (count, row, other_row) = (line.count.to_string(), number(line.row), number(line.other_row));
        [
            line.reason,
            &line.customer_id,
            line.currency,
            &line.source_id,
            &line.order_id,
            &line.card_number,
            &line.amount,
            &count,
            &line.file,
            &row,
            &line.other_file,
            &other_row,
        ]
        .map(str::to_owned)
    })
}

fn csv_of<T, const N: usize>(header: [&str; N], lines: &[T], cells: impl Fn(&T) -> [String; N]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("writing to memory");
    for line in lines {
        writer.write_record(cells(line)).expect("writing to memory");
    }
    writer.into_inner().expect("writing to memory")
}
