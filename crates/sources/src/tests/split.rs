//! Cells that pack several things: each part is a row.

use crate::input::{ColumnType, FactOfRow, Split};
use crate::tests::*;
use arrow::array::{Int64Array, StringArray};
use std::sync::Arc;

const REFUND: &str = r"(?s)amount:[^|;]*\|reason:.*?\|date:[0-9-]+ [0-9:]+";

fn split(by: Option<&str>, each: Option<&str>) -> Split {
    let [by, each] = [by, each].map(|text| text.map(str::to_owned));
    Split { column: "items".to_owned(), by, each, number: Some("n".to_owned()) }
}

/// Reads refunds, whose id is `order-number` and whose amount is cut out of `items`.
fn mapping(split: Split, amount: &str) -> Mapping {
    let columns = [
        ("refund_id", "order_id || '-' || n"),
        ("order_id", "order_id"),
        ("refunded_at", "'2024-05-01'"),
        ("amount", amount),
    ];
    Mapping {
        split: Some(split),
        columns: columns.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec(),
        ..Mapping::default()
    }
}

fn read_bytes(name: &str, bytes: &[u8], mapping: Mapping) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, FactKind::Refunds, CsvOptions::default(), Some(mapping))
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn read_csv(text: &str, mapping: Mapping) -> Facts {
    read_bytes("x.csv", text.as_bytes(), mapping).unwrap()
}

/// Returns `line: id amount` of each refund, the amount in cents.
fn refunds(facts: &Facts) -> Vec<String> {
    let shown = |row: usize| {
        let amount = facts.refunds.rows[row].amount;
        let cents = amount.mantissa * 10_i64.pow(2 - u32::from(amount.decimals));
        let id = facts.refunds.text(row, 0).unwrap();
        format!("{}: {id} {cents}", facts.refunds.origin(row).place)
    };
    (0..facts.refunds.rows.len()).map(shown).collect()
}

const AMOUNT: &str = "round(number(regexp_extract(items, '^amount:([^|;]*)')), 2)";

#[test]
fn each_match_is_a_row_and_the_signs_within_a_part_cut_nothing() {
    let text = "order_id,items\n\
        A,amount:5.00|reason:too big; too red|date:2024-05-01 10:00:00;amount:2.50|reason:|date:2024-05-02 10:00:00\n\
        B,\n\
        C,amount:1.25|reason:a|b|date:2024-05-03 10:00:00\n";
    let facts = read_csv(text, mapping(split(Some(";"), Some(REFUND)), AMOUNT));
    assert_eq!(refunds(&facts), ["2: A-1 500", "2: A-2 250", "4: C-1 125"]);
    assert_eq!((facts.rejects.len(), facts.files[0].rows), (0, 3));
}

#[test]
fn text_that_no_part_has_rejects_the_row_instead_of_being_lost() {
    let text = "order_id,items\n\
        A,amount:5.00|reason:|date:2024-05-01 10:00:00;amnt:2.50|reason:|date:2024-05-02 10:00:00\n\
        B,amount:1.00|reason:|date:2024-05-01 10:00:00 ; ;\n\
        C,nothing\n\
        D,amount:1.00|reason:|date:2024-05-01 10:00:00,\n";
    let facts = read_csv(&text.replace(",\n", "\n"), mapping(split(Some(";"), Some(REFUND)), AMOUNT));
    assert_eq!(refunds(&facts), ["3: B-1 100", "5: D-1 100"]);
    let found = rejects(&facts);
    assert_eq!((found[0].0, found[0].1, found[0].3), (2, "items", RejectReason::Malformed));
    assert_eq!((found[1].0, found[1].2, found.len()), (4, "nothing", 2));
    assert_eq!(
        facts.rejects[1].message,
        "`nothing` has `nothing` outside of its parts, which would be lost: change `each` of `split` so that it matches \
         every part whole"
    );
    // Without a separator nothing but blanks may be between two parts.
    let pair = "order_id,items\nA,no 1 no 2\nB,no 1;no 2\n";
    let facts = read_csv(pair, mapping(split(None, Some("no [0-9]+")), "'1'"));
    assert_eq!((refunds(&facts), facts.rejects.len()), (vec!["2: A-1 100".to_owned(), "2: A-2 100".to_owned()], 1));
}

#[test]
fn a_separator_alone_cuts_everywhere_and_empty_parts_are_no_rows() {
    let facts = read_csv("order_id,items\nA,\"1 , 2,,\"\nB,\" , \"\nC,3\n", {
        let own = mapping(split(Some(","), None), "items");
        Mapping { types: vec![("items".to_owned(), ColumnType::Decimal)], ..own }
    });
    assert_eq!(refunds(&facts), ["2: A-1 100", "2: A-2 200", "4: C-1 300"]);
}

#[test]
fn a_part_that_does_not_fit_is_a_reject_and_the_row_has_one() {
    let own = || Mapping {
        types: vec![("items".to_owned(), ColumnType::Decimal)],
        ..mapping(split(Some(";"), None), "items")
    };
    let facts = read_csv("order_id,items\nA,1;x;2;y\n", own());
    assert_eq!((refunds(&facts), rejects(&facts).len()), (vec!["2: A-1 100".to_owned(), "2: A-3 200".to_owned()], 1));
    let many = vec!["1"; 1001].join(";");
    let facts = read_csv(&format!("order_id,items\nA,{many}\nB,1\n"), own());
    assert_eq!((refunds(&facts), rejects(&facts).len()), (vec!["3: B-1 100".to_owned()], 1));
    assert!(facts.rejects[0].message.ends_with("has 1001 parts, and a cell may have 1000"));
    // More parts than one batch has.
    let most = vec!["1"; 1000].join(";");
    let facts = read_csv(&format!("order_id,items\nA,{most}\nB,{most}\n"), own());
    assert_eq!((facts.refunds.rows.len(), refunds(&facts).last().unwrap().as_str()), (2000, "3: B-1000 100"));
}

#[test]
fn where_sees_parts_and_leaves_out_rows_that_were_not_cut() {
    let each = Some("no [0-9]+");
    let own = |filter: &str| Mapping { filter: Some(filter.to_owned()), ..mapping(split(None, each), "'1'") };
    let text = "order_id,items\nA,no 1 no 2\nB,free text\n";
    let facts = read_csv(text, own("order_id <> 'B'"));
    assert_eq!((refunds(&facts).len(), facts.rejects.len()), (2, 0));
    for filter in ["items <> 'no 1'", "n > 1"] {
        let facts = read_csv(text, own(filter));
        assert_eq!((refunds(&facts), facts.rejects.len()), (vec!["2: A-2 100".to_owned()], 1), "{filter}");
    }
}

/// Sums the parts of each order.
fn grouped() -> Mapping {
    let mut own = mapping(split(Some(";"), None), "sum(items)");
    own.types = vec![("items".to_owned(), ColumnType::Decimal)];
    own.group_by = vec!["order_id".to_owned()];
    own.columns[0].1 = "order_id || '-' || max(n)".to_owned();
    own
}

#[test]
fn a_row_that_cannot_be_cut_leaves_its_group_out_and_a_line_beside_may_be_of_any_part() {
    let mut own = grouped();
    own.split = Some(Split { each: Some("[0-9.]+".to_owned()), ..split(Some(";"), None) });
    let facts = read_csv("order_id,items\nA,1;2\nB,1\nA,1;x\nC,3;4\n", own);
    assert_eq!(refunds(&facts), ["3: B-1 100", "5: C-2 700"]);
    assert_eq!(facts.rejects.len(), 2);
    // The third line cannot be read; the second has parts of two groups.
    let mut by_part = grouped();
    by_part.group_by = vec!["items".to_owned()];
    by_part.types = Vec::new();
    by_part.columns = [("refund_id", "items"), ("order_id", "min(order_id)"), ("amount", "'1'")]
        .into_iter()
        .chain([("refunded_at", "'2024-05-01'")])
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let facts = read_csv("order_id,items\nA,p;q\nB,r,x\nC,s\nD,t\n", by_part);
    assert_eq!(refunds(&facts), ["5: t 100"]);
}

#[test]
fn aliases_and_several_facts_go_with_it() {
    let mut own = mapping(split(Some(";"), None), "'1'");
    own.aliases = vec![("items".to_owned(), vec!["Refunds".to_owned()])];
    own.columns[0].1 = "order_id || items".to_owned();
    let also = FactOfRow {
        filter: Some("items = 'b'".to_owned()),
        columns: vec![("refund_id".to_owned(), "order_id || items || 'x'".to_owned())],
    };
    own.facts = vec![FactOfRow::default(), also];
    let facts = read_csv("order_id,Refunds\nA,a;b\n", own);
    assert_eq!(refunds(&facts), ["2: Aa 100", "2: Ab 100", "2: Abx 100"]);
}

#[test]
fn texts_of_ndjson_and_parquet_are_split_and_others_refused() {
    let own = || mapping(split(Some(";"), None), "'1'");
    let facts =
        read_bytes("x.ndjson", b"{\"order_id\":\"A\",\"items\":\"a;b\"}\n{\"order_id\":\"B\"}\n", own()).unwrap();
    assert_eq!(refunds(&facts), ["1: A-1 100", "1: A-2 100"]);
    let fault = read_bytes("x.ndjson", b"{\"order_id\":\"A\"}\n", own()).err().unwrap();
    assert!(fault.contains("`items`"), "{fault}");
    let parquet = |items: ArrayRef| {
        parquet_of([("order_id", Arc::new(StringArray::from(vec!["A"])) as ArrayRef), ("items", items)])
    };
    let facts = read_bytes("x.parquet", &parquet(Arc::new(StringArray::from(vec!["a;b"]))), own()).unwrap();
    assert_eq!(refunds(&facts), ["1: A-1 100", "1: A-2 100"]);
    assert_eq!(
        read_bytes("x.parquet", &parquet(Arc::new(Int64Array::from(vec![1]))), own()).err().unwrap(),
        "x.parquet: `split` splits texts only, and column `items` holds whole numbers in the file"
    );
}

#[test]
fn a_file_without_the_column_or_with_one_of_the_new_name_is_refused() {
    let own = || mapping(split(Some(";"), None), "'1'");
    assert_eq!(
        read_bytes("x.csv", b"order_id,itemz\nA,a\n", own()).err().unwrap(),
        "x.csv: has no column `items` (is it `itemz`?)"
    );
    assert_eq!(
        read_bytes("x.csv", b"order_id,items,n\nA,a,1\n", own()).err().unwrap(),
        "x.csv: `number` of `split` is `n`, and the file has a column of that name: choose another"
    );
}
