//! Every line of the tables in docs/mappings.md, and the edges that would clutter it.

use crate::input::ColumnType;
use crate::mapping::tests::Sketch;

pub(super) const MANUAL: &str = include_str!("../../../../../docs/mappings.md");

/// Returns the block of CSV that follows a heading of the manual.
pub(super) fn table(heading: &str) -> String {
    let after = MANUAL.split_once(heading).unwrap_or_else(|| panic!("no {heading}")).1;
    after.split("```csv\n").nth(1).and_then(|block| block.split("```").next()).unwrap().to_owned()
}

/// Returns the lines `expression | gives` between a heading and the next one; null is `_`.
pub(super) fn examples(heading: &str) -> Vec<(String, String)> {
    let after = MANUAL.split_once(heading).unwrap_or_else(|| panic!("no {heading}")).1;
    let section = after.split("\n#").next().unwrap().replace("\\|", "\u{1}");
    let code = |cell: &str| cell.trim().trim_matches('`').replace('\u{1}', "|");
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    let examples: Vec<(String, String)> = lines
        .map(|line| match line.split('|').collect::<Vec<_>>()[..] {
            ["", expression, "null" | " null ", ""] => (code(expression), "_".to_owned()),
            ["", expression, gives, ""] => (code(expression), code(gives)),
            _ => panic!("not a line of two cells: {line}"),
        })
        .collect();
    assert!(examples.len() > 4, "{heading}");
    examples
}

fn value(expression: &str) -> String {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .types("price", ColumnType::Decimal)
        .types("fee", ColumnType::Decimal)
        .types("paid", ColumnType::Bool)
        .types("at", ColumnType::Time(None))
        .column("it", expression);
    let outcome = sketch.map(&table("## What expressions can say"));
    assert_eq!(outcome.rejects(), Vec::<String>::new(), "{expression}");
    outcome.rows[0].strip_prefix("2: ").unwrap().to_owned()
}

#[test]
fn the_manuals_expressions_give_what_it_says() {
    for heading in ["### Numbers", "### Conditions and choices", "### Texts", "### Times"] {
        for (expression, gives) in examples(heading) {
            assert_eq!(value(&expression), gives, "{expression}");
        }
    }
}

#[test]
fn the_manuals_texts_hold_what_it_says() {
    for (expression, gives) in examples("### Texts that hold something else") {
        let outcome = Sketch::default().column("it", &expression).map(&table("### Texts that hold something else"));
        assert_eq!(outcome.rejects(), Vec::<String>::new(), "{expression}");
        assert_eq!(outcome.rows, [format!("2: {gives}")], "{expression}");
    }
}

#[test]
fn the_manuals_aggregates_give_what_it_says() {
    for (expression, gives) in examples("### Aggregates") {
        let sketch = Sketch::default().types("qty", ColumnType::Int).types("price", ColumnType::Decimal);
        let outcome = sketch.group_by("no").column("it", &expression).map(&table("### Aggregates"));
        assert_eq!(outcome.rows, [format!("2: {gives}")], "{expression}");
    }
}

#[test]
fn texts_are_cut_at_their_ends_at_most() {
    for (expression, gives) in [
        ("left(sku, 20)", "AB-12-x"),
        ("left(sku, -2)", "AB-12"),
        ("left(sku, -20)", ""),
        ("right(sku, 20)", "AB-12-x"),
        ("right(sku, -3)", "12-x"),
        ("substr(sku, 4)", "12-x"),
        ("substr(sku, 0, 3)", "AB"),
        ("split_part(sku, '-', 9)", ""),
        ("strpos(sku, '99')", "0"),
        ("`Order #`", "77"),
        ("price in (2.55, 7.0)", "true"),
        ("at in ('2011-07-01 08:30', '2012-01-01')", "true"),
        ("round(price)", "3"),
        ("sku not like '__-12%'", "false"),
    ] {
        assert_eq!(value(expression), gives, "{expression}");
    }
}
