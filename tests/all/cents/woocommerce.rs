//! WooCommerce's orders as the plugin of WebToffee exports them.

use super::{Row, amounts, assert_plain, csv, customers, over, run};
use crate::platforms::ledger;
use crate::shop_folder::Written;

const PAID: &[(&str, &str)] = &[
    ("order_id", "1"),
    ("order_date", "2024-05-01 10:00:00"),
    ("paid_date", "2024-05-01T10:00:00-04:00"),
    ("status", "completed"),
    ("shipping_total", "0.00"),
    ("fee_total", "0.00"),
    ("tax_total", "0.00"),
    ("cart_discount", "0.00"),
    ("order_discount", "0.00"),
    ("discount_total", "0.00"),
    ("order_total", "100.00"),
    ("order_subtotal", "100.00"),
    ("order_currency", "USD"),
    ("payment_method", "stripe"),
    ("customer_id", "5"),
    ("customer_email", "ada@example.com"),
    ("billing_email", "ada@work.example"),
    ("refund_items", ""),
];

fn order<'a>(said: &[(&'a str, &'a str)]) -> Row<'a> {
    over(PAID, said)
}

fn run_orders(orders: &[Row]) -> Written {
    let text = csv(orders);
    run("woocommerce", "", "", &[("orders", "orders.csv", &text), ("refunds", "refunds.csv", &text)])
}

#[test]
fn woocommerce_goods_are_less_discounts_once_and_without_shipping_tax_and_fees() {
    // The same 10.00 are in three columns. 90.00 + 5.00 shipping + 2.00 for a tip, which is a fee, + 7.20 tax.
    let whole = "amount:104.2|reason:|date:2024-06-01 16:00:00";
    let written = run_orders(&[order(&[
        ("cart_discount", "10.00"),
        ("order_discount", "10.00"),
        ("discount_total", "10.00"),
        ("shipping_total", "5.00"),
        ("fee_total", "2.00"),
        ("tax_total", "7.20"),
        ("order_total", "104.20"),
        ("refund_items", whole),
    ])]);
    assert_plain(&written);
    assert_eq!(
        ledger(&written),
        ["1 2024-06-01 16:00:00 104.2 clawback -90.00 2024-06-01T16:00:00", "1 grant 90.00 2024-05-01T14:00:00"]
    );
}

#[test]
fn woocommerce_orders_that_were_cancelled_or_not_paid_in_full_earn_nothing() {
    // Each keeps the time at which it was paid.
    let names: Vec<String> = (1..).take(10).map(|number: u32| number.to_string()).collect();
    let statuses = ["cancelled", "wc-cancelled", "failed", "pending", "trash", "checkout-draft", "partial-payment"];
    let orders: Vec<Row> =
        names.iter().zip(statuses).map(|(name, status)| order(&[("order_id", name), ("status", status)])).collect();
    let written = run_orders(&orders);
    assert_eq!(amounts(&written), [""; 0]);
    assert_plain(&written);
    // A shop's own status is of a paid order, and none counts without a time.
    let own = run_orders(&[order(&[("status", "wc-shipped")]), order(&[("order_id", "2"), ("paid_date", "")])]);
    assert_eq!(amounts(&own), ["1 grant 100.00 USD"]);
}

#[test]
fn woocommerce_parts_and_wholes_are_refunded_in_any_currency() {
    let several = "amount:60|reason:|date:2024-06-02 16:00:00;amount:40|reason:|date:2024-06-01 16:00:00";
    let yen = "amount:550|reason:|date:2024-06-01 16:00:00";
    let written = run_orders(&[
        order(&[("status", "refunded"), ("refund_items", several)]),
        // WooCommerce writes two decimals of a currency that has none.
        order(&[
            ("order_id", "2"),
            ("order_currency", "JPY"),
            ("order_subtotal", "1000.00"),
            ("order_total", "1100.00"),
            ("refund_items", yen),
        ]),
    ]);
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        [
            "1 2024-06-01 16:00:00 40 clawback -40.00 USD",
            "1 2024-06-02 16:00:00 60 clawback -60.00 USD",
            "1 grant 100.00 USD",
            "2 2024-06-01 16:00:00 550 clawback -500 JPY",
            "2 grant 1000 JPY",
        ]
    );
}

#[test]
fn woocommerce_guests_in_two_cases_are_one_and_times_have_their_own_offset() {
    let guest = |id, email, paid| {
        order(&[
            ("order_id", id),
            ("order_date", "2024-03-09 12:00:00"),
            ("customer_id", "0"),
            ("customer_email", ""),
            ("billing_email", email),
            ("paid_date", paid),
        ])
    };
    let written = run_orders(&[
        guest("1", "Bob@Example.com", "2024-03-09T23:30:00-05:00"),
        guest("2", "bob@example.com", "2024-03-10T03:30:00-04:00"),
        guest("3", "BOB@EXAMPLE.COM", "2024-03-10 08:30:00 +00:00"),
    ]);
    assert_plain(&written);
    assert_eq!(
        ledger(&written),
        [
            "1 grant 100.00 2024-03-10T04:30:00",
            "2 grant 100.00 2024-03-10T07:30:00",
            "3 grant 100.00 2024-03-10T08:30:00",
        ]
    );
    assert_eq!(customers(&written).len(), 1);
}

#[test]
fn woocommerce_orders_whose_discount_is_left_empty_have_none() {
    let written = run_orders(&[order(&[("discount_total", "")])]);
    assert_eq!(amounts(&written), ["1 grant 100.00 USD"]);
    assert_plain(&written);
}

#[test]
fn woocommerce_reasons_may_hold_the_words_of_the_cell_and_refunds_are_never_joined() {
    // Both reasons refer to a date: one of a word, one of a day without a time.
    let packed = "amount:5.00|reason:see |date:tomorrow|date:2024-06-01 16:00:00;\
        amount:2.00|reason:moved |date:2024-01-01; ok|date:2024-06-02 16:00:00";
    // The date of the first is of another form, so that the cell could be one refund or two.
    let unclear = "amount:5.00|reason:|date:2024/06/01;amount:2.00|reason:|date:2024-06-02 16:00:00";
    // A date that is empty is its refund's own fault.
    let undated = "amount:5.00|reason:|date:;amount:2.00|reason:|date:2024-06-02 16:00:00";
    let written = run_orders(&[
        order(&[("refund_items", packed)]),
        order(&[("order_id", "2"), ("refund_items", unclear)]),
        order(&[("order_id", "3"), ("refund_items", undated)]),
    ]);
    assert_eq!(
        amounts(&written),
        [
            "1 2024-06-01 16:00:00 5.00 clawback -5.00 USD",
            "1 2024-06-02 16:00:00 2.00 clawback -2.00 USD",
            "1 grant 100.00 USD",
            "2 grant 100.00 USD",
            "3 2024-06-02 16:00:00 2.00 clawback -2.00 USD",
            "3 grant 100.00 USD",
        ]
    );
    let rejects: Vec<_> = written.rejects.iter().map(|row| (&*row["row"], &*row["reason"])).collect();
    assert_eq!(rejects, [("3", "malformed"), ("4", "missing")]);
}
