//! Why a balance, an order, a refund or an entry is what it is.

use super::shop::Shop;
use super::{ORDERS, RUN};
use insta::assert_snapshot;
use serde_json::Value;

/// Types `accrue explain` on the exports of the fixture shop.
fn explained(shop: &Shop, asked: &str) -> String {
    shop.session(&format!("explain pipelines/fixture.toml --as-of 2024-07-01 {asked}"))
}

/// A book in which an order of eva's was corrected: 36.00 became 29.00, so that 1.50 became 1.00.
fn with_a_correction() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let corrected = "O-1003,eva,,2024-04-03T16:00:00,2024-04-03T16:00:00,,29.00,34.00,\n";
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    shop.write("fixtures/shop/orders-corrected.csv", format!("{header}\n{corrected}"));
    let input = "[[input]]\nkind = \"orders\"\npath = \"../fixtures/shop/orders-corrected.csv\"\n";
    shop.append("pipelines/fixture.toml", &format!("\n{input}"));
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02");
    shop
}

#[test]
fn a_balance_is_explained_amount_by_amount() {
    let shop = Shop::new();
    // eva's 2.50 of O-1001 end with 15 May; ben's O-1007 is refunded in two parts of 90.00; ada's third order is
    // rewarded; ivo has spent what he did not have.
    let told = ["eva", "ben", "ada", "ivo"].map(|id| explained(&shop, &format!("--person {id}")));
    assert!(told.iter().flat_map(|text| text.lines()).all(|line| line.chars().count() <= 100));
    assert_snapshot!(told.join("\n"));
}

#[test]
fn an_order_a_refund_and_an_entry_are_explained() {
    let shop = Shop::new();
    let told = [
        explained(&shop, "--order O-1007"),
        explained(&shop, "--order O-1010"),
        explained(&shop, "--refund R-5"),
        explained(&shop, "--entry cancel:O-1011"),
        explained(&shop, "--entry eva,USD,expire,O-1001,per_order,O-1001"),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn a_page_is_as_deep_as_it_is_asked_for() {
    let shop = Shop::new();
    let told = [explained(&shop, "--person dan --depth 1"), explained(&shop, "--person dan --depth 3")];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn a_page_is_pasted_into_a_ticket_or_read_by_a_program() {
    let shop = Shop::new();
    let told = [explained(&shop, "--person finn --format md"), explained(&shop, "--order O-1012 --format json")];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn people_are_found_by_email_card_and_guest_id() {
    let shop = Shop::new();
    // Gus has registered after his first order: his guest's history is his. `printf 'gus@example.com' | sha256sum`
    let told = ["GUS@example.com", "7001", "guest:903a2cead53b6157bafa6f06151c08b1", "hana@example.com"]
        .map(|id| explained(&shop, &format!("--person {id} --depth 1")));
    assert_snapshot!(told.join("\n"));
}

#[test]
fn what_cannot_be_explained_says_what_is_near_or_what_to_type() {
    let shop = Shop::with_book();
    let before = shop.session("explain pipelines/fixture.toml --person eva");
    shop.succeed(RUN);
    let told = [
        before,
        shop.session("explain book --person evo"),
        shop.session("explain book --person nobody@example.com"),
        shop.session("explain book --order O-101"),
        shop.session("explain book --refund R-77"),
        shop.session("explain book --entry eva,USD"),
        shop.session("explain book --person eva --order O-1001"),
        shop.session("explain book"),
        shop.session("explain book --person eva --known-at 7"),
        shop.session("explain book --person eva --known-at 2024-01-01"),
        shop.session("explain book --person eva --as-of 2024-08-01"),
        shop.session("explain book --person eva --depth 4"),
        shop.session("explain book --person eva --no-book"),
        shop.session("explain pipelines/fixture.toml --no-book --person evo --as-of 2024-07-01"),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn a_corrected_amount_tells_what_was_said_before_and_by_which_row() {
    let shop = with_a_correction();
    let now = shop.session("explain book --order O-1003");
    let then = shop.session("explain book --order O-1003 --known-at 1");
    assert_snapshot!([now, then].join("\n"));
    let json = shop.succeed("explain book --order O-1003 --format json").stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let entries = json["currencies"][0]["entries"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["source_id"] == "O-1003").unwrap();
    let postings: Vec<(i64, &str)> = entry["postings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["run"].as_i64().unwrap(), own["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(postings, [(1, "1.50"), (2, "-0.50")]);
    assert_eq!(json["agrees_with_ledger"], true);
}

#[test]
fn another_version_of_the_calculation_is_refused_and_its_postings_are_shown() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let log = "book/ledger/_delta_log/00000000000000000001.json";
    shop.forge(log, "\"calculation\":1", "\"calculation\":2");
    assert_snapshot!(shop.session("explain book --person eva"));
}
