//! Names that stand for expressions.

use crate::input::{ColumnType, Lookup, LookupFrom, Mapping};
use crate::mapping::definition_faults;
use crate::mapping::tests::Sketch;
use crate::mapping::tests::expressions::{MANUAL, examples, table};
use accrue_facts::FactKind;
use accrue_facts::columns::Need;

/// Returns the definitions that the manual shows.
fn of_manual() -> Vec<(String, String)> {
    let block = MANUAL.split_once("```toml\n[input.define]\n").unwrap().1.split_once("```").unwrap().0;
    let definition = |line: &str| line.split_once(" = ").map(|(name, text)| (name.to_owned(), text.replace('"', "")));
    block.lines().map(|line| definition(line).unwrap()).collect()
}

#[test]
fn the_manuals_definitions_give_what_it_says() {
    let heading = "## `define`";
    for (expression, gives) in examples(heading) {
        let sketch = Sketch::default().types("qty", ColumnType::Int).types("price", ColumnType::Decimal);
        let sketch = of_manual().iter().fold(sketch, |sketch, (name, text)| sketch.define(name, text));
        let outcome = sketch.group_by("no").column("it", &expression).map(&table(heading));
        assert_eq!(outcome.rows, [format!("2: {gives}")], "{expression}");
    }
}

#[test]
fn a_definition_stands_there_as_if_in_parentheses() {
    let of = |expression| {
        let sketch = Sketch::default().types("a", ColumnType::Int).types("b", ColumnType::Int);
        let sketch = sketch.define("both", "a + b").define("is_small", "a < 2 or b < 2").column("it", expression);
        sketch.map("a,b\n3,1\n").rows[0].clone()
    };
    // 2 x (3 + 1), 10 - (3 + 1), and not (false or true).
    assert_eq!(of("2 * both"), "2: 8");
    assert_eq!(of("10 - both"), "2: 6");
    assert_eq!(of("not is_small and true"), "2: false");
}

#[test]
fn conditions_and_keys_speak_of_definitions_too() {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .define("month", "left(day, 7)")
        .define("is_sale", "lower(kind) = 'sale'")
        .define("sold", "sum(qty)")
        .filter("is_sale")
        .group_by("month")
        .having("sold > 2")
        .column("it", "month")
        .column("sold", "sold");
    let outcome =
        sketch.map("day,kind,qty\n2024-05-01,SALE,2\n2024-05-09,refund,7\n2024-05-30,sale,1\n2024-06-01,sale,2\n");
    // June has two only.
    assert_eq!(outcome.rows, ["2: 2024-05|3"]);
}

#[test]
fn a_key_by_a_definition_of_one_column_is_that_column() {
    let sketch = Sketch::default().define("number", "\"Order #\"").group_by("number").column("it", "number || '!'");
    assert_eq!(sketch.map("Order #\n7\n7\n").rows, ["2: 7!"]);
    let fault = sketch.fault("Order\n7\n");
    assert_eq!(
        fault,
        "define.number = \"\"Order #\"\": refers to column `Order #`, which the file does not have; did you mean `Order`?"
    );
}

#[test]
fn a_name_hides_a_column_that_the_file_happens_to_have() {
    let sketch = Sketch::default().define("total", "net || '!'").column("it", "total");
    assert_eq!(sketch.compiled().unwrap().wanted(), [("net".to_owned(), Need::Required)]);
    assert_eq!(sketch.map("total,net\n9,7\n").rows, ["2: 7!"]);
}

#[test]
fn rejects_name_the_column_of_the_file_behind_a_definition() {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .types("price", ColumnType::Decimal)
        .define("line", "qty / price")
        .column("it", "line * 2");
    let outcome = sketch.map("qty,price\n1,x\n");
    assert_eq!(outcome.rejects(), ["2 price malformed `x`"]);
}

/// Returns the faults of definitions, each as `name: fault`.
fn faults(define: &[(&str, &str)], columns: &[&str]) -> Vec<String> {
    let texts = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    let mapping = Mapping {
        types: vec![("price".to_owned(), ColumnType::Decimal)],
        define: define.iter().copied().map(texts).collect(),
        columns: columns.iter().map(|text| texts(("order_id", text))).collect(),
        ..Mapping::default()
    };
    let faults = definition_faults(&mapping, FactKind::Orders);
    faults.into_iter().map(|(name, reason)| format!("{name}: {reason}")).collect()
}

#[test]
fn definitions_that_are_defined_by_themselves_are_refused_once_a_circle() {
    let circle = [("a", "b + 1"), ("b", "c"), ("c", "x || a"), ("d", "d"), ("e", "a")];
    assert_eq!(
        faults(&circle, &["e"]),
        [
            "a: is defined by itself: `a` refers to `b`, which refers to `c`, which refers to `a`",
            "d: is defined by itself: `d` refers to `d`"
        ]
    );
}

#[test]
fn a_definition_that_nothing_refers_to_is_refused() {
    let unused = "no expression uses it: leave it out";
    assert_eq!(faults(&[("a", "x"), ("b", "a")], &["x"]), [format!("b: {unused}")]);
    assert_eq!(faults(&[("a", "x"), ("b", "a")], &["b"]), [""; 0]);
}

#[test]
fn each_kind_of_key_can_refer_to_definitions() {
    let define = vec![("a".to_owned(), "x".to_owned())];
    let text = || Some("a = 'x'".to_owned());
    let own = |lookup: Lookup| Mapping { lookups: vec![lookup], ..Mapping::default() };
    let lookup = |there: &str, here: &str, take: &str, filter: Option<String>| Lookup {
        name: "own".to_owned(),
        from: LookupFrom::Own,
        types: Vec::new(),
        filter,
        there: there.to_owned(),
        here: here.to_owned(),
        take: vec![("it".to_owned(), take.to_owned())],
        or_null: true,
    };
    let fact = |filter, column: &str| crate::input::FactOfRow {
        filter,
        columns: vec![("order_id".to_owned(), column.to_owned())],
    };
    let mappings = [
        Mapping { filter: text(), ..Mapping::default() },
        Mapping { having: text(), ..Mapping::default() },
        Mapping { group_by: vec!["a".to_owned()], ..Mapping::default() },
        Mapping { facts: vec![fact(text(), "x")], ..Mapping::default() },
        Mapping { facts: vec![fact(None, "a")], ..Mapping::default() },
        own(lookup("a", "x", "min(y)", None)),
        own(lookup("x", "a", "min(y)", None)),
        own(lookup("x", "x", "min(a)", None)),
        own(lookup("x", "x", "min(y)", text())),
    ];
    for mapping in mappings {
        let mapping = Mapping { define: define.clone(), ..mapping };
        assert_eq!(definition_faults(&mapping, FactKind::Orders), [], "{mapping:?}");
    }
}

#[test]
fn faults_within_a_definition_name_it_whoever_refers_to_it() {
    let said = faults(
        &[("twice", "name * 2"), ("half", "price / 2"), ("it", "optional(half)"), ("last", "price +")],
        &["twice || it || last"],
    );
    assert_eq!(
        said,
        [
            "last: is not an expression of SQL: it ends where an expression is expected",
            "it: `optional` is about columns of files, and `half` is defined here: write `optional` in its definition",
        ]
    );
    // `half`, which is made of it, has no fault of its own.
    let typed = faults(&[("twice", "price || ''"), ("half", "twice / 2")], &["half"]);
    assert_eq!(
        typed,
        ["twice: writes a decimal as text, which has no one way to do that: leave the column as text (no `types`)"]
    );
}

#[test]
fn definitions_by_each_other_do_not_grow_without_end() {
    let mut define = vec![("a0".to_owned(), "x".to_owned())];
    define.extend((1..40).map(|at| (format!("a{at}"), format!("a{} || a{}", at - 1, at - 1))));
    let define: Vec<(&str, &str)> = define.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    // 2^16 times `x` and the signs between them are more than 100,000.
    assert_eq!(
        faults(&define, &["a39"])[0],
        "a16: has more than 100000 words, signs and values with the definitions that it uses: use fewer definitions in each other"
    );
    let chain: Vec<(String, String)> =
        (1..1100).map(|at| (format!("b{at:04}"), format!("b{:04} || 'x'", at - 1))).collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let said = faults(&chain, &["b1099"]);
    assert!(said[0].contains("it is nested more than 1000 levels deep: take it apart"), "{said:?}");
}
