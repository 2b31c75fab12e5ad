//! Look-ups in files of any format.

use crate::input::{ColumnType, Lookup, LookupFrom};
use crate::tests::workbook::{Workbook, row};
use crate::tests::*;
use accrue_facts::warnings::warnings;

/// Reads adjustments whose amounts are looked up by the key `who`, in what `from` names; each is `customer_id cents`.
fn looked_up(
    files: &[(&str, &[u8])],
    (name, csv): (&str, CsvOptions),
    from: impl Fn(&Path) -> LookupFrom,
) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let columns = [("adjustment_id", "who"), ("customer_id", "who"), ("adjusted_at", "'2024-05-01'")];
    let columns = columns.into_iter().chain([("amount", "other.sum")]);
    let lookup = Lookup {
        name: "other".to_owned(),
        from: from(folder.path()),
        types: vec![("owed".to_owned(), ColumnType::Decimal)],
        filter: None,
        there: "who".to_owned(),
        here: "who".to_owned(),
        take: vec![("sum".to_owned(), "sum(owed)".to_owned())],
        or_null: false,
    };
    let mapping = Mapping {
        types: vec![("owed".to_owned(), ColumnType::Decimal)],
        columns: columns.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        lookups: vec![lookup],
        ..Mapping::default()
    };
    let input = input_of(&folder.path().join(name), FactKind::Adjustments, csv, Some(mapping));
    let facts =
        read_input(input).map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))?;
    let table = &facts.adjustments;
    assert_eq!(rejects(&facts), []);
    Ok(table.rows.iter().enumerate().map(|(row, own)| format!("{} {}", table.id(row), own.amount.minor())).collect())
}

fn of_files(folder: &Path, name: &str, csv: CsvOptions, sheet: Option<&str>) -> LookupFrom {
    let input = input_of(&folder.join(name), FactKind::Adjustments, csv, None);
    LookupFrom::Files(Box::new(Input { sheet: sheet.map(str::to_owned), ..input }))
}

fn comma() -> CsvOptions {
    CsvOptions { separator: crate::input::Separator::Byte(b';'), decimal: b',', ..CsvOptions::default() }
}

#[test]
fn a_sheet_of_a_workbook_is_looked_up_by_its_name() {
    let owed = [row(1, &["who", "owed"]), row(2, &["A", "n:1.5"]), row(3, &["A", "2.25"]), row(4, &["B", "n:4"])];
    let book = Workbook::default().sheet("Notes", &row(1, &["x"])).sheet("Owed", &owed.concat()).bytes();
    let files: [(&str, &[u8]); 2] = [("in.csv", b"who,owed\nA,\nB,\n"), ("book.xlsx", &book)];
    let own = ("in.csv", CsvOptions::default());
    let read =
        |sheet| looked_up(&files, own.clone(), |folder| of_files(folder, "book.xlsx", CsvOptions::default(), sheet));
    // 1.50 + 2.25, and 4.00.
    assert_eq!(read(Some("Owed")).unwrap(), ["A 375", "B 400"]);
    assert_eq!(
        read(None).unwrap_err(),
        "book.xlsx: has several sheets with values, `Notes`, `Owed`: set `sheet` to one of them"
    );
}

#[test]
fn only_csv_files_have_a_decimal_comma() {
    let json = b"{\"who\":\"A\",\"owed\":12.5}\n{\"who\":\"A\",\"owed\":\"1.250\"}\n";
    let csv = b"who;owed\nA;1.250,5\nA;1,25\n";
    let files: [(&str, &[u8]); 3] = [("in.csv", b"who;owed\nA;\n"), ("o.ndjson", json), ("o.csv", csv)];
    let read = |name: &str| looked_up(&files, ("in.csv", comma()), |folder| of_files(folder, name, comma(), None));
    // 12.50 + 1.25; 1,250.50 + 1.25.
    assert_eq!(read("o.ndjson").unwrap(), ["A 1375"]);
    assert_eq!(read("o.csv").unwrap(), ["A 125175"]);
    assert!(
        read("o.*").unwrap_err().ends_with(
            "names files of several formats, whose rows cannot be put together: read those of one format only"
        )
    );
    // Each row of the input itself finds the sum of both.
    let own: [(&str, &[u8]); 1] =
        [("in.ndjson", b"{\"who\":\"A\",\"owed\":\"12.5\"}\n{\"who\":\"B\",\"owed\":1.250}\n")];
    assert_eq!(looked_up(&own, ("in.ndjson", comma()), |_| LookupFrom::Own).unwrap(), ["A 1250", "B 125"]);
}

/// Reads orders whose credit is looked up in `pay.csv`, null where nothing is found; each is `order_id cents`.
fn paid(pay: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pay.csv"), pay).unwrap();
    std::fs::write(folder.path().join("in.csv"), "Name,who\nA,a\nB,b\nC,c\n").unwrap();
    let lookup = Lookup {
        name: "paid".to_owned(),
        from: of_files(folder.path(), "pay.csv", CsvOptions::default(), None),
        types: vec![("Amount".to_owned(), ColumnType::Decimal)],
        filter: None,
        there: "Name".to_owned(),
        here: "\"Name\"".to_owned(),
        take: vec![("sum".to_owned(), "sum(Amount)".to_owned())],
        or_null: true,
    };
    let columns = [("order_id", "Name"), ("customer_id", "who"), ("placed_at", "'2024-05-01'")];
    let columns =
        columns.into_iter().chain([("items_amount", "10"), ("total_amount", "10"), ("credit_amount", "paid.sum")]);
    let columns = columns.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mapping = Mapping { columns, lookups: vec![lookup], ..Mapping::default() };
    let input = input_of(&folder.path().join("in.csv"), FactKind::Orders, CsvOptions::default(), Some(mapping));
    let facts = read_input(input).unwrap();
    let place = format!("{}/", folder.path().display());
    let table = &facts.orders;
    let credit = |row: usize| table.extras(row).credit.minor();
    let read = (0..table.rows.len()).map(|row| format!("{} {}", table.id(row), credit(row))).collect();
    let rejected =
        facts.rejects.iter().map(|reject| format!("{}: {}", reject.place, reject.message.replace(&place, "")));
    let warnings = warnings(&facts).into_iter().map(|text| text.replace(&place, ""));
    (read, rejected.collect(), warnings.collect())
}

#[test]
fn rows_that_find_a_value_which_does_not_fit_are_rejected_where_missing_is_null_too() {
    let (read, rejected, warnings) = paid("Name,Amount\nA,5\nB,3.00\nB,free\n");
    // A has 5.00, C has nothing there, and nobody knows the sum of B.
    assert_eq!(read, ["A 500", "C 0"]);
    let free = "pay.csv, row 4, column `Amount`: `free` is not a plain decimal number such as 1234.56";
    let message = format!(
        "3: `B` is found by the look-up `paid` in rows that cannot be used ({free}); the file is read again by the next run"
    );
    assert_eq!(rejected, [message]);
    let warning =
        "look-up `paid`: 2 rows cannot be used, and rows that find one of them by its key are rejected; the first: ";
    assert_eq!(warnings, [format!("{warning}{free}")]);
    assert_eq!(paid("Name,Amount\nA,5\nB,3.00\n").2, Vec::<String>::new());
}

#[test]
fn a_line_there_that_cannot_be_read_may_belong_to_the_rows_beside_it() {
    let (read, rejected, warnings) = paid("Name,Amount\nA,5\nA,1,2,3\nB,3\nC,4\n");
    assert_eq!(read, ["C 400"]);
    assert_eq!(rejected.len(), 2);
    assert!(rejected[0].starts_with("2: `A` is found by the look-up `paid` in rows that cannot be used (pay.csv, row 2, column `Name`: `A` is left out whole: a row beside its rows cannot be read"), "{}", rejected[0]);
    assert!(warnings[0].starts_with("look-up `paid`: 3 rows cannot be used"), "{warnings:?}");
}
