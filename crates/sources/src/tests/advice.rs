//! What a reject advises is done, and then its value is read: whatever the value, the format and the mapping.

use crate::input::{ColumnType, Separator};
use crate::tests::*;

/// Amounts as people write them; all but the last three can be read.
const AMOUNTS: [&str; 20] = [
    "10,50",
    "1.234,50",
    "1,234.50",
    "$21.83",
    "(12.50)",
    "'-12.50",
    "1 234,56",
    "1\u{a0}234,56 €",
    "12.50-",
    "USD 3",
    "1,234",
    "1,234,567",
    "CHF 1'234.50",
    "€ 3,00",
    "Rs. 1,23,456.00",
    "−5.25",
    "1.234.567",
    "10,50 or so",
    "free",
    "1e3",
];
/// Times as shops write them; all but the last three can be read.
const TIMES: [&str; 30] = [
    "05/13/2024",
    "13/05/2024",
    "3/1/2024",
    "3/1/24 9:05 PM",
    "15/1/24",
    "03-04-2024",
    "03.05.2024 14:05",
    "2024/6/12",
    "20240612",
    "May 3, 2024 14:05:09 PM",
    "May 3, 2024 at 2:05 PM",
    "5/3/2024, 2:05:09 PM",
    "45383",
    "45383.5",
    "45383,25",
    "1714564800",
    "1714564800123",
    "Mon, 23 Sep 2024 14:21:24 +0000",
    "Mon, 23 Sep 2024 14:21:24 GMT",
    "15. Januar 2024",
    "15 January 2024",
    "3 mars 2024",
    "12 de marzo de 2024 10:15",
    "5 févr. 2024",
    "7 mrt 2024",
    "31.12.2023",
    "2024-05-01 09:05 AM",
    "yesterday",
    "05/13/0024",
    "1714564800.25",
];
/// How an input is written that reads a file.
#[derive(Clone, Default)]
struct Setting {
    is_mapped: bool,
    type_of: Option<ColumnType>,
    expression: Option<String>,
    decimal: Option<u8>,
}

/// Reads a file of one row, of which the amount or the time is of interest.
fn read_value(format: &str, column: &str, value: &str, setting: &Setting) -> Facts {
    let value_of = |own: &str, otherwise: &str| if own == column { value } else { otherwise }.to_owned();
    let (at, amount) = (value_of("adjusted_at", "2024-05-01"), value_of("amount", "5"));
    let text = match format {
        "csv" => format!("adjustment_id;customer_id;adjusted_at;amount\nA1;C1;{at};{amount}\n"),
        _ => format!(
            "{{\"adjustment_id\":\"A1\",\"customer_id\":\"C1\",\"adjusted_at\":\"{at}\",\"amount\":\"{amount}\"}}\n"
        ),
    };
    let own = |name: &str| match &setting.expression {
        Some(expression) if name == column => (name.to_owned(), expression.clone()),
        _ => (name.to_owned(), name.to_owned()),
    };
    let mapping = Mapping {
        types: setting.type_of.iter().map(|holds| (column.to_owned(), holds.clone())).collect(),
        columns: ["adjustment_id", "customer_id", "adjusted_at", "amount"].map(own).to_vec(),
        ..Mapping::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("x.{format}"));
    std::fs::write(&path, text).unwrap();
    let csv = CsvOptions {
        separator: Separator::Byte(b';'),
        decimal: setting.decimal.unwrap_or(b'.'),
        ..CsvOptions::default()
    };
    read_path(&path, FactKind::Adjustments, csv, setting.is_mapped.then_some(mapping)).unwrap()
}

/// Returns what an advice says to write: one setting, or two of which the value does not tell which is meant.
fn settings(advice: &str) -> Vec<Setting> {
    let advice = advice.strip_suffix(": the values do not tell").unwrap_or(advice);
    let setting = |way: &str| {
        let way = way.split(" where ").next().unwrap().trim_end_matches(',');
        let mut setting = Setting { is_mapped: true, ..Setting::default() };
        for part in way.split(" and ") {
            let part = part.strip_prefix("a mapping with ").unwrap_or(part);
            let (what, written) = part.split_once('`').unwrap_or_else(|| panic!("{advice}"));
            let written = written.strip_suffix('`').unwrap_or_else(|| panic!("{advice}"));
            match what {
                "the type " => setting.type_of = Some(type_of(written)),
                "the expression " => setting.expression = Some(written.to_owned()),
                "" if written.starts_with("csv") => setting.decimal = Some(b','),
                _ => panic!("{advice}"),
            }
        }
        setting
    };
    advice.split(", or ").map(setting).collect()
}

fn type_of(name: &str) -> ColumnType {
    match name {
        "money" => ColumnType::Money,
        "time" => ColumnType::Time(None),
        "excel_date" => ColumnType::ExcelDate,
        "epoch_s" => ColumnType::EpochSeconds,
        "epoch_ms" => ColumnType::EpochMillis,
        pattern => ColumnType::Time(Some(pattern.strip_prefix("time:").unwrap().to_owned())),
    }
}

fn assert_advice_is_right(column: &str, values: &[&str], own_type: &ColumnType) {
    let unmapped = Setting::default();
    let untyped = Setting { is_mapped: true, ..Setting::default() };
    let typed = Setting { type_of: Some(own_type.clone()), ..untyped.clone() };
    let unread = &values[values.len() - 3..];
    for value in values {
        for (format, before) in ["csv", "ndjson"]
            .into_iter()
            .flat_map(|format| [&unmapped, &untyped, &typed].map(move |before| (format, before)))
        {
            let facts = read_value(format, column, value, before);
            let message = &facts.rejects[0].message;
            let Some((_, advice)) = message.split_once(": it can be read with ") else {
                assert!(unread.contains(value), "{message}");
                continue;
            };
            for mut setting in settings(advice) {
                // Beside a mark of decimals the type that the column has stays.
                if setting.decimal.is_some() && setting.type_of.is_none() {
                    setting = Setting { decimal: setting.decimal, ..before.clone() };
                }
                let facts = read_value(format, column, value, &setting);
                // Of `1,234` nothing tells that three decimals would be one too many for the currency.
                let unread = facts.rejects.iter().find(|reject| reject.reason != RejectReason::TooPrecise);
                assert!(unread.is_none(), "{format}: {message}\nbut then: {unread:?}");
            }
        }
    }
}

#[test]
fn what_is_advised_reads_the_amount() {
    assert_advice_is_right("amount", &AMOUNTS, &ColumnType::Decimal);
}

#[test]
fn what_is_advised_reads_the_time() {
    assert_advice_is_right("adjusted_at", &TIMES, &ColumnType::Time(None));
}

#[test]
fn a_value_is_advised_as_its_column_where_one_way_reads_both() {
    let header = "adjustment_id,customer_id,adjusted_at,amount\n";
    let row = |id: u8, at: &str| format!("A{id},C1,{at},5\n");
    let facts = read_csv(&(header.to_owned() + &row(1, "3/1/2024") + &row(2, "3/25/2024")), FactKind::Adjustments);
    for reject in &facts.rejects {
        assert!(
            reject.message.ends_with(": it can be read with a mapping with the type `time:%m/%d/%Y`"),
            "{}",
            reject.message
        );
    }
    let facts = read_csv(&(header.to_owned() + &row(1, "3/25/2024") + &row(2, "soon")), FactKind::Adjustments);
    let advised = facts.rejects.iter().map(|reject| reject.message.contains("it can be read with"));
    assert_eq!(advised.collect::<Vec<_>>(), [true, false]);
}
