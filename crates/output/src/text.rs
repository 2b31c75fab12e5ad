//! Tables as text: CSV with a header (RFC 4180 with line feeds), and NDJSON.
//!
//! Times are `2024-05-01T12:00:00.000000Z`, amounts plain decimals with the decimals of their row's currency; in NDJSON
//! they are strings, so that no reader makes binary fractions of them.

use super::columns::{Column, Field, Holds, Key, Rows, Values};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::Amount;
use accrue_kernel::time::Timestamp;
use std::fmt::Write as _;

pub(crate) fn csv_header(fields: &[Field]) -> Vec<u8> {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    (names.join(",") + "\n").into_bytes()
}

pub(crate) fn csv(fields: &[Field], rows: &Rows<'_>) -> Vec<u8> {
    let cells = Cells::of(fields, rows);
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::with_capacity(rows.count * 120));
    let mut cell = String::new();
    for row in 0..rows.count {
        for column in 0..fields.len() {
            cell.clear();
            cells.write(column, row, &mut cell);
            writer.write_field(&cell).expect("writing to memory");
        }
        writer.write_record(None::<&[u8]>).expect("every row has every column");
    }
    writer.into_inner().expect("writing to memory")
}

pub(crate) fn ndjson(fields: &[Field], rows: &Rows<'_>) -> Vec<u8> {
    let cells = Cells::of(fields, rows);
    let names: Vec<String> = fields.iter().map(|field| format!("{:?}:", field.name)).collect();
    let mut out = Vec::with_capacity(rows.count * 300);
    let mut cell = String::new();
    for row in 0..rows.count {
        for (column, name) in names.iter().enumerate() {
            out.push(if column == 0 { b'{' } else { b',' });
            out.extend_from_slice(name.as_bytes());
            cell.clear();
            if cells.write(column, row, &mut cell) {
                serde_json::to_writer(&mut out, &cell).expect("writing to memory");
            } else {
                out.extend_from_slice(b"null");
            }
        }
        out.extend_from_slice(b"}\n");
    }
    out
}

/// The cells of some rows as text.
struct Cells<'r> {
    fields: &'r [Field],
    rows: &'r Rows<'r>,
    /// The key of the currency of each row, and the currencies by key.
    currency: &'r [Option<Key>],
    currencies: Vec<Currency>,
}

/// A value of a cell.
enum Value<'r> {
    Text(&'r [u8]),
    Number(i64),
}

impl<'r> Cells<'r> {
    fn of(fields: &'r [Field], rows: &'r Rows<'r>) -> Cells<'r> {
        let at = fields.iter().position(|field| field.name == "currency").expect("every table has a currency");
        let Column::Keys(currency, Values::Texts(codes)) = rows.columns[at] else {
            unreachable!("currencies are told by their numbers")
        };
        let known = |code: &[u8]| Currency::from_code(text(code)).expect("a known currency");
        Cells { fields, rows, currency, currencies: codes.iter().map(known).collect() }
    }

    /// Writes a cell; returns false where it is null.
    fn write(&self, column: usize, row: usize, cell: &mut String) -> bool {
        match (value(&self.rows.columns[column], row), self.fields[column].holds) {
            (None, _) => return false,
            (Some(Value::Text(bytes)), _) => cell.push_str(text(bytes)),
            (Some(Value::Number(micros)), Holds::Time) => {
                write!(cell, "{}", Timestamp::from_micros(micros)).expect("writing to a string");
            }
            (Some(Value::Number(flag)), Holds::Flag) => cell.push_str(if flag == 0 { "false" } else { "true" }),
            (Some(Value::Number(number)), Holds::Long) => write!(cell, "{number}").expect("writing to a string"),
            (Some(Value::Number(ten_thousandths)), _) => self.write_amount(ten_thousandths, row, cell),
        }
        true
    }

    fn write_amount(&self, ten_thousandths: i64, row: usize, cell: &mut String) {
        let currency = self.currency[row].expect("every row has a currency");
        let currency = self.currencies[currency.index()];
        let minor = ten_thousandths / 10_i64.pow(4 - currency.minor_units());
        write!(cell, "{}", Amount::from_minor(minor).display(currency)).expect("writing to a string");
    }
}

/// Returns the value of a row; `None` where it is null.
fn value<'r>(column: &Column<'r>, row: usize) -> Option<Value<'r>> {
    let value_of = |values: Values<'r>, number: usize| match values {
        Values::Texts(texts) => Value::Text(texts.at(number)),
        Values::Numbers(numbers) => Value::Number(numbers[number]),
    };
    match *column {
        Column::Numbers(numbers) => Some(Value::Number(numbers[row])),
        Column::NumbersOrNull(numbers) => numbers[row].map(Value::Number),
        Column::Keys(keys, values) => keys[row].map(|key| value_of(values, key.index())),
        Column::Same(values) => Some(value_of(values, 0)),
    }
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("columns are made of texts")
}
