//! Files whose columns are not the canonical ones.

use super::*;
use crate::ingest::input::{ColumnType, Mapping};

/// Reads order lines: one order has several.
fn read_lines(name: &str, text: &str) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let types = [("Qty", ColumnType::Int), ("Price", ColumnType::Decimal), ("At", ColumnType::Time(None))];
    let columns = [
        ("order_id", "InvoiceNo"),
        ("customer_id", "first(Customer)"),
        ("placed_at", "min(At)"),
        ("currency", "first(Money)"),
        ("items_amount", "sum(Qty * Price)"),
        ("total_amount", "sum(Qty * Price)"),
    ];
    let mapping = Mapping {
        types: types.map(|(name, holds)| (name.to_string(), holds)).to_vec(),
        filter: Some("Qty > 0".to_string()),
        group_by: vec!["InvoiceNo".to_string()],
        columns: columns.map(|(name, text)| (name.to_string(), text.to_string())).to_vec(),
    };
    let (csv, mapping) = (CsvOptions::default(), Some(mapping));
    let input = Input {
        kind: FactKind::Orders,
        path,
        format: None,
        csv,
        timezone: None,
        mapping,
        min_rows: None,
        max_age_days: None,
    };
    let zone = Zone::new(chrono_tz::America::New_York);
    read(&[input], Currency::from_code("USD").unwrap(), &zone, &|_| ())
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

const HEADER: &str = "InvoiceNo,Customer,At,Money,Qty,Price,Vendor\n";

#[test]
fn lines_become_orders_and_rejects_name_the_source_column() {
    let rows = "A,C1,2024-05-01 09:00,,2,1.25,x\nB,C2,2024-05-01,,1,3,x\nA,C1,2024-05-01 08:00,,1,0.50,x\n\
        C,C3,2024-05-01,XXX,1,1,x\nD,C4,2024-05-01,,1\nE,C5,2024-05-01,,one,1,x\nF,C6,2024-05-01,,-1,1,x\n";
    let facts = read_lines("lines.csv", &format!("{HEADER}{rows}")).unwrap();
    assert_eq!(texts(&facts.orders), ["A|C1|-", "B|C2|-"]);
    let orders: Vec<_> = facts
        .orders
        .rows
        .iter()
        .map(|row| (row.items.minor(), shown(row.placed_at), facts.orders.origin(row).1))
        .collect();
    assert_eq!(orders[0], (300, "2024-05-01T12:00:00Z".to_string(), 2));
    assert_eq!(orders[1], (300, "2024-05-01T04:00:00Z".to_string(), 3));
    let at_fault: Vec<_> = facts.rejects.iter().map(|reject| (reject.place, reject.column.as_str())).collect();
    assert_eq!(at_fault, [(5, "first(Money)"), (6, ""), (7, "InvoiceNo"), (7, "Qty")]);
    assert_eq!(facts.files[0].rows, 7);
}

#[test]
fn a_column_that_the_mapping_needs_and_the_file_lacks_is_named() {
    let fault = read_lines("lines.csv", "InvoiceNo,Customer,At,Money,Qtty,Price\n").err().unwrap();
    assert_eq!(fault, "lines.csv: has no column `Qty` (is it `Qtty`?)");
}

#[test]
fn a_header_alone_is_no_facts() {
    let facts = read_lines("lines.csv", HEADER).unwrap();
    assert_eq!((facts.orders.rows.len(), facts.files[0].rows, facts.rejects.len()), (0, 0, 0));
}
