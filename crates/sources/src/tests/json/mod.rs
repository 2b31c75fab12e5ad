//! JSON as it is: paths, lists as rows.

mod children;
mod documents;
mod manual;

use crate::tests::*;
use accrue_facts::AdjustmentRow;

/// Reads a file of JSON by a mapping of adjustments, whose amount is `amount` unless another expression is given.
fn read_mapped(
    name: &str,
    text: &str,
    json: JsonOptions,
    [id, amount, note]: [&str; 3],
    filter: Option<&str>,
) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let columns = [
        ("adjustment_id", id),
        ("customer_id", "'C'"),
        ("adjusted_at", "'2024-05-01'"),
        ("amount", amount),
        ("note", note),
    ];
    let columns = columns.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let mapping = Mapping { columns, filter: filter.map(str::to_owned), ..Mapping::default() };
    let input = input_of(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping));
    read_input(Input { json, ..input })
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

/// Returns each row as `place: id amount note`, the amount in cents.
fn rows(facts: &Facts) -> Vec<String> {
    let table = &facts.adjustments;
    let note = AdjustmentRow::TEXTS.iter().position(|text| *text == "note").unwrap();
    let text = |row: usize, at: usize| table.text(row, at).unwrap_or("-").to_owned();
    let row = |(row, own): (usize, &AdjustmentRow)| {
        format!("{}: {} {} {}", table.origin(row).place, table.id(row), own.amount.minor(), text(row, note))
    };
    table.rows.iter().enumerate().map(row).collect()
}

fn messages(facts: &Facts) -> Vec<String> {
    let message = |reject: &accrue_facts::Reject| {
        format!("{} `{}` `{}` {}", reject.place, reject.column, reject.value, reject.message)
    };
    facts.rejects.iter().map(message).collect()
}

fn unnest(path: &str) -> JsonOptions {
    JsonOptions { unnest: Some(path.to_owned()), ..JsonOptions::default() }
}

const PLAIN: [&str; 3] = ["id", "total.shop_money.amount", "customer.name"];

#[test]
fn a_name_with_dots_is_a_path_unless_an_object_has_that_very_name() {
    let lines = r#"
{"id": 7, "total": {"shop_money": {"amount": "12.50", "currency": "USD"}, "x": [1]}, "customer": {"name": "J\u00f6rg"}}
{"customer": null, "id": "8", "total.shop_money.amount": 3, "total": {"shop_money": {"amount": 4}}}
{"id": 9, "total.shop_money.amount": 5, "customer": "Ada"}
{"id": 10, "total": {"shop_money": {"amount": 12345678901234567890.5}}}
"#;
    let facts = read_mapped("x.ndjson", lines, JsonOptions::default(), PLAIN, None).unwrap();
    assert_eq!(rows(&facts), ["2: 7 1250 J\u{f6}rg", "3: 8 300 -", "4: 9 500 -"]);
    // Every digit is there.
    assert_eq!((facts.rejects[0].place, facts.rejects[0].value.as_str()), (5, "12345678901234567890.5"));
}

#[test]
fn a_list_or_an_object_where_one_value_is_wanted_says_how_to_read_it() {
    let lines = r#"{"id": 1, "total": {"shop_money": {"amount": {"cents": 5}}}, "customer": {"name": "a"}}
{"id": 2, "total": [{"shop_money": {"amount": 1}}]}
{"id": 3, "total": {"shop_money": {"amount": [1, 2]}}}
{"id": 4, "total": {"shop_money": {"amount": 1, "amount": 2}}}
{"id": 5, "total": {"shop_money": {"amount": 1e999}}}
{"id": 6, "total": {"shop_money": {"amount": 1}}}
"#;
    let facts = read_mapped("x.ndjson", lines, JsonOptions::default(), PLAIN, None).unwrap();
    assert_eq!(rows(&facts), ["6: 6 100 -"]);
    let path = "total.shop_money.amount";
    assert_eq!(
        messages(&facts),
        [
            format!(
                "1 `{path}` `{{\"cents\": 5}}` is an object: one plain value is wanted: map a path into it, such as \
                 `{path}.cents`"
            ),
            "2 `total` `[...]` is a list, and one value of it is wanted: map its elements, with `unnest = \"total\"`"
                .to_owned(),
            format!(
                "3 `{path}` `[1, 2]` is a list: one plain value is wanted: map its elements, with `unnest = \"{path}\"`"
            ),
            "4 `` `{\"id\": 4, \"total\": {\"shop_money\": {\"amount\": 1, \"amount\": 2}}}` the object has \
             `total.shop_money.amount` twice"
                .to_owned(),
            format!("5 `{path}` `1e999` is a number of absurd size"),
        ]
    );
}

#[test]
fn each_element_of_a_list_is_a_row_with_the_record_beside_it() {
    let lines = r#"{"refunds": [{"id": 1, "transactions": [{"amount": "2.00"}, {"amount": "3.00"}]}, {"id": 2, "transactions": []}], "name": "a"}
{"name": "b", "refunds": []}
{"name": "c", "refunds": null}
{"name": "d"}
{"name": "e", "refunds": [{"transactions": [{"amount": 4}], "id": 3}]}
"#;
    let columns = ["coalesce(refunds.id, '0') || name", "coalesce(refunds.transactions.amount, '0')", "name"];
    let facts = read_mapped("x.ndjson", lines, unnest("refunds.transactions"), columns, None).unwrap();
    assert_eq!(rows(&facts), ["1: 1a 200 a", "1: 1a 300 a", "5: 3e 400 e"]);
    let with_empty = JsonOptions { keep_empty: true, ..unnest("refunds.transactions") };
    let facts = read_mapped("x.ndjson", lines, with_empty, columns, None).unwrap();
    let all = ["1: 1a 200 a", "1: 1a 300 a", "1: 2a 0 a", "2: 0b 0 b", "3: 0c 0 c", "4: 0d 0 d", "5: 3e 400 e"];
    assert_eq!(rows(&facts), all);
    assert_eq!(facts.rejects, []);
}

#[test]
fn graphql_connections_and_plain_elements_are_lists_too() {
    let lines = r#"{"id": "A", "lines": {"pageInfo": {"next": null}, "edges": [{"cursor": "x", "node": {"price": 1}}, {"node": null}, {"node": {"price": 2}}]}}
{"id": "B", "lines": {"id": "L", "nodes": [{"price": 3}]}}
{"id": "C", "lines": {"edges": []}}
{"id": "D", "lines": [{"price": 4}]}
"#;
    let facts = read_mapped("x.ndjson", lines, unnest("lines"), ["id", "lines.price", "lines.id"], None).unwrap();
    assert_eq!(rows(&facts), ["1: A 100 -", "1: A 200 -", "2: B 300 -", "4: D 400 -"]);
    let codes = "{\"id\": \"A\", \"codes\": [5, \"6\"]}\n{\"codes\": [7.50], \"id\": \"B\"}\n";
    let facts = read_mapped("x.ndjson", codes, unnest("codes"), ["id", "codes", "null"], None).unwrap();
    assert_eq!(rows(&facts), ["1: A 500 -", "1: A 600 -", "2: B 750 -"]);
}

#[test]
fn a_record_of_which_an_element_is_at_fault_is_left_out_whole() {
    let lines = r#"{"id": "A", "lines": [{"price": 1}, {"price": [2]}]}
{"id": "B", "lines": [{"price": 1}, [{"price": 2}]]}
{"id": "C", "lines": {"price": 1}}
{"id": "D", "lines": 5}
{"id": "E", "lines": [{"price": 1}], "lines": [{"price": 1}]}
{"id": "F", "lines": [{"price": 1}, null]}
{"id": "G", "lines": {"edges": [{"node": {"price": 1}}], "edges": [{"node": {"price": 2}}]}}
{"id": "H", "lines": {"edges": [{"node": {"price": 1}, "node": {"price": 2}}]}}
"#;
    let columns = ["id", "coalesce(lines.price, '7')", "null"];
    let facts = read_mapped("x.ndjson", lines, unnest("lines"), columns, None).unwrap();
    assert_eq!(rows(&facts), ["6: F 100 -", "6: F 700 -"]);
    let said: Vec<(u64, &str)> = facts.rejects.iter().map(|reject| (reject.place, reject.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (1, "is a list: one plain value is wanted: map its elements, with `unnest = \"lines.price\"`"),
            (2, "is a list within a list, which cannot be unnested"),
            (3, "is an object, and a list is to be unnested: mend `unnest`, or leave it out"),
            (4, "is one plain value, and a list is to be unnested: mend `unnest`, or leave it out"),
            (5, "the object has `lines` twice"),
            (7, "the object has `lines.edges` twice"),
            (8, "an edge of `lines.edges` has `node` twice"),
        ]
    );
}

#[test]
fn a_path_that_leads_nowhere_is_refused_and_a_near_one_is_told() {
    let lines =
        "{\"id\": 1, \"total\": {\"shop_money\": {\"amount\": 1}}, \"lines\": [{\"sku_id\": 5, \"price\": 1}]}\n";
    let said = |json, columns| read_mapped("x.ndjson", lines, json, columns, None).err().unwrap();
    assert_eq!(
        said(JsonOptions::default(), ["id", "total.shopMoney.amount", "null"]),
        "x.ndjson: no row has `total.shopMoney.amount`, which `columns.amount` refers to, and most have \
         `total.shop_money`: mend the mapping, or write `optional(\"total.shopMoney.amount\")` if rows may be without it"
    );
    let nowhere = said(JsonOptions::default(), ["id", "total.presentment.amount", "null"]);
    assert!(
        nowhere.starts_with("x.ndjson: no row has `total.presentment.amount`, which `columns.amount`"),
        "{nowhere}"
    );
    assert!(said(unnest("lines"), ["id", "lines.price", "lines.skuId"]).contains("most have `lines.sku_id`"));
    let facts = read_mapped("x.ndjson", lines, unnest("lines"), ["id", "lines.price", "total.note"], None).unwrap();
    assert_eq!(facts.files[0].nowhere, ["total.note"]);
}

#[test]
fn lists_may_be_empty_everywhere_but_not_misspelled() {
    let lines = "{\"id\": 1, \"refunds\": []}\n{\"id\": 2, \"refunds\": null}\n";
    let columns = ["refunds.id", "refunds.transactions.amount", "refunds.note"];
    let facts = read_mapped("x.ndjson", lines, unnest("refunds.transactions"), columns, None).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len(), facts.files[0].nowhere.len()), (0, 0, 0));
    let said = |lines: &str, path| read_mapped("x.ndjson", lines, unnest(path), columns, None).err().unwrap();
    assert_eq!(
        said(lines, "Refunds.transactions"),
        "x.ndjson: no record has the list `Refunds` (is it `refunds`?), which is to be unnested: mend `unnest`"
    );
    let lines = "{\"id\": 1, \"refunds\": [{\"sums\": []}]}\n";
    assert_eq!(
        said(lines, "refunds.transactions"),
        "x.ndjson: no record has the list `refunds.transactions`, which is to be unnested: mend `unnest`"
    );
}

#[test]
fn a_deep_record_is_a_reject_and_a_list_may_not_swell_the_file() {
    let deep = format!(
        "{{\"id\": {}1{}, \"total\": 1}}\n{{\"id\": 2, \"total\": 1}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let facts = read_mapped("x.ndjson", &deep, JsonOptions::default(), ["id", "total", "null"], None).unwrap();
    assert_eq!(rows(&facts), ["2: 2 100 -"]);
    assert!(facts.rejects[0].message.starts_with("is a list: one plain value is wanted"));
    // 1 MB beside each of 300 elements.
    let list = vec!["{\"price\":1}"; 300].join(",");
    let wide = format!("{{\"id\": \"A\", \"note\": \"{}\", \"lines\": [{list}]}}\n", "x".repeat(1_000_000));
    let said = read_mapped("x.ndjson", &wide, unnest("lines"), ["id", "lines.price", "note"], None).err().unwrap();
    assert!(said.starts_with("x.ndjson: its texts come to more than 256 MB"), "{said}");
}
