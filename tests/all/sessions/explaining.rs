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

/// A book in which an order of eva's is withdrawn, and another is given to zoe: eva keeps her 3.00 of the registration.
fn with_facts_that_went() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    let withdrawn = "O-1003,eva,,2024-04-03T16:00:00,2024-04-03T16:00:00,,36.00,41.00,,true\n";
    let given = "O-1001,zoe,,2024-02-15T10:00:00,2024-02-15T10:00:00,,50.00,55.00,,\n";
    shop.write("fixtures/shop/orders-2.csv", format!("{header},void\n{withdrawn}{given}"));
    let refunds = "refund_id,order_id,refunded_at,amount,void\nR-90,O-9999,2024-06-01,5.00,\nR-91,O-1003,2024-06-01,5.00,\n\
        R-92,O-1001,2024-06-01,5.00,true\n";
    shop.write("fixtures/shop/refunds-2.csv", refunds);
    let redemptions = "redemption_id,card_number,redeemed_at,amount\nD-90,123,2024-06-01,5.00\n";
    shop.write("fixtures/shop/redemptions-2.csv", redemptions);
    for kind in ["orders", "refunds", "redemptions"] {
        let path = format!("../fixtures/shop/{kind}-2.csv");
        shop.append("pipelines/fixture.toml", &format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{path}\"\n"));
    }
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02 --override max_corrected");
    shop
}

#[test]
fn entries_that_were_taken_back_whole_tell_their_story() {
    let shop = with_facts_that_went();
    let told = [
        shop.session("explain book --order O-1003"),
        shop.session("explain book --entry O-1003"),
        shop.session("explain book --entry eva,USD,grant,O-1001,first_order,O-1001"),
        shop.session("explain book --person eva"),
    ];
    assert_snapshot!(told.join("\n"));
    let json = shop.succeed("explain book --order O-1003 --format json").stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let entries = json["currencies"][0]["entries"].as_array().unwrap();
    let [entry] = &entries.iter().filter(|entry| entry["asked_for"] == true).collect::<Vec<_>>()[..] else {
        panic!("one entry of O-1003: {entries:#?}")
    };
    let taken_back = &entry["taken_back"];
    assert_eq!((&taken_back["run"], &taken_back["reason"]), (&2.into(), &"void".into()));
    // The digest of a file out of a book is that of the export.
    let sha256 = taken_back["facts"][0]["sha256"].as_str().unwrap();
    assert_eq!(sha256.len(), 64);
    assert_eq!(json["agrees_with_ledger"], true);
}

#[test]
fn facts_of_nobody_say_which_row_they_are_and_why() {
    let shop = with_facts_that_went();
    let told = [
        shop.session("explain book --refund R-90"),
        shop.session("explain book --refund R-91"),
        shop.session("explain book --refund R-92"),
        shop.session("explain book --entry D-90"),
        shop.session("explain book --order O-1015"),
        shop.session("explain pipelines/fixture.toml --no-book --as-of 2024-07-02 --order O-1003"),
        shop.session("explain pipelines/fixture.toml --no-book --as-of 2024-07-02 --order O-1015"),
        shop.session("explain book --entry eva,USD,grant,O-1009,per_order,O-1009"),
        shop.session("explain book --entry eva,EUR,grant,O-1001,per_order,O-1001"),
        shop.session("explain book --entry O-1001,x"),
        shop.session("explain book --order -5"),
        shop.session("explain book --refund R-9"),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn another_version_of_the_calculation_is_refused_and_its_postings_are_shown() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let log = "book/ledger/_delta_log/00000000000000000001.json";
    shop.forge(log, "\"calculation\":1", "\"calculation\":2");
    assert_snapshot!(shop.session("explain book --person eva"));
}
