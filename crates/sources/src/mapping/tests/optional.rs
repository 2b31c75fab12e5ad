//! Columns within `optional`, in files that have them and in files that do not.

use crate::input::FactOfRow;
use crate::mapping::WholeMapping;
use crate::mapping::tests::*;
use accrue_facts::columns::Need;

fn mapped(sketch: &Sketch, table: &str) -> Vec<String> {
    let outcome = sketch.map(table);
    assert_eq!(outcome.rejects(), [""; 0]);
    outcome.rows
}

#[test]
fn a_column_that_a_file_lacks_is_null_and_another_is_read() {
    let sketch = Sketch::default()
        .types("fee", ColumnType::Decimal)
        .types("at", ColumnType::Time(None))
        .column("no", "no")
        .column("a", "optional(\"Paid at\")")
        .column("b", "optional(fee) * 2")
        .column("c", "case when optional(at) >= '2024-05-01' then 'new' else 'old' end")
        .column("d", "coalesce(optional(nick), no)");
    assert_eq!(mapped(&sketch, "no\nA\n"), ["2: A|_|_|old|A"]);
    assert_eq!(mapped(&sketch, "no,Paid at,fee,at,nick\nA,x,1.5,2024-05-02,Ada\n"), ["2: A|x|3.0|new|Ada"]);
}

#[test]
fn null_goes_with_every_function_and_aggregate() {
    for expression in [
        "lower(optional(x))",
        "optional(x) || 'a'",
        "concat_ws('-', optional(x), optional(y))",
        "optional(x) + 1",
        "round(optional(x), 2)",
        "left(optional(x), 2)",
        "split_part(optional(x), '-', 2)",
        "nullif(optional(x), 'a')",
        "greatest(optional(x), optional(y))",
        "case when optional(x) = 1 then no end",
    ] {
        let sketch = Sketch::default().column("it", expression);
        let rows = mapped(&sketch, "no\nA\nB\n");
        let empty = if expression.starts_with("concat_ws") { "" } else { "_" };
        assert_eq!(rows, [format!("2: {empty}"), format!("3: {empty}")], "{expression}");
    }
    for aggregate in ["first", "last", "min", "max", "sum", "avg"] {
        let sketch =
            Sketch::default().group_by("no").column("no", "no").column("it", &format!("{aggregate}(optional(x))"));
        assert_eq!(mapped(&sketch, "no\nA\nA\nB\n"), ["2: A|_", "4: B|_"], "{aggregate}");
    }
    let count = Sketch::default().group_by("no").column("it", "count(optional(x))");
    assert_eq!(mapped(&count, "no\nA\nA\n"), ["2: 0"]);
}

#[test]
fn rows_are_filtered_by_a_column_that_may_be_absent() {
    let sketch = Sketch::default().filter("coalesce(optional(test), 'no') <> 'yes'").column("no", "no");
    assert_eq!(mapped(&sketch, "no\nA\n"), ["2: A"]);
    assert_eq!(mapped(&sketch, "no,test\nA,yes\nB,_\n"), ["3: B"]);
}

#[test]
fn a_column_outside_of_it_must_be_there_and_so_must_one_of_types_alone() {
    let both = Sketch::default().column("a", "optional(x)").column("b", "x");
    assert!(both.fault("no\nA\n").contains("refers to column `x`, which the file does not have"));
    let typed = Sketch::default().types("y", ColumnType::Int).column("a", "optional(x)");
    assert!(typed.fault("no\nA\n").contains("types refers to column `y`"));
}

#[test]
fn a_type_of_a_column_that_one_fact_of_a_row_has_within_it_is_not_asked_for_by_the_others() {
    let fact = |expression: &str| FactOfRow { filter: Some(expression.to_owned()), columns: Vec::new() };
    let sketch =
        Sketch::default().types("fee", ColumnType::Decimal).types("price", ColumnType::Decimal).column("no", "no");
    let mapping = Mapping { facts: vec![fact("price > 0"), fact("optional(fee) > 0")], ..sketch.0 };
    let wanted = WholeMapping::new(&mapping, FactKind::Orders).unwrap().spoken_of();
    let expected = [("fee", Need::Optional), ("no", Need::Required), ("price", Need::Required)];
    assert_eq!(wanted, expected.map(|(name, need)| (name.to_owned(), need)));
}
