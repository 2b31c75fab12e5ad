//! Whom a run into a book visits: figures worked out from fixtures/README.md. Each run is repeated on a copy of the
//! book with `--everyone`, and must come to the same.

use super::{ORDERS, PIPELINE, PROGRAM, RUN, Shop};
use std::fs;
use std::path::Path;

const REGISTRATIONS: &str = "fixtures/shop/registrations.csv";

/// What a run has visited, posted and mailed.
#[derive(Debug, PartialEq)]
struct Night {
    visited: u64,
    /// Customer, kind, method, source and amount of each posting.
    posted: Vec<String>,
    mailed: Vec<String>,
}

/// Returns a shop that was run into a book on the first of July.
fn on_the_first() -> Shop {
    let shop = Shop::new();
    shop.replace(PIPELINE, "output = ", "book = \"../book\"\noutput = ");
    shop.succeed(RUN);
    shop
}

/// Runs the shop, and a copy of its book with everybody.
fn night(shop: &Shop, as_of: &str) -> Night {
    let _ = fs::remove_dir_all(shop.path("copy"));
    copy(&shop.path("book"), &shop.path("copy/book"));
    shop.write("pipelines/copy.toml", shop.read(PIPELINE).replace("../book", "../copy/book"));
    let few = run(shop, PIPELINE, &format!("--as-of {as_of} --out out/few-{as_of}"));
    let all = run(shop, "pipelines/copy.toml", &format!("--as-of {as_of} --out copy/out --everyone"));
    assert_eq!((&few.posted, &few.mailed), (&all.posted, &all.mailed));
    assert!(all.visited >= 10, "{all:?}");
    few
}

fn run(shop: &Shop, pipeline: &str, options: &str) -> Night {
    let output = shop.succeed(&format!("run {pipeline} {options} --format csv --json"));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let out = options.split_whitespace().nth(3).unwrap();
    let ledger = shop.read(&format!("{out}/ledger.csv"));
    let posting = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [0, 2, 4, 3, 6].map(|column| cells[column]).join(" ")
    };
    let mail = |line: &str| {
        let job: serde_json::Value = serde_json::from_str(line).unwrap();
        format!("{} {} {}", job["customer_id"], job["kind"], job["amount"]).replace('"', "")
    };
    Night {
        visited: summary["book"]["visited"].as_u64().unwrap(),
        posted: ledger.lines().skip(1).map(posting).collect(),
        mailed: shop.read(&format!("{out}/emails.ndjson")).lines().map(mail).collect(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Compares with what is expected, one posting or mail a line.
fn assert_night(night: Night, visited: u64, posted: &[&str], mailed: &[&str]) {
    assert_eq!(
        (night.visited, &night.posted[..]),
        (visited, &posted.iter().map(|own| own.to_string()).collect::<Vec<_>>()[..])
    );
    assert_eq!(night.mailed, mailed);
}

#[test]
fn a_night_of_nothing_new_visits_nobody() {
    assert_night(night(&on_the_first(), "2024-07-01T20:00:00Z"), 0, &[], &[]);
}

#[test]
fn a_guest_who_registers_is_visited_under_both_names() {
    let shop = on_the_first();
    shop.append(REGISTRATIONS, "hana,2024-07-01T10:00:00,Hana@example.com,,Hana,en\n");
    let guest = "guest:ca70ecf5ca38f2c62ad714b7334004f3";
    let posted = [
        &format!("{guest} grant first_order O-1012 -5.00"),
        &format!("{guest} grant per_order O-1012 -1.00"),
        "hana grant first_order O-1012 5.00",
        "hana grant per_order O-1012 1.00",
        "hana grant registration hana 3.00",
    ];
    // The order was mailed about when it was the guest's.
    assert_night(night(&shop, "2024-07-01T20:00:00Z"), 2, &posted, &["hana received 3.00"]);
    assert_night(night(&shop, "2024-07-01T21:00:00Z"), 0, &[], &[]);
}

#[test]
fn an_order_that_moves_visits_its_owners_before_and_now() {
    let shop = on_the_first();
    shop.replace(ORDERS, "O-1016,ada", "O-1016,jo");
    let posted = [
        "ada grant order_history O-1016 -2.00",
        "ada grant per_order O-1016 -2.00",
        "ada grant spend_history O-1016 -4.00",
        "jo grant per_order O-1016 2.00",
    ];
    assert_night(night(&shop, "2024-07-01T20:00:00Z"), 2, &posted, &[]);
}

#[test]
fn an_order_withdrawn_visits_whom_it_was() {
    let shop = on_the_first();
    shop.write(ORDERS, shop.read(ORDERS).replace('\n', ",\n"));
    shop.replace(ORDERS, "credit_amount,\n", "credit_amount,void\n");
    shop.append(ORDERS, "O-1012,,hana@example.com,2024-06-24T09:00:00,2024-06-24T09:00:00,,28.00,33.00,,true\n");
    let guest = "guest:ca70ecf5ca38f2c62ad714b7334004f3";
    let posted =
        [&*format!("{guest} grant first_order O-1012 -5.00"), &*format!("{guest} grant per_order O-1012 -1.00")];
    assert_night(night(&shop, "2024-07-01T20:00:00Z"), 1, &posted, &[]);
}

#[test]
fn a_card_that_an_older_customer_turns_out_to_have_visits_both() {
    let shop = on_the_first();
    shop.append(REGISTRATIONS, "kim,2024-01-01T12:00:00,,7001,Kim,en\n");
    let posted =
        ["ivo redeem registration D-1 3.00", "kim grant registration kim 3.00", "kim redeem registration D-1 -3.00"];
    assert_night(night(&shop, "2024-07-01T20:00:00Z"), 2, &posted, &[]);
}

#[test]
fn a_changed_address_takes_nobodys_orders_away() {
    let shop = on_the_first();
    shop.append(REGISTRATIONS, "gus,2024-06-26T20:00:00,august@example.com,,Gus,en\n");
    assert_night(night(&shop, "2024-07-01T08:00:00Z"), 1, &[], &[]);
    shop.append(ORDERS, "O-2001,,gus@example.com,2024-07-01T09:00:00,2024-07-01T09:00:00,,22.00,27.00,\n");
    let posted = ["gus grant order_history O-2001 2.00", "gus grant per_order O-2001 1.00"];
    assert_night(night(&shop, "2024-07-01T20:00:00Z"), 1, &posted, &["gus received 3.00"]);
}

#[test]
fn what_expires_is_due() {
    assert_night(night(&on_the_first(), "2024-07-02"), 1, &["ada expire per_order O-1002 -3.00"], &[]);
}

#[test]
fn a_reminder_is_due_when_its_days_begin() {
    let shop = on_the_first();
    night(&shop, "2024-08-05");
    assert_night(night(&shop, "2024-08-06T03:59:59Z"), 0, &[], &[]);
    assert_night(night(&shop, "2024-08-06T04:00:00Z"), 1, &[], &["gus expiring 2.00"]);
    assert_night(night(&shop, "2024-08-07"), 0, &[], &[]);
}

#[test]
fn a_fact_of_the_future_is_due_when_its_time_comes() {
    let shop = on_the_first();
    shop.append(ORDERS, "O-2001,eva,,2024-07-01T12:00:00,2024-07-01T12:00:00,,50.00,55.00,\n");
    assert_night(night(&shop, "2024-07-01T10:00:00Z"), 1, &[], &[]);
    assert_night(night(&shop, "2024-07-01T15:59:59Z"), 0, &[], &[]);
    let posted = [
        "eva grant order_history O-2001 2.00",
        "eva grant per_order O-2001 2.50",
        "eva grant spend_history O-2001 4.00",
    ];
    assert_night(night(&shop, "2024-07-01T16:00:00Z"), 1, &posted, &["eva received 8.50"]);
}

#[test]
fn another_program_visits_everybody_and_says_why() {
    let shop = on_the_first();
    shop.append(PROGRAM, "# A word more.\n");
    let output = shop.succeed("run pipelines/fixture.toml --as-of 2024-07-01T20:00:00Z");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("\nVisited people            10  everyone: the program is not the last run's\n"), "{said}");
}
