//! Orders in a workbook.

use super::formats::{csv_table, without_run};
use super::{PIPELINE, Shop};
use insta::assert_snapshot;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Returns a workbook with these sheets, of the lines of CSV files without quotes.
pub fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let relation = |at: usize, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{at}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"/>")
    };
    let main = relation(1, "officeDocument", "xl/workbook.xml");
    part("_rels/.rels", format!("<Relationships>{main}</Relationships>"));
    let (mut listed, mut relations) = (String::new(), String::new());
    for (at, (name, csv)) in sheets.iter().enumerate() {
        listed += &format!("<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"rId{at}\"/>", at + 1);
        relations += &relation(at, "worksheet", &format!("worksheets/sheet{at}.xml"));
        let cell = |value: &str| format!("<c t=\"inlineStr\"><is><t>{value}</t></is></c>");
        let row = |line: &str| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>());
        let rows: String = csv.lines().map(row).collect();
        part(&format!("xl/worksheets/sheet{at}.xml"), format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"));
    }
    part("xl/workbook.xml", format!("<workbook><sheets>{listed}</sheets></workbook>"));
    part("xl/_rels/workbook.xml.rels", format!("<Relationships>{relations}</Relationships>"));
    zip.finish().unwrap().into_inner()
}

#[test]
fn orders_of_a_sheet_give_the_ledger_that_those_of_a_csv_file_give() {
    let (shop, sheets) = (Shop::new(), Shop::new());
    let run = "run pipelines/fixture.toml --as-of 2024-07-01 --format csv";
    shop.succeed(&format!("{run} --out out"));
    let orders = sheets.read("fixtures/shop/orders.csv");
    sheets.replace(PIPELINE, "shop/orders.csv", "shop/orders.xlsx");
    sheets.write("fixtures/shop/orders.xlsx", workbook(&[("Orders", &orders), ("Notes", "a note\nof ours")]));
    let check = "check pipelines/fixture.toml --as-of 2024-07-01";
    assert_snapshot!(sheets.session(check));
    sheets.replace(PIPELINE, "shop/orders.xlsx\"", "shop/orders.xlsx\"\nsheet = \"Orders\"");
    sheets.succeed(&format!("{run} --out out"));
    for name in ["out/balances.csv", "out/ledger.csv"] {
        assert_eq!(without_run(csv_table(&sheets, name)), without_run(csv_table(&shop, name)), "{name}");
    }
    assert_eq!(sheets.read("out/rejects.csv"), shop.read("out/rejects.csv").replace("orders.csv", "orders.xlsx"));
}
