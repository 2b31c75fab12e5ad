//! Shopify's CSV files: orders, transaction history, transactions of Shopify Payments.

use super::{Row, amounts, assert_plain, csv, customers, over, run};
use crate::platforms::ledger;
use crate::shop_folder::Written;

/// An order of 100.00 that was paid by card.
const PAID: &[(&str, &str)] = &[
    ("Name", "#1"),
    ("Email", "ada@example.com"),
    ("Financial Status", "paid"),
    ("Paid at", "2024-05-01 10:00:00 -0400"),
    ("Currency", "USD"),
    ("Subtotal", "100.00"),
    ("Shipping", "0.00"),
    ("Taxes", "0.00"),
    ("Total", "100.00"),
    ("Created at", "2024-05-01 10:00:00 -0400"),
    ("Lineitem quantity", "1"),
    ("Lineitem name", "Lamp"),
    ("Lineitem price", "100.00"),
    ("Cancelled at", ""),
    ("Payment Method", "Shopify Payments"),
    ("Refunded Amount", "0.00"),
    ("Outstanding Balance", "0.00"),
    ("Lineitem discount", "0.00"),
];
const REFUND: &[(&str, &str)] = &[
    ("Order", "5551"),
    ("Name", "#1"),
    ("Payment Method", "Shopify Payments"),
    ("Kind", "refund"),
    ("Gateway", "card"),
    ("Created At", "2024-06-01 12:00:00 -0400"),
    ("Status", "success"),
    ("Amount", "10.00"),
    ("Currency", "USD"),
    ("Card Type", "visa"),
];

pub(super) fn order<'a>(said: &[(&'a str, &'a str)]) -> Row<'a> {
    over(PAID, said)
}

/// A further line of an order.
pub(super) fn line<'a>(name: &'a str, quantity: &'a str, item: &'a str, price: &'a str) -> Row<'a> {
    let said = [("Name", name), ("Lineitem quantity", quantity), ("Lineitem name", item), ("Lineitem price", price)];
    [("Email", "ada@example.com"), ("Created at", "2024-05-01 10:00:00 -0400")].into_iter().chain(said).collect()
}

pub(super) fn paid_back<'a>(name: &'a str, amount: &'a str, gateway: &'a str) -> Row<'a> {
    over(REFUND, &[("Name", name), ("Amount", amount), ("Gateway", gateway)])
}

/// Runs orders and, where there are some, transactions as refunds.
fn run_orders(mapping: &str, settings: &str, orders: &[Row], history: &[Row]) -> Written {
    let has_history = !history.is_empty();
    let (orders, history) = (csv(orders), csv(history));
    let mut exports = vec![("orders", "orders.csv", orders.as_str())];
    if has_history {
        exports.push(("refunds", "history.csv", &history));
    }
    run("shopify", mapping, settings, &exports)
}

/// Orders of which each has other things in its total than goods.
pub(super) fn of_many_parts<'a>() -> Vec<Row<'a>> {
    vec![
        // 2 * 40.00, less 5.00 of the line and 10.00 of the order; then 5.00 shipping, 5.20 tax and a tip of 2.00.
        order(&[
            ("Subtotal", "65.00"),
            ("Shipping", "5.00"),
            ("Taxes", "5.20"),
            ("Total", "77.20"),
            ("Discount Amount", "15.00"),
            ("Lineitem quantity", "2"),
            ("Lineitem price", "40.00"),
            ("Lineitem discount", "5.00"),
        ]),
        line("#1", "1", "Tip", "2.00"),
        // Tax of 20 % is inside: 90.00 / 1.2 = 75.00 are goods. The tip bears none.
        order(&[
            ("Name", "#2"),
            ("Currency", "EUR"),
            ("Subtotal", "90.00"),
            ("Shipping", "10.00"),
            ("Taxes", "16.67"),
            ("Total", "103.00"),
            ("Lineitem price", "90.00"),
        ]),
        line("#2", "1", "Tip", "3.00"),
        // 50.00, and two gift cards.
        order(&[("Name", "#3"), ("Lineitem price", "50.00")]),
        line("#3", "2", "$25 gift card", "25.00"),
        // A gift card and nothing else.
        order(&[("Name", "#4"), ("Lineitem name", "Gift Card | 100")]),
        // A gift card has paid for a part.
        order(&[("Name", "#5"), ("Payment Method", "Gift Card + Shopify Payments")]),
        // 120.00 with tax inside are 100.00; a gift card of 25.00 bears no tax.
        order(&[
            ("Name", "#6"),
            ("Currency", "EUR"),
            ("Subtotal", "145.00"),
            ("Taxes", "20.00"),
            ("Total", "145.00"),
            ("Lineitem price", "120.00"),
        ]),
        line("#6", "1", "Gift Card", "25.00"),
    ]
}

#[test]
fn shopify_goods_are_without_tips_shipping_tax_and_gift_cards_and_a_whole_refund_reclaims_all() {
    let history = [
        // Half of the total, tax, shipping and tip included.
        paid_back("#1", "38.60", "card"),
        over(&paid_back("#2", "103.00", "card"), &[("Currency", "EUR")]),
        // To the gift card and to the card.
        paid_back("#5", "30.00", "gift_card"),
        paid_back("#5", "70.00", "card"),
    ];
    let written = run_orders("", "", &of_many_parts(), &history);
    assert_plain(&written);
    let at = "2024-06-01 12:00:00 -0400";
    let reclaimed = |order: &str, gateway: &str, amount: &str| format!("{order} {at} {gateway} clawback -{amount}");
    assert_eq!(
        amounts(&written),
        [
            reclaimed("#1", "card", "32.50 USD"),
            "#1 grant 65.00 USD".to_owned(),
            reclaimed("#2", "card", "75.00 EUR"),
            "#2 grant 75.00 EUR".to_owned(),
            "#3 grant 50.00 USD".to_owned(),
            reclaimed("#5", "card", "70.00 USD"),
            reclaimed("#5", "gift_card", "30.00 USD"),
            "#5 grant 100.00 USD".to_owned(),
            "#6 grant 100.00 EUR".to_owned(),
        ]
    );
}

#[test]
fn shopify_orders_that_do_not_show_where_tax_is_are_read_as_the_option_says() {
    // 90.00 and 15.00 tax, of which 10.00 were waived: neither 90.00 nor 105.00 is the total.
    let unclear =
        [order(&[("Subtotal", "90.00"), ("Taxes", "15.00"), ("Total", "95.00"), ("Lineitem price", "90.00")])];
    assert_eq!(amounts(&run_orders("", "", &unclear, &[])), ["#1 grant 90.00 USD"]);
    let inside = run_orders("options = { tax_inside = true }\n", "", &unclear, &[]);
    assert_eq!(amounts(&inside), ["#1 grant 75.00 USD"]);
    // Duties of 4.00 come on top of prices with 15.00 tax inside: 90.00 + 4.00 = 94.00. They are neither goods nor tax.
    let with_duties = [("Subtotal", "90.00"), ("Taxes", "15.00"), ("Duties", "4.00"), ("Total", "94.00")];
    let with_duties = [order(&[&with_duties[..], &[("Lineitem price", "90.00")]].concat())];
    assert_eq!(amounts(&run_orders("", "", &with_duties, &[])), ["#1 grant 75.00 USD"]);
    // Where an order shows it, the option says nothing: 100.00 + 8.00 = 108.00.
    let outside = [order(&[("Taxes", "8.00"), ("Total", "108.00")])];
    let written = run_orders("options = { tax_inside = true }\n", "", &outside, &[]);
    assert_eq!(amounts(&written), ["#1 grant 100.00 USD"]);
}

#[test]
fn shopify_orders_that_were_not_paid_in_full_or_are_tests_earn_nothing_and_are_nothing_odd() {
    let unpaid = |name, status, open| {
        order(&[("Name", name), ("Financial Status", status), ("Paid at", ""), ("Outstanding Balance", open)])
    };
    let test = "(for testing) Bogus Gateway";
    let orders = [
        over(&unpaid("#1", "voided", "100.00"), &[("Cancelled at", "2024-05-01 11:00:00 -0400")]),
        // What was paid first has a time.
        order(&[("Name", "#2"), ("Financial Status", "partially_paid"), ("Outstanding Balance", "40.00")]),
        unpaid("#3", "pending", "100.00"),
        unpaid("#4", "authorized", "100.00"),
        unpaid("#5", "expired", "100.00"),
        // Edited after it was paid: one more lamp is owed.
        order(&[("Name", "#6"), ("Outstanding Balance", "50.00")]),
        // Made by an app that calls it paid.
        unpaid("#7", "paid", "100.00"),
        order(&[("Name", "#8"), ("Payment Method", test)]),
        order(&[("Name", "#9"), ("Payment Method", "Gift Card + (for testing) Bogus Gateway")]),
    ];
    let history = [
        paid_back("#8", "10.00", "bogus"),
        over(&paid_back("#8", "10.00", "Bogus Gateway"), &[("Payment Method", test)]),
        over(&paid_back("#1", "100.00", "card"), &[("Kind", "void")]),
    ];
    let written = run_orders("", "", &orders, &history);
    assert_eq!(amounts(&written), [""; 0]);
    assert_plain(&written);
}

#[test]
fn shopify_cancellations_take_back_what_refunds_have_left() {
    let cancelled = ("Cancelled at", "2024-06-01 12:00:00 -0400");
    let orders = [
        // Nothing was refunded.
        order(&[cancelled]),
        // 40.00 were refunded in the same second, 60.00 never.
        order(&[("Name", "#2"), ("Financial Status", "partially_refunded"), ("Refunded Amount", "40.00"), cancelled]),
        // All was refunded.
        order(&[("Name", "#3"), ("Financial Status", "refunded"), ("Refunded Amount", "100.00"), cancelled]),
    ];
    let written = run_orders("", "", &orders, &[paid_back("#2", "40.00", "card"), paid_back("#3", "100.00", "card")]);
    assert_plain(&written);
    assert_eq!(
        ledger(&written),
        [
            "#1 grant 100.00 2024-05-01T14:00:00",
            "#2 2024-06-01 12:00:00 -0400 card clawback -40.00 2024-06-01T16:00:00",
            "#2 grant 100.00 2024-05-01T14:00:00",
            "#3 2024-06-01 12:00:00 -0400 card clawback -100.00 2024-06-01T16:00:00",
            "#3 grant 100.00 2024-05-01T14:00:00",
            "cancel:#1 clawback -100.00 2024-06-01T16:00:00",
            "cancel:#2 clawback -60.00 2024-06-01T16:00:00",
        ]
    );
}

#[test]
fn shopify_refunds_without_a_date_count_only_where_refunds_come_from_orders() {
    // 30.00 in all, of which the history has 20.00: 10.00 were refunded by hand.
    let orders = [order(&[("Financial Status", "partially_refunded"), ("Refunded Amount", "30.00")])];
    let history = [paid_back("#1", "20.00", "card")];
    assert_eq!(
        ledger(&run_orders("", "", &orders, &history)),
        [
            "#1 2024-06-01 12:00:00 -0400 card clawback -20.00 2024-06-01T16:00:00",
            "#1 grant 100.00 2024-05-01T14:00:00"
        ]
    );
    // From orders all 30.00 are of the run that first sees them: orders have no time of their last change.
    assert_eq!(
        ledger(&run_orders("", "[refunds]\nfrom = \"orders\"\n", &orders, &history)),
        ["#1 grant 100.00 2024-05-01T14:00:00", "refunded:#1:30.00 clawback -30.00 2024-07-01T00:00:00"]
    );
}

#[test]
fn shopify_times_of_two_offsets_and_currencies_without_and_with_three_decimals() {
    let orders = [
        order(&[("Paid at", "2024-03-09 23:30:00 -0500"), ("Created at", "2024-03-09 23:30:00 -0500")]),
        order(&[("Name", "#2"), ("Paid at", "2024-03-10 03:30:00 -0400"), ("Created at", "2024-03-10 03:30:00 -0400")]),
        // Tax inside: 1100 - 100.
        order(&[("Name", "#3"), ("Currency", "JPY"), ("Subtotal", "1100"), ("Taxes", "100"), ("Total", "1100")]),
        // 10000 - 1916 * 10000 / 12000 = 8403.33.
        order(&[
            ("Name", "#4"),
            ("Currency", "CLP"),
            ("Subtotal", "10000"),
            ("Shipping", "2000"),
            ("Taxes", "1916"),
            ("Total", "12000"),
        ]),
        // 10.500 - 0.500 * 10.500 / 11.000 = 10.0227.
        order(&[
            ("Name", "#5"),
            ("Currency", "KWD"),
            ("Subtotal", "10.500"),
            ("Shipping", "0.500"),
            ("Taxes", "0.500"),
            ("Total", "11.000"),
        ]),
    ];
    let history = [over(&paid_back("#3", "550", "card"), &[("Currency", "JPY")])];
    let written = run_orders("", "", &orders, &history);
    assert_plain(&written);
    assert_eq!(
        ledger(&written),
        [
            "#1 grant 100.00 2024-03-10T04:30:00",
            "#2 grant 100.00 2024-03-10T07:30:00",
            "#3 2024-06-01 12:00:00 -0400 card clawback -500 2024-06-01T16:00:00",
            "#3 grant 1000 2024-05-01T14:00:00",
            "#4 grant 8403 2024-05-01T14:00:00",
            "#5 grant 10.023 2024-05-01T14:00:00",
        ]
    );
}

#[test]
fn shopify_addresses_in_two_cases_are_one_person_who_spends_what_the_orders_earned() {
    let orders = [order(&[]), order(&[("Name", "#2"), ("Email", "ADA@Example.com")])];
    let spent =
        over(REFUND, &[("Name", "#2"), ("Kind", "sale"), ("Gateway", "shopify_store_credit"), ("Amount", "150.00")]);
    let (orders, spent) = (csv(&orders), csv(&[spent]));
    let mut exports = vec![("orders", "orders.csv", orders.as_str()), ("redemptions", "history.csv", &spent)];
    let redeem = "#2 2024-06-01 12:00:00 -0400 shopify_store_credit redeem";
    let expected = [
        "#1 grant 100.00 USD".to_owned(),
        format!("{redeem} -100.00 USD"),
        format!("{redeem} -50.00 USD"),
        "#2 grant 100.00 USD".to_owned(),
    ];
    let guest = run("shopify", "", "", &exports);
    assert_plain(&guest);
    assert_eq!(amounts(&guest), expected);
    assert_eq!(customers(&guest).len(), 1);
    // A customer has that address.
    let customer = r#"{"customers": [{"id": 7001, "email": "ada@example.com", "created_at": "2024-01-01T00:00:00Z",
        "first_name": "Ada", "last_name": null}]}"#;
    exports.push(("registrations", "customers.json", customer));
    let known = run("shopify", "", "", &exports);
    assert_plain(&known);
    assert_eq!((amounts(&known), customers(&known)), (expected.to_vec(), vec!["7001"]));
}

#[test]
fn shopify_refunds_in_another_currency_than_that_of_their_order_are_rejected() {
    let orders = [order(&[]), order(&[("Name", "#2"), ("Currency", "EUR")])];
    let history = [
        paid_back("#1", "10.00", "card"),
        // What the buyer saw.
        over(&paid_back("#1", "9.00", "paypal"), &[("Currency", "EUR")]),
        over(&paid_back("#2", "10.00", "card"), &[("Currency", "EUR")]),
    ];
    let written = run_orders("", "", &orders, &history);
    assert_eq!(
        amounts(&written),
        [
            "#1 2024-06-01 12:00:00 -0400 card clawback -10.00 USD",
            "#1 grant 100.00 USD",
            "#2 2024-06-01 12:00:00 -0400 card clawback -10.00 EUR",
            "#2 grant 100.00 EUR",
        ]
    );
    let rejects: Vec<_> = written.rejects.iter().map(|row| (&*row["row"], &*row["column"], &*row["message"])).collect();
    let message = "`EUR` is not the currency of the order, and refunds are in that: add this one by a file of your own";
    assert_eq!(rejects, [("3", "Currency", message)]);
}

#[test]
fn shopify_payouts_in_another_currency_are_read_in_the_one_that_the_buyer_paid_in() {
    let orders = csv(&[order(&[]), order(&[("Name", "#2"), ("Currency", "EUR")]), order(&[("Name", "#3")])]);
    let payment = |name, amount, currency, seen, seen_in| {
        let order = [("Transaction Date", "2024-06-01 12:00:00 -0400"), ("Type", "refund"), ("Order", name)];
        let money = [("Payout Status", "paid"), ("Amount", amount), ("Fee", "0.00"), ("Net", amount)];
        let paid = [("Presentment Amount", seen), ("Presentment Currency", seen_in), ("Currency", currency)];
        order.into_iter().chain(money).chain(paid).collect::<Row>()
    };
    let payments = csv(&[
        payment("#1", "-10.00", "USD", "9.00", "EUR"),
        payment("#2", "-11.00", "USD", "10.00", "EUR"),
        payment("'#3", "-11.00", "GBP", "12.00", "EUR"),
    ]);
    let written = run("shopify", "", "", &[("orders", "orders.csv", &orders), ("refunds", "payouts.csv", &payments)]);
    assert_eq!(
        amounts(&written),
        [
            "#1 2024-06-01 12:00:00 -0400 clawback -10.00 USD",
            "#1 grant 100.00 USD",
            "#2 2024-06-01 12:00:00 -0400 clawback -10.00 EUR",
            "#2 grant 100.00 EUR",
            "#3 grant 100.00 USD",
        ]
    );
    let rejects: Vec<_> = written.rejects.iter().map(|row| (&*row["row"], &*row["value"])).collect();
    assert_eq!(rejects, [("4", "GBP")]);
}

#[test]
fn shopify_apostrophes_that_spreadsheets_write_before_names_of_orders_are_no_part_of_them() {
    let orders = [order(&[("Name", "'#1")]), order(&[("Name", "#2")])];
    let history = [paid_back("#1", "10.00", "card"), paid_back("'#2", "20.00", "card")];
    let written = run_orders("", "", &orders, &history);
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        [
            "#1 2024-06-01 12:00:00 -0400 card clawback -10.00 USD",
            "#1 grant 100.00 USD",
            "#2 2024-06-01 12:00:00 -0400 card clawback -20.00 USD",
            "#2 grant 100.00 USD",
        ]
    );
}
