//! Housekeeping among files that are not accrue's, and records that name places.

use super::shop::Shop;
use super::{ORDERS, RUN};
use accrue::kernel::time::Timestamp;
use accrue::run::Silent;
use accrue::run::inspect;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;

/// Long after the files of a test were written.
pub const LATER: Timestamp = Timestamp::from_micros(7_258_118_400_000_000);

#[test]
fn housekeeping_leaves_and_names_what_is_not_its_own() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let elsewhere = shop.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("old.parquet"), "x").unwrap();
    let named = "run-000001-20200101-000000-000000";
    shop.write("book/runs/.DS_Store", "x");
    shop.write("book/runs/experiment-2023/model.bin", "x");
    shop.write(&format!("book/runs/{named}/ledger.parquet"), "x");
    shop.write("book/runs/run-000001-20200101-000000-000001/notes.txt", "x");
    shop.write("book/ledger/mine.parquet", "x");
    shop.write("book/ledger/run-000001-20200101-000000-000000.parquet", "x");
    shop.write("book/ledger/run-000009-20200101-000000-000000.parquet", "x");
    shop.write("book/report.pdf", "x");
    shop.write("book/ledger/_delta_log/.DS_Store", "x");
    shop.write("book/ledger/_delta_log/_commits/00.json", "x");
    let posted = fs::read_dir(shop.path("book/runs")).unwrap().map(|entry| entry.unwrap().file_name());
    let posted = posted
        .map(|name| name.into_string().unwrap())
        .find(|name| name.starts_with("run-") && !name.contains("-20200101-"))
        .unwrap();
    shop.write(&format!("book/runs/{posted}/note"), "x");
    symlink(&elsewhere, shop.path("book/runs/run-000001-20200101-000000-000002")).unwrap();
    let draft = ".run-000001-20200101-000000-000000.aB3dE6.part";
    shop.write(&format!("out/{draft}/ledger.csv"), "x");
    shop.write("out/.mine.aB3dE6.part/ledger.csv", "x");
    let upkeep = inspect::maintain(&shop.path("book"), Some(&shop.path("out")), LATER, 7, &Silent).unwrap();
    let left = |name: &str| upkeep.left.iter().any(|path| path.ends_with(name));
    for name in [
        "book/runs/.DS_Store",
        "book/runs/experiment-2023",
        "book/runs/run-000001-20200101-000000-000001",
        "book/runs/run-000001-20200101-000000-000002",
        "book/ledger/mine.parquet",
        "book/report.pdf",
        "book/ledger/_delta_log/.DS_Store",
        "book/ledger/_delta_log/_commits",
        &format!("book/runs/{posted}/note"),
    ] {
        assert!(left(name), "{name} is not named: {:?}", upkeep.left);
    }
    // The run of that number may be about to be posted.
    assert!(!left("book/ledger/run-000009-20200101-000000-000000.parquet"), "{:?}", upkeep.left);
    for name in [
        "book/runs/.DS_Store",
        "book/runs/experiment-2023/model.bin",
        "elsewhere/old.parquet",
        "book/report.pdf",
        "book/runs/run-000001-20200101-000000-000001/notes.txt",
        "book/ledger/mine.parquet",
        "out/.mine.aB3dE6.part/ledger.csv",
        "book/ledger/run-000009-20200101-000000-000000.parquet",
    ] {
        assert!(shop.path(name).exists(), "{name} is gone");
    }
    for name in [format!("book/runs/{named}"), format!("book/ledger/{named}.parquet"), format!("out/{draft}")] {
        assert!(!shop.path(&name).exists(), "{name} is left");
    }
    assert_eq!((upkeep.folders_removed, upkeep.drafts_removed), (1, 1));
    shop.succeed("verify book");
}

#[test]
fn housekeeping_follows_no_links() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let old = "run-000001-20200101-000000-000000";
    for folder in ["runs", "emails"] {
        let (from, to) = (shop.path(&format!("book/{folder}")), shop.path(&format!("moved/{folder}")));
        fs::create_dir_all(shop.path("moved")).unwrap();
        fs::rename(&from, &to).unwrap();
        symlink(&to, &from).unwrap();
    }
    shop.write(&format!("moved/runs/{old}/ledger.parquet"), "x");
    shop.write(&format!("moved/emails/{old}.parquet"), "x");
    let upkeep = inspect::maintain(&shop.path("book"), None, LATER, 7, &Silent).unwrap();
    for folder in ["book/runs", "book/emails"] {
        assert!(upkeep.left.iter().any(|path| path.ends_with(folder)), "{:?}", upkeep.left);
    }
    assert!(shop.path(&format!("moved/runs/{old}/ledger.parquet")).exists());
    assert!(shop.path(&format!("moved/emails/{old}.parquet")).exists());
}

#[test]
fn names_in_a_record_do_not_lead_out_of_the_book() {
    let log = "book/ledger/_delta_log/00000000000000000001.json";
    for (from, to) in [
        ("\"name\":\"rejects.csv\"", "\"name\":\"/tmp/accrue-was-here\""),
        ("\"name\":\"rejects.csv\"", "\"name\":\"../../victim.txt\""),
    ] {
        let shop = Shop::with_book();
        shop.succeed(RUN);
        shop.write("victim.txt", "mine");
        shop.forge(log, from, to);
        for line in ["output book 1 --out look", "runs book", "run pipelines/fixture.toml --as-of 2024-07-02"] {
            let output = shop.command(line).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{line}: {said}");
            assert!(said.contains("is not a plain name of a file"), "{line}: {said}");
        }
        assert_eq!(shop.read("victim.txt"), "mine");
        assert!(!shop.path("look").exists());
    }
}

#[test]
fn a_place_in_a_record_is_not_written_to() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02 --out elsewhere/two");
    fs::remove_dir_all(shop.path("elsewhere")).unwrap();
    shop.remove("book/emails/_delta_log/00000000000000000002.json");
    let next = shop.succeed("run pipelines/fixture.toml --as-of 2024-07-03 --json");
    let completed = &serde_json::from_slice::<Value>(&next.stdout).unwrap()["completed"];
    assert!(completed["folder"].as_str().unwrap().contains("out/run-000002-"), "{completed}");
    assert!(!shop.path("elsewhere").exists());
    // `output` takes a place from the command line or from the pipeline alone.
    let output = shop.command("output book 2").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--out"));
}
