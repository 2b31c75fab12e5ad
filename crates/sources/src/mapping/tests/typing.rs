//! `types`: what texts hold, and what happens to those that do not.

use crate::input::ColumnType;
use crate::mapping::tests::{Sketch, batch};

#[test]
fn a_value_that_does_not_fit_rejects_its_row_and_names_it() {
    let sketch = Sketch::default()
        .types("qty", ColumnType::Int)
        .types("price", ColumnType::Decimal)
        .types("at", ColumnType::Time(Some("%d/%m/%Y %H:%M".to_owned())))
        .types("ok", ColumnType::Bool)
        .column("a", "qty")
        .column("b", "price")
        .column("c", "at")
        .column("d", "ok");
    let outcome = sketch.map(
        "qty,price,at,ok\n1,1.5,24/12/2022 9:05,TRUE\n1.5,2,24/12/2022 9:05,no\n2,$3,24/12/2022 9:05,0\n\
         3,3,12/24/2022 9:05,1\n4,4,,maybe\n5.00,,,\n",
    );
    assert_eq!(outcome.rows, ["2: 1|1.5|2022-12-24T09:05:00.000000Z|true", "7: 5|_|_|_"]);
    assert_eq!(
        outcome.rejects(),
        [
            "3 qty malformed `1.5`",
            "4 price malformed `$3`",
            "5 at malformed `12/24/2022 9:05`",
            "6 ok malformed `maybe`"
        ]
    );
    assert_eq!(outcome.rejects[1].message, "`$3` is not a plain decimal number such as 1234.56");
}

#[test]
fn texts_are_trimmed_and_empty_ones_null() {
    let sketch = Sketch::default().types("n", ColumnType::Int).column("a", "t").column("b", "n");
    assert_eq!(sketch.map("t,n\n\"  x y \",\" 7 \"\n\"   \",\n").rows, ["2: x y|7", "3: _|_"]);
}

#[test]
fn a_text_that_an_expression_reads_and_that_does_not_fit_rejects_its_row_with_the_value() {
    let sketch = Sketch::default()
        .column("a", "number(left(n, 4))")
        .column("b", "time(t, '%d.%m.%Y', z)")
        .column("c", "case when k = 'money' then money(m) end");
    let outcome = sketch.map(
        "n,t,z,k,m\n1.50x,1.2.2024,UTC,no,free\n2.5.9,1.2.2024,_,_,_\n3,31.2.2024,_,_,_\n4,1.2.2024,Mars/Crater,_,_\n\
         5,1.7.2024,_,money,free\n6,_,_,money,(3)\n0.1234567891,_,_,_,_\n",
    );
    let rows = ["2: 1.500000000|2024-02-01T00:00:00.000000Z|_", "7: 6.000000000|_|-3.000000000", "8: 0.120000000|_|_"];
    assert_eq!(outcome.rows, rows);
    let rejects =
        ["3 n malformed `2.5.`", "4 t malformed `31.2.2024`", "5 t malformed `1.2.2024`", "6 m malformed `free`"];
    assert_eq!(outcome.rejects(), rejects);
    assert!(outcome.rejects[2].message.contains("stands beside `Mars/Crater`, which is no time zone"));
}

/// Only the rows that take a branch fail in it.
#[test]
fn a_branch_that_is_not_taken_does_not_fail() {
    let sketch = Sketch::default().types("a", ColumnType::Int).types("b", ColumnType::Int);
    let outcome = sketch.column("x", "case when b <> 0 then round(a / b, 1) else 0 end").map("a,b\n1,2\n1,0\n");
    assert_eq!((outcome.rows, outcome.rejects.len()), (vec!["2: 0.5".to_owned(), "3: 0.0".to_owned()], 0));
}

#[test]
fn days_of_spreadsheets_and_amounts_with_currencies_are_types() {
    let sketch = Sketch::default()
        .types("day", ColumnType::ExcelDate)
        .types("paid", ColumnType::Money)
        .column("a", "day")
        .column("b", "paid");
    let outcome = sketch.map("day,paid\n45383,\"$1,234.50\"\n45383.75,(0.255)\n2024-04-01,1\n45383,12 apples\n");
    assert_eq!(outcome.rows, ["2: 2024-03-31T23:00:00.000000Z|1234.500", "3: 2024-04-01T17:00:00.000000Z|-0.255"]);
    assert_eq!(outcome.rejects(), ["4 day malformed `2024-04-01`", "5 paid malformed `12 apples`"]);
}

/// Where the comma marks decimals, the point is between thousands.
#[test]
fn a_point_before_three_digits_is_not_taken_for_decimals_beside_commas() {
    let sketch = Sketch::default().types("p", ColumnType::Decimal).column("p", "p");
    let outcome = sketch.map("p\n1.000\n\"10,5\"\n2.50\n-12.500\n1234.000\n");
    assert_eq!(outcome.rows, ["4: 2.5", "6: 1234.0"]);
    assert_eq!(outcome.rejects(), ["2 p malformed `1.000`", "3 p malformed `10,5`", "5 p malformed `-12.500`"]);
    let message = "`1.000` may be thousands, since the column also has `10,5`";
    assert_eq!(outcome.rejects[0].message, message);
    assert_eq!(sketch.map("p\n1.000\n2.500\n").rows, ["2: 1.0", "3: 2.5"]);
    // A currency changes nothing of that, in either type.
    assert_eq!(sketch.map("p\n1.000\n\"$10,5\"\n2.50\n").rows, ["4: 2.5"]);
    let money = Sketch::default().types("p", ColumnType::Money).column("p", "p");
    let outcome = money.map("p\n$1.000\n\"10,5 €\"\n2.50\n(1.250)\n\"1,234.500\"\n");
    assert_eq!(outcome.rows, ["4: 2.5", "6: 1234.5"]);
    assert_eq!(outcome.rejects(), ["2 p malformed `$1.000`", "3 p malformed `10,5 €`", "5 p malformed `(1.250)`"]);
    assert_eq!(money.map("p\n$1.000\n\"$2,500\"\n").rows, ["2: 1", "3: 2500"]);
}

#[test]
fn epochs_become_instants() {
    let sketch = Sketch::default()
        .types("s", ColumnType::EpochSeconds)
        .types("ms", ColumnType::EpochMillis)
        .column("a", "s")
        .column("b", "ms");
    assert_eq!(sketch.map("s,ms\n86400,1500\n").rows, ["2: 1970-01-02T00:00:00.000000Z|1970-01-01T00:00:01.500000Z"]);
}

#[test]
fn decimals_have_as_many_decimals_as_any_row_of_the_file_needs() {
    let sketch = Sketch::default().types("p", ColumnType::Decimal).column("p", "p");
    let mut second = batch("p\n0.125\n");
    second.places = vec![4];
    let outcome = sketch.map_batches(vec![batch("p\n1.50\n2\n"), second]);
    assert_eq!(outcome.rows, ["2: 1.500", "3: 2.000", "4: 0.125"]);
}

#[test]
fn a_row_whose_product_is_too_long_is_left_out_alone() {
    let sketch =
        Sketch::default().types("a", ColumnType::Decimal).types("b", ColumnType::Decimal).column("x", "a * a * b");
    let outcome = sketch.map("a,b\n2,0.5\n900000000000000000,123456789012.5\n3,0.1\n");
    assert_eq!(outcome.rows, ["2: 2.0", "4: 0.9"]);
    assert_eq!(outcome.rejects(), ["3  out_of_range ``"]);
}

#[test]
fn a_number_that_does_not_fit_beside_another_is_left_out_not_null() {
    let table = "k,a,b\nx,900000000000000000,0.000000000000000001\ny,2,1\n";
    let rows = Sketch::default().types("a", ColumnType::Decimal).types("b", ColumnType::Decimal);
    let outcome = rows.column("x", "coalesce(a * a, b)").map(table);
    assert_eq!((outcome.rows.len(), outcome.rejects.len()), (1, 1));
    let rows = Sketch::default().types("a", ColumnType::Int).types("b", ColumnType::Decimal).group_by("k");
    let outcome = rows.column("x", "sum(a * a)").map(table);
    assert_eq!(
        (outcome.rows.clone(), outcome.rejects()),
        (vec!["3: 4".to_owned()], vec!["2 k out_of_range ``".to_owned()])
    );
}
