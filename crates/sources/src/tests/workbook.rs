//! Workbooks for tests, put together part by part, so that they can say what no program writes.

use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook as it is put together.
#[derive(Default)]
pub(super) struct Workbook {
    /// Name, state and rows of each sheet.
    sheets: Vec<(String, &'static str, String)>,
    is_1904: bool,
    /// What the table of texts holds, as XML.
    texts: String,
    /// How many texts it says it has.
    claim: usize,
}

impl Workbook {
    /// Adds a sheet with these rows, as XML.
    pub(super) fn sheet(mut self, name: &str, rows: &str) -> Workbook {
        self.sheets.push((name.to_owned(), "visible", rows.to_owned()));
        self
    }

    /// Hides the last sheet.
    pub(super) fn hidden(mut self) -> Workbook {
        self.sheets.last_mut().unwrap().1 = "hidden";
        self
    }

    pub(super) fn of_1904(self) -> Workbook {
        Workbook { is_1904: true, ..self }
    }

    pub(super) fn texts(self, texts: &[&str], claim: usize) -> Workbook {
        Workbook { texts: texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect(), claim, ..self }
    }

    /// Returns the file. Style 1 shows a date, 2 a date and a time, 3 a number of two decimals.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}").as_bytes()).unwrap();
        };
        part("[Content_Types].xml", "<Types/>");
        part("_rels/.rels", &relations(&[("officeDocument", "xl/workbook.xml".to_owned())]));
        let numbered = || (1..).zip(&self.sheets);
        let sheets: String = numbered()
            .map(|(at, (name, state, _))| {
                format!("<sheet name=\"{name}\" sheetId=\"{at}\" state=\"{state}\" r:id=\"rId{at}\"/>")
            })
            .collect();
        let system = u8::from(self.is_1904);
        part(
            "xl/workbook.xml",
            &format!("<workbook><workbookPr date1904=\"{system}\"/><sheets>{sheets}</sheets></workbook>"),
        );
        let targets: Vec<_> =
            numbered().map(|(at, _): (u32, _)| ("worksheet", format!("worksheets/sheet{at}.xml"))).collect();
        part("xl/_rels/workbook.xml.rels", &relations(&targets));
        let formats = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd hh:mm\"/></numFmts>";
        let styles = [0, 14, 164, 2].map(|id| format!("<xf numFmtId=\"{id}\"/>")).concat();
        part("xl/styles.xml", &format!("<styleSheet>{formats}<cellXfs>{styles}</cellXfs></styleSheet>"));
        part("xl/sharedStrings.xml", &format!("<sst uniqueCount=\"{}\">{}</sst>", self.claim, self.texts));
        for (at, (_, _, rows)) in numbered() {
            let at: u32 = at;
            let claim = "<dimension ref=\"A1:XFD1000000000\"/>";
            part(
                &format!("xl/worksheets/sheet{at}.xml"),
                &format!("<worksheet>{claim}<sheetData>{rows}</sheetData></worksheet>"),
            );
        }
        zip.finish().unwrap().into_inner()
    }
}

/// Returns a row as XML: each cell is `-` for none, `kind:value`, or a text. A kind is the type of a cell, or `s` and
/// the number of a style, or `f` for a formula with that result.
pub(super) fn row(number: u32, cells: &[&str]) -> String {
    let cell = |(column, cell): (u8, &&str)| {
        let place = format!("{}{number}", char::from(b'A' + column));
        match cell.split_once(':') {
            _ if *cell == "-" => String::new(),
            Some((style @ ("s1" | "s2" | "s3"), value)) => {
                format!("<c r=\"{place}\" s=\"{}\"><v>{value}</v></c>", &style[1..])
            }
            Some(("f", "")) => format!("<c r=\"{place}\"><f>A1+1</f></c>"),
            Some(("f", value)) => format!("<c r=\"{place}\"><f>A1+1</f><v>{value}</v></c>"),
            Some((kind @ ("n" | "b" | "e" | "d" | "s" | "str"), value)) => {
                format!("<c r=\"{place}\" t=\"{kind}\"><v>{value}</v></c>")
            }
            _ => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
        }
    };
    format!("<row r=\"{number}\">{}</row>", (0..).zip(cells).map(cell).collect::<String>())
}

fn relations(targets: &[(&str, String)]) -> String {
    let one = |(at, (kind, target)): (u32, &(&str, String))| {
        format!("<Relationship Id=\"rId{at}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"/>")
    };
    format!("<Relationships>{}</Relationships>", (1..).zip(targets).map(one).collect::<String>())
}
