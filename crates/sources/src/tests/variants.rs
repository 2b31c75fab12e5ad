//! Of which form a file of JSON is: what tells is its members, not the order of the forms.

use crate::input::Variant;
use crate::tests::*;

/// Returns a form of refunds, each row of which is an element of a list of orders.
fn variant(name: &str, json: JsonOptions, header: &[&str], amount: &str) -> Variant {
    let columns = [("refund_id", "id"), ("order_id", "id"), ("refunded_at", "'2024-05-01'"), ("amount", amount)];
    let columns = columns.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let mapping = Mapping { columns, ..Mapping::default() };
    let input = input_of(Path::new(""), FactKind::Refunds, CsvOptions::default(), Some(mapping));
    let header = header.iter().map(|name| (*name).to_owned()).collect();
    Variant { name: name.to_owned(), header, is_unconfirmed: false, input: Input { json, ..input } }
}

fn lists() -> Vec<Variant> {
    let json = |records: Option<&str>, unnest: Option<&str>| JsonOptions {
        records: records.map(str::to_owned),
        unnest: unnest.map(str::to_owned),
        keep_empty: unnest.is_some(),
        ..JsonOptions::default()
    };
    vec![
        variant("documents", json(Some("orders"), None), &["id", "total"], "total"),
        variant("refunds", json(None, Some("refunds")), &["id", "refunds.sum"], "coalesce(refunds.sum, '0')"),
        variant("returns", json(None, Some("returns")), &["id"], "coalesce(returns.sum, '0')"),
        variant("totals", json(None, None), &["id", "total"], "total"),
    ]
}

/// Reads a file of one of the forms and returns its refunds, each as `id amount`.
fn read_by(variants: Vec<Variant>, text: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    std::fs::write(&path, text).unwrap();
    let input = input_of(&path, FactKind::Refunds, CsvOptions::default(), None);
    let variants = variants.into_iter().map(|own| {
        let input = Input { path: path.clone(), written_path: String::new(), ..own.input };
        Variant { input, ..own }
    });
    let facts = read_input(Input { variants: variants.collect(), ..input }).map_err(|fault| fault.to_string())?;
    let table = &facts.refunds;
    Ok(table.rows.iter().enumerate().map(|(row, own)| format!("{} {}", table.id(row), own.amount)).collect())
}

#[test]
fn a_form_whose_list_no_record_has_is_passed_over_in_any_order() {
    let first = |text: &str, name: &str| {
        let mut variants = lists();
        for _ in 0..variants.len() {
            variants.rotate_left(1);
            let read = read_by(variants.clone(), text).unwrap();
            assert_eq!(read, [format!("{name} 5")], "{text} {:?}", variants[0].name);
        }
    };
    first(r#"{"orders": [{"id": "D", "total": 5}]}"#, "D");
    first(r#"[{"id": "R", "refunds": [{"sum": 5}]}]"#, "R");
    first(r#"{"id": "N", "returns": {"nodes": [{"sum": 5}]}}"#, "N");
    first(r#"{"id": "T", "total": 5}"#, "T");
}

#[test]
fn a_file_of_no_form_is_refused_with_what_each_lacks() {
    let said = read_by(lists(), r#"{"id": "X", "sum": 5}"#).unwrap_err();
    for why in [
        "documents (line 1: a document has no `orders`, where its records should be (it has `id`, `sum`): mend `records`)",
        "returns (no record has the list `returns`, which is to be unnested: mend `unnest`)",
        "totals (",
    ] {
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_list_that_is_empty_everywhere_is_there() {
    let only = || vec![lists().remove(2)];
    assert_eq!(
        read_by(only(), r#"[{"id": "A", "returns": []}, {"id": "B", "returns": null}]"#).unwrap(),
        ["A 0", "B 0"]
    );
    // Its header is looked at all the same.
    let said = read_by(only(), r#"[{"ID": "A", "returns": []}]"#).unwrap_err();
    assert!(said.contains("is no file that the platform knows"), "{said}");
}
