//! Faults in what an input says of its JSON files.

use super::{pipeline, pipeline_faults, with_input};

#[test]
fn options_of_json_fit_the_format_and_each_other() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "refunds"
path = "o.json"
format = "parquet"
records = "orders"
unnest = "refunds..x"
keep_empty = 1
children = { "a.b" = "B" }
"#
        )),
        r#"shop/n.toml:7:1: `records` is given, which is not of Parquet files
  help: leave it out, or set `format = "json"`
shop/n.toml:8:1: `unnest` needs `columns`
  help: say which expression gives each canonical column: `columns = { refund_id = "refunds.id" }`
shop/n.toml:8:10: `unnest` is `refunds..x`, which is no path
  help: write names with dots between them, such as `refunds.transactions`
shop/n.toml:9:14: `keep_empty` must be true or false, not a whole number
shop/n.toml:10:1: an input has either `records` or `children`
  help: leave one of them out: `records` is of JSON documents, `children` of NDJSON
shop/n.toml:10:14: `a.b` would be children of children, which are not joined
  help: name the children of records alone, such as `children = { line_items = "LineItem" }`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.json"
format = "json"
keep_empty = true
children = { lines = "Line" }
"#
        )),
        r#"shop/n.toml:7:1: `keep_empty` needs `unnest`
  help: leave it out: without `unnest` each record is a row
shop/n.toml:8:1: `children` is given, which is not of JSON files
  help: leave it out, or set `format = "ndjson"`"#
    );
}

#[test]
fn an_optional_path_to_records_is_a_path_and_goes_with_lines_too() {
    let input = |records: &str, more: &str| {
        let columns = "columns = { customer_id = \"id\", registered_at = \"at\" }";
        with_input(&format!(
            "[[input]]\nkind = \"registrations\"\npath = \"c.json\"\nrecords = \"{records}\"\n{more}\n{columns}\n"
        ))
    };
    for format in ["json", "ndjson"] {
        let pipeline = pipeline(&input("optional(data.customers)", &format!("format = \"{format}\""))).unwrap();
        let json = &pipeline.inputs[0].json;
        assert_eq!((json.records.as_deref(), json.records_optional), (Some("data.customers"), true));
    }
    assert_eq!(
        pipeline_faults(&input("optional()", "format = \"csv\"")),
        "shop/n.toml:6:11: `records` is ``, which is no path\n  help: write names with dots between them, such as \
         `refunds.transactions`"
    );
    assert_eq!(
        pipeline_faults(&input("optional(a)", "format = \"csv\"")),
        "shop/n.toml:6:1: `records` is given, which is not of CSV files\n  help: leave it out, or set `format = \"json\"`"
    );
}
