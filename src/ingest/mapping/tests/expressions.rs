//! Every function that docs/mappings.md lists, on one row.

use super::Sketch;
use crate::ingest::input::ColumnType;

/// The row of all examples.
const TABLE: &str = "name,mail,sku,qty,price,fee,note,paid,at,\"Order #\",a.b\n\
    \" Ada Love \",Ada@X.org,AB-12-x,3,2.55,-0.125,,yes,2011-07-01 08:30,77,dot\n";

fn value(expression: &str) -> String {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .types("price", ColumnType::Decimal)
        .types("fee", ColumnType::Decimal)
        .types("paid", ColumnType::Bool)
        .types("at", ColumnType::Time(None))
        .column("it", expression);
    let outcome = sketch.map(TABLE);
    assert_eq!(outcome.rejects(), Vec::<String>::new(), "{expression}");
    outcome.rows[0].strip_prefix("2: ").unwrap().to_owned()
}

#[test]
fn numbers_are_computed_exactly() {
    for (expression, expected) in [
        ("qty * price", "7.65"),
        ("price * fee", "-0.31875"),
        ("price * 0.1", "0.255"),
        ("price + fee", "2.425"),
        ("qty - 10", "-7"),
        ("-price", "-2.55"),
        ("price / 1.2", "2.125000000000"),
        ("qty / 2", "1.500000000000"),
        ("round(price * 0.1, 2)", "0.26"),
        ("round(fee, 2)", "-0.13"),
        ("round(price)", "3"),
        ("trunc(fee, 2)", "-0.12"),
        ("floor(fee)", "-1"),
        ("ceil(price)", "3"),
        ("abs(fee)", "0.125"),
        ("greatest(price, fee, 2)", "2.550"),
        ("least(qty, price)", "2.55"),
        ("coalesce(null, price)", "2.55"),
        ("nullif(qty, 3)", "_"),
        ("price > 2.5 and qty >= 3", "true"),
        ("qty in (1, 3)", "true"),
        ("price in (2.55, 7.0)", "true"),
        ("price between 2.5 and 2.6", "true"),
        ("qty <> 3 or not paid", "false"),
        ("case when qty > 2 then price else 0 end", "2.55"),
        ("case qty when 3 then 'three' else 'other' end", "three"),
        ("if(paid, 1, 2)", "1"),
        ("ifnull(note, 'none')", "none"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn texts_are_cut_joined_and_searched() {
    for (expression, expected) in [
        ("name", "Ada Love"),
        ("note", "_"),
        ("note is null", "true"),
        ("lower(mail)", "ada@x.org"),
        ("upper(name)", "ADA LOVE"),
        ("name || ' / ' || qty", "Ada Love / 3"),
        ("concat(name, note, qty)", "Ada Love3"),
        ("concat_ws('-', name, note, qty)", "Ada Love-3"),
        ("name || note", "_"),
        ("left(sku, 2)", "AB"),
        ("left(sku, 20)", "AB-12-x"),
        ("left(sku, -2)", "AB-12"),
        ("right(sku, 1)", "x"),
        ("right(sku, 20)", "AB-12-x"),
        ("right(sku, -3)", "12-x"),
        ("substr(sku, 4, 2)", "12"),
        ("substr(sku, 4)", "12-x"),
        ("substring(sku from 4 for 2)", "12"),
        ("split_part(sku, '-', 2)", "12"),
        ("split_part(sku, '-', 9)", ""),
        ("replace(sku, '-', '')", "AB12x"),
        ("ltrim(sku, 'AB')", "-12-x"),
        ("rtrim(sku, 'x')", "AB-12-"),
        ("trim(both 'x' from sku)", "AB-12-"),
        ("length(sku)", "7"),
        ("strpos(sku, '12')", "4"),
        ("strpos(sku, '99')", "0"),
        ("sku like 'AB-%'", "true"),
        ("sku not like '__-12%'", "false"),
        ("sku ilike 'ab-%'", "true"),
        ("starts_with(sku, 'AB')", "true"),
        ("ends_with(sku, 'AB')", "false"),
        ("regexp_like(sku, '^[A-Z]{2}-\\d+')", "true"),
        ("sku in ('x', 'AB-12-x')", "true"),
        ("cast(qty as varchar)", "3"),
        ("\"Order #\"", "77"),
        ("`Order #`", "77"),
        ("\"a.b\"", "dot"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn times_are_compared_and_chosen() {
    for (expression, expected) in [
        ("at", "2011-07-01T07:30:00.000000Z"),
        ("at >= '2011-07-01 08:30'", "true"),
        ("at < '2011-07-01T07:30:00Z'", "false"),
        ("at between '2011-07-01' and '2011-07-02'", "true"),
        ("case when paid then at end", "2011-07-01T07:30:00.000000Z"),
        ("coalesce(null, at)", "2011-07-01T07:30:00.000000Z"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}
