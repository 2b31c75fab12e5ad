//! Numbers with a point and three digits after it, in columns that also have decimal commas.

use crate::input::ColumnType;
use crate::tests::*;

const HEADER: &str = "adjustment_id;customer_id;adjusted_at;amount\n";

fn csv(decimal: u8) -> CsvOptions {
    CsvOptions { separator: crate::input::Separator::Byte(b';'), decimal, ..CsvOptions::default() }
}

fn read_with(decimal: u8, rows: &str) -> Facts {
    let text = format!("{HEADER}{rows}");
    read_bytes("x.csv", text.as_bytes(), FactKind::Adjustments, csv(decimal)).unwrap()
}

fn ids(facts: &Facts) -> Vec<&str> {
    (0..facts.adjustments.rows.len()).map(|row| facts.adjustments.id(row)).collect()
}

#[test]
fn what_may_be_thousands_is_rejected_where_the_column_has_a_decimal_comma() {
    let rows = "A1;C;2024-05-01;1.000\nA2;C;2024-05-01;-1.250\nA3;C;2024-05-01;7.50\nA4;C;2024-05-01;1000.500\n";
    assert_eq!(ids(&read_with(b'.', rows)), ["A1", "A2", "A3", "A4"]);
    let facts = read_with(b'.', &format!("{rows}A5;C;2024-05-01;10,5\n"));
    assert_eq!(ids(&facts), ["A3", "A4"]);
    use RejectReason::Malformed;
    assert_eq!(
        rejects(&facts),
        [(2, "amount", "1.000", Malformed), (3, "amount", "-1.250", Malformed), (6, "amount", "10,5", Malformed)]
    );
    assert_eq!(
        facts.rejects[0].message,
        "`1.000` may be thousands, since the column also has decimal commas: it can be read with `csv = { decimal = \",\" }`"
    );
    // A comma is known also where the row has another fault before it, and one that separates thousands is none.
    let earlier = format!("{rows};C;2024-05-01;10,5\n");
    assert_eq!(ids(&read_with(b'.', &earlier)), ["A3", "A4"]);
    let thousands = format!("{rows}A5;C;2024-05-01;1,000.50\n");
    assert_eq!(ids(&read_with(b'.', &thousands)), ["A1", "A2", "A3", "A4"]);
    // As the hint says, they are read with the comma as the mark: 1.000 is a thousand.
    let facts = read_with(b',', "A1;C;2024-05-01;1.000\nA5;C;2024-05-01;10,5\n");
    assert_eq!((ids(&facts), facts.rejects.len()), (vec!["A1", "A5"], 0));
}

#[test]
fn a_comma_at_the_end_of_a_large_file_decides_over_its_beginning() {
    let many: String = (0..60_000).map(|id| format!("M{id};C;2024-05-01;5\n")).collect();
    assert!(many.len() > 1 << 20);
    let facts = read_with(b'.', &format!("A1;C;2024-05-01;1.000\n{many}A2;C;2024-05-01;10,5\n"));
    let lost: Vec<u64> = facts.rejects.iter().map(|reject| reject.place).collect();
    assert_eq!((facts.adjustments.rows.len(), lost), (60_000, vec![2, 60_003]));
}

#[test]
fn a_mapping_without_types_is_judged_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "id;who;at;sum;n\n1;C;2024-05-01;1.000;1\n2;C;2024-05-01;10,5;2\n3;C;2024-05-01;5;3\n")
        .unwrap();
    let columns = [("adjustment_id", "id"), ("customer_id", "who"), ("adjusted_at", "at"), ("amount", "sum")];
    let columns = columns.map(|(column, expression)| (column.to_owned(), expression.to_owned())).to_vec();
    let mapping = Mapping { columns, types: vec![("n".to_owned(), ColumnType::Int)], ..Mapping::default() };
    let facts = read_path(&path, FactKind::Adjustments, csv(b'.'), Some(mapping)).unwrap();
    assert_eq!(ids(&facts), ["3"]);
    assert_eq!(facts.rejects.iter().map(|reject| &*reject.column).collect::<Vec<_>>(), ["sum", "sum"]);
}
