//! CSV in all its dialects, and NDJSON.

use crate::input::Separator;
use crate::tests::*;

const HEADER: &str = "refund_id,order_id,refunded_at,amount,note\n";

fn refunds(rows: &str) -> Facts {
    read_csv(&format!("{HEADER}{rows}"), FactKind::Refunds)
}

/// Returns the lines of the refunds.
fn places(facts: &Facts) -> Vec<u64> {
    (0..facts.refunds.rows.len()).map(|row| facts.refunds.origin(row).place).collect()
}

fn options(csv: CsvOptions, bytes: &[u8]) -> Facts {
    read_bytes("x.csv", bytes, FactKind::Refunds, csv).unwrap()
}

fn ndjson(text: &str) -> Facts {
    read_bytes("x.ndjson", text.as_bytes(), FactKind::Refunds, CsvOptions::default()).unwrap()
}

#[test]
fn quotes_line_breaks_and_blank_lines_are_read_as_meant() {
    let facts =
        refunds("R1,A,2024-05-01,5,\"a\nb \"\"c\"\", d\"\n\nR2,B,2024-05-01,5,6\" pipe\nR3,C,2024-05-01,5,\"\"\n");
    assert_eq!(texts(&facts.refunds), ["R1|A|a\nb \"c\", d", "R2|B|6\" pipe", "R3|C|-"]);
    assert_eq!(places(&facts), [2, 5, 6]);
    assert_eq!((facts.files[0].rows, facts.rejects.len()), (3, 0));
}

#[test]
fn every_kind_of_line_end_gives_the_same_rows_and_lines() {
    let text = format!("{HEADER}R1,A,2024-05-01,5,x\nR2,B,bad,5,\nR3,C,2024-05-01,5,");
    for line_end in ["\n", "\r\n", "\r"] {
        for quote in ["x", "\"x\""] {
            let text = text.replace('x', quote).replace('\n', line_end);
            let facts = read_csv(&text, FactKind::Refunds);
            assert_eq!(texts(&facts.refunds), ["R1|A|x", "R3|C|-"], "{text:?}");
            assert_eq!(rejects(&facts), [(3, "refunded_at", "bad", RejectReason::Malformed)], "{text:?}");
        }
    }
}

#[test]
fn the_header_is_trimmed_in_any_order_with_columns_nobody_asked_for() {
    let facts = read_csv(
        "\u{feff} amount , Vendor,refunded_at,order_id,\"refund_id\"\n5,,2024-05-01,A,R1\n",
        FactKind::Refunds,
    );
    assert_eq!(texts(&facts.refunds), ["R1|A|-"]);
}

#[test]
fn rows_with_too_few_or_too_many_values_are_rejected_by_line() {
    let facts = refunds("R1,A,2024-05-01,5,x,y\nR2,B,2024-05-01,5,\nR3,C,2024-");
    assert_eq!(texts(&facts.refunds), ["R2|B|-"]);
    let (first, last) = (&facts.rejects[0], &facts.rejects[1]);
    assert_eq!((first.place, first.value.as_str()), (2, "R1,A,2024-05-01,5,x,y"));
    assert_eq!(
        first.message,
        "the row has 6 values where the file has 5 columns: quote values that hold the separator"
    );
    assert_eq!((last.place, last.value.as_str()), (4, "R3,C,2024-"));
    assert_eq!(last.message, "the row has 3 values where the file has 5 columns: was it cut off, or the file?");
    assert_eq!(facts.files[0].rows, 3);
}

#[test]
fn rows_that_end_in_a_separator_which_the_header_lacks_are_told_so_and_read_by_names_of_their_own() {
    let rows = "R1,A,2024-05-01,5,x,\nR2,B,2024-05-01,1,234,\n";
    let facts = refunds(rows);
    assert_eq!(facts.refunds.rows.len(), 0);
    let said = "the row has 6 values, the last one empty, where the file has 5 columns: if each row ends in a separator and \
                the header does not, write the names of the columns and one more in `csv.names`; if not, quote values that \
                hold the separator";
    assert_eq!(facts.rejects.iter().map(|reject| reject.message.as_str()).collect::<Vec<_>>(), [said, said]);
    let names = ["refund_id", "order_id", "refunded_at", "amount", "note", "end"];
    let csv = CsvOptions { names: names.map(str::to_owned).to_vec(), ..CsvOptions::default() };
    let text = format!("refund_id,order_id,refunded_at,amount,note\n{rows}");
    let facts = read_bytes("x.csv", text.as_bytes(), FactKind::Refunds, csv).unwrap();
    assert_eq!(texts(&facts.refunds), ["R1|A|x", "R2|B|234"]);
}

#[test]
fn other_separators_and_decimal_commas_are_read() {
    let csv = CsvOptions { separator: Separator::Byte(b';'), decimal: b',', ..CsvOptions::default() };
    let text = "refund_id;order_id;refunded_at;amount\nR1;A;2024-05-01;12,50\nR2;B;2024-05-01;12.50\n";
    let facts = options(csv, text.as_bytes());
    assert_eq!((facts.refunds.rows[0].amount.mantissa, facts.refunds.rows[0].amount.decimals), (125, 1));
    assert_eq!(rejects(&facts), [(3, "amount", "12.50", RejectReason::Malformed)]);
    assert!(facts.rejects[0].message.contains("such as 1234,56"));
}

#[test]
fn columns_of_blanks_are_read_with_blanks_before_the_first() {
    let csv = CsvOptions { separator: Separator::Whitespace, ..CsvOptions::default() };
    let text =
        " refund_id  order_id refunded_at amount \r\n  R1   A 2024-05-01    5.00\r\n\r\n R2\tB 2024-05-01 6 7\r\n";
    let facts = options(csv, text.as_bytes());
    assert_eq!(texts(&facts.refunds), ["R1|A|-"]);
    assert_eq!(places(&facts), [2]);
    assert_eq!(rejects(&facts), [(4, "", " R2\tB 2024-05-01 6 7", RejectReason::Malformed)]);
}

#[test]
fn names_stand_for_a_header_that_is_absent_or_unwanted() {
    let names = ["refund_id", "order_id", "refunded_at", "amount"].map(String::from).to_vec();
    let csv = CsvOptions { header: false, names: names.clone(), ..CsvOptions::default() };
    let facts = options(csv, b"R1,A,2024-05-01,5\n");
    assert_eq!((texts(&facts.refunds), places(&facts)[0]), (vec!["R1|A|-".to_string()], 1));
    let csv = CsvOptions { names, ..CsvOptions::default() };
    let facts = options(csv, b"Nr,Order,When,How much\nR1,A,2024-05-01,5\n");
    assert_eq!((texts(&facts.refunds), places(&facts)[0]), (vec!["R1|A|-".to_string()], 2));
    let nameless = CsvOptions { header: false, ..CsvOptions::default() };
    let fault = read_bytes("x.csv", b"R1\n", FactKind::Refunds, nameless).err().unwrap();
    assert_eq!(fault, "x.csv: a file without a header needs the names of its columns: set `csv.names`");
}

#[test]
fn bytes_of_another_encoding_reject_the_row_unless_the_encoding_is_said() {
    let bytes = [HEADER.as_bytes(), b"R1,A,2024-05-01,5,caf\xe9\nR2,B,2024-05-01,5,ok\n"].concat();
    let facts = options(CsvOptions::default(), &bytes);
    assert_eq!(texts(&facts.refunds), ["R2|B|ok"]);
    assert_eq!(places(&facts), [3]);
    assert_eq!(rejects(&facts), [(2, "note", "caf\u{fffd}", RejectReason::Malformed)]);
    assert_eq!(
        facts.rejects[0].message,
        "holds bytes that are not UTF-8: set `csv.encoding` to what the file is in, such as `windows-1252`"
    );
    let latin = CsvOptions { encoding: encoding_rs::WINDOWS_1252, ..CsvOptions::default() };
    assert_eq!(texts(&options(latin, &bytes).refunds), ["R1|A|café", "R2|B|ok"]);
}

#[test]
fn empty_files_are_faults_and_a_header_alone_is_no_rows() {
    let fault =
        |text: &str| read_bytes("x.csv", text.as_bytes(), FactKind::Refunds, CsvOptions::default()).err().unwrap();
    let empty = "x.csv: is empty, without even a header: if there is nothing to report, leave the file out";
    assert_eq!(fault(""), empty);
    assert_eq!(fault("\n\r\n"), empty);
    for header in [HEADER, HEADER.trim_end()] {
        let facts = read_csv(header, FactKind::Refunds);
        assert_eq!((facts.files[0].rows, facts.refunds.rows.len()), (0, 0));
    }
    assert_eq!(fault("refund_id,Order_ID,refunded_at,amount\n"), "x.csv: has no column `order_id` (is it `Order_ID`?)");
    assert_eq!(
        fault("refund_id,order_id,refunded_at,amount,amount\n"),
        "x.csv: has two columns named `amount`: rename one of them"
    );
}

#[test]
fn a_large_file_is_read_in_pieces_with_its_lines_right() {
    let note = format!("\"{}\n\"\"\"", "x".repeat(997));
    let row = |at: usize| format!("R{at},A,2024-05-01,{},{note}\n", if at.is_multiple_of(1000) { "bad" } else { "5" });
    let facts = refunds(&(0..5000).map(row).collect::<String>());
    assert!(facts.refunds.pieces().count() > 3);
    assert_eq!(facts.refunds.rows.len(), 4995);
    let origins = (0..4995).map(|row| (facts.refunds.id(row), facts.refunds.origin(row).place));
    for (id, line) in origins {
        assert_eq!(line, 2 + 2 * id[1..].parse::<u64>().unwrap());
    }
    assert_eq!(facts.rejects.iter().map(|reject| reject.place).collect::<Vec<_>>(), [2, 2002, 4002, 6002, 8002]);
}

#[test]
fn json_objects_are_rows_with_exact_numbers() {
    let facts = ndjson(
        "{\"refund_id\":7,\"order_id\":\"A\",\"refunded_at\":\"2024-05-01\",\"amount\":1e3,\"notify\":false,\"x\":[1]}\n\
         \n\
         {\"amount\":12345.67,\"order_id\":7.0,\"refund_id\":\"\\u00e9\",\"refunded_at\":\"2024-05-01\",\"note\":null}\r\n",
    );
    assert_eq!(texts(&facts.refunds), ["7|A|-", "é|7|-"]);
    let amounts: Vec<_> = facts.refunds.rows.iter().map(|row| (row.amount.mantissa, row.amount.decimals)).collect();
    assert_eq!(amounts, [(1000, 0), (1_234_567, 2)]);
    assert_eq!((places(&facts), facts.refunds.rows[0].notify), (vec![1, 3], false));
}

#[test]
fn lines_that_are_no_plain_objects_are_rejected() {
    let good = "\"order_id\":\"A\",\"refunded_at\":\"2024-05-01\",\"amount\":1";
    let facts = ndjson(&format!(
        "{{\"refund_id\":1,{good}}}\n{{\"refund_id\":\n[1]\n{{\"refund_id\":{{}},{good}}}\n\
         {{\"refund_id\":1,\"refund_id\":2,{good}}}\n{{\"refund_id\":1,{good}}}}}\n{{\"refund_id\":1e999,{good}}}\n"
    ));
    assert_eq!((facts.refunds.rows.len(), facts.files[0].rows), (1, 7));
    let messages: Vec<_> = facts.rejects.iter().map(|reject| (reject.place, reject.message.as_str())).collect();
    assert_eq!(messages[0].0, 2);
    assert_eq!(
        messages[0].1,
        "the line is no JSON: it ends after `{\"refund_id\":` where a value is expected: it was cut off: export it again"
    );
    let list = "the line is a list, and a row is an object such as `{\"order_id\": \"1001\", ...}`: export it again";
    assert_eq!(messages[1].1, list);
    assert_eq!(messages[2], (4, "is an object: one plain value is wanted: map a path into it, such as `refund_id.id`"));
    assert_eq!(messages[3], (5, "the object has `refund_id` twice"));
    assert!(messages[4].1.ends_with("where nothing more is expected: export it again"), "{}", messages[4].1);
    assert_eq!(messages[5], (7, "is a number of absurd size"));
}

#[test]
fn a_member_that_no_object_has_is_a_missing_column() {
    let fault = read_bytes("x.jsonl", b"{\"refund_id\":1,\"orderId\":2}\n", FactKind::Refunds, CsvOptions::default());
    assert_eq!(fault.err().unwrap(), "x.jsonl: has no column `order_id` (is it `orderId`?)");
}

#[test]
fn times_read_where_they_stand_give_what_their_texts_give() {
    let rows = |times: [&str; 3]| {
        let line = |(at, time): (usize, &str)| format!("O{at},C1,{time},{},1.50,2\n", times[0]);
        times.into_iter().enumerate().map(line).collect::<String>()
    };
    let good = ["2024-05-01T10:00:00Z", "2024-05-01 10:00+02:00", "2024-05-02T10:00:00.5Z"];
    let local = ["2024-05-01 10:00", "2024-03-10 02:30", "2024-05-02T10:00:00.5"];
    let mixed = ["2024-05-01 10:00", "2024-05-01", "2024-05-02T10:00:00.5Z"];
    let faulty = ["2024-05-01T10:00:00Z", " ", "0000-01-01T00:00:00Z"];
    for times in [good, local, mixed, faulty, ["", "", good[0]], [good[0], "caf\u{e9}", local[0]]] {
        let rows = rows(times) + "O8,C1,2024-05-01T10:00:00Z,,-1.50,1.505\nO9,C1,2024-05-01T10:00:00Z\n";
        // A quote anywhere makes texts of all that there is.
        let read = |more: &str| {
            let header = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount";
            read_csv(&format!("{header}\n{rows}{more}"), FactKind::Orders)
        };
        let (quick, slow) = (read(""), read("\"\"\n"));
        assert_eq!(whole(&quick.orders), whole(&slow.orders), "{times:?}");
        assert_eq!(quick.rejects, slow.rejects, "{times:?}");
    }
}

#[test]
fn a_header_among_the_rows_is_named() {
    let row = |id: &str| format!("{id},A,2024-05-01,5,\n");
    let facts = refunds(&format!("{}\u{feff}{HEADER}{}{HEADER}", row("R1"), row("R2")));
    assert_eq!(places(&facts), [2, 4]);
    let rejected: Vec<(u64, &str)> = facts.rejects.iter().map(|own| (own.place, own.message.as_str())).collect();
    let message = "the row repeats the header, as where files were put together: take it out";
    assert_eq!(rejected, [(3, message), (5, message)]);
}
