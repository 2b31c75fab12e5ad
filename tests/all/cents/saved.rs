//! Shopify's files of other years, and as spreadsheets save them: each says the same.

use super::shopify::{line, of_many_parts, order};
use super::{Row, amounts, assert_plain, csv, over, run};
use crate::platforms::{ledger, run_files};
use std::fs;
use std::path::Path;

/// The columns that `orders_export.csv` has today, in their order.
const COLUMNS: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,\
    Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
    Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,\
    Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,\
    Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,\
    Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,\
    Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,\
    Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,\
    Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References";
/// What the files of April 2021 did not have; those of April 2022 lacked the last one.
const SINCE_2021: [&str; 8] = [
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Payment ID",
    "Payment Terms Name",
    "Next Payment Due At",
    "Payment References",
];

/// The orders of many parts, and two that have what was added over the years.
fn orders<'a>() -> Vec<Row<'a>> {
    let mut orders = of_many_parts();
    // Addresses and notes as people write them.
    orders[0].extend([("Billing Name", "Ada, \"L\""), ("Shipping Zip", "'98122"), ("Billing Phone", "9.23E+11")]);
    orders[0].extend([("Lineitem taxable", "TRUE"), ("Id", "5.55E+12")]);
    orders.push(order(&[("Name", "#7"), ("Payment Method", "(for testing) Bogus Gateway")]));
    orders
}

/// Makes a file of these columns.
fn with_columns(orders: &[Row], columns: &[&str]) -> String {
    let empty: Row = columns.iter().map(|column| (*column, "")).collect();
    let mut rows: Vec<Row> = orders.iter().map(|row| over(&empty, row)).collect();
    rows.iter_mut().for_each(|row| row.retain(|(name, _)| columns.contains(name)));
    csv(&rows)
}

fn earned(file: &str) -> Vec<String> {
    let written = run("shopify", "", "", &[("orders", "orders.csv", file)]);
    assert_plain(&written);
    amounts(&written)
}

const EARNED: [&str; 5] =
    ["#1 grant 65.00 USD", "#2 grant 75.00 EUR", "#3 grant 50.00 USD", "#5 grant 100.00 USD", "#6 grant 100.00 EUR"];

#[test]
fn shopify_orders_of_79_78_71_and_47_columns_say_the_same() {
    let all: Vec<&str> = COLUMNS.split(',').collect();
    let without = |absent: &[&str]| all.iter().copied().filter(|name| !absent.contains(name)).collect::<Vec<_>>();
    let (of_2022, of_2021) = (without(&SINCE_2021[7..]), without(&SINCE_2021));
    assert_eq!((all.len(), of_2022.len(), of_2021.len()), (79, 78, 71));
    for columns in [&all, &of_2022, &of_2021] {
        assert_eq!(earned(&with_columns(&orders(), columns)), EARNED, "{} columns", columns.len());
    }
    // Those of 2012 have no way of payment, so tests look like other orders there.
    let mut old = EARNED.to_vec();
    old.push("#7 grant 100.00 USD");
    assert_eq!(earned(&with_columns(&orders(), &all[..47])), old);
    assert_eq!(all[46], "Cancelled at");
}

#[test]
fn shopify_orders_that_a_spreadsheet_has_saved_say_the_same() {
    let file = with_columns(&orders(), &COLUMNS.split(',').collect::<Vec<_>>());
    assert_eq!(earned(&file), EARNED);
    // Numbers lose their zeros. Times have an offset, so a spreadsheet leaves them as they are.
    let saved = file.replace(".00,", ",").replace(".20,", ".2,");
    assert!(saved.contains(",65,5,5.2,77.2,"), "{saved}");
    assert_eq!(earned(&saved), EARNED);
    // Line ends of another system, and a mark in front.
    assert_eq!(earned(&format!("\u{feff}{}", saved.replace('\n', "\r\n"))), EARNED);
    // Every line was opened where `;` separates, and saved as one cell.
    let wrap = |line: &str| format!("\"{}\";\r\n", line.replace('"', "\"\""));
    assert_eq!(earned(&file.lines().map(wrap).collect::<String>()), EARNED);
}

#[test]
fn shopify_orders_may_stand_in_any_order_and_in_several_files() {
    let mut newest_first: Vec<Row> = orders();
    // Rows of an order stay together; orders do not stay in theirs.
    newest_first.rotate_left(4);
    assert_eq!(earned(&csv(&newest_first)), EARNED);
    let (first, second) = (csv(&orders()[..5]), csv(&orders()[2..]));
    let exports = [("orders", "orders_export.csv", first.as_str()), ("orders", "orders_export (1).csv", &second)];
    assert_eq!(amounts(&run("shopify", "", "", &exports)), EARNED);
    // Money is on the first row only; where it is repeated, it is the order's once.
    let repeated =
        [order(&[("Lineitem price", "60.00")]), order(&[("Lineitem price", "40.00")]), line("#1", "1", "Bulb", "0.00")];
    assert_eq!(earned(&csv(&repeated)), ["#1 grant 100.00 USD"]);
}

#[test]
fn shopify_payments_refunds_are_as_shopify_and_as_a_spreadsheet_writes_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("platforms/shopify/fixture");
    let earned_less = |payments: &str| {
        let copy = tempfile::tempdir().unwrap();
        for file in ["orders_export.csv", payments] {
            fs::copy(folder.join(file), copy.path().join(file)).unwrap();
        }
        let written = run_files(copy.path(), "", "shopify", &[("orders", "orders_export.csv"), ("refunds", payments)]);
        let lines = ledger(&written);
        lines.into_iter().filter(|line| line.contains("clawback")).collect::<Vec<_>>()
    };
    // Charges and adjustments are no refunds. 12.50 + 2.50 of 81.00 reclaim 0.9259 of 5.00, whatever their sign; in EUR
    // no rule earns.
    assert_eq!(
        earned_less("payment_transactions_export.csv"),
        ["#1002 2024-06-01 12:00:00 -0400 clawback -0.92 2024-06-01T16:00:00"]
    );
    // 21.83 of 91.40 reclaim 1.9107 of 8.00; 21.83 + 1.17 reclaim 2.0131. A day begins at New York's midnight.
    assert_eq!(
        earned_less("payment_transactions_resaved.csv"),
        [
            "#1001 2024/6/12 clawback -1.91 2024-06-12T04:00:00",
            "#1001 2024/6/13 9:05 clawback -0.10 2024-06-13T13:05:00",
        ]
    );
}
