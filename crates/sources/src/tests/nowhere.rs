//! Names that no row of a file has.

use crate::tests::*;
use arrow::array::StringArray;
use std::sync::Arc;

const ROW: [(&str, &str); 5] = [
    ("order_id", "O1"),
    ("customer_id", "C1"),
    ("placed_at", "2024-05-01"),
    ("items_amount", "1"),
    ("total_amount", "1"),
];

type Row<'a> = Vec<(&'a str, &'a str)>;

fn row<'a>(more: &[(&'a str, &'a str)]) -> Row<'a> {
    ROW.iter().chain(more).copied().collect()
}

fn ndjson(rows: &[Row]) -> Vec<u8> {
    let object = |row: &Row| {
        let members: serde_json::Map<String, serde_json::Value> =
            row.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        serde_json::to_string(&members).unwrap() + "\n"
    };
    rows.iter().map(object).collect::<String>().into_bytes()
}

fn csv(row: &Row) -> Vec<u8> {
    let line = |at: fn(&(&str, &str)) -> String| row.iter().map(at).collect::<Vec<_>>().join(",");
    format!("{}\n{}\n", line(|(name, _)| (*name).to_owned()), line(|(_, value)| (*value).to_owned())).into_bytes()
}

fn parquet(row: &Row) -> Vec<u8> {
    parquet_of(row.iter().map(|(name, value)| (*name, Arc::new(StringArray::from(vec![*value])) as ArrayRef)))
}

fn canonical(name: &str, bytes: &[u8]) -> Result<Facts, String> {
    read_bytes(name, bytes, FactKind::Orders, CsvOptions::default())
}

fn mapped(name: &str, bytes: &[u8], filter: Option<&str>, columns: &[(&str, &str)]) -> Result<Facts, String> {
    let own = |name: &str| columns.iter().any(|(column, _)| *column == name);
    let same = ROW.iter().filter(|(name, _)| !own(name)).map(|(name, _)| (*name, *name));
    let columns = columns.iter().copied().chain(same).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mapping = Mapping { filter: filter.map(str::to_owned), columns, ..Mapping::default() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, FactKind::Orders, CsvOptions::default(), Some(mapping))
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_canonical_column_that_is_misspelled_is_refused_in_every_format() {
    for near in
        ["paidAt", "Paid At", "paid-at", "Cancelled at", "canceled_at", "Currency", "Void", "updatedAt", "e-mail"]
    {
        let row = row(&[(near, "2024-05-01")]);
        let said = |read: Result<Facts, String>| read.err().unwrap();
        let files =
            [("x.ndjson", ndjson(std::slice::from_ref(&row))), ("x.csv", csv(&row)), ("x.parquet", parquet(&row))];
        for (name, bytes) in files {
            let fault = said(canonical(name, &bytes));
            assert!(fault.starts_with(&format!("{name}: has `{near}` and no `")), "{fault}");
        }
    }
    let fine = row(&[("paid_at", ""), ("Paid At", "x"), ("Note", "x"), ("created_at", "x"), ("paid_by", "x")]);
    assert!(canonical("x.csv", &csv(&fine)).is_ok() && canonical("x.ndjson", &ndjson(&[fine])).is_ok());
}

#[test]
fn a_member_of_few_objects_is_not_taken_for_a_renamed_one() {
    let rows = [row(&[]), row(&[("paidAt", "x")])];
    assert!(canonical("x.ndjson", &ndjson(&rows)).is_ok());
    let one = [row(&[("paidAt", "x")]), row(&[("paidAt", "x")]), row(&[("paid_at", "")])];
    assert!(canonical("x.ndjson", &ndjson(&one)).is_ok());
}

#[test]
fn a_name_of_a_mapping_that_no_object_has_is_refused_where_facts_need_it() {
    let rows = ndjson(&[row(&[]), row(&[])]);
    let said = |columns: &[(&str, &str)]| mapped("x.ndjson", &rows, None, columns).err().unwrap();
    assert_eq!(
        said(&[("total_amount", "grand_total")]),
        "x.ndjson: no row has `grand_total`, which `columns.total_amount` refers to: mend the mapping, or write \
         `optional(\"grand_total\")` if rows may be without it"
    );
    assert!(
        said(&[("customer_id", "client")]).starts_with("x.ndjson: no row has `client`, which `columns.customer_id`")
    );
    assert!(said(&[("customer_id", "client"), ("email", "mail")]).contains("no row has `client`"));
}

#[test]
fn a_renamed_member_is_refused_and_another_one_is_told() {
    let rows = ndjson(&[row(&[("paidAt", "2024-05-01")]), row(&[("paidAt", "2024-05-01")])]);
    let fault = mapped("x.ndjson", &rows, None, &[("paid_at", "paid_at")]).err().unwrap();
    assert!(
        fault.starts_with("x.ndjson: no row has `paid_at`, which `columns.paid_at` refers to, and most have `paidAt`")
    );
    let facts = mapped("x.ndjson", &rows, None, &[("cancelled_at", "cancelled_at"), ("email", "mail")]).unwrap();
    assert_eq!(facts.files[0].nowhere, ["cancelled_at", "mail"]);
    let facts = mapped("x.ndjson", &rows, None, &[("paid_at", "optional(paid_at)")]).unwrap();
    assert_eq!((facts.files[0].nowhere.len(), facts.orders.rows.len()), (0, 2));
}

#[test]
fn a_condition_on_a_name_that_no_object_has_is_refused_where_it_leaves_nothing() {
    let rows = ndjson(&[row(&[]), row(&[])]);
    let fault = mapped("x.ndjson", &rows, Some("status = 'paid'"), &[]).err().unwrap();
    assert!(fault.starts_with("x.ndjson: no row has `status`, which `where` refers to: mend"), "{fault}");
    let facts = mapped("x.ndjson", &rows, Some("test is null"), &[]).unwrap();
    assert_eq!((facts.orders.rows.len(), &facts.files[0].nowhere[..]), (2, &["test".to_owned()][..]));
}

#[test]
fn optional_is_null_in_every_format_and_types_do_not_make_a_column_needed() {
    let row = row(&[]);
    for (name, bytes) in
        [("x.ndjson", ndjson(std::slice::from_ref(&row))), ("x.csv", csv(&row)), ("x.parquet", parquet(&row))]
    {
        let facts = mapped(name, &bytes, None, &[("paid_at", "optional(\"Paid at\")")]).unwrap();
        assert_eq!((facts.orders.rows.len(), facts.rejects.len()), (1, 0), "{name}");
        let fault = mapped(name, &bytes, None, &[("order_id", "Number")]).err().unwrap();
        assert!(fault.contains("`Number`"), "{fault}");
    }
}

#[test]
fn one_object_that_holds_the_rows_is_no_row() {
    let document = b"{\"next\": null, \"orders\": [{\"order_id\": \"O1\"}]}\n";
    let said = "x.ndjson: holds one JSON object (`next`, `orders`), of which no name is wanted: if its rows are in it, \
        set `format = \"json\"`, and `records` to the path of their list";
    assert_eq!(canonical("x.ndjson", document).err().unwrap(), said);
    assert_eq!(mapped("x.ndjson", document, None, &[]).err().unwrap(), said);
}

#[test]
fn packed_and_utf_16_files_are_read_under_any_name() {
    let plain = csv(&row(&[]));
    let utf_16: Vec<u8> = String::from_utf8(plain.clone()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let packed = zstd::encode_all(&plain[..], 1).unwrap();
    let parquet = parquet(&row(&[]));
    let packed_parquet = zstd::encode_all(&parquet[..], 1).unwrap();
    for (name, bytes) in [
        ("x.csv", &packed),
        ("x.CSV", &plain),
        ("x.csv.gz", &plain),
        ("x.csv.gz", &packed),
        ("x.csv", &utf_16),
        ("x.parquet", &packed_parquet),
        ("x.parquet.gz", &parquet),
    ] {
        let facts = canonical(name, bytes).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(texts(&facts.orders), ["O1|C1|-"], "{name}");
    }
    let lines = ndjson(&[row(&[])]);
    let utf_16: Vec<u8> = String::from_utf8(lines).unwrap().encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(canonical("x.ndjson", &utf_16).unwrap().orders.rows.len(), 1);
}

#[test]
fn a_member_that_is_null_wherever_it_is_was_renamed_too() {
    let renamed = ndjson(&[row(&[("paidAt", "2024-05-01")]), row(&[("paidAt", "2024-05-01")])]);
    let with_null = String::from_utf8(ndjson(&[row(&[("paid_at", "X")])])).unwrap().replace("\"X\"", "null");
    let bytes = [renamed, with_null.into_bytes()].concat();
    assert!(canonical("o.ndjson", &bytes).err().unwrap().contains("has `paidAt` and no `paid_at`"));
    assert!(mapped("o.ndjson", &bytes, None, &[("paid_at", "paid_at")]).err().unwrap().contains("most have `paidAt`"));
    // Null everywhere, and nothing alike: nobody has paid yet.
    let with_null = ndjson(&[row(&[("paid_at", "X")])]);
    let unpaid = String::from_utf8(with_null).unwrap().replace("\"X\"", "null");
    assert!(canonical("o.ndjson", unpaid.as_bytes()).is_ok());
}
