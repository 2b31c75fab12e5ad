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
    shop.write(settings, log.replace("\"accrue.format\":\"1\"", "\"accrue.format\":\"2\""));
    let newer = shop.session(RUN);
    shop.write(settings, log);
    let files = fs::read_dir(shop.path("book/orders")).unwrap().map(|entry| entry.unwrap().path());
    let file = files.into_iter().find(|path| path.is_file()).unwrap();
    fs::remove_file(file).unwrap();
    assert_snapshot!([newer, shop.session(RUN)].join("\n"));
}
