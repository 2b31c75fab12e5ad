//! What a shop owes, and how that has changed.

use super::shop::Shop;
use super::{ORDERS, RUN};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;

const JUNE: &str = "report liability book --period 2024-06";

/// A book with two runs: the second, a day later, brings a correction of an order of April. It was 36.00 and earned
/// eva 1.50; it is 29.00, which earns 1.00.
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

fn json(shop: &Shop, line: &str) -> Value {
    serde_json::from_slice(&shop.succeed(&format!("{line} --format json")).stdout).unwrap()
}

/// Returns some columns of the rows of a table, as one text a row.
fn rows(report: &Value, table: &str, columns: &str) -> Vec<String> {
    let shown = |cell: &Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    let row = |row: &Value| columns.split(' ').map(|column| shown(&row[column])).collect::<Vec<_>>().join(" ");
    report["tables"][table].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_month_is_rolled_forward_and_no_line_is_wider_than_a_terminal() {
    let shop = with_a_correction();
    let told = [
        shop.session(JUNE),
        shop.session("report liability pipelines/fixture.toml --from 2024-05-01 --to 2024-07-01 --monthly"),
    ];
    assert!(told.iter().flat_map(|text| text.lines()).all(|line| line.chars().count() <= 100));
    assert_snapshot!(told.join("\n"));
}

/// Worked out by hand from the stories of fixtures/README.md: what there was before June, what June brought.
#[test]
fn the_fixture_shop_s_june_has_the_figures_worked_out_by_hand() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let columns = "class method opening prior_period_corrections granted redeemed restored reclaimed expired settled \
         adjusted_up adjusted_down closing people lots redeemed_from_opening";
    assert_eq!(
        rows(&json(&shop, JUNE), "rollforward", columns),
        [
            "earned first_order 20.00 0.00 30.00 0.00 0.00 16.76 0.00 0.00 0.00 0.00 33.24 7 7 0.00",
            "earned per_order 10.00 0.00 15.00 2.00 0.00 6.50 0.00 0.00 0.00 0.00 16.50 6 9 2.00",
            "earned order_history 0.00 0.00 2.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 2.00 1 1 0.00",
            "earned spend_history 0.00 0.00 4.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 4.00 1 1 0.00",
            "promotion registration 21.00 0.00 6.00 7.00 2.00 0.00 0.00 0.00 0.00 0.00 22.00 8 8 7.00",
            "refund refund_credit 0.00 0.00 20.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 20.00 1 1 0.00",
            "other adjustment 10.00 0.00 0.00 10.00 10.00 0.00 0.00 0.00 4.50 0.00 14.50 3 3 10.00",
        ]
    );
}

/// Worked out by hand as well: what is left of the 112.24, and the days of grants and expiries.
#[test]
fn what_is_left_of_the_fixture_shop_has_the_figures_worked_out_by_hand() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let report = json(&shop, JUNE);
    assert_eq!(
        rows(&report, "outstanding", "class method rule granted remaining lots people"),
        [
            "earned first_order first_order 35.00 33.24 7 7",
            "earned per_order per_order 16.50 16.50 9 6",
            "earned order_history order_history 2.00 2.00 1 1",
            "earned spend_history spend_history 4.00 4.00 1 1",
            "promotion registration registration 24.00 22.00 8 8",
            "refund refund_credit null 20.00 20.00 1 1",
            "other adjustment null 14.50 14.50 3 3",
        ]
    );
    // 31 May is 30 days before 30 June, 1 April is 90. Of eva and her order of 3 April, and of ada's of 2 April.
    assert_eq!(
        rows(&report, "ageing", "class bucket remaining lots people"),
        [
            "earned 0-30 27.74 10 6",
            "earned 31-90 23.00 7 4",
            "earned 91-180 5.00 1 1",
            "promotion 0-30 6.00 2 2",
            "promotion 31-90 3.00 1 1",
            "promotion 91-180 10.00 4 4",
            "promotion 181-365 3.00 1 1",
            "refund 0-30 20.00 1 1",
            "other 0-30 4.50 2 2",
            "other 91-180 10.00 1 1",
        ]
    );
    // The 20.00 of R-4 never expire. Credit that is valid to 30 June, and no longer, would be of June.
    let expiring = rows(&report, "expiring", "class expiry_month remaining");
    assert_eq!(expiring[..3], ["earned 2024-07 4.50", "earned 2024-08 3.50", "earned 2024-09 8.50"]);
    assert!(expiring.contains(&"refund never 20.00".to_owned()));
    // 34.00 of 112.24 are 30.29 %.
    let largest = rows(&report, "largest", "customer_id balance share next_expires_at next_expiring");
    assert_eq!(largest[0], "finn 34.00 30.29 2024-09-11T04:00:00.000000Z 3.50");
    assert_eq!((largest.len(), largest[8].as_str()), (9, "jo 3.00 2.67 2025-06-29T04:00:00.000000Z 3.00"));
}

#[test]
fn all_tables_are_written_to_a_folder_with_the_sql_that_computes_them() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let written = shop.session(&format!("{JUNE} --out june --format json"));
    assert!(written.contains("The tables: june"), "{written}");
    let mut names: Vec<String> = fs::read_dir(shop.path("june"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let told = [
        names.join("\n"),
        shop.read("june/outstanding.csv"),
        shop.read("june/expiring.csv"),
        shop.session(&format!("{JUNE} --out june")),
        shop.session(&format!("{JUNE} --out book/june")),
    ];
    assert_snapshot!(told.join("\n"));
    let printed = shop.succeed(&format!("{JUNE} --format json")).stdout;
    assert_eq!(fs::read(shop.path("june/report.json")).unwrap(), printed);
}

#[test]
fn a_pipeline_has_classes_of_its_own() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append("pipelines/fixture.toml", "\n[report.classes]\nregistration = \"earned\"\nadjustment = \"goodwill\"\n");
    let report = json(&shop, "report liability pipelines/fixture.toml --period 2024-06");
    let classes = rows(&report, "rollforward", "class method closing");
    assert_eq!(classes[2], "earned registration 22.00");
    assert_eq!(classes[6], "goodwill adjustment 14.50");
    let refused = ["debt", "Mine", ""].map(|class| {
        let shop = Shop::with_book();
        shop.append("pipelines/fixture.toml", &format!("\n[report.classes]\nadjustment = \"{class}\"\n"));
        shop.session("report liability pipelines/fixture.toml")
    });
    let unknown = Shop::with_book();
    unknown.append("pipelines/fixture.toml", "\n[report.classes]\nadjustments = \"other\"\n");
    assert_snapshot!([refused.join("\n"), unknown.session("report liability pipelines/fixture.toml")].join("\n"));
}

#[test]
fn what_a_later_run_changes_of_a_reported_month_is_a_correction() {
    let shop = with_a_correction();
    let closing = |line: &str, method: &str| {
        let found = rows(&json(&shop, line), "rollforward", "method opening prior_period_corrections closing");
        found.into_iter().find(|row| row.starts_with(method)).unwrap()
    };
    // The first run has reported what there was before June: 1.50 of O-1003 among it.
    assert_eq!(closing(JUNE, "per_order"), "per_order 10.00 -0.50 16.00");
    assert_eq!(closing(&format!("{JUNE} --known-at 1"), "per_order"), "per_order 10.00 0.00 16.50");
    let columns = "period_start class method kind entries amount effective_month run cause";
    assert_eq!(
        rows(&json(&shop, JUNE), "prior_corrections", columns),
        ["2024-06-01 earned per_order grant 1 -0.50 2024-04 2 changed_fact"]
    );
    // Who has reported it after the second run has no correction any more.
    assert_eq!(closing(&format!("{JUNE} --opening-at 2"), "per_order"), "per_order 9.50 0.00 16.00");
}

#[test]
fn what_was_known_at_a_run_is_the_same_bytes_after_later_runs_and_housekeeping() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let told = |shop: &Shop| {
        let text = shop.succeed(&format!("{JUNE} --known-at 1")).stdout;
        [text, shop.succeed(&format!("{JUNE} --known-at 1 --format json")).stdout]
    };
    let first = told(&shop);
    let now = [shop.succeed(JUNE).stdout, shop.succeed(&format!("{JUNE} --format json")).stdout];
    assert_eq!(first, now);
    let later = with_a_correction();
    for day in 3..12 {
        let id = format!("O-20{day:02}");
        let order = format!("{id},eva,,2024-07-{day:02}T10:00:00,2024-07-{day:02}T10:00:00,,50.00,55.00,\n");
        later.append(ORDERS, &order);
        later.succeed(&format!("run pipelines/fixture.toml --as-of 2024-07-{:02}", day + 1));
    }
    assert_eq!(told(&later), first);
    later.succeed("maintain book --keep-days 1");
    assert_eq!(told(&later), first);
}

#[test]
fn what_cannot_be_reported_says_why_and_what_to_type() {
    let shop = Shop::with_book();
    let before = shop.session(JUNE);
    shop.succeed(RUN);
    let told = [
        before,
        shop.session("report liability book --period 2024-07"),
        shop.session("report liability book --period 2024-13"),
        shop.session("report liability book --period june"),
        shop.session("report liability book --from 2024-06-01"),
        shop.session("report liability book --from 2024-06-30 --to 2024-06-30"),
        shop.session("report liability book --from 2024-06-01 --to 30.06.2024"),
        shop.session("report liability book --known-at 7"),
        shop.session("report liability book --known-at 2024-01-01"),
        shop.session("report liability"),
        shop.session("report"),
    ];
    assert_snapshot!(told.join("\n"));
}
