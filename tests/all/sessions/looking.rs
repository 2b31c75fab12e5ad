//! Looking back at a book and after it: runs, output, balance, verify, maintain.

use super::damage::put;
use super::shop::Shop;
use super::{ORDERS, PIPELINE, PROGRAM, RUN};
use accrue::delta::{Commit, DataFile, Table};
use accrue::kernel::currency::Currency;
use accrue::kernel::entry::{Entry, EventId, Kind, Method, OriginId, SourceId};
use accrue::kernel::money::Amount;
use accrue::kernel::time::Timestamp;
use accrue::output::ledger::{self, LedgerRows, RunStamp};
use accrue::output::table::Scratch;
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A shop whose book has two runs: the second brings an order of eva's.
fn with_two_runs() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02 --format csv");
    shop
}

/// The folders of the runs, oldest first.
fn folders(shop: &Shop) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(shop.path("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let file = |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.filter(|path| path.is_file()).map(file).collect();
    files.sort();
    files
}

/// Masks when the runs of a list were posted: the fourth column.
fn without_clock(list: &str) -> String {
    let is_run = |line: &&str| line.contains("2024-07-");
    let masked = |line: &str| format!("{}[now]{}\n", &line[..25], &line[44..]);
    list.lines().map(|line| if is_run(&line) { masked(line) } else { format!("{line}\n") }).collect()
}

#[test]
fn runs_are_listed_with_what_they_posted_and_where_the_program_changed() {
    let shop = with_two_runs();
    let future = "\n[[expiry]]\nfrom = 2024-08-01\nvalid = { days = 100 }\n";
    shop.append(PROGRAM, future);
    shop.append(PIPELINE, "\n[guard]\nmax_people = 1\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-03 --override max_people");
    let list = shop.session("runs pipelines/fixture.toml");
    assert_snapshot!(without_clock(&list));
    assert_eq!(list.replace("pipelines/fixture.toml", "book"), shop.session("runs book"));
    let records: Value = serde_json::from_slice(&shop.succeed("runs book --json").stdout).unwrap();
    let told = |run: usize, key: &str| records[run][key].clone();
    assert_eq!((told(0, "number"), told(2, "number")), (3.into(), 1.into()));
    assert_eq!((told(0, "overrides")[0].clone(), told(1, "overrides")), ("max_people".into(), Value::Array(vec![])));
    assert_eq!(told(2, "as_of"), "2024-07-01T04:00:00.000000Z");
}

#[test]
fn a_run_s_folder_is_made_again_byte_for_byte() {
    let shop = with_two_runs();
    let (first, second) = (folders(&shop)[0].clone(), folders(&shop)[1].clone());
    shop.succeed("output pipelines/fixture.toml 1 --out again-1");
    assert_eq!(files(&shop.path("again-1")), files(&first));
    let run_id = second.file_name().unwrap().to_string_lossy().into_owned();
    let before = files(&second);
    assert!(before.iter().any(|(name, _)| name == "ledger.csv"));
    let refused = shop.session(&format!("output pipelines/fixture.toml {run_id}"));
    fs::remove_dir_all(&second).unwrap();
    let again = shop.session(&format!("output pipelines/fixture.toml {run_id}"));
    assert_eq!(files(&second), before);
    assert_snapshot!(
        [refused, again, shop.session("output pipelines/fixture.toml 7"), shop.session("output book 1")].join("\n")
    );
}

#[test]
fn balances_are_those_of_the_instant() {
    let shop = with_two_runs();
    let day =
        |date: &str, id: &str| shop.session(&format!("balance pipelines/fixture.toml --as-of {date} --person {id}"));
    // eva's 2.50 of O-1001 end with 15 May; cleo redeems 4.00 at noon of 25 June.
    let told = [
        day("2024-05-15", "eva"),
        day("2024-05-16", "eva"),
        day("2024-06-25T11:59:59-04:00", "cleo"),
        day("2024-06-25T12:00:00-04:00", "cleo"),
        day("2024-05-01", "nobody"),
        shop.session("balance book --as-of 2024-07-01"),
        shop.session("balance book"),
        day("2024-07-02T00:00:00.000001-04:00", "eva"),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn everybodys_balances_are_written_as_the_run_has_written_them() {
    let shop = Shop::with_book();
    shop.succeed(&format!("{RUN} --format csv"));
    let written = shop.session("balance book --out everybody.csv");
    assert_eq!(shop.read("everybody.csv"), fs::read_to_string(folders(&shop)[0].join("balances.csv")).unwrap());
    shop.succeed("balance book --out everybody.parquet");
    let told: Value = serde_json::from_slice(&shop.succeed("balance book --json --person eva").stdout).unwrap();
    assert_eq!((&told["balances"][0]["balance"], &told["lots"][2]["expire"]), (&"9.50".into(), &"-2.50".into()));
    let refused = [
        shop.session("balance book --out everybody.csv"),
        shop.session("balance book --out everybody.txt"),
        shop.session("balance book --json"),
    ];
    assert_snapshot!([written, refused.join("\n")].join("\n"));
}

#[test]
fn a_sound_book_is_verified() {
    let shop = with_two_runs();
    assert_snapshot!(shop.session("verify pipelines/fixture.toml"));
}

#[test]
fn verify_finds_a_row_that_no_run_has_posted() {
    let shop = with_two_runs();
    let table = Table::at(shop.path("book/ledger"));
    add(&table, |table| forged(table, "forged.parquet"));
    assert_snapshot!([shop.session("verify book"), shop.session("verify book --json")].join("\n"));
}

#[test]
fn verify_finds_an_email_that_is_there_twice() {
    let shop = with_two_runs();
    let table = Table::at(shop.path("book/emails"));
    add(&table, |table| {
        let mut names: Vec<String> = table.newest().unwrap().files().map(|file| file.name.clone()).collect();
        names.sort();
        fs::copy(table.folder().join(&names[1]), table.folder().join("twice.parquet")).unwrap();
        table.file("twice.parquet").unwrap()
    });
    assert_snapshot!(without_job_ids(&shop.session("verify book")));
}

#[test]
fn verify_names_every_file_that_is_missing_or_cut() {
    let shop = with_two_runs();
    let file = |table: &str| {
        let table = Table::at(shop.path(&format!("book/{table}")));
        let snapshot = table.newest().unwrap();
        snapshot.place(snapshot.files().next().unwrap())
    };
    let (orders, ledger) = (file("orders"), file("ledger"));
    let bytes = fs::read(&orders).unwrap();
    put(&orders, &bytes[..bytes.len() - 1]);
    fs::remove_file(&ledger).unwrap();
    let lost = shop.session("verify book");
    put(&orders, &bytes);
    fs::copy(folders(&shop)[0].join("ledger.parquet"), &ledger).unwrap();
    let kept = fs::read_dir(shop.path("book/runs")).unwrap().map(|entry| entry.unwrap().path()).min().unwrap();
    put(&kept.join("rejects.csv.zst"), b"");
    fs::remove_file(kept.join("balances.parquet")).unwrap();
    assert_snapshot!([lost, shop.session("verify book")].join("\n"));
}

#[test]
fn housekeeping_says_what_it_did() {
    let shop = with_two_runs();
    let nothing = shop.session("maintain pipelines/fixture.toml");
    for day in 3..=12 {
        shop.append(ORDERS, &format!("O-30{day:02},eva,,2024-07-02T10:00:00,2024-07-02T10:00:00,,50.00,55.00,\n"));
        shop.succeed(&format!("run book-pipeline --as-of 2024-07-{day:02}").replace("book-pipeline", PIPELINE));
    }
    let few = shop.session("maintain pipelines/fixture.toml --keep-days 30");
    let few: String =
        few.lines().filter(|line| !line.starts_with("-- exit code")).map(|line| format!("{line}\n")).collect();
    assert_snapshot!([nothing, few, shop.session("verify book")].join("\n"));
    let before = files(&folders(&shop)[4]);
    shop.succeed("output book 5 --out again");
    assert_eq!(files(&shop.path("again")), before);
}

#[test]
fn what_is_no_book_is_answered_with_what_to_name() {
    let shop = Shop::new();
    let told = [
        shop.session("runs pipelines/fixture.toml"),
        shop.session("balance fixtures"),
        shop.session("verify nothing.toml"),
        shop.session("maintain fixtures"),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn a_newer_book_is_refused_whatever_is_asked() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let settings = "book/refunds/_delta_log/00000000000000000000.json";
    shop.forge(settings, "\"accrue.format\":\"2\"", "\"accrue.format\":\"3\"");
    assert_snapshot!(shop.session("runs book"));
    for line in ["output book 1 --out x", "balance book", "verify book", "maintain book"] {
        let output = shop.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(8), "{line}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("use a newer one"), "{line}");
    }
}

/// Commits a file as somebody would who knows tables and not what they are for.
fn add(table: &Table, file: impl FnOnce(&Table) -> DataFile) {
    let commit = Commit {
        operation: "WRITE",
        at: Timestamp::from_micros(0),
        add: vec![file(table)],
        remove: Vec::new(),
        changes_data: true,
        txn: None,
        record: Value::Null,
    };
    table.newest().unwrap().commit(commit).unwrap();
}

/// Writes a row that takes 9.00 out of a lot of ada's that holds 5.00.
fn forged(table: &Table, name: &str) -> DataFile {
    let event = |id| EventId::fact(id);
    let row = Entry {
        currency: Currency::from_code("USD").unwrap(),
        kind: Kind::Redeem,
        source_id: SourceId(event("D-9")),
        method: Method::FirstOrder,
        origin_id: OriginId(event("O-1002")),
        amount: Amount::from_minor(-900),
        effective_at: Timestamp::from_micros(1_714_564_800_000_000),
        expires_at: Some(Timestamp::from_micros(1_743_652_800_000_000)),
        rule: None,
        lot: None,
    };
    let mut rows = LedgerRows::default();
    rows.push("ada", &[row], &[]);
    let (encoder, mut file) = table.begin_file(name, ledger::FIELDS).unwrap();
    let stamp = RunStamp::new("run-of-nobody".to_owned(), Timestamp::from_micros(0));
    file.append(encoder.encode(&rows.rows(&stamp), &mut Scratch::default()).unwrap()).unwrap();
    file.finish().unwrap()
}

/// Masks the ids of jobs, which are digests.
fn without_job_ids(text: &str) -> String {
    let masked = |line: &str| match (line.strip_prefix("the email "), line.split_once(" is in ")) {
        (Some(_), Some((_, rest))) => format!("the email [job] is in {rest}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(masked).collect()
}

#[test]
fn a_log_whose_end_is_lost_is_named_and_nothing_is_posted() {
    let lost = ["orders/_delta_log/00000000000000000002.json", "refunds", "emails", "ledger"];
    let told = lost.map(|part| {
        let shop = with_two_runs();
        let path = shop.path(&format!("book/{part}"));
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        shop.session("run pipelines/fixture.toml --as-of 2024-07-03 --everyone")
    });
    let shop = with_two_runs();
    fs::remove_file(shop.path("book/ledger/_delta_log/00000000000000000002.json")).unwrap();
    assert_snapshot!(told.into_iter().chain([shop.session("runs book")]).collect::<Vec<_>>().join("\n"));
}

#[test]
fn facts_of_a_run_that_was_too_late_count_only_if_an_export_says_them_again() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    copy(&shop.path("book"), &shop.path("late"));
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02");
    // Another run of the same number has kept an order, and found the ledger taken.
    let (orders, more) = (shop.read(ORDERS), "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.append(ORDERS, more);
    let late = shop.read(PIPELINE).replace("\"../book\"", "\"../late\"").replace("\"../out\"", "\"../late-runs\"");
    shop.write("pipelines/late.toml", late);
    shop.succeed("run pipelines/late.toml --as-of 2024-07-02 --out late-out");
    for (name, bytes) in files(&shop.path("late/orders")).into_iter().filter(|(name, _)| name.contains("run-000002")) {
        put(&shop.path(&format!("book/orders/{name}")), &bytes);
    }
    let log = "orders/_delta_log/00000000000000000002.json";
    put(&shop.path(&format!("book/{log}")), shop.read(&format!("late/{log}")).as_bytes());
    // The export was put right: the order is posted by nobody, and leaves the table.
    shop.write(ORDERS, orders);
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02 --out without --format csv --reread");
    assert_eq!(shop.read("without/ledger.csv").lines().count(), 1);
    let table = Table::at(shop.path("book/orders")).newest().unwrap();
    assert!(table.files().all(|file| !file.name.contains("run-000002")));
    shop.succeed("verify book");
    // It was right after all.
    shop.append(ORDERS, more);
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02 --out next --format csv");
    // Five times 10.00; the third order; and her spend goes beyond 100.00.
    let ledger = shop.read("next/ledger.csv");
    let granted = ["order_history,O-2001,2.00,", "per_order,O-2001,2.50,", "spend_history,O-2001,4.00,"];
    assert_eq!(ledger.lines().skip(1).count(), granted.len(), "{ledger}");
    assert!(granted.iter().all(|lot| ledger.contains(&format!("eva,USD,grant,O-2001,{lot}"))), "{ledger}");
    shop.succeed("verify book");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => assert!(fs::copy(entry.path(), to).is_ok()),
        }
    }
}
