//! Where results cannot go: nothing half-written is left, and what was there stays.

use super::{RUN, Shop};
use insta::assert_snapshot;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::{Output, Stdio};

#[test]
fn a_folder_with_something_in_it_and_a_file_are_left_alone() {
    let shop = Shop::new();
    let lines = ["--out pipelines", "--out pipelines/fixture.toml", "--out pipelines/fixture.toml/a/b"];
    assert_snapshot!(lines.map(|out| shop.session(&format!("{RUN} {out}"))).join("\n"));
}

#[test]
fn a_link_to_nowhere_and_the_current_folder_are_no_place_for_results() {
    let shop = Shop::new();
    symlink("nowhere", shop.path("link")).unwrap();
    let link = shop.session(&format!("{RUN} --out link"));
    fs::create_dir(shop.path("empty")).unwrap();
    let output =
        shop.command("run ../pipelines/fixture.toml --out .").current_dir(shop.path("empty")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!([link, String::from_utf8(output.stderr).unwrap()].join("\n"));
}

#[test]
fn an_empty_folder_is_filled_and_what_a_killed_run_left_beside_it_does_no_harm() {
    let shop = Shop::new();
    fs::create_dir(shop.path("ledger")).unwrap();
    shop.write(".ledger.a1B2c3.part/ledger.parquet", "half of it");
    assert_snapshot!(shop.session(&format!("{RUN} --out ledger")));
}

#[test]
fn a_run_that_fails_leaves_no_folder_not_even_the_way_to_it() {
    let shop = Shop::new();
    shop.remove("fixtures/shop/refunds.csv");
    assert_snapshot!(shop.session(&format!("{RUN} --out a/b/c")));
}

/// Runs the shop with the summary going to `stdout`.
fn run_into(shop: &Shop, stdout: Stdio) -> Output {
    let run = format!("{RUN} --out ledger --json");
    let mut child = shop.command(&run).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    // Where it is a pipe, nobody reads it.
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[test]
fn a_reader_of_the_summary_that_goes_away_is_no_fault() {
    let shop = Shop::new();
    let output = run_into(&shop, Stdio::piped());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(shop.path("ledger/summary.json").exists());
}

#[test]
fn a_summary_that_cannot_be_printed_is_a_fault_of_a_run_that_is_done() {
    let shop = Shop::new();
    let output = run_into(&shop, File::options().write(true).open("/dev/full").unwrap().into());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(stderr.lines().last().unwrap());
    assert!(shop.path("ledger/summary.json").exists());
}

#[test]
fn words_that_nobody_can_read_stop_no_run() {
    let shop = Shop::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let status = shop.command(&format!("{RUN} --out ledger")).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(shop.path("ledger/summary.json").exists());
}
