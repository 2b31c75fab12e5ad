//! Refunds of which only a part has a date: `[refunds] from = "both"`, into a book, with figures worked out by hand.

use super::Shop;

const PROGRAM: &str = "\
[program]
name = \"Ten per cent\"
currency = \"USD\"
timezone = \"America/New_York\"

[[rule]]
method = \"per_order\"
reward = { every = \"10.00\", receive = \"1.00\", prorated = true }

[refunds]
from = \"both\"
";
const PIPELINE: &str = "\
program = \"program.toml\"
book = \"book\"
output = \"out\"

[[input]]
kind = \"orders\"
path = \"orders*.csv\"

[[input]]
kind = \"refunds\"
path = \"refunds*.csv\"
";
const ORDERS: &str = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount,refunded_amount\n";
const REFUNDS: &str = "refund_id,order_id,refunded_at,amount\n";

/// Runs a night, and the same night of a copy of the book with everybody; returns `kind source amount effective_at` of
/// each posting, and the lines of exceptions.
fn night(shop: &Shop, as_of: &str) -> (Vec<String>, Vec<String>) {
    let copy = shop.copy();
    shop.succeed(&format!("run shop/pipeline.toml --as-of {as_of} --format csv --out {as_of}"));
    copy.succeed(&format!("run shop/pipeline.toml --as-of {as_of} --format csv --out {as_of} --everyone"));
    let rows = |shop: &Shop, file: &str, columns: [usize; 4]| -> Vec<String> {
        let text = shop.read(&format!("{as_of}/{file}"));
        let cells = |line: &str| columns.map(|column| line.split(',').nth(column).unwrap().to_owned()).join(" ");
        text.lines().skip(1).map(cells).collect()
    };
    let ledger = rows(shop, "ledger.csv", [2, 3, 6, 7]);
    assert_eq!(ledger, rows(&copy, "ledger.csv", [2, 3, 6, 7]));
    (ledger, rows(shop, "exceptions.csv", [0, 3, 4, 6]))
}

#[test]
fn what_no_dated_refund_explains_has_the_date_of_the_run_that_first_sees_it() {
    let shop = Shop::new();
    shop.write("shop/program.toml", PROGRAM);
    shop.write("shop/pipeline.toml", PIPELINE);
    // Of 100.00, which earned 10.00, 20.00 are refunded, and 5.00 of these have a date.
    let order =
        |refunded: &str| format!("{ORDERS}O1,c1,2024-05-01T12:00:00Z,2024-05-01T12:00:00Z,100.00,100.00,{refunded}\n");
    shop.write("shop/orders-1.csv", order("20.00"));
    shop.write("shop/refunds-1.csv", format!("{REFUNDS}R1,O1,2024-05-20T12:00:00Z,5.00\n"));
    let (posted, exceptions) = night(&shop, "2024-06-01");
    // 5 % of 10.00, and 20 % of it less that: the other 15.00 are of the night of the run.
    assert_eq!(
        posted,
        [
            "grant O1 10.00 2024-05-01T12:00:00.000000Z",
            "clawback R1 -0.50 2024-05-20T12:00:00.000000Z",
            "clawback refunded:O1:20.00 -1.50 2024-06-01T04:00:00.000000Z",
        ]
    );
    assert_eq!(exceptions, ["undated_refund O1 O1 15.00"]);
    // The night after, nothing is new; the date stays.
    assert_eq!(night(&shop, "2024-06-02").0, [""; 0]);
    // 4.00 more are refunded by hand, and 10.00 of the 15.00 turn out to be of the 25th of May: 5.00 and then 4.00 are
    // left.
    shop.write("shop/orders-2.csv", order("24.00"));
    shop.write("shop/refunds-2.csv", format!("{REFUNDS}R2,O1,2024-05-25T12:00:00Z,10.00\n"));
    let (posted, exceptions) = night(&shop, "2024-06-03");
    // R2 is 15 % in all: 1.50, less 0.50. What is left until the 1st is 20 %: 0.50 and no longer 1.50. 24 % are 2.40.
    assert_eq!(
        posted,
        [
            "clawback R2 -1.00 2024-05-25T12:00:00.000000Z",
            "clawback refunded:O1:20.00 1.00 2024-06-01T04:00:00.000000Z",
            "clawback refunded:O1:24.00 -0.40 2024-06-03T04:00:00.000000Z",
        ]
    );
    assert_eq!(exceptions, ["undated_refund O1 O1 5.00", "undated_refund O1 O1 4.00"]);
    // Once all 24.00 have dates, nothing is left to be dated.
    shop.write("shop/refunds-3.csv", format!("{REFUNDS}R3,O1,2024-05-30T12:00:00Z,9.00\n"));
    let (posted, exceptions) = night(&shop, "2024-06-04");
    assert_eq!(
        posted,
        [
            "clawback R3 -0.90 2024-05-30T12:00:00.000000Z",
            "clawback refunded:O1:20.00 0.50 2024-06-01T04:00:00.000000Z",
            "clawback refunded:O1:24.00 0.40 2024-06-03T04:00:00.000000Z",
        ]
    );
    assert_eq!(exceptions, [""; 0]);
    assert!(shop.session("verify shop/pipeline.toml").contains("exit code 0"));
}
