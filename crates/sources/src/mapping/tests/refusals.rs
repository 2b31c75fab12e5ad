//! Expressions and settings that a mapping must refuse, and the messages about them.

use crate::input::ColumnType;
use crate::mapping::tests::Sketch;
use accrue_facts::columns::Need;

fn refusal(expression: &str) -> String {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .types("price", ColumnType::Decimal)
        .types("at", ColumnType::Time(None))
        .column("it", expression);
    sketch.fault("qty,price,at,name,total\n1,2.5,2024-01-01,x,3.00\n")
}

#[test]
fn what_could_lose_something_is_refused_with_a_remedy() {
    for (expression, part) in [
        ("cast(name as int)", "a cast to INT can lose what it casts: say what the column holds in `types` instead"),
        ("try_cast(name as double)", "a cast to DOUBLE can lose"),
        ("price::int", "a cast to"),
        (
            "total * 2",
            "`total` is text and is used as a number: say what the column holds in `types`, e.g. types = { total = \"decimal\" }",
        ),
        ("total > 2", "types = { total = \"decimal\" }"),
        ("price || ''", "writes a decimal as text"),
        ("at || ''", "writes a time as text"),
        ("lower(price)", "`price` is a decimal and is used as text"),
        ("coalesce(name, 1)", "types = { name = \"decimal\" }"),
        ("coalesce(at, price)", "puts a time and a decimal together"),
        ("at > 'yesterday'", "'yesterday' is not a time: write e.g. '2024-05-01'"),
        ("sqrt(price)", "is not available in mappings"),
        ("qty % 2", "is not available in mappings"),
        ("qty // 2", "is not available in mappings"),
        ("strftime(at, '%Y')", "is not available in mappings"),
        ("row_number() over (order by qty)", "is not available in mappings"),
        ("price * 1.2345678901234567", "more than 15 digits"),
        ("sum(qty)", "an aggregate needs `group_by`"),
        ("count(*)", "an aggregate needs `group_by`"),
        ("nmae", "refers to column `nmae`, which the file does not have; did you mean `name`?"),
        ("name +", "is not an expression of SQL: it ends where an expression is expected"),
        ("name = = total", "is not an expression of SQL: `=` stands at character 8 where an expression is expected"),
        ("name total", "is not an expression of SQL: it could end before `total`"),
        ("nosuch(name)", "`nosuch(name)` is not available in mappings"),
        ("left(name)", "`left(name)` is not available in mappings"),
        ("regexp_like(name, '(')", "is not a regular expression that is known here"),
        ("round(price, qty)", "the decimals that are rounded to are written as a number"),
        ("concat_ws(name, name)", "the separator of `concat_ws` is written as a text"),
        ("time(name, qty)", "'qty' is not a pattern of times: write it as a text"),
        ("time(name, '%H:%M %Z')", "the time pattern '%H:%M %Z' has `%Z`"),
        ("regexp_extract(name, total)", "the pattern and the group of `regexp_extract` are written out"),
        ("regexp_extract(name, 'a(b)', 2)", "the pattern has 1 groups, and no group 2"),
        ("refuse(name, total)", "`refuse` takes a text and, written out, what is wrong with it"),
        ("number(price)", "`price` is a decimal and is used as text"),
        ("agree(name)", "an aggregate needs `group_by`"),
        ("left(name, 1.5)", "is used as a whole number"),
    ] {
        let refusal = refusal(expression);
        assert!(refusal.starts_with(&format!("columns.it = \"{expression}\": ")), "{refusal}");
        assert!(refusal.contains(part), "{refusal}\n   lacks: {part}");
    }
}

#[test]
fn syntax_and_what_types_tell_are_refused_before_any_file_is_read() {
    for expression in ["name +", "cast(name as int)", "lower(price)", "sum(qty)", "regexp_like(name, '(')"] {
        let sketch = Sketch::default().types("price", ColumnType::Decimal).column("it", expression);
        assert!(sketch.compiled().is_err(), "{expression}");
    }
    assert!(Sketch::default().column("it", "total * 2").compiled().is_ok());
}

#[test]
fn with_group_by_a_column_that_is_no_aggregate_is_refused() {
    let sketch = |expression| Sketch::default().group_by("no").column("it", expression);
    let table = "no,mail\nA,x\n";
    assert!(sketch("mail").fault(table).ends_with("write e.g. first(mail) or min(mail)"));
    assert!(sketch("max(mail) || mail").compiled().is_err());
    assert!(sketch("max(min(mail))").fault(table).contains("stands inside another"));
    assert!(sketch("max(1)").fault(table).contains("has no column in it"));
    let filter = Sketch::default().group_by("no").filter("count(*) > 1").column("it", "no");
    assert!(filter.fault(table).contains("`where` never has one"), "{}", filter.fault(table));
}

#[test]
fn where_must_be_a_condition() {
    assert!(
        Sketch::default().filter("a").column("it", "a").fault("a\nx\n").contains("a condition must be true or false")
    );
}

#[test]
fn named_columns_must_exist() {
    let typed = Sketch::default().types("Quantty", ColumnType::Int).column("it", "Quantity");
    let fault = typed.fault("Quantity\n1\n");
    assert_eq!(fault, "types refers to column `Quantty`, which the file does not have; did you mean `Quantity`?");
    let grouped = Sketch::default().group_by("Invoice").column("it", "count(*)");
    let fault = grouped.fault("Quantity\n1\n");
    assert_eq!(fault, "group_by refers to column `Invoice`, which the file does not have");
}

#[test]
fn sources_are_named_for_readers_and_rejects() {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .filter("left(no, 1) <> 'C'")
        .group_by("no")
        .column("order_id", "no")
        .column("total_amount", "sum(qty * 2)");
    let mapped = sketch.compiled().unwrap();
    let wanted = mapped.wanted();
    assert_eq!(wanted, ["no", "qty"].map(|name| (name.to_owned(), Need::Required)));
    assert_eq!(mapped.source_columns("order_id"), (vec!["no".to_owned()], None));
    assert_eq!(mapped.source_columns("total_amount"), (vec!["qty".to_owned()], Some("sum(qty * 2)")));
    assert_eq!(mapped.source_columns("currency"), (vec!["currency".to_owned()], None));
}
