//! Strict CSV (docs/spec.md 10): what a faulty quoted value takes with it, rows of nothing, and what is above the
//! header.

use crate::input::Separator;
use crate::tests::*;

const HEADER: &str = "refund_id,note,order_id,refunded_at,amount\n";

fn read_with(csv: CsvOptions, text: &str) -> Facts {
    read_bytes("x.csv", text.as_bytes(), FactKind::Refunds, csv).unwrap()
}

fn refunds(rows: &str) -> Facts {
    read_with(CsvOptions::default(), &format!("{HEADER}{rows}"))
}

fn fault(csv: CsvOptions, text: &str) -> String {
    read_bytes("x.csv", text.as_bytes(), FactKind::Refunds, csv).err().unwrap()
}

/// Returns the ids of the refunds.
fn ids(facts: &Facts) -> Vec<&str> {
    (0..facts.refunds.rows.len()).map(|row| facts.refunds.id(row)).collect()
}

/// Returns the lines of the rejects, each of which is a row of the file by itself.
fn lost(facts: &Facts) -> Vec<u64> {
    assert!(facts.rejects.iter().all(|reject| (reject.reason, &*reject.column) == (RejectReason::Malformed, "")));
    assert_eq!(facts.files[0].rows as usize, facts.refunds.rows.len() + facts.rejects.len());
    facts.rejects.iter().map(|reject| reject.place).collect()
}

fn row(id: &str) -> String {
    format!("{id},,A,2024-05-01,5\n")
}

#[test]
fn text_after_a_closing_quote_rejects_each_line_that_the_value_reached_over() {
    let rows = "R1,\"12 inch,A,2024-05-01,1\nR2,,B,2024-05-01,2\nR3,\"gift\",C,2024-05-01,3\n";
    let facts = refunds(&format!("{}{rows}{}", row("R0"), row("R4")));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R0", "R4"], vec![3, 4, 5]));
    let (first, last) = (&facts.rejects[0], &facts.rejects[2]);
    assert_eq!(first.value, "R1,\"12 inch,A,2024-05-01,1");
    assert_eq!(last.value, "R3,\"gift\",C,2024-05-01,3");
    let message = "lines 3 to 5 cannot be read: a quoted value begins in line 3, and in line 5 `g` follows its closing \
                   quote: a quote within a quoted value is written twice";
    assert_eq!((&*first.message, &*last.message), (message, message));
}

#[test]
fn a_fault_in_a_column_that_nobody_asked_for_rejects_too() {
    let text = "extra,refund_id,order_id,refunded_at,amount\n\"6\" pipe,R1,A,2024-05-01,5\nx,R2,A,2024-05-01,5\n";
    let facts = read_with(CsvOptions::default(), text);
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R2"], vec![2]));
    assert_eq!(
        facts.rejects[0].message,
        "` ` follows the closing quote of a value: a quote within a quoted value is written twice"
    );
}

#[test]
fn reading_goes_on_at_a_line_that_is_a_row_and_not_at_the_rest_of_a_quoted_text() {
    // The second value goes on over three lines, of which the last looks like a row of the header's width.
    let rows = "R1,\"12 inch,A,2024-05-01,1\nR2,\"gift for\nmy mum,\nfor her, thanks\",C,2024-05-01,3\n";
    let facts = refunds(&format!("{rows}\n,,\n{}R4,5\" pipe,A,2024-05-01,5\n", row("R3")));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R3", "R4"], vec![2, 3, 4, 5]));
    assert_eq!(
        facts.rejects[3].message,
        "the line follows a faulty quoted value and is itself no row of 5 values: mend that value first"
    );
}

#[test]
fn a_file_that_ends_within_quotes_rejects_each_line_to_its_end() {
    let rows: String = (3..=500).map(|id| row(&format!("R{id}"))).collect();
    let facts = refunds(&format!("{}R2,\"open,A,2024-05-01,5\n{rows}", row("R1")));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R1"], (3..=501).collect()));
    let message = "lines 3 to 501 cannot be read: a quoted value begins in line 3, and the file ends within it: export \
                   it again";
    assert!(facts.rejects.iter().all(|reject| reject.message == message));
    let facts = refunds("R1,\"open");
    assert_eq!(lost(&facts), [2]);
    assert_eq!(facts.rejects[0].message, "the file ends within a quoted value: export it again");
}

#[test]
fn a_value_on_more_than_a_thousand_lines_is_faulty_and_loses_no_more() {
    let long = |breaks: usize| format!("R1,\"{}\",A,2024-05-01,5\n{}", "x\n".repeat(breaks), row("R2"));
    let facts = refunds(&long(999));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R1", "R2"], vec![]));
    let facts = refunds(&long(1000));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R2"], (2..=1002).collect()));
    assert_eq!(
        facts.rejects[0].message,
        "lines 2 to 1001 cannot be read: a quoted value begins in line 2 and has more than 1,000 lines or 1 MiB: its \
         closing quote is missing"
    );
    let rows: String = (2..=3000).map(|id| row(&format!("R{id}"))).collect();
    let facts = refunds(&format!("R1,\"open,A,2024-05-01,5\n{rows}"));
    assert_eq!((ids(&facts)[0], ids(&facts).len(), lost(&facts)), ("R1001", 2000, (2..=1001).collect()));
}

#[test]
fn a_value_of_more_than_a_mebibyte_is_faulty() {
    let long = |bytes: usize| format!("R1,\"{}\",A,2024-05-01,5\n{}", "x".repeat(bytes), row("R2"));
    assert_eq!(ids(&refunds(&long(1 << 20))), ["R1", "R2"]);
    let facts = refunds(&long((1 << 20) + 1));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R2"], vec![2]));
    assert!(facts.rejects[0].message.starts_with("a quoted value has more than 1,000 lines or 1 MiB: "));
}

#[test]
fn faults_in_a_file_of_several_pieces_reject_the_same_lines() {
    let good = |from: usize| (from..from + 9_999).map(|id| row(&format!("{id:0100}"))).collect::<String>();
    let faulty = "R,\"a\nb\"c,A,2024-05-01,5\nd\n";
    let facts = refunds(&(0..4).map(|part| good(part * 10_000) + faulty).collect::<String>());
    assert!(facts.refunds.pieces().count() > 3);
    assert_eq!(facts.refunds.rows.len(), 4 * 9_999);
    let expected = (0..4).flat_map(|part| [0, 1, 2].map(|line| 10_001 + part * 10_002 + line));
    assert_eq!(lost(&facts), expected.collect::<Vec<_>>());
    assert_eq!(facts.refunds.origin(4 * 9_999 - 1).place, 1 + 4 * 10_002 - 3);
}

#[test]
fn a_file_of_quoted_values_alone_is_read_in_pieces() {
    let rows: String = (0..20_000).map(|id| format!("\"{id:0100}\",\"\",\"A\",\"2024-05-01\",\"5\"\n")).collect();
    let facts = refunds(&rows);
    assert!(facts.refunds.pieces().count() > 1);
    assert_eq!((facts.refunds.rows.len(), facts.refunds.origin(19_999).place), (20_000, 20_001));
}

#[test]
fn a_row_of_the_wrong_width_that_joins_rows_rejects_each_of_them() {
    let rows = "R1,\"12 inch,A,2024-05-01,1\nR2,,B,2024-05-01,2\nR3,,C,2024-05-01,3\"\n";
    let facts = refunds(&format!("{rows}{}", row("R4")));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R4"], vec![2, 3, 4]));
    assert_eq!(
        facts.rejects[0].message,
        "lines 2 to 4 are read as one by their quotes: the row has 2 values where the file has 5 columns: was it cut \
         off, or the file?"
    );
    // A text of several lines in a row that is too short is one row all the same.
    let facts = refunds(&format!("R1,\"two\nlines\",A\n{}", row("R2")));
    assert_eq!((ids(&facts), lost(&facts)), (vec!["R2"], vec![2]));
}

#[test]
fn backslashes_escape_quotes_and_themselves_where_the_input_says_so() {
    let rows =
        "R1,\"a \\\"b\\\", \"\"c\"\"\",A,2024-05-01,5\nR2,\"C:\\new\\\\\",A,2024-05-01,5\nR3,\\N,A,2024-05-01,5\n";
    let text = format!("{HEADER}{rows}");
    let facts = read_with(CsvOptions { escape: true, ..CsvOptions::default() }, &text);
    assert_eq!(texts(&facts.refunds), ["R1|A|a \"b\", \"c\"", "R2|A|C:\\new\\", "R3|A|\\N"]);
    assert!(lost(&facts).is_empty());
    let facts = read_with(CsvOptions::default(), &text);
    assert_eq!((texts(&facts.refunds), lost(&facts)), (vec!["R2|A|C:\\new\\\\".into(), "R3|A|\\N".into()], vec![2]));
    assert_eq!(
        facts.rejects[0].message,
        "`b` follows the closing quote of a value: if a backslash makes a quote part of its value, set `csv = { escape \
         = \"\\\\\" }`"
    );
}

#[test]
fn rows_of_separators_and_blanks_are_none() {
    let plain = format!("{}\n,,,,\n , ,\t,,\n   \n,,\n,,,,,,,,\r\n{},,,,", row("R1"), row("R2"));
    let quoted = plain.clone() + "\n\"\",\"\",\"\",,\n\" \",\n\"\"\n";
    for rows in [plain, quoted] {
        let facts = refunds(&rows);
        assert_eq!((ids(&facts), lost(&facts)), (vec!["R1", "R2"], vec![]), "{rows:?}");
        assert_eq!(facts.refunds.origin(1).place, 9);
    }
    // A row with nothing in its first columns is one.
    let facts = refunds(",,A,2024-05-01,5\n\"\",,A,2024-05-01,5\n");
    let missing = |line| (line, "refund_id", "", RejectReason::Missing);
    assert_eq!(rejects(&facts), [missing(2), missing(3)]);
}

#[test]
fn a_first_line_names_the_separator() {
    let table = "refund_id;order_id;refunded_at;amount\nR1;A;2024-05-01;12.50\n";
    for separator in [b',', b';', b'\t'] {
        let csv = || CsvOptions { separator: Separator::Byte(separator), ..CsvOptions::default() };
        for first in ["sep=;\n", "\u{feff}sep=;\r\n", "\"sep=;\"\n", "SEP=;\n\n"] {
            let facts = read_with(csv(), &format!("{first}{table}"));
            assert_eq!((ids(&facts), facts.rejects.len()), (vec!["R1"], 0), "{first:?}");
            assert_eq!(facts.refunds.origin(0).place, if first.ends_with("\n\n") { 4 } else { 3 });
        }
        for first in ["sep=\t\n", "sep=\\t\n", "\"sep=\t\"\r\n"] {
            let facts = read_with(csv(), &format!("{first}{}", table.replace(';', "\t")));
            assert_eq!(ids(&facts), ["R1"], "{first:?}");
        }
    }
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let bytes = utf_16(&format!("\u{feff}sep=;\r\n{table}"));
    let facts = read_bytes("x.csv", &bytes, FactKind::Refunds, CsvOptions::default()).unwrap();
    assert_eq!(ids(&facts), ["R1"]);
    // Without a header it is no row either.
    let names = ["refund_id", "order_id", "refunded_at", "amount"].map(String::from).to_vec();
    let facts = read_with(CsvOptions { header: false, names, ..CsvOptions::default() }, "sep=;\nR1;A;2024-05-01;5\n");
    assert_eq!((ids(&facts), facts.rejects.len()), (vec!["R1"], 0));
    for first in ["sep=\n", "sep=;;\n", "sep=§\n", "sep=\"\n"] {
        let fault = fault(CsvOptions::default(), &format!("{first}{table}"));
        assert!(fault.contains("has no column") || fault.contains("has one column only"), "{fault}");
    }
}

#[test]
fn lines_above_the_header_are_left_out_where_the_input_says_how_many() {
    let csv = |skip_lines| CsvOptions { skip_lines, ..CsvOptions::default() };
    let table = format!("{HEADER}{}", row("R1"));
    let titled = format!("Refunds\n\"1 to \"31 March\"\n\n{table}");
    let facts = read_with(csv(3), &titled);
    assert_eq!((ids(&facts), facts.refunds.origin(0).place, facts.rejects.len()), (vec!["R1"], 5, 0));
    assert_eq!(ids(&read_with(csv(1), &format!("\n{table}"))), ["R1"]);
    assert_eq!(ids(&read_with(csv(0), &format!(",,,\n \n{table}"))), ["R1"]);
    assert_eq!(ids(&read_with(csv(2), &titled.replace('\n', "\r"))), ["R1"]);
    // A line that names the separator counts, and is obeyed.
    assert_eq!(ids(&read_with(csv(2), &format!("sep=;\nRefunds\n{}", table.replace(',', ";")))), ["R1"]);
    let nothing = "x.csv: has no line below the 9 that `csv.skip_lines` leaves out";
    assert_eq!(fault(csv(9), "a\nb\n"), nothing);
    let names = HEADER.trim().split(',').map(String::from).collect();
    let facts = read_with(CsvOptions { header: false, names, skip_lines: 1, ..CsvOptions::default() }, &table);
    assert_eq!(ids(&facts), ["R1"]);
}

#[test]
fn a_header_in_another_line_is_found_and_the_key_named() {
    let csv = |skip_lines| CsvOptions { skip_lines, ..CsvOptions::default() };
    let table = format!("{HEADER}{}", row("R1"));
    assert_eq!(
        fault(csv(0), &format!("Refunds\n\"1 to 31 March\"\n\n{table}")),
        "x.csv: has no column `refund_id`, but line 4 has all that is needed: set `csv = { \
         skip_lines = 3 }`"
    );
    assert!(
        fault(csv(2), &format!("Refunds\n{table}"))
            .ends_with("but line 2 has all that is needed: set `csv = { skip_lines = 1 }`")
    );
    assert!(fault(csv(9), &table).ends_with("but line 1 has all that is needed: set `csv = { skip_lines = 0 }`"));
    assert_eq!(
        fault(csv(0), &format!("\"Refunds\" of March\n{table}")),
        "x.csv: line 1: the header cannot be read: ` ` follows the closing quote of a value, but line 2 has all that is \
         needed: set `csv = { skip_lines = 1 }`"
    );
    let title = "Refunds\n".repeat(19);
    assert!(fault(csv(0), &format!("{title}{table}")).ends_with("skip_lines = 19 }`"));
    assert!(!fault(csv(0), &format!("{title}\n{table}")).contains("skip_lines"));
    assert!(
        fault(csv(0), &format!("Refunds; March\nof;shop\n{}", table.replace(',', ";"))).contains("`csv.separator`")
    );
    assert_eq!(
        fault(csv(0), &format!("refund_id,\"note,order_id\n{}", row("R1"))),
        "x.csv: line 1: the header cannot be read: the file ends within a quoted value"
    );
}

#[test]
fn a_last_line_without_an_end_is_told() {
    let unended = |text: &str| read_with(CsvOptions::default(), text).files[0].last_line_unended;
    let table = format!("{HEADER}{}", row("R1"));
    for (text, expected) in [
        (table.as_str(), false),
        (table.trim_end(), true),
        (&table.replace('\n', "\r\n"), false),
        (&table.replace('\n', "\r"), false),
        (HEADER, false),
        (HEADER.trim_end(), true),
        (&format!("{HEADER}R1,\"open"), true),
        (&format!("{table}{}", row("R2").trim_end().repeat(100_000)), true),
    ] {
        assert_eq!(unended(text), expected, "{:?}", &text[text.len() - 20..]);
    }
    let blanks = CsvOptions { separator: Separator::Whitespace, ..CsvOptions::default() };
    assert!(read_with(blanks, "refund_id order_id refunded_at amount\nR1 A 2024-05-01 5").files[0].last_line_unended);
}

#[test]
fn faults_are_found_in_every_dialect_and_encoding() {
    let rows = "R1,\"é\"x,A,2024-05-01,1\nR2,\"テ\nスト\",B,2024-05-01,2\nR3,\"表\",C,2024-05-01,3\n";
    let text = format!("{HEADER}{rows}");
    let check = |facts: Facts| {
        assert_eq!((ids(&facts), lost(&facts)), (vec!["R2", "R3"], vec![2]));
        assert_eq!((facts.refunds.origin(0).place, facts.refunds.origin(1).place), (3, 5));
    };
    for line_end in ["\n", "\r\n", "\r"] {
        check(read_with(CsvOptions::default(), &text.replace('\n', line_end)));
    }
    let tabs = CsvOptions { separator: Separator::Byte(b'\t'), ..CsvOptions::default() };
    check(read_with(tabs, &text.replace(',', "\t")));
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let csv = |encoding| CsvOptions { encoding, ..CsvOptions::default() };
    check(read_bytes("x.csv", &utf_16, FactKind::Refunds, csv(encoding_rs::UTF_16BE)).unwrap());
    // The second byte of the last note is that of a backslash.
    let text = text.replace('é', "e");
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(shift_jis.windows(2).any(|two| two == b"\x95\\"));
    let csv = CsvOptions { escape: true, ..csv(encoding_rs::SHIFT_JIS) };
    check(read_bytes("x.csv", &shift_jis, FactKind::Refunds, csv).unwrap());
    // In columns of blanks quotes are characters like any other.
    let blanks = CsvOptions { separator: Separator::Whitespace, ..CsvOptions::default() };
    let facts =
        read_with(blanks, "refund_id order_id refunded_at amount\n\"R1 A 2024-05-01 5\nR\"2\" A 2024-05-01 5\n");
    assert_eq!((ids(&facts), facts.rejects.len()), (vec!["\"R1", "R\"2\""], 0));
}
