//! Lists of values and long chains of conditions.

use crate::input::ColumnType;
use crate::mapping::tests::Sketch;

/// Each says on every row what the equalities that it stands for say.
#[test]
fn a_list_says_what_its_equalities_say_whatever_is_null() {
    let table =
        "order_id,status,count,price,at\n1,a,1,2.5,2011-07-01\n2,b,2,3,2011-07-02\n3,_,_,_,_\n4,A,3,2.55,2011-07-03\n";
    let lists: [(&str, &[&str]); 6] = [
        ("status", &["'a'", "'c'", "'A'"]),
        ("status", &["'a'"]),
        ("count", &["1", "3", "7"]),
        ("price", &["2.5", "3.0"]),
        ("at", &["'2011-07-01'", "'2011-07-03'", "'2012-01-01'"]),
        ("lower(status)", &["'a'", "'b'"]),
    ];
    for (value, constants) in lists {
        let list = format!("{value} in ({})", constants.join(", "));
        let equal: Vec<String> = constants.iter().map(|constant| format!("{value} = {constant}")).collect();
        let equal = format!("({})", equal.join(" or "));
        for said in ["TEST", "not TEST", "coalesce(TEST, true)", "(TEST) is null"] {
            let rows = |test: &str| {
                let sketch = Sketch::default().types("count", ColumnType::Int).types("price", ColumnType::Decimal);
                let sketch = sketch.types("at", ColumnType::Time(None)).filter(&said.replace("TEST", test));
                sketch.column("order_id", "order_id").map(table).rows
            };
            assert_eq!(rows(&list), rows(&equal), "{said} of {list}");
        }
    }
}

#[test]
fn a_list_in_an_aggregate_is_looked_at_row_by_row() {
    let sums = Sketch::default().types("price", ColumnType::Decimal).group_by("order_id");
    let sums = sums.column("order_id", "order_id");
    let made = sums.column("total_amount", "sum(case when status in ('paid', 'sent') then price else 0 end)");
    let made = made.map("order_id,status,price\n1,paid,2.5\n2,open,1\n1,sent,3\n1,open,4\n2,_,5\n");
    assert_eq!(made.rows, ["2: 1|5.5", "3: 2|0.0"]);
}

/// The engine took minutes for the list and ended without a word for the chain.
#[test]
fn a_thousand_conditions_and_two_thousand_values_take_no_time() {
    #[expect(clippy::disallowed_methods, reason = "a stopwatch")]
    let began = std::time::Instant::now();
    let table = "order_id,status,count\n1,s1999,7\n2,other,1999\n";
    let chain: Vec<String> = (1000..2000).map(|at| format!("status = 's{at}' and count > 0")).collect();
    let texts: Vec<String> = (0..2000).map(|at| format!("'s{at}'")).collect();
    let numbers: Vec<String> = (0..2000).map(|at| at.to_string()).collect();
    let filters = [
        (chain.join(" or "), vec!["2: 1"]),
        (format!("status not in ({})", texts.join(", ")), vec!["3: 2"]),
        (format!("count in ({})", numbers.join(", ")), vec!["2: 1", "3: 2"]),
    ];
    for (filter, rows) in filters {
        let sketch = Sketch::default().types("count", ColumnType::Int).filter(&filter);
        assert_eq!(sketch.column("order_id", "order_id").map(table).rows, rows);
    }
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
