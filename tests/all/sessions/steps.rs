//! An as_of that is far after all that is known, and credit that is soon to expire.

use super::shop::Shop;
use super::{PIPELINE, PROGRAM};
use insta::assert_snapshot;
use serde_json::{Value, json};

const HEADER: &str = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount\n";

/// A shop whose every order grants 3.00 for 60 days, with a book.
fn shop() -> Shop {
    let shop = Shop::with_book();
    let program = "[program]\nname = \"Steps\"\ncurrency = \"USD\"\ntimezone = \"UTC\"\n\n[[expiry]]\n\
                   valid = { days = 60 }\n\n[[rule]]\nmethod = \"per_order\"\nreward = { fixed = \"3.00\" }\n";
    shop.write(PROGRAM, program);
    let pipeline = "program = \"programs/fixture.toml\"\nbook = \"../book\"\noutput = \"../out\"\n\n[[input]]\n\
                    kind = \"orders\"\npath = \"../orders*.csv\"\n";
    shop.write(PIPELINE, pipeline);
    shop
}

/// Writes an export of one order each of some people, paid at ten on a day.
fn orders(shop: &Shop, name: &str, orders: impl IntoIterator<Item = (u32, &'static str)>) {
    let row = |(number, day)| format!("O{number},c{number},{day}T09:00:00,{day}T10:00:00,10.00,10.00\n");
    let rows: String = orders.into_iter().map(row).collect();
    shop.write(name, format!("{HEADER}{rows}"));
}

fn run(as_of: &str) -> String {
    format!("run {PIPELINE} --as-of {as_of}")
}

#[test]
fn a_clock_that_is_ahead_expires_nothing() {
    let shop = shop();
    orders(&shop, "orders.csv", [(1, "2024-05-01"), (2, "2024-05-01")]);
    shop.succeed(&run("2024-05-02"));
    // 35 days after the last as_of, and a day more.
    let plain = shop.command(&run("2024-06-07")).output().unwrap();
    assert_eq!(plain.status.code(), Some(5));
    assert_snapshot!(shop.session(&run("2025-05-03")));
    let checked = shop.session(&format!("check {PIPELINE} --as-of 2025-05-03"));
    assert!(checked.contains("guard `max_step`") && checked.contains("exit code 5"), "{checked}");
    shop.succeed(&run("2024-06-06"));
}

#[test]
fn a_new_fact_tells_that_the_time_is_right_and_a_later_one_does_not() {
    let shop = shop();
    orders(&shop, "orders.csv", [(1, "2024-05-01")]);
    shop.succeed(&run("2024-05-02"));
    // After as_of, by a slip of the year: it says nothing of the time.
    orders(&shop, "orders-2.csv", [(2, "2025-05-02")]);
    let stopped = shop.session(&run("2024-07-01"));
    assert!(stopped.contains("the newest fact that was read is of 2024-05-01 09:00 UTC"), "{stopped}");
    orders(&shop, "orders-3.csv", [(3, "2024-05-27")]);
    shop.succeed(&run("2024-07-01"));
    // What was taken in before counts too: 2024-05-27 09:00 and 35 days are 2024-07-01 09:00, long before this.
    assert_eq!(shop.command(&run("2024-08-06")).output().unwrap().status.code(), Some(5));
    let planned = shop.session(&format!("plan {PIPELINE} --as-of 2024-08-06 --save a.plan"));
    assert!(planned.contains("max_step"), "{planned}");
    assert_eq!(shop.command("apply a.plan").output().unwrap().status.code(), Some(5));
    shop.succeed("apply a.plan --override max_step");
    shop.succeed(&format!("{} --override max_step", run("2024-10-01")));
}

#[test]
fn the_step_can_be_set_and_switched_off() {
    let shop = shop();
    orders(&shop, "orders.csv", [(1, "2024-05-01")]);
    shop.succeed(&run("2024-05-02"));
    shop.append(PIPELINE, "\n[guard]\nmax_step = { days = 60 }\n");
    shop.succeed(&run("2024-07-01"));
    assert!(shop.session(&run("2024-09-01")).contains("more than 60 days after"));
    shop.replace(PIPELINE, "{ days = 60 }", "false");
    shop.succeed(&run("2024-09-01"));
    shop.replace(PIPELINE, "= false", "= 60");
    assert_snapshot!(shop.session(&run("2024-09-02")));
}

/// Returns what a night tells of large expiries.
fn told(shop: &Shop, as_of: &str, options: &str) -> Value {
    let output = shop.succeed(&format!("{} {options} --json", run(as_of)));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    summary.get("large_expiries").cloned().unwrap_or_else(|| json!([]))
}

fn expiry(last_day: &str, in_days: u32, people: u32, amount: &str) -> Value {
    json!({"currency": "USD", "last_day": last_day, "in_days": in_days, "people": people, "amount": amount})
}

/// Twenty people with 3.00 from May 1st to the end of June 30th, and as many from May 20th on.
fn forty(shop: &Shop) {
    let day = |number| if number <= 20 { "2024-05-01" } else { "2024-05-20" };
    orders(shop, "orders.csv", (1..=40).map(|number| (number, day(number))));
}

#[test]
fn large_expiries_are_told_of_14_7_and_1_days_ahead_whomever_a_run_visits() {
    for options in ["", "--everyone"] {
        let shop = shop();
        forty(&shop);
        assert_eq!(told(&shop, "2024-06-15", options), json!([]));
        // 20 of 40 people, 60.00 of 120.00: what a grant of May 1st at 10:00 gives lasts to the end of June 30th.
        assert_eq!(told(&shop, "2024-06-16", options), json!([expiry("2024-06-30", 14, 20, "60.00")]));
        assert_eq!(told(&shop, "2024-06-16T20:00:00Z", options), json!([expiry("2024-06-30", 14, 20, "60.00")]));
        assert_eq!(told(&shop, "2024-06-17", options), json!([]));
        // A week without nights: what they would have told of is told of now.
        assert_eq!(told(&shop, "2024-06-24", options), json!([expiry("2024-06-30", 6, 20, "60.00")]));
        let table = shop.session(&format!("{} {options}", run("2024-06-29")));
        let line = "  2024-06-30, in 1 day                 20            60.00 USD";
        assert!(table.contains(line), "{table}");
        assert!(table.contains("\nLarge expiries, last day"), "{table}");
        // The last day itself is too late for news.
        assert_eq!(told(&shop, "2024-06-30", options), json!([]));
    }
}

#[test]
fn what_is_redeemed_granted_or_taken_back_in_the_same_night_counts() {
    for options in ["", "--everyone"] {
        let shop = shop();
        let redemptions = "\n[[input]]\nkind = \"redemptions\"\npath = \"../redemptions.csv\"\n";
        shop.append(PIPELINE, redemptions);
        let header = "redemption_id,customer_id,redeemed_at,amount\n";
        shop.write("redemptions.csv", header);
        forty(&shop);
        assert_eq!(told(&shop, "2024-06-15", options), json!([]));
        // c1 spends all of it, c2 a part; c3 had none of c41's.
        shop.write(
            "redemptions.csv",
            format!("{header}X1,c1,2024-06-15T12:00:00,3.00\nX2,c2,2024-06-15T12:00:00,1.00\n"),
        );
        orders(&shop, "orders-2.csv", [(41, "2024-05-01")]);
        assert_eq!(told(&shop, "2024-06-16", options), json!([expiry("2024-06-30", 14, 20, "59.00")]));
    }
}

#[test]
fn a_twentieth_of_all_balances_is_not_large() {
    for (others, large) in [(19, json!([])), (18, json!([expiry("2024-06-30", 14, 1, "3.00")]))] {
        let shop = shop();
        let day = |number| if number == 1 { "2024-05-01" } else { "2024-05-20" };
        orders(&shop, "orders.csv", (1..=1 + others).map(|number| (number, day(number))));
        assert_eq!(told(&shop, "2024-06-16", ""), large);
    }
}
