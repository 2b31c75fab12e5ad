//! Tables as text: CSV with a header, and NDJSON. Times as `2024-05-01T12:00:00.000000Z`, amounts as plain decimals with
//! the decimals of their row's currency (in NDJSON as strings, so that no reader makes binary fractions of them).

use crate::kernel::currency::Currency;
use crate::kernel::money::Amount;
use crate::kernel::time::Instant;
use arrow::array::{
    Array, AsArray, Decimal64Array, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Schema, UInt16Type};
use std::fmt::Write as _;

pub fn csv_header(schema: &Schema) -> Vec<u8> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    (names.join(",") + "\n").into_bytes()
}

pub fn csv(rows: &RecordBatch) -> Vec<u8> {
    let columns = Columns::of(rows);
    let mut writer =
        csv::WriterBuilder::new().has_headers(false).from_writer(Vec::with_capacity(rows.num_rows() * 120));
    let mut cell = String::new();
    for row in 0..rows.num_rows() {
        for column in &columns.all {
            cell.clear();
            columns.write(column, row, &mut cell);
            writer.write_field(&cell).expect("writing to memory");
        }
        writer.write_record(None::<&[u8]>).expect("every row has every column");
    }
    writer.into_inner().expect("writing to memory")
}

pub fn ndjson(rows: &RecordBatch) -> Vec<u8> {
    let columns = Columns::of(rows);
    let names: Vec<String> = rows.schema().fields().iter().map(|field| format!("{:?}:", field.name())).collect();
    let mut out = Vec::with_capacity(rows.num_rows() * 300);
    let mut cell = String::new();
    for row in 0..rows.num_rows() {
        for (index, (column, name)) in columns.all.iter().zip(&names).enumerate() {
            out.push(if index == 0 { b'{' } else { b',' });
            out.extend_from_slice(name.as_bytes());
            cell.clear();
            if columns.write(column, row, &mut cell) {
                serde_json::to_writer(&mut out, &cell).expect("writing to memory");
            } else {
                out.extend_from_slice(b"null");
            }
        }
        out.extend_from_slice(b"}\n");
    }
    out
}

enum Column<'b> {
    Text(&'b StringArray),
    Label(&'b DictionaryArray<UInt16Type>, &'b StringArray),
    Amount(&'b Decimal64Array),
    Time(&'b TimestampMicrosecondArray),
}

struct Columns<'b> {
    all: Vec<Column<'b>>,
    /// The column that says what currency a row's amounts are in.
    currency: &'b DictionaryArray<UInt16Type>,
    /// The currency of each of its keys.
    currencies: Vec<Currency>,
}

impl<'b> Columns<'b> {
    fn of(rows: &'b RecordBatch) -> Columns<'b> {
        let currency =
            rows.column_by_name("currency").expect("every table has a currency").as_dictionary::<UInt16Type>();
        let codes = currency.values().as_string::<i32>().iter().flatten();
        let currencies = codes.map(|code| Currency::from_code(code).expect("a known currency")).collect();
        let all = rows.columns().iter().map(|column| match column.data_type() {
            DataType::Utf8 => Column::Text(column.as_string()),
            DataType::Dictionary(..) => {
                let labels = column.as_dictionary::<UInt16Type>();
                Column::Label(labels, labels.values().as_string())
            }
            DataType::Decimal64(..) => Column::Amount(column.as_primitive()),
            _ => Column::Time(column.as_primitive()),
        });
        Columns { all: all.collect(), currency, currencies }
    }

    /// Writes a cell; false where it is null.
    fn write(&self, column: &Column<'_>, row: usize, cell: &mut String) -> bool {
        match column {
            Column::Text(texts) => cell.push_str(texts.value(row)),
            Column::Label(labels, values) => match labels.key(row) {
                Some(key) => cell.push_str(values.value(key)),
                None => return false,
            },
            Column::Amount(amounts) if amounts.is_valid(row) => self.write_amount(amounts.value(row), row, cell),
            Column::Time(times) if times.is_valid(row) => {
                write!(cell, "{}", Instant::from_micros(times.value(row))).expect("writing to a string");
            }
            _ => return false,
        }
        true
    }

    fn write_amount(&self, ten_thousandths: i64, row: usize, cell: &mut String) {
        let currency = self.currencies[self.currency.key(row).expect("a currency in every row")];
        let minor = ten_thousandths / 10_i64.pow(4 - currency.minor_units());
        write!(cell, "{}", Amount::from_minor(minor).display(currency)).expect("writing to a string");
    }
}
