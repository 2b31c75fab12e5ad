//! Runs into a book: what is said of it, and what stops them.

use super::{ORDERS, PIPELINE, PROGRAM, RUN, Shop};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_second_run_skips_what_is_taken_in_and_posts_what_is_new() {
    let shop = Shop::with_book();
    let first = shop.session(RUN);
    shop.append(ORDERS, "O-2001,eva,,2024-06-30T10:00:00,2024-06-30T10:00:00,,50.00,55.00,\n");
    let second = shop.session("run pipelines/fixture.toml --as-of 2024-07-02 --format csv --out second");
    let reread = shop.session("run pipelines/fixture.toml --as-of 2024-07-02 --reread --out third");
    assert_snapshot!([first, second, shop.read("second/ledger.csv").lines().count().to_string(), reread].join("\n"));
}

#[test]
fn a_check_looks_at_the_book_and_leaves_it_alone() {
    let shop = Shop::with_book();
    let empty = shop.session("check pipelines/fixture.toml --as-of 2024-07-01");
    shop.succeed(RUN);
    assert_snapshot!([empty, shop.session("check pipelines/fixture.toml --as-of 2024-08-01")].join("\n"));
}

#[test]
fn a_guard_that_trips_leaves_no_book() {
    let shop = Shop::with_book();
    shop.append(PIPELINE, "\n[guard]\nmax_people = 1\n");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn time_goes_forward() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let before = shop.session("run pipelines/fixture.toml --as-of 2024-06-30");
    assert_snapshot!(before);
    let ahead = shop.command("run pipelines/fixture.toml --as-of 2999-01-01").output().unwrap();
    assert_eq!(ahead.status.code(), Some(2));
}

#[test]
fn a_change_of_the_past_is_answered_with_what_to_write() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.replace(PROGRAM, "fixed = \"5.00\"", "fixed = \"6.00\"");
    assert_snapshot!(shop.session("run pipelines/fixture.toml --as-of 2024-07-02"));
}

#[test]
fn a_lost_file_and_a_newer_book_are_named() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let settings = "book/orders/_delta_log/00000000000000000000.json";
    let log = shop.read(settings);
    shop.forge(settings, "\"accrue.format\":\"2\"", "\"accrue.format\":\"3\"");
    let newer = shop.session(RUN);
    shop.write(settings, log);
    let files = fs::read_dir(shop.path("book/orders")).unwrap().map(|entry| entry.unwrap().path());
    let file = files.into_iter().find(|path| path.is_file()).unwrap();
    fs::remove_file(file).unwrap();
    assert_snapshot!([newer, shop.session(RUN)].join("\n"));
}

#[test]
fn new_customer_ids_move_all_credit_and_mail_nobody() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let before = balances(&shop, "");
    // Every export once more under new ids, and the old registrations withdrawn.
    for name in ["orders", "registrations", "redemptions", "adjustments"] {
        let file = format!("fixtures/shop/{name}.csv");
        let text = shop.read(&file);
        let (header, rows) = text.split_once('\n').unwrap();
        let customer = header.split(',').position(|column| column == "customer_id").unwrap();
        let renamed = |row: &str| {
            let mut values: Vec<String> = row.split(',').map(str::to_owned).collect();
            if !values[customer].is_empty() {
                values[customer].insert_str(0, "n-");
            }
            values.join(",") + ",\n"
        };
        let withdrawn = rows.lines().filter(|_| name == "registrations").map(|row| format!("{row},true\n"));
        let rows: String = rows.lines().map(renamed).chain(withdrawn).collect();
        shop.write(&file, format!("{header},void\n{rows}"));
    }
    let program = "pipelines/programs/fixture.toml";
    shop.replace(program, "[emails]\n", "[emails]\nreceived = false\nredeemed = false\nrefunded = false\n");
    shop.replace(program, "expiring = { days_before = [3] }", "expiring = false");
    let night = shop.session(&format!("{RUN} --override max_corrected"));
    assert!(night.contains("0 emails to send"), "{night}");
    assert_eq!(balances(&shop, "n-"), before);
}

/// Returns the balances of the people whose ids begin so, without that, and of guests.
fn balances(shop: &Shop, prefix: &str) -> Vec<(String, String)> {
    let file = format!("balances{prefix}.csv");
    shop.succeed(&format!("balance {PIPELINE} --out {file}"));
    let text = shop.read(&file);
    let rows = text.lines().skip(1).map(|row| {
        let mut values = row.split(',').map(str::to_owned);
        (values.next().unwrap(), values.nth(1).unwrap())
    });
    let own = rows.filter(|(id, balance)| balance != "0.00" && balance != "0" && !id.is_empty());
    let mut own: Vec<(String, String)> =
        own.map(|(id, balance)| (id.strip_prefix(prefix).unwrap_or(&id).to_owned(), balance)).collect();
    own.sort();
    own
}
