//! Dumps of Shopify's APIs: orders of the REST API, and of a bulk operation of GraphQL; balances of store credit.

use super::{amounts, assert_plain, customers, run};
use crate::platforms::ledger;
use crate::shop_folder::Written;
use serde_json::{Value, json};

/// An order of the REST API over 100.00 that was paid by card, with what is said of it instead.
fn rest(name: &str, said: Value) -> Value {
    let mut order = json!({
        "id": 5551, "name": name, "email": "ada@example.com", "customer": {"id": 7001}, "financial_status": "paid",
        "created_at": "2024-05-01T09:59:58-04:00", "processed_at": "2024-05-01T10:00:00-04:00",
        "updated_at": "2024-05-01T10:00:00-04:00", "cancelled_at": null, "currency": "USD", "test": false,
        "taxes_included": false, "subtotal_price": "100.00", "total_tax": "0.00", "total_price": "100.00",
        "total_outstanding": "0.00", "total_shipping_price_set": {"shop_money": {"amount": "0.00", "currency_code": "USD"}},
        "line_items": [{"id": 1, "quantity": 1, "price": "100.00", "gift_card": false, "total_discount": "0.00"}],
        "refunds": [],
    });
    order.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
    order
}

/// Likewise an order of a bulk operation; `said` may have `lines`, whose children they are.
fn bulk(name: &str, said: Value) -> String {
    let money = |amount: &str| json!({"shopMoney": {"amount": amount, "currencyCode": "USD"}});
    let id = format!("gid://shopify/Order/{}", &name[1..]);
    let mut order = json!({
        "id": id, "name": name, "email": "ada@example.com", "createdAt": "2024-05-01T13:59:58Z",
        "processedAt": "2024-05-01T14:00:00Z", "updatedAt": "2024-05-01T14:00:00Z", "cancelledAt": null,
        "displayFinancialStatus": "PAID", "test": false, "taxesIncluded": false, "currencyCode": "USD",
        "customer": {"id": "gid://shopify/Customer/7001"}, "subtotalPriceSet": money("100.00"), "totalTaxSet": money("0.0"),
        "totalShippingPriceSet": money("0.0"), "totalPriceSet": money("100.00"), "totalOutstandingSet": money("0.0"),
        "refunds": [],
    });
    order.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
    let lines = order.as_object_mut().unwrap().remove("lines").unwrap_or(json!([]));
    let mut text = format!("{order}\n");
    for (at, line) in lines.as_array().unwrap().iter().enumerate() {
        let mut child = json!({"id": format!("gid://shopify/LineItem/{}{at}", &name[1..]), "__parentId": id});
        child.as_object_mut().unwrap().extend(line.as_object().unwrap().clone());
        text = format!("{child}\n{text}");
    }
    text
}

fn run_rest(orders: &[Value]) -> Written {
    let text = json!({ "orders": orders }).to_string();
    run("shopify", "", "", &[("orders", "orders.json", &text), ("refunds", "orders.json", &text)])
}

fn run_bulk(orders: &[String]) -> Written {
    let text = orders.concat();
    run("shopify", "", "", &[("orders", "orders.jsonl", &text), ("refunds", "orders.jsonl", &text)])
}

fn money(amount: &str, currency: &str) -> Value {
    json!({"shopMoney": {"amount": amount, "currencyCode": currency}})
}

#[test]
fn shopify_orders_of_both_apis_that_were_not_paid_in_full_or_are_tests_earn_nothing() {
    // The refund of a test order moved no money either.
    let back = json!([{"id": 91, "note": null, "created_at": "2024-06-01T12:00:00-04:00", "transactions": [{"id": 911,
        "kind": "refund", "status": "success", "amount": "10.00", "gateway": "bogus", "created_at": "2024-06-01T12:00:00-04:00"}]}]);
    let written = run_rest(&[
        rest("#1", json!({"financial_status": "voided", "cancelled_at": "2024-05-01T11:00:00-04:00"})),
        rest("#2", json!({"financial_status": "partially_paid", "total_outstanding": "40.00"})),
        rest("#3", json!({"financial_status": "pending"})),
        rest("#4", json!({"financial_status": "authorized"})),
        // Edited after it was paid, and made by an app that calls it paid.
        rest("#5", json!({"total_outstanding": "50.00"})),
        rest("#6", json!({"total_outstanding": "100.00"})),
        rest("#7", json!({"test": true, "refunds": back})),
    ]);
    assert_eq!(amounts(&written), [""; 0]);
    assert_plain(&written);
    let back = json!([{"id": "gid://shopify/Refund/91", "createdAt": "2024-06-01T16:00:00Z",
        "totalRefundedSet": money("10.00", "USD")}]);
    let written = run_bulk(&[
        bulk("#1", json!({"displayFinancialStatus": "VOIDED", "cancelledAt": "2024-05-01T15:00:00Z"})),
        bulk("#2", json!({"displayFinancialStatus": "PARTIALLY_PAID", "totalOutstandingSet": money("40.00", "USD")})),
        bulk("#3", json!({"displayFinancialStatus": "PENDING"})),
        bulk("#5", json!({"totalOutstandingSet": money("50.00", "USD")})),
        bulk("#7", json!({"test": true, "refunds": back})),
    ]);
    assert_eq!(amounts(&written), [""; 0]);
    assert_plain(&written);
}

#[test]
fn shopify_goods_of_both_apis_are_without_tips_shipping_tax_and_gift_cards() {
    let shipping = |amount: &str| json!({"shop_money": {"amount": amount, "currency_code": "EUR"}});
    let item = |price: &str, is_gift: bool| json!({"id": 1, "quantity": 2, "price": price, "gift_card": is_gift});
    let written = run_rest(&[
        // 100.00, 5.00 shipping, 8.00 tax and a tip of 2.00, which is a line and not in the subtotal.
        rest(
            "#1",
            json!({"total_tax": "8.00", "total_price": "115.00", "total_shipping_price_set": shipping("5.00"),
            "line_items": [item("50.00", false), {"id": 2, "quantity": 1, "price": "2.00", "gift_card": false}]}),
        ),
        // Tax of 20 % inside of 90.00 and 30.00, 75.00 of it goods; two gift cards of 12.50 bear none.
        rest(
            "#2",
            json!({"currency": "EUR", "taxes_included": true, "subtotal_price": "115.00", "total_tax": "20.00",
            "total_price": "145.00", "total_shipping_price_set": shipping("30.00"),
            "line_items": [item("45.00", false), item("12.50", true)]}),
        ),
        // 1100 - 100.
        rest(
            "#3",
            json!({"currency": "JPY", "taxes_included": true, "subtotal_price": "1100", "total_tax": "100",
            "total_price": "1100", "total_shipping_price_set": shipping("0"), "line_items": []}),
        ),
    ]);
    let expected = ["#1 grant 100.00 USD", "#2 grant 75.00 EUR", "#3 grant 1000 JPY"];
    assert_eq!(amounts(&written), expected);
    assert_plain(&written);
    let item = |price: &str, is_gift: bool, currency: &str| json!({"quantity": 2, "isGiftCard": is_gift, "originalUnitPriceSet": money(price, currency)});
    let written = run_bulk(&[
        bulk(
            "#1",
            json!({"totalTaxSet": money("8.0", "USD"), "totalPriceSet": money("115.0", "USD"),
            "totalShippingPriceSet": money("5.0", "USD"), "lines": [item("50.0", false, "USD"), item("1.0", false, "USD")]}),
        ),
        bulk(
            "#2",
            json!({"currencyCode": "EUR", "taxesIncluded": true, "subtotalPriceSet": money("115.0", "EUR"),
            "totalTaxSet": money("20.0", "EUR"), "totalPriceSet": money("145.0", "EUR"),
            "totalShippingPriceSet": money("30.0", "EUR"),
            "lines": [item("45.0", false, "EUR"), item("12.5", true, "EUR")]}),
        ),
        bulk(
            "#3",
            json!({"currencyCode": "JPY", "taxesIncluded": true, "subtotalPriceSet": money("1100", "JPY"),
            "totalTaxSet": money("100", "JPY"), "totalPriceSet": money("1100", "JPY"),
            "totalShippingPriceSet": money("0", "JPY")}),
        ),
    ]);
    assert_eq!(amounts(&written), expected);
    assert_plain(&written);
}

#[test]
fn shopify_amounts_that_a_buyer_sees_in_another_currency_are_those_of_the_shop() {
    // The buyer paid 200.00 AUD for 100.00 USD. Payments of the REST API are in the buyer's currency: 60.00 AUD are 30,
    // and 140.00 AUD the rest. Where the payment has both amounts, the shop's counts.
    let both = |shop: &str, buyer: &str| {
        json!({"shop_money": {"amount": shop, "currency_code": "USD"},
            "presentment_money": {"amount": buyer, "currency_code": "AUD"}})
    };
    let part = |id: u32, amount: &str| {
        json!({"id": id, "kind": "refund", "status": "success", "amount": amount, "currency": "AUD", "gateway": "card",
            "created_at": "2024-06-01T12:00:00-04:00"})
    };
    let mut told = part(912, "60.00");
    told["amount_set"] = both("30.00", "60.00");
    let refund = |parts: Value| json!([{"id": 91, "note": null, "created_at": "2024-06-01T12:00:00-04:00", "transactions": parts}]);
    let abroad = |name: &str, parts: Value| {
        rest(
            name,
            json!({"presentment_currency": "AUD", "total_price_set": both("100.00", "200.00"),
            "subtotal_price_set": both("100.00", "200.00"), "refunds": refund(parts)}),
        )
    };
    let written = run_rest(&[
        abroad("#1", json!([part(910, "60.00"), part(911, "140.00")])),
        abroad("#2", json!([told])),
        // Paid in the shop's currency.
        rest(
            "#3",
            json!({"total_price_set": {"shop_money": {"amount": "100.00"}, "presentment_money": {"amount": "100.00"}},
            "refunds": refund(json!([{"id": 913, "kind": "refund", "status": "success", "amount": "25.00",
            "currency": "USD", "gateway": "card", "created_at": "2024-06-01T12:00:00-04:00"}]))}),
        ),
    ]);
    assert_plain(&written);
    assert_eq!(
        amounts(&written),
        [
            "#1 grant 100.00 USD",
            "#2 grant 100.00 USD",
            "#3 grant 100.00 USD",
            "910 clawback -30.00 USD",
            "911 clawback -70.00 USD",
            "912 clawback -30.00 USD",
            "913 clawback -25.00 USD",
        ]
    );
    let shown = |amount: &str, buyer: &str| {
        json!({"shopMoney": {"amount": amount, "currencyCode": "USD"},
            "presentmentMoney": {"amount": buyer, "currencyCode": "AUD"}})
    };
    let written = run_bulk(&[bulk(
        "#1",
        json!({"subtotalPriceSet": shown("100.0", "200.0"), "totalPriceSet": shown("100.0", "200.0"),
        "refunds": [{"id": "gid://shopify/Refund/91", "createdAt": "2024-06-01T16:00:00Z",
            "totalRefundedSet": shown("30.0", "60.0")}]}),
    )]);
    assert_plain(&written);
    assert_eq!(amounts(&written), ["#1 grant 100.00 USD", "91 clawback -30.00 USD"]);
}

#[test]
fn shopify_cancellations_of_both_apis_take_back_what_was_not_refunded_and_times_have_two_offsets() {
    let winter = json!({"created_at": "2024-03-09T23:30:00-05:00", "processed_at": "2024-03-09T23:30:00-05:00",
        "customer": null, "email": "ADA@example.com"});
    let guest = json!({"customer": null, "cancelled_at": "2024-06-01T12:00:00-04:00"});
    let written = run_rest(&[rest("#1", winter), rest("#2", guest)]);
    assert_plain(&written);
    let expected = [
        "#1 grant 100.00 2024-03-10T04:30:00",
        "#2 grant 100.00 2024-05-01T14:00:00",
        "cancel:#2 clawback -100.00 2024-06-01T16:00:00",
    ];
    assert_eq!(ledger(&written), expected);
    assert_eq!(customers(&written).len(), 1);
    let winter = json!({"createdAt": "2024-03-10T04:30:00Z", "processedAt": null, "customer": null,
        "email": "ADA@example.com"});
    let written =
        run_bulk(&[bulk("#1", winter), bulk("#2", json!({"customer": null, "cancelledAt": "2024-06-01T16:00:00Z"}))]);
    assert_plain(&written);
    assert_eq!(ledger(&written), expected);
}

#[test]
fn shopify_balances_of_store_credit_are_opening_balances_of_the_day_that_is_said() {
    let accounts = include_str!("../../../platforms/shopify/fixture/bulk_store_credit.jsonl");
    // 7001 has earned 100.00 USD before that day and 100.00 after it.
    let orders = [
        bulk("#1", json!({"processedAt": "2024-05-01T14:00:00Z"})),
        bulk("#2", json!({"processedAt": "2024-06-01T14:00:00Z"})),
    ]
    .concat();
    let exports = [("orders", "orders.jsonl", orders.as_str()), ("adjustments", "accounts.jsonl", accounts)];
    let written = run("shopify", "options = { balances_at = \"2024-05-15\" }\n", "", &exports);
    assert_plain(&written);
    // To 12.00: 88.00 less. To 3.50 EUR from nothing. Local midnight of New York is 04:00.
    assert_eq!(
        ledger(&written),
        [
            "#1 grant 100.00 2024-05-01T14:00:00",
            "#2 grant 100.00 2024-06-01T14:00:00",
            "opening 31 adjust -88.00 2024-05-15T04:00:00",
            "opening 32 grant 3.50 2024-05-15T04:00:00",
        ]
    );
    let without = run("shopify", "", "", &exports);
    let says_what_to_write = |message: &str| message.ends_with("such as options = { balances_at = \"2024-05-01\" }");
    let rejects: Vec<_> = without.rejects.iter().map(|row| says_what_to_write(&row["message"])).collect();
    assert_eq!(rejects, [true; 2]);
}
