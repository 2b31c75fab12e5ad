//! Several rows a fact: what of them becomes one.

use crate::input::ColumnType;
use crate::mapping::tests::Sketch;

const LINES: &str = "no,item,qty,price,mail\n\
    B,x,2,1.10,b@x.org\n\
    A,y,1,0.015,_\n\
    B,z,1,,b@x.org\n\
    A,y,-3,2,a@x.org\n";

fn lines() -> Sketch {
    Sketch::default().types("qty", ColumnType::Int).types("price", ColumnType::Decimal).group_by("no")
}

fn value(expression: &str) -> [String; 2] {
    let rows = lines().column("it", expression).map(LINES).rows;
    assert_eq!(rows.len(), 2, "{expression}");
    [rows[0].strip_prefix("2: ").unwrap().to_owned(), rows[1].strip_prefix("3: ").unwrap().to_owned()]
}

#[test]
fn aggregates_give_one_value_a_group_in_order_of_first_rows() {
    for (expression, expected) in [
        ("no", ["B", "A"]),
        ("'o' || no", ["oB", "oA"]),
        ("sum(qty)", ["3", "-2"]),
        ("sum(qty * price)", ["2.200", "-5.985"]),
        ("round(sum(qty * price), 2)", ["2.20", "-5.99"]),
        ("sum(qty) * 2 + count(*)", ["8", "-2"]),
        ("min(price)", ["1.100", "0.015"]),
        ("max(qty)", ["2", "1"]),
        ("first(item)", ["x", "y"]),
        ("last(item)", ["z", "y"]),
        ("first(mail)", ["b@x.org", "_"]),
        ("min(mail)", ["b@x.org", "a@x.org"]),
        ("count(*)", ["2", "2"]),
        ("count(price)", ["1", "2"]),
        ("count(distinct item)", ["2", "1"]),
        ("avg(qty)", ["1.500000000000", "-1.000000000000"]),
        ("case when min(mail) = max(mail) then min(mail) end", ["b@x.org", "a@x.org"]),
        ("sum(case when qty > 0 then qty else 0 end)", ["3", "1"]),
        ("sum(qty) filter (where qty > 0)", ["3", "1"]),
        ("max(no)", ["B", "A"]),
        ("'USD'", ["USD", "USD"]),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn what_fails_in_a_row_that_does_not_count_fails_nothing() {
    // 3.00 / 2 + 5.00 / 4; the second row divides by zero.
    let table = "no,qty,price\nA,2,3.00\nA,0,7.00\nA,4,5.00\n";
    let outcome = lines().column("it", "round(sum(price / qty) filter (where qty <> 0), 2)").map(table);
    assert_eq!((outcome.rows, outcome.rejects.len()), (vec!["2: 2.75".to_owned()], 0));
    let outcome = lines().column("it", "coalesce(sum(price / qty) filter (where qty > 9), 0)").map(table);
    assert_eq!(outcome.rows, ["2: 0.000000000000"]);
    let outcome = lines().column("it", "sum(price / qty)").map(table);
    assert_eq!((outcome.rows.len(), outcome.rejects.len()), (0, 1));
}

#[test]
fn the_sum_of_nothing_is_null_not_zero() {
    let outcome = lines().column("it", "sum(price)").map("no,qty,price\nA,1,\nA,2,\n");
    assert_eq!(outcome.rows, ["2: _"]);
}

#[test]
fn a_row_that_does_not_fit_leaves_its_whole_group_out() {
    let table = "no,qty,price\nA,1,2.00\nB,1,5.00\nA,x,3.00\nC,1,N/A\nC,y,1.00\n";
    let outcome = lines().column("order_id", "no").column("total_amount", "sum(qty * price)").map(table);
    assert_eq!(outcome.rows, ["3: B|5"]);
    assert_eq!(
        outcome.rejects(),
        ["2 no malformed `A`", "4 qty malformed `x`", "5 price malformed `N/A`", "6 qty malformed `y`"]
    );
    let message = "`A` is left out whole: 1 of its rows cannot be read, each listed by itself";
    assert!(outcome.rejects.iter().any(|reject| reject.message == message));
}

#[test]
fn no_row_of_a_group_is_rejected_twice() {
    let sketch = lines().column("order_id", "no").column("rate", "round(sum(price) / sum(qty), 2)");
    // Of A every row is bad, of B the first, of C (which divides by zero) the first, D is sound and divides by zero.
    let table = "no,qty,price\nA,x,y\nB,x,y\nB,1,1.00\nB,1,2.00\nC,z,1.00\nC,0,1.00\nD,0,1.00\n";
    let outcome = sketch.map(table);
    assert!(outcome.rows.is_empty());
    let expected = [
        "2 qty malformed `x`",
        "3 qty malformed `x`",
        "4 no malformed `B`",
        "6 qty malformed `z`",
        "7 no out_of_range ``",
        "8 no out_of_range ``",
    ];
    assert_eq!(outcome.rejects(), expected);
}

#[test]
fn rows_that_where_leaves_out_are_not_judged() {
    let sketch = lines().filter("item <> 'tip'").column("order_id", "no").column("total_amount", "sum(price)");
    let outcome = sketch.map("no,item,qty,price\nA,x,1,2.00\nA,tip,1,free\n");
    assert_eq!((outcome.rows, outcome.rejects.len()), (vec!["2: A|2".to_owned()], 0));
    let sketch = lines().filter("price > 1").column("order_id", "no").column("total_amount", "sum(price)");
    let outcome = sketch.map("no,qty,price\nA,1,2.00\nA,1,free\nB,1,0.50\n");
    assert!(outcome.rows.is_empty());
    assert_eq!(outcome.rejects(), ["2 no malformed `A`", "3 price malformed `free`"]);
}

#[test]
fn a_row_that_where_cannot_be_computed_for_leaves_its_fact_out() {
    let sketch = lines().filter("number(fee) > 1").column("order_id", "no").column("total_amount", "sum(price)");
    let outcome = sketch.map("no,qty,price,fee\nA,1,2.00,3\nA,1,4.00,free\nB,1,0.50,2\n");
    assert_eq!(outcome.rows, ["4: B|0.5"]);
    assert_eq!(outcome.rejects(), ["2 no malformed `A`", "3 fee malformed `free`"]);
}

#[test]
fn a_row_without_its_key_is_rejected_alone() {
    let outcome = lines().column("order_id", "no").map("no,qty,price\n,1,2.00\nA,1,1.00\n");
    assert_eq!(outcome.rows, ["3: A"]);
    assert_eq!(outcome.rejects(), ["2 no missing ``"]);
    let two = Sketch::default().group_by("no").group_by("till").column("it", "concat(no, coalesce(till, '-'))");
    let outcome = two.map("no,till\nA,_\nA,1\n_,_\nA,_\n");
    assert_eq!((outcome.rows, outcome.rejects.len()), (vec!["2: A-".to_owned(), "3: A1".to_owned()], 1));
}

#[test]
fn facts_are_told_apart_by_all_keys_and_may_take_their_names() {
    let sketch = Sketch::default()
        .types("day", ColumnType::Time(Some("%Y%m%d".to_owned())))
        .group_by("who")
        .group_by("day")
        .column("who", "who")
        .column("day", "day")
        .column("n", "count(*)");
    let outcome = sketch.map("who,day\n1,19970101\n1,19970102\n2,19970101\n1,19970101\n");
    assert_eq!(
        outcome.rows,
        [
            "2: 1|1997-01-01T00:00:00.000000Z|2",
            "3: 1|1997-01-02T00:00:00.000000Z|1",
            "4: 2|1997-01-01T00:00:00.000000Z|1"
        ]
    );
}

#[test]
fn a_group_that_cannot_be_computed_is_left_out_alone() {
    let sketch = lines().column("order_id", "no").column("rate", "round(sum(price) / sum(qty), 2)");
    let outcome = sketch.map("no,qty,price\nA,1,2.00\nB,0,1.00\nC,3,1.00\n");
    assert_eq!(outcome.rows, ["2: A|2.00", "4: C|0.33"]);
    assert_eq!(outcome.rejects(), ["3 no out_of_range ``"]);
    assert!(outcome.rejects[0].message.contains("divides by zero"));
}

#[test]
fn rows_that_should_agree_and_do_not_leave_their_group_out_with_both_values() {
    let sketch = lines().column("order_id", "no").column("email", "agree(mail)").column("items_amount", "agree(price)");
    let outcome = sketch.map("no,mail,price,qty\nA,a@x.org,1.5,\nA,_,1.50,\nB,b@x.org,2,\nB,c@x.org,2,\nC,_,,\n");
    assert_eq!(outcome.rows, ["2: A|a@x.org|1.5", "6: C|_|_"]);
    assert_eq!(outcome.rejects(), ["4 mail malformed `c@x.org`"]);
    assert_eq!(outcome.rejects[0].message, "rows of one group do not agree: `b@x.org` and `c@x.org`");
}

/// Numbers are shown with their own decimals, as all amounts of the file have them.
#[test]
fn numbers_that_do_not_agree_are_shown_as_numbers() {
    let sketch = lines().column("order_id", "no").column("items_amount", "agree(price)");
    let outcome = sketch.map("no,price,qty\nA,12.50,\nA,13.25,\n");
    assert_eq!(outcome.rejects(), ["2 price malformed `13.25`"]);
    assert_eq!(outcome.rejects[0].message, "rows of one group do not agree: `12.50` and `13.25`");
}

#[test]
fn having_keeps_facts_and_a_fact_that_is_left_out_whole_is_still_a_reject() {
    let sketch = lines().having("sum(qty) > 0").column("order_id", "no").column("n", "count(*)");
    let outcome = sketch.map("no,qty,price\nA,2,\nA,-1,\nB,-1,\nC,x,\nC,-5,\n_,1,\n");
    assert_eq!(outcome.rows, ["2: A|2"]);
    assert_eq!(outcome.rejects(), ["5 qty malformed `x`", "6 no malformed `C`", "7 no missing ``"]);
}

#[test]
fn facts_may_be_told_apart_by_an_expression() {
    let sketch = Sketch::default().group_by("split_part(no, '-', 1)").group_by("a-b");
    let sketch = sketch.column("it", "'o' || split_part(no, '-', 1)").column("n", "count(*)").column("b", "\"a-b\"");
    let outcome = sketch.map("no,a-b\n1-1,x\n2-1,x\n1-2,x\n1-3,y\n_,_\n");
    assert_eq!(outcome.rows, ["2: o1|2|x", "3: o2|1|x", "5: o1|1|y"]);
    assert_eq!(outcome.rejects(), ["6 no, a-b missing ``"]);
    // A key that cannot be computed might be that of the rows beside it.
    let sketch = Sketch::default().group_by("round(number(no), 0)").column("n", "count(*)");
    let outcome = sketch.map("no\n1\n1.2\nx\n2\n3\n");
    assert_eq!(outcome.rows, ["6: 1"]);
    assert_eq!(outcome.rejects(), ["2 no malformed `1`", "4 no malformed `x`", "5 no malformed `2`"]);
    // Only where the branch is taken is a value refused.
    let sketch = Sketch::default().column("n", "case when no <> 'x' then 1 else refuse(no, 'is no order') end");
    let outcome = sketch.map("no\n1\nx\n");
    assert_eq!((outcome.rows.len(), outcome.rejects()), (1, vec!["3 no malformed `x`".to_owned()]));
    let unknown = Sketch::default().group_by("lower(nmo)").column("n", "count(*)").fault("no\n1\n");
    assert_eq!(unknown, "group_by = \"lower(nmo)\": refers to column `nmo`, which the file does not have");
}

#[test]
fn rows_that_distinct_does_not_tell_apart_count_once() {
    let table = "no,line,qty,price\nA,1,2,1.10\nA,2,1,5\nB,1,1,7\nA,1,2,1.1\nA,_,1,3\nA,_,1,3\nB,1,1,7\n";
    let total = || lines().column("order_id", "no").column("total_amount", "sum(qty * price)");
    // A: 2 * 1.10 + 5 + 2 * 3, and line 1 once more; B: 7, twice.
    assert_eq!(total().map(table).rows, ["2: A|15.4", "4: B|14.0"]);
    let outcome = total().distinct("line").map(table);
    assert_eq!(
        (outcome.rows.clone(), outcome.rejects()),
        (vec!["2: A|13.2".to_owned(), "4: B|7.0".to_owned()], vec![])
    );
    let by_expression = total().distinct("optional(piece)").distinct("lower(line)").map(table);
    assert_eq!(by_expression.rows, outcome.rows);
}

#[test]
fn rows_that_distinct_does_not_tell_apart_and_that_differ_leave_their_fact_out() {
    let table = "no,line,qty,price\nA,1,2,1.10\nB,1,1,7\nA,1,3,1.10\n";
    let outcome = lines().distinct("line").column("order_id", "no").column("total_amount", "sum(price)").map(table);
    assert_eq!(outcome.rows, ["3: B|7.0"]);
    assert_eq!(outcome.rejects(), ["2 no malformed `A`", "4 line malformed `3`"]);
    let said = "row 2 is the same by `distinct`, and has `2` in `qty`, where this one has `3`";
    assert_eq!(outcome.rejects[1].message, said);
    let fault = lines().distinct("lin").column("order_id", "no").fault(table);
    assert_eq!(fault, "distinct refers to column `lin`, which the file does not have; did you mean `line`?");
}
