//! Magento's tables and grids, and the store credit of Adobe Commerce.

use super::{Row, amounts, assert_plain, csv, customers, over, run};
use crate::platforms::ledger;
use crate::shop_folder::Written;

const PAID: &[(&str, &str)] = &[
    ("entity_id", "11"),
    ("state", "complete"),
    ("status", "complete"),
    ("store_id", "1"),
    ("customer_id", "7"),
    ("base_grand_total", "100.0000"),
    ("grand_total", "100.0000"),
    ("base_subtotal", "100.0000"),
    ("base_discount_amount", "0.0000"),
    ("base_shipping_discount_amount", "0.0000"),
    ("base_discount_tax_compensation_amount", "0.0000"),
    ("base_shipping_amount", "0.0000"),
    ("base_tax_amount", "0.0000"),
    ("base_total_paid", "100.0000"),
    ("base_total_refunded", "NULL"),
    ("base_customer_balance_amount", "NULL"),
    ("base_gift_cards_amount", "\\N"),
    ("customer_is_guest", "0"),
    ("customer_email", "ada@example.com"),
    ("increment_id", "000000001"),
    ("base_currency_code", "USD"),
    ("order_currency_code", "USD"),
    ("created_at", "2024-05-01 14:00:00"),
    ("updated_at", "2024-05-01 14:00:00"),
];
pub(super) const MEMO: &[(&str, &str)] = &[
    ("entity_id", "1"),
    ("store_id", "1"),
    ("base_grand_total", "100.0000"),
    ("grand_total", "100.0000"),
    ("order_id", "11"),
    ("state", "2"),
    ("base_currency_code", "USD"),
    ("increment_id", "900"),
    ("created_at", "2024-06-01 16:00:00"),
    ("updated_at", "2024-06-01 16:00:00"),
    ("base_customer_balance_amount", "NULL"),
    ("bs_customer_bal_total_refunded", "NULL"),
    ("base_gift_cards_amount", "NULL"),
    ("order_increment_id", "000000001"),
];
pub(super) const SPENT: &[(&str, &str)] = &[
    ("history_id", "1"),
    ("balance_id", "3"),
    ("updated_at", "2024-05-20 14:00:00"),
    ("action", "3"),
    ("balance_amount", "0.0000"),
    ("balance_delta", "-30.0000"),
    ("additional_info", "Order #000000001"),
    ("is_customer_notified", "0"),
];

pub(super) fn order<'a>(said: &[(&'a str, &'a str)]) -> Row<'a> {
    over(PAID, said)
}

/// Runs the table of orders and, where there are some, that of credit memos.
fn run_tables(settings: &str, orders: &[Row], memos: &[Row]) -> Written {
    let (orders, refunds) = (csv(orders), csv(memos));
    let mut exports = vec![("orders", "orders.csv", orders.as_str())];
    if !memos.is_empty() {
        exports.push(("refunds", "memos.csv", &refunds));
    }
    run("magento", "", settings, &exports)
}

#[test]
fn magento_goods_are_without_shipping_tax_and_discounts_of_several_columns() {
    let orders = [
        // 20.00 off, 5.00 of it off shipping: 100.00 - 15.00. Then 10.00 shipping and 6.80 tax.
        order(&[
            ("base_discount_amount", "-20.0000"),
            ("base_shipping_discount_amount", "5.0000"),
            ("base_shipping_amount", "10.0000"),
            ("base_tax_amount", "6.8000"),
            ("base_grand_total", "96.8000"),
            ("base_total_paid", "96.8000"),
        ]),
        // Prices with 20 % tax: 12.00 off 120.00, and 10.00 of that without tax. 90.00 goods and 18.00 tax.
        order(&[
            ("increment_id", "000000002"),
            ("base_discount_amount", "-12.0000"),
            ("base_discount_tax_compensation_amount", "2.0000"),
            ("base_tax_amount", "18.0000"),
            ("base_grand_total", "108.0000"),
            ("base_total_paid", "108.0000"),
        ]),
        // The buyer paid 92.00 EUR.
        order(&[("increment_id", "000000003"), ("order_currency_code", "EUR"), ("grand_total", "92.0000")]),
        order(&[
            ("increment_id", "000000004"),
            ("base_currency_code", "JPY"),
            ("base_subtotal", "1000.0000"),
            ("base_grand_total", "1100.0000"),
            ("base_total_paid", "1100.0000"),
        ]),
        // A third of 100.00 off: 66.6667.
        order(&[
            ("increment_id", "000000005"),
            ("base_discount_amount", "-33.3333"),
            ("base_grand_total", "66.6667"),
            ("base_total_paid", "66.6667"),
        ]),
    ];
    let memo = |order, id, amount| {
        over(MEMO, &[("order_increment_id", order), ("increment_id", id), ("base_grand_total", amount)])
    };
    let memos = [
        // Half of the total; all of it; 46.00 EUR of 92.00; half of it.
        memo("000000001", "901", "48.4000"),
        memo("000000002", "902", "108.0000"),
        over(&memo("000000003", "903", "50.0000"), &[("grand_total", "46.0000")]),
        over(&memo("000000004", "904", "550.0000"), &[("base_currency_code", "JPY")]),
        // Still open, and cancelled.
        over(&memo("000000005", "905", "10.0000"), &[("state", "1")]),
        over(&memo("000000005", "906", "10.0000"), &[("state", "3")]),
    ];
    let written = run_tables("", &orders, &memos);
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        [
            "000000001 grant 85.00 USD",
            "000000002 grant 90.00 USD",
            "000000003 grant 100.00 USD",
            "000000004 grant 1000 JPY",
            "000000005 grant 66.67 USD",
            "901 clawback -42.50 USD",
            "902 clawback -90.00 USD",
            "903 clawback -50.00 USD",
            "904 clawback -500 JPY",
        ]
    );
}

/// Orders of 100.00 that store credit or gift cards have paid in part.
fn paid_in_other_ways<'a>() -> Vec<Row<'a>> {
    vec![
        // 30.00 from the balance, 20.00 with a gift card, 50.00 by card: 70.00 earn.
        order(&[
            ("base_customer_balance_amount", "30.0000"),
            ("base_gift_cards_amount", "20.0000"),
            ("base_grand_total", "50.0000"),
            ("base_total_paid", "50.0000"),
        ]),
        // Gift cards have paid for all.
        order(&[
            ("increment_id", "000000002"),
            ("base_gift_cards_amount", "100.0000"),
            ("base_grand_total", "0.0000"),
            ("base_total_paid", "NULL"),
        ]),
        // The balance has paid for all: nothing earns.
        order(&[
            ("increment_id", "000000003"),
            ("base_customer_balance_amount", "100.0000"),
            ("base_grand_total", "0.0000"),
            ("base_total_paid", "0.0000"),
        ]),
        order(&[
            ("increment_id", "000000004"),
            ("base_gift_cards_amount", "40.0000"),
            ("base_grand_total", "60.0000"),
            ("base_total_paid", "60.0000"),
        ]),
    ]
}

#[test]
fn magento_totals_are_with_what_store_credit_and_gift_cards_have_paid() {
    let memos = [
        // All goes back from where it came.
        over(
            MEMO,
            &[
                ("base_grand_total", "50.0000"),
                ("base_gift_cards_amount", "20.0000"),
                ("base_customer_balance_amount", "30.0000"),
                ("bs_customer_bal_total_refunded", "30.0000"),
            ],
        ),
        // Half goes back to the gift card.
        over(
            MEMO,
            &[
                ("increment_id", "901"),
                ("order_increment_id", "000000002"),
                ("base_grand_total", "0.0000"),
                ("base_gift_cards_amount", "50.0000"),
            ],
        ),
        // What the gift card had paid goes to the balance, as new credit; the card gets 60.00.
        over(
            MEMO,
            &[
                ("increment_id", "902"),
                ("order_increment_id", "000000004"),
                ("base_grand_total", "60.0000"),
                ("base_gift_cards_amount", "40.0000"),
                ("bs_customer_bal_total_refunded", "40.0000"),
            ],
        ),
    ];
    let written = run_tables("[redemption]\nfrom = \"orders\"\n", &paid_in_other_ways(), &memos);
    // 70.00 of 100.00 reclaim 49.00 of 70.00, and the 30.00 that come back 21.00. Half of 100.00. 60.00 of 100.00:
    // new credit reclaims nothing.
    let lines = amounts(&written);
    let of_memos: Vec<_> = lines.iter().filter(|line| !line.contains("redeem") && !line.contains("restore ")).collect();
    assert_eq!(
        of_memos,
        [
            "000000001 grant 70.00 USD",
            "000000002 grant 100.00 USD",
            "000000004 grant 100.00 USD",
            "900 clawback -49.00 USD",
            "900-restored clawback -21.00 USD",
            "901 clawback -50.00 USD",
            "902 clawback -60.00 USD",
            "902-credit grant 40.00 USD",
        ]
    );
}

#[test]
fn magento_orders_that_were_not_paid_in_full_earn_nothing() {
    let in_state = |id, state, paid| order(&[("increment_id", id), ("state", state), ("base_total_paid", paid)]);
    let written = run_tables(
        "",
        &[
            in_state("1", "new", "NULL"),
            in_state("2", "pending_payment", "0.0000"),
            in_state("3", "payment_review", "100.0000"),
            in_state("4", "canceled", "\\N"),
            in_state("5", "processing", "60.0000"),
            // Without products that are sent, paid later by transfer, and held back: paid all three.
            in_state("6", "complete", "100.0000"),
            in_state("7", "processing", "100.0000"),
            in_state("8", "holded", "100.0000"),
            in_state("9", "closed", "100.0000"),
        ],
        &[],
    );
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        ["6 grant 100.00 USD", "7 grant 100.00 USD", "8 grant 100.00 USD", "9 grant 100.00 USD"]
    );
}

#[test]
fn magento_refunds_without_a_date_are_of_the_last_change_where_refunds_come_from_orders() {
    // 30.00 in all, of which a memo has 20.00.
    let orders = [order(&[("base_total_refunded", "30.0000"), ("updated_at", "2024-06-02 14:00:00")])];
    let memos = [over(MEMO, &[("base_grand_total", "20.0000")])];
    assert_eq!(
        ledger(&run_tables("", &orders, &memos)),
        ["000000001 grant 100.00 2024-05-01T14:00:00", "900 clawback -20.00 2024-06-01T16:00:00"]
    );
    assert_eq!(
        ledger(&run_tables("[refunds]\nfrom = \"orders\"\n", &orders, &memos)),
        ["000000001 grant 100.00 2024-05-01T14:00:00", "refunded:000000001:30.00 clawback -30.00 2024-06-02T14:00:00"]
    );
}

#[test]
fn magento_guests_in_two_cases_are_the_customer_of_the_table_and_spend_in_the_currency_of_the_order() {
    let guest = |id, email| {
        order(&[("increment_id", id), ("customer_id", "NULL"), ("customer_is_guest", "1"), ("customer_email", email)])
    };
    let mut orders = vec![guest("000000001", "ada@example.com"), guest("000000002", "ADA@Example.com")];
    orders.push(over(&guest("000000003", "ada@example.com"), &[("base_currency_code", "EUR")]));
    let entity = "entity_id,website_id,email,group_id,created_at,updated_at,firstname,lastname\n\
        7,1,ada@example.com,1,2024-01-03 18:05:09,2024-01-03 18:05:09,Ada,NULL\n";
    // 30.00 USD of the first order, and 20.00 EUR of the third, told as newer and as older versions do.
    let spent = [
        over(SPENT, &[]),
        over(
            SPENT,
            &[
                ("history_id", "2"),
                ("balance_delta", "-20.0000"),
                ("additional_info", "Order #000000003, creditmemo #000000010"),
            ],
        ),
        // Given by hand, refunded, and taken back because an order was cancelled.
        over(SPENT, &[("history_id", "3"), ("action", "1"), ("additional_info", "By admin: root. (NULL)")]),
        over(SPENT, &[("history_id", "4"), ("action", "4"), ("balance_delta", "5.0000")]),
        over(SPENT, &[("history_id", "5"), ("action", "5"), ("balance_delta", "5.0000")]),
    ];
    let (orders, spent) = (csv(&orders), csv(&spent));
    let written = run(
        "magento",
        "",
        "",
        &[
            ("orders", "orders.csv", &orders),
            ("registrations", "customer_entity.csv", entity),
            ("redemptions", "history.csv", &spent),
        ],
    );
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        [
            "000000001 grant 100.00 USD",
            "000000002 grant 100.00 USD",
            "000000003 grant 100.00 EUR",
            "1 redeem -30.00 USD",
            "2 redeem -20.00 EUR",
        ]
    );
    assert_eq!(customers(&written), ["7"]);
}

#[test]
fn magento_grids_of_either_clock_and_of_none_are_of_the_same_instants_in_winter_and_summer() {
    let customers = |since: [&str; 3]| {
        let row = |(id, since): (usize, &&str)| format!("{id},Ada,a{id}@example.com,General,\"{since}\"\n");
        let rows: String = since.iter().enumerate().map(row).collect();
        format!("ID,Name,Email,Group,Customer Since\n{rows}")
    };
    let welcome = "[[rule]]\nmethod = \"registration\"\nreward = { fixed = \"3.00\" }\n";
    // The clocks of New York go forward on 10 March at 2. Noon and midnight are 12 on a clock of 12 hours.
    for since in [
        ["Mar 9, 2024 23:30:00 PM", "Mar 10, 2024 03:30:00 AM", "Mar 11, 2024 00:00:00 AM"],
        ["Mar 9, 2024 11:30:00 PM", "Mar 10, 2024 03:30:00 AM", "Mar 11, 2024 12:00:00 AM"],
        ["2024-03-10 04:30:00", "2024-03-10 07:30:00", "2024-03-11 04:00:00"],
    ] {
        let written = run("magento", "", welcome, &[("registrations", "customers.csv", &customers(since))]);
        assert_plain(&written);
        assert_eq!(
            ledger(&written),
            [
                "0 grant 3.00 2024-03-10T04:30:00",
                "1 grant 3.00 2024-03-10T07:30:00",
                "2 grant 3.00 2024-03-11T04:00:00",
            ],
            "{since:?}"
        );
    }
}

#[test]
fn magento_balances_of_several_websites_are_the_opening_balance_of_the_day_that_is_said() {
    let balances = include_str!("../../../platforms/magento/fixture/customerbalance.csv");
    let orders = csv(&[order(&[])]);
    let exports = [("orders", "orders.csv", orders.as_str()), ("adjustments", "customerbalance.csv", balances)];
    let written = run("magento", "options = { balances_at = \"2024-05-15\" }\n", "", &exports);
    assert_plain(&written);
    // To 15.00 + 2.50 = 17.50, of 100.00 that were earned; 8 has nothing and keeps it.
    assert_eq!(
        ledger(&written),
        ["000000001 grant 100.00 2024-05-01T14:00:00", "opening 7 USD adjust -82.50 2024-05-15T04:00:00"]
    );
    let without = run("magento", "", "", &exports);
    let says_what_to_write = |message: &str| message.ends_with("such as options = { balances_at = \"2024-05-01\" }");
    let rejects: Vec<_> = without.rejects.iter().map(|row| says_what_to_write(&row["message"])).collect();
    assert_eq!(rejects, [true; 2]);
}

#[test]
fn magento_grids_have_more_decimals_than_are_shown_and_months_of_other_languages_are_named() {
    let yen = [("base_subtotal", "1000.0000"), ("base_grand_total", "1000.0000"), ("base_total_paid", "1000.0000")];
    let yen = [&[("entity_id", "12"), ("increment_id", "000000002"), ("base_currency_code", "JPY")][..], &yen].concat();
    let orders = csv(&[order(&[]), order(&yen)]);
    let memo = |number, order, created, amount| -> Row {
        let told = [("Credit Memo", number), ("Created", created), ("Order", order)];
        told.into_iter().chain([("Status", "Refunded"), ("Refunded", amount)]).collect()
    };
    let noon = "Jun 1, 2024 12:00:00 PM";
    let memos = csv(&[
        memo("900", "000000001", noon, "12.3450"),
        // A spreadsheet has kept the zeros.
        memo("'901", "'000000002", noon, "100.5000"),
        memo("902", "000000001", "15 mars 2024 14:05:09", "1.0000"),
        memo("903", "000000001", "15 mars 2024 02:05:09 PM", "1.0000"),
    ]);
    let written = run("magento", "", "", &[("orders", "orders.csv", &orders), ("refunds", "memos.csv", &memos)]);
    // 12.35 and 101: half a cent, and half a yen, are shown as one more.
    assert_eq!(
        amounts(&written),
        ["000000001 grant 100.00 USD", "000000002 grant 1000 JPY", "900 clawback -12.35 USD", "901 clawback -101 JPY",]
    );
    let rejects: Vec<_> = written.rejects.iter().map(|row| (&*row["row"], &*row["column"], &*row["value"])).collect();
    let expected = [("4", "Created", "15 mars 2024 14:05:09"), ("5", "Created", "15 mars 2024 02:05:09 PM")];
    assert_eq!(rejects, expected);
    assert!(written.rejects.iter().all(|row| row["message"].contains("%b %d, %Y")), "{:?}", written.rejects);
}
