//! Files of which each line is wrapped as one quoted value.

use crate::input::Separator;
use crate::tests::*;

const TEXT: &str = "refund_id,\"note\",order_id,refunded_at,amount\n\
                    R1,,A,2024-05-01,5\n\
                    R2,\"say \"\"please\"\",\n\
                    \n\
                    ring twice\nand wait\",B,2024-05-02,\"6\"\n\
                    R3,\"6\" pipe,C,2024-05-03,7\n\
                    R4,x,D,2024-05-04\n\
                    R5,x,E,2024-05-05,\"1.50\"\n";

/// Wraps each line as a spreadsheet does that separates by `;`.
fn wrapped(text: &str, padding: &str) -> String {
    let line = |line: &str| match line.contains(['"', ',']) {
        true => format!("\"{}\"{padding}\n", line.replace('"', "\"\"")),
        false => format!("{line}{padding}\n"),
    };
    text.lines().map(line).collect()
}

fn read_with(csv: &CsvOptions, text: &str) -> Facts {
    read_bytes("x.csv", text.as_bytes(), FactKind::Refunds, csv.clone()).unwrap()
}

/// Rows, their lines, and rejects with line, value and message.
type Told = (Vec<String>, Vec<u64>, Vec<(u64, String, String)>);

fn told(facts: &Facts) -> Told {
    let places = (0..facts.refunds.rows.len()).map(|row| facts.refunds.origin(row).place).collect();
    let reject = |reject: &accrue_facts::Reject| (reject.place, reject.value.clone(), reject.message.clone());
    (whole(&facts.refunds), places, facts.rejects.iter().map(reject).collect())
}

#[test]
fn wrapped_lines_are_read_as_the_text_that_is_in_them() {
    let csv = CsvOptions::default();
    let plain = read_with(&csv, TEXT);
    assert_eq!(plain.refunds.rows.len(), 3);
    assert_eq!(told(&plain).1, [2, 3, 9]);
    let lost: Vec<u64> = plain.rejects.iter().map(|reject| reject.place).collect();
    assert_eq!((lost, plain.files[0].lines_unwrapped), (vec![7, 8], false));
    let semicolons = CsvOptions { separator: Separator::Byte(b';'), ..CsvOptions::default() };
    for padding in ["", ";", ";;"] {
        let text = wrapped(TEXT, padding);
        for line_end in ["\n", "\r\n", "\r"] {
            let with = |text: &str| text.replace('\n', line_end);
            let plain = read_with(&csv, &with(TEXT));
            for (csv, text) in [(&csv, with(&text)), (&semicolons, with(&text)), (&csv, with(text.trim_end()))] {
                let facts = read_with(csv, &text);
                assert_eq!(told(&facts), told(&plain), "{text:?}");
                assert!(facts.files[0].lines_unwrapped);
                assert_eq!(facts.files[0].last_line_unended, !text.ends_with(line_end));
            }
        }
        let titled = format!("Refunds of May{padding}\n{text}");
        let facts = read_with(&CsvOptions { skip_lines: 1, ..csv.clone() }, &titled);
        assert_eq!((told(&facts).0, told(&facts).1), (told(&plain).0, vec![3, 4, 10]));
        assert_eq!(told(&read_with(&csv, &format!("sep=;\n{text}"))).1, [3, 4, 10]);
    }
}

#[test]
fn a_line_that_is_not_wrapped_is_rejected_with_the_rows_that_go_over_it() {
    let text = wrapped(TEXT, ";");
    let rule = "is not wrapped as the header is: one quoted value, each quote in it written twice, and separators after \
                it: read the file as the shop has made it, before another program saved it";
    let facts = read_with(&CsvOptions::default(), &text.replace("\"R1,,A,2024-05-01,5\";", "R1,,A,2024-05-01,5"));
    assert_eq!(told(&facts).1, [3, 9]);
    let (_, _, rejects) = told(&facts);
    assert_eq!(rejects[0], (2, "R1,,A,2024-05-01,5".to_owned(), format!("the line {rule}")));
    // Within the note, which goes over lines 3 to 6.
    let facts = read_with(&CsvOptions::default(), &text.replace("ring twice;", "ring; twice"));
    assert_eq!(told(&facts).1, [2, 9]);
    let lost: Vec<u64> = facts.rejects.iter().map(|reject| reject.place).collect();
    assert_eq!(lost, [3, 4, 5, 6, 7, 8]);
    assert_eq!(facts.rejects[0].message, format!("lines 3 to 5 cannot be read: line 5 {rule}"));
    assert_eq!(facts.rejects[2].value, "ring; twice");
}

#[test]
fn a_large_file_is_unwrapped_across_its_pieces() {
    let rows: String =
        (0..60_000).map(|row| format!("R{row},\"note\nof two lines\",A,2024-05-01,{}\n", row % 100)).collect();
    let text = wrapped(&format!("refund_id,note,order_id,refunded_at,amount\n{rows}"), ";");
    assert!(text.len() > 2 << 20);
    let facts = read_with(&CsvOptions::default(), &text);
    assert_eq!((facts.refunds.rows.len(), facts.rejects.len()), (60_000, 0));
    assert_eq!((facts.refunds.id(59_999), facts.refunds.origin(59_999).place), ("R59999", 2 + 2 * 59_999));
}

#[test]
fn a_file_that_only_looks_wrapped_is_read_as_it_stands() {
    let text = "\"refund_id\";\"order_id\";\"refunded_at\";\"amount\"\n\"R1\";\"A,B\";\"2024-05-01\";\"5\"\n";
    let csv = CsvOptions { separator: Separator::Byte(b';'), ..CsvOptions::default() };
    let facts = read_with(&csv, text);
    assert_eq!((facts.refunds.rows.len(), facts.files[0].lines_unwrapped), (1, false));
    let fault = read_bytes("x.csv", b"\"a,b,\"\"c\"\"\";\n", FactKind::Refunds, CsvOptions::default()).err().unwrap();
    assert_eq!(fault, "x.csv: line 1: the header cannot be read: `;` follows the closing quote of a value");
}
