//! Sheets of workbooks: what is in their cells, which sheet is read, and workbooks that cannot be read.

use crate::input::Format;
use crate::tests::workbook::{Workbook, row};
use crate::tests::*;
use std::io::Write;

const HEADER: [&str; 5] = ["order_id", "customer_id", "placed_at", "total_amount", "items_amount"];

fn input_with(path: &Path, sheet: Option<&str>) -> Input {
    let input = input_of(path, FactKind::Orders, CsvOptions::default(), None);
    Input { sheet: sheet.map(str::to_owned), format: Some(Format::Xlsx), ..input }
}

fn read_sheet(bytes: &[u8], sheet: Option<&str>) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    std::fs::write(&path, bytes).unwrap();
    let read = read_input(input_with(&path, sheet));
    read.map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

/// Reads the orders of a workbook with one sheet.
fn orders(rows: &[String]) -> Facts {
    let bytes = Workbook::default().sheet("Orders", &rows.concat()).bytes();
    read_sheet(&bytes, None).unwrap()
}

fn ids(facts: &Facts) -> Vec<&str> {
    (0..facts.orders.rows.len()).map(|row| facts.orders.id(row)).collect()
}

fn order(number: u32, id: &str) -> String {
    row(number, &[id, "C1", "2024-05-01", "5", "5"])
}

#[test]
fn cells_are_read_as_a_csv_file_with_their_texts_is() {
    let rows = [
        row(1, &HEADER),
        row(2, &["A1", "C1", "s1:45383", "n:0.1", "0.1"]),
        row(4, &["n:17", "n:1.5", "s2:45383.378472222219", "s3:12.50", "f:12.5"]),
        row(5, &["A3", "str:C2", "d:2024-05-01T09:05:00", "5", "5"]),
        row(6, &["A4", "C2", "s2:45383", "n:7", "n:7.00"]),
    ];
    let csv = "order_id,customer_id,placed_at,total_amount,items_amount\n\
               A1,C1,2024-04-01,0.1,0.1\n\
               17,1.5,2024-04-01 09:05:00,12.5,12.5\n\
               A3,C2,2024-05-01T09:05:00,5,5\n\
               A4,C2,2024-04-01 00:00:00,7,7\n";
    let (facts, expected) = (orders(&rows), read_csv(csv, FactKind::Orders));
    assert_eq!(expected.orders.rows.len(), 4);
    assert_eq!(whole(&facts.orders), whole(&expected.orders));
    let places: Vec<u64> = (0..4).map(|row| facts.orders.origin(row).place).collect();
    assert_eq!(places, [2, 4, 5, 6]);
    assert_eq!((facts.files[0].rows, facts.rejects.len()), (4, 0));
}

#[test]
fn cells_that_hold_something_else_reject_their_rows_with_what_they_show() {
    let rows = [
        row(1, &HEADER),
        row(2, &["n:46876912345678901", "C1", "s1:45383", "5", "5"]),
        row(3, &["A2", "C1", "e:#REF!", "5", "5"]),
        row(4, &["A3", "C1", "s1:45383", "b:1", "5"]),
        row(5, &["A4", "C1", "s1:60", "5", "5"]),
        row(6, &["A5", "C1", "s1:45383", "f:", "5"]),
        row(7, &["e:#N/A", "C1", "s1:45383", "5", "5"]),
        row(8, &["-", "f:"]),
        row(9, &["-", "-", "-", "-", "-", "f:"]),
        order(10, "A6"),
    ];
    let facts = orders(&rows);
    assert_eq!(ids(&facts), ["A6"]);
    use RejectReason::{DamagedId, Malformed, Missing};
    assert_eq!(
        rejects(&facts),
        [
            (2, "order_id", "4.6876912345678904E+16", DamagedId),
            (3, "placed_at", "#REF!", Malformed),
            (4, "total_amount", "true", Malformed),
            (5, "placed_at", "1900-02-29", Malformed),
            (6, "total_amount", "", Malformed),
            (7, "order_id", "#N/A", DamagedId),
            (8, "customer_id", "", Malformed),
            (9, "order_id", "", Missing),
        ]
    );
    assert_eq!(
        facts.rejects[4].message,
        "is a formula whose result is not in the file: open the file in a spreadsheet program, which works it out, and \
         save it as `.xlsx` there"
    );
}

#[test]
fn rows_without_values_are_none_and_the_header_may_stand_below_titles() {
    let rows = [
        row(1, &["Orders of May"]),
        row(3, &["-", " "]),
        row(4, &[" order_id", "-", "customer_id", "placed_at", "total_amount", "items_amount", "Note"]),
        row(5, &[]),
        row(6, &["A1", "x", "C1", "2024-05-01", "5", "5"]),
        "<row r=\"7\"><c r=\"A7\" s=\"1\"/><c r=\"B7\"/></row>".to_owned(),
        row(8, &["A2", "-", "C1", "2024-05-01", "5", "5", "n", "beside the table"]),
    ];
    let facts = orders(&rows);
    assert_eq!((ids(&facts), facts.files[0].rows, facts.rejects.len()), (vec!["A1", "A2"], 2, 0));
    let titles: String = (1..=20).map(|number| row(number, &["A title"])).collect();
    let below = titles.clone() + &row(21, &HEADER) + &order(22, "A1");
    let fault = read_sheet(&Workbook::default().sheet("Orders", &below).bytes(), None).err().unwrap();
    assert_eq!(fault, "x.xlsx: has no column `order_id`");
    let twice = row(1, &["order_id", "customer_id", "placed_at", "total_amount", "items_amount", "order_id"]);
    let fault = read_sheet(&Workbook::default().sheet("Orders", &twice).bytes(), None).err().unwrap();
    assert_eq!(fault, "x.xlsx: has two columns named `order_id`: rename one of them");
}

#[test]
fn days_of_the_system_of_1904_are_as_many_later() {
    let rows = row(1, &HEADER) + &row(2, &["A1", "C1", "s1:43921", "5", "5"]);
    let later = read_sheet(&Workbook::default().of_1904().sheet("Orders", &rows).bytes(), None).unwrap();
    let rows = row(1, &HEADER) + &row(2, &["A1", "C1", "2024-04-01", "5", "5"]);
    let expected = read_sheet(&Workbook::default().sheet("Orders", &rows).bytes(), None).unwrap();
    assert_eq!((whole(&later.orders), later.rejects.len()), (whole(&expected.orders), 0));
}

#[test]
fn the_only_sheet_with_values_is_read_or_the_one_that_is_named() {
    let sheet = |id: &str| row(1, &HEADER) + &order(2, id);
    let one = Workbook::default().sheet("Empty", &row(1, &["-"])).sheet("Old", &sheet("A0")).hidden();
    let one = one.sheet("May", &sheet("A1"));
    assert_eq!(ids(&read_sheet(&one.bytes(), None).unwrap()), ["A1"]);
    assert_eq!(ids(&read_sheet(&one.bytes(), Some("Old")).unwrap()), ["A0"]);
    let two = one.sheet("June", &sheet("A2")).bytes();
    let fault = |sheet| read_sheet(&two, sheet).err().unwrap();
    assert_eq!(fault(None), "x.xlsx: has several sheets with values, `May`, `June`: set `sheet` to one of them");
    assert_eq!(fault(Some("July")), "x.xlsx: has no sheet `July`: set `sheet` to one of `Empty`, `Old`, `May`, `June`");
    assert_eq!(ids(&read_sheet(&two, Some("June")).unwrap()), ["A2"]);
    let none = Workbook::default().sheet("Empty", "").bytes();
    assert!(read_sheet(&none, None).err().unwrap().contains("is empty, without even a header"));
}

#[test]
fn texts_of_the_table_and_many_rows_are_read_in_order() {
    let rows: String = (2..=40_001).map(|number| row(number, &["s:0", "s:1", "2024-05-01", "5", "5"])).collect();
    let rows = rows.replace("t=\"s\"><v>0</v>", "t=\"n\"><v>0</v>");
    let bytes = Workbook::default().texts(&["x", "C &amp; D"], 2).sheet("Orders", &(row(1, &HEADER) + &rows)).bytes();
    let facts = read_sheet(&bytes, None).unwrap();
    assert_eq!((facts.orders.rows.len(), facts.rejects.len(), facts.files[0].rows), (40_000, 0, 40_000));
    assert_eq!(facts.orders.origin(39_999).place, 40_001);
    assert!(texts(&facts.orders)[39_999].contains("C & D"));
    assert_eq!(facts.files[0].bytes, bytes.len() as u64);
    assert_eq!(facts.files[0].digest.len(), 64);
    // Packed as a whole, it is read from a copy.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&bytes).unwrap();
    let packed = packed.finish().unwrap();
    let again = read_sheet(&packed, None).unwrap();
    assert_eq!((again.orders.rows.len(), again.files[0].bytes), (40_000, packed.len() as u64));
}

#[test]
fn workbooks_that_cannot_be_read_say_so() {
    let rows = row(1, &HEADER) + &order(2, "A1");
    let sound = Workbook::default().sheet("Orders", &rows).bytes();
    let fault = |bytes: &[u8]| read_sheet(bytes, None).err().unwrap();
    let remedy = ": open it in a spreadsheet program and save it as `.xlsx`, or copy or export it again";
    let damaged = |bytes: &[u8]| {
        let said = fault(bytes);
        let said = said.strip_prefix("x.xlsx: is not a readable XLSX workbook: ").expect("it is said so");
        said.strip_suffix(remedy).expect("the remedy is there").to_owned()
    };
    damaged(&sound[..sound.len() - 100]);
    let mut flipped = sound.clone();
    flipped[60..90].fill(0xff);
    damaged(&flipped);
    assert_eq!(damaged(&Workbook::default().bytes()), "it has no sheets");
    let claim = Workbook::default().texts(&["x"], 4_000_000_000).sheet("Orders", &rows).bytes();
    assert_eq!(damaged(&claim), "it says that it has 4000000000 texts, and there is no room for them");
    let shared = "<row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"99999999\">A1</f></c></row>";
    let claim = Workbook::default().sheet("Orders", &(row(1, &HEADER) + shared)).bytes();
    assert_eq!(damaged(&claim), "it numbers a shared formula higher than any program does");
    let disorder = row(1, &HEADER) + &order(3, "A1") + &order(2, "A2");
    let disorder = Workbook::default().sheet("Orders", &disorder).bytes();
    assert_eq!(damaged(&disorder), "the cells of row 3 are not in order");
    let spilled = row(1, &HEADER) + "<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#SPILL!</v></c></row>";
    let spilled = Workbook::default().sheet("Orders", &spilled).bytes();
    assert_eq!(
        damaged(&spilled),
        "in row 1 or below it, a cell holds the error `#SPILL!`, which is not known here: clear it or mend its formula"
    );
    assert!(fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0").contains(
        "holds an old Office file (such as an Excel `.xls`) or one with a password, not XLSX: save it as `.xlsx` without a \
         password, or as CSV (UTF-8)"
    ));
    assert!(fault(b"order_id,customer_id\n").ends_with("set `format = \"csv\"`"));
}
