//! Every line of the tables in docs/mappings.md that are about JSON.

use crate::tests::json::*;

const MANUAL: &str = include_str!("../../../../../docs/mappings.md");

fn section() -> &'static str {
    let section = MANUAL.split_once("\n## JSON as it is\n").expect("the section").1;
    section.split("\n## ").next().unwrap()
}

/// Returns the block of JSON of this number, from 0.
fn block(number: usize) -> &'static str {
    section().split("```json\n").nth(number + 1).and_then(|block| block.split("```").next()).unwrap()
}

/// Returns the cells of the lines of a table under a heading.
fn lines(heading: &str) -> Vec<Vec<String>> {
    let section = section().split_once(heading).unwrap_or_else(|| panic!("no {heading}")).1;
    let section = section.split("\n#").next().unwrap().replace("\\|", "\u{1}");
    let code = |cell: &str| cell.trim().trim_matches('`').replace('\u{1}', "|");
    let lines = section.lines().filter(|line| line.starts_with("| `") || line.starts_with("| none"));
    let cells = |line: &str| line.trim_matches('|').split('|').map(code).collect();
    // The first line of a table names its columns.
    let lines: Vec<Vec<String>> = lines.map(cells).filter(|cells: &Vec<String>| cells[0] != "unnest").collect();
    assert!(lines.len() > 3, "{heading}");
    lines
}

/// Returns what an expression gives in each row.
fn values(name: &str, text: &str, json: JsonOptions, expression: &str) -> String {
    let facts = read_mapped(name, text, json, ["'A'", "'1'", &format!("cast({expression} as varchar)")], None).unwrap();
    assert_eq!(facts.rejects, [], "{expression}");
    let note = AdjustmentRow::TEXTS.iter().position(|text| *text == "note").unwrap();
    let table = &facts.adjustments;
    (0..table.rows.len()).map(|row| table.text(row, note).unwrap_or("null")).collect::<Vec<_>>().join(", ")
}

fn of_document(unnest: Option<&String>) -> JsonOptions {
    JsonOptions { records: Some("orders".to_owned()), unnest: unnest.cloned(), ..JsonOptions::default() }
}

#[test]
fn the_manuals_paths_give_what_it_says() {
    for line in lines("### Paths") {
        let [expression, gives] = &line[..] else { panic!("{line:?}") };
        assert_eq!(values("x.json", block(0), of_document(None), expression), *gives, "{expression}");
    }
}

#[test]
fn the_manuals_lists_give_what_it_says() {
    for line in lines("### Lists as rows") {
        let [unnest, expression, gives] = &line[..] else { panic!("{line:?}") };
        assert_eq!(values("x.json", block(0), of_document(Some(unnest)), expression), *gives, "{expression}");
    }
}

#[test]
fn the_manuals_children_give_what_it_says() {
    for line in lines("### Children in lines of their own") {
        let [unnest, expression, gives] = &line[..] else { panic!("{line:?}") };
        let unnest = Some(unnest).filter(|unnest| *unnest != "none");
        let children = vec![("line_items".to_owned(), "LineItem".to_owned())];
        let json = JsonOptions { unnest: unnest.cloned(), children, ..JsonOptions::default() };
        assert_eq!(values("x.ndjson", block(1), json, expression), *gives, "{expression}");
    }
}
