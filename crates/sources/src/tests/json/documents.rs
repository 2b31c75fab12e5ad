//! JSON documents: arrays, lists within objects, records one after the other.

use crate::tests::json::*;

const COLUMNS: [&str; 3] = ["id", "amount", "note"];

fn read_json(text: &str, records: Option<&str>) -> Result<Facts, String> {
    let json = JsonOptions { records: records.map(str::to_owned), ..JsonOptions::default() };
    read_mapped("x.json", text, json, COLUMNS, None)
}

#[test]
fn arrays_documents_and_values_one_after_the_other_are_read_and_records_counted_through() {
    let (a, b) = (r#"{"id": "A", "amount": "1.00", "note": "]}"}"#, "{\n\"id\": \"B\",\n \"amount\": 2}");
    let all = ["1: A 100 ]}", "2: B 200 -"];
    for text in [
        format!("[{a},{b}]"),
        format!("{a}{b}"),
        format!("\u{feff}\n[\n{a}\n,\n{b}\n]\n"),
        format!("[{a}]\n[{b}]"),
        format!("[] {a} [{b}]"),
    ] {
        assert_eq!(rows(&read_json(&text, None).unwrap()), all, "{text}");
    }
    let page = |record: &str| format!(r#"{{"next": [{{"orders": 5}}], "data": {{"orders": [{record}]}}, "n": 1}}"#);
    for text in [page(&format!("{a}, {b}")), page(a) + &page(b), format!("[{}, {}]", page(a), page(b))] {
        assert_eq!(rows(&read_json(&text, Some("data.orders")).unwrap()), all, "{text}");
    }
    assert_eq!(rows(&read_json(&format!(r#"{{"data": {a}}} {{"data": null}}"#), Some("data")).unwrap()), [all[0]]);
    for (text, records) in [("[]", None), ("{\"orders\": []}", Some("orders"))] {
        let facts = read_json(text, records).unwrap();
        assert_eq!((facts.adjustments.rows.len(), facts.rejects.len(), facts.files[0].rows), (0, 0, 0));
    }
}

#[test]
fn documents_that_may_be_records_are_read_like_lists_and_lines() {
    let (a, b) =
        (r#"{"id": "A", "amount": 1, "note": {"orders": 1}}"#, r#"{"id": "B", "amount": 2, "note": "orders"}"#);
    let json = JsonOptions { records_optional: true, records: Some("orders".to_owned()), ..JsonOptions::default() };
    let read = |name: &str, text: &str| {
        let columns = ["id", "amount", "optional(note.orders)"];
        rows(&read_mapped(name, text, json.clone(), columns, None).unwrap())
    };
    let all = ["1: A 100 1", "2: B 200 -"];
    for text in [
        format!(r#"{{"orders": [{a},{b}], "next": null}}"#),
        format!(r#"{{"next": {{"orders": []}}, "orders": [{a},{b}]}}"#),
        format!(r#"{{"orders": [{a}]}} {{"orders": [{b}]}}"#),
        format!("[{a},\n{b}]"),
        format!("{a}\n{b}\n"),
    ] {
        assert_eq!(read("x.json", &text), all, "{text}");
    }
    assert_eq!(read("x.ndjson", &format!("{a}\n{b}\n")), all);
    let fault = read_mapped("x.json", r#"{"customers": []}"#, json.clone(), COLUMNS, None).err().unwrap();
    assert!(fault.contains("one JSON object (`customers`), of which no name is wanted"), "{fault}");
}

#[test]
fn packed_and_utf_16_documents_are_read() {
    let text = r#"[{"id": "A", "amount": 1, "note": "é"}]"#;
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [utf_16, zstd::encode_all(text.as_bytes(), 1).unwrap()] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        std::fs::write(&path, bytes).unwrap();
        let columns = COLUMNS.map(|name| (name.to_owned(), name.to_owned()));
        let mut columns = columns.to_vec();
        columns[0].0 = "adjustment_id".to_owned();
        columns.push(("customer_id".to_owned(), "'C'".to_owned()));
        columns.push(("adjusted_at".to_owned(), "'2024-05-01'".to_owned()));
        let mapping = Mapping { columns, ..Mapping::default() };
        let facts = read_path(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping)).unwrap();
        assert_eq!(rows(&facts), ["1: A 100 é"]);
    }
}

#[test]
fn many_pieces_keep_their_order_and_their_numbers() {
    // 3 MB, so that there are several pieces, cut within records.
    let record =
        |number: usize| format!("{{\"id\": \"R{number}\", \"amount\": {number}, \"x\": \"{}\"}}", "y".repeat(1_000));
    let text = format!("[{}]", (1..=3_000).map(record).collect::<Vec<_>>().join(",\n"));
    let found = rows(&read_json(&text, None).unwrap());
    assert_eq!(found.len(), 3_000);
    assert!((1..).zip(&found).all(|(number, row)| *row == format!("{number}: R{number} {number}00 -")));
}

#[test]
fn what_is_no_object_is_a_reject_with_its_number() {
    let text = r#"[{"id": "A", "amount": 1}, 5, [{"id": "B"}], null, {"id": "C", "amount": {"x": 1}}]"#;
    let facts = read_json(text, None).unwrap();
    assert_eq!(rows(&facts), ["1: A 100 -"]);
    let said: Vec<(u64, &str)> = facts.rejects.iter().map(|reject| (reject.place, reject.value.as_str())).collect();
    assert_eq!(said, [(2, "5"), (3, r#"[{"id": "B"}]"#), (4, "null"), (5, r#"{"x": 1}"#)]);
    assert!(facts.rejects[0].message.starts_with("the record is `5`, and a row is an object such as "));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    std::fs::write(&path, b"[{\"refund_id\": \"\xff\"}, {\"refund_id\": \"R\", \"order_id\": \"O\", \"refunded_at\": \"2024-05-01\", \"amount\": 1}]").unwrap();
    let facts = read_path(&path, FactKind::Refunds, CsvOptions::default(), None).unwrap();
    assert_eq!((facts.refunds.rows.len(), facts.rejects[0].place), (1, 1));
    let message =
        "the record holds bytes that are not UTF-8: set `csv.encoding` to what the file is in, such as `windows-1252`";
    assert_eq!(facts.rejects[0].message, message);
}

#[test]
fn a_document_that_is_cut_off_or_damaged_stops_the_run_with_its_line() {
    let said = |text: &str, records| read_json(text, records).err().unwrap();
    let again = ": copy or export it again";
    let whole = "[{\"id\": \"A\", \"amount\": 1},\n{\"id\": \"B\", \"amount\": 1}";
    assert_eq!(
        said(whole, None),
        format!("x.json: is no readable JSON: line 2: it ends within a list, before its `]`: it was cut off{again}")
    );
    assert_eq!(
        said("[{\"id\": 1,\n \"amount\": tru},\n {\"id\"]", None),
        format!(
            "x.json: is no readable JSON: line 2: record 1: `}}` stands after `{{\"id\": 1,\n \"amount\": tru` where \
             `true`, `false` or `null` is expected{again}"
        )
    );
    assert_eq!(
        said("[{\"id\": 1}\n “id”]", None),
        format!("x.json: is no readable JSON: line 2: `“` stands where `,` or `]` is expected{again}")
    );
    assert_eq!(
        said("[{\"id\": 1}\n {\"id\": 2}]", None),
        format!("x.json: is no readable JSON: line 2: `{{` stands where `,` or `]` is expected{again}")
    );
    assert_eq!(said("", None), format!("x.json: is no readable JSON: line 1: it holds no value{again}"));
    assert_eq!(
        said("{\"orders\": []}", Some("data.orders")),
        "x.json: line 1: a document has no `data.orders`, where its records should be (it has `orders`): mend `records`"
    );
    let large = format!("\n{{\"orders\": [{{\"id\": \"{}\"}}]}}", "x".repeat(65 << 20));
    assert_eq!(
        said(&large, None),
        "x.json: line 2: a record has more than 64 MB: if the records are in a list within it, set `records` to its path"
    );
    // What is beside the records may be as large as it likes.
    let beside = format!("{{\"x\": \"{}\", \"orders\": [{{\"id\": 1, \"amount\": 1}}]}}", "x".repeat(65 << 20));
    assert_eq!(rows(&read_json(&beside, Some("orders")).unwrap()), ["1: 1 100 -"]);
}

#[test]
fn records_that_are_within_a_document_say_so() {
    assert_eq!(
        read_json("{\"next\": null, \"orders\": [{\"id\": 1}]}", None).err().unwrap(),
        "x.json: holds one JSON object (`next`, `orders`), of which no name is wanted: if its rows are in it, set \
         `records` to the path of their list, such as `records = \"orders\"`"
    );
    assert!(read_json("{\"o\": []} {\"o\": []}", None).err().unwrap().starts_with("x.json: holds JSON objects (`o`)"));
}

#[test]
fn options_of_another_format_are_refused_before_the_file_is_read() {
    let said = |name: &str, json| read_mapped(name, "", json, COLUMNS, None).err().unwrap();
    let records = JsonOptions { records: Some("a".to_owned()), ..JsonOptions::default() };
    let children = JsonOptions { children: vec![("a".to_owned(), "A".to_owned())], ..JsonOptions::default() };
    let rest = "is not of such files: leave it out, or set `format`";
    assert_eq!(said("x.ndjson", records), format!("x.ndjson: is read as NDJSON, and `records` {rest}"));
    assert_eq!(said("x.json", children), format!("x.json: is read as JSON, and `children` {rest}"));
    assert_eq!(said("x.csv", unnest("a")), format!("x.csv: is read as CSV, and `unnest` {rest}"));
}
