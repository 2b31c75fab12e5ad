//! A book that is missing, old, another's or in the wrong place, and runs that were stopped after they were posted.

use super::shop::Shop;
use super::{ORDERS, PIPELINE, RUN};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const NEXT: &str = "run pipelines/fixture.toml --as-of 2024-07-02";

/// Types a command that is to fail; returns its code and what it says.
fn refused(shop: &Shop, line: &str) -> (i32, String) {
    let output = shop.command(line).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn expect_refused(shop: &Shop, line: &str, code: i32, words: &[&str]) {
    let (found, said) = refused(shop, line);
    assert_eq!(found, code, "{line}: {said}");
    words.iter().for_each(|word| assert!(said.contains(word), "{line} does not say {word:?}: {said}"));
}

fn summary(shop: &Shop, line: &str) -> Value {
    serde_json::from_slice(&shop.succeed(&format!("{line} --json")).stdout).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// The folders of runs, oldest first.
fn folders(shop: &Shop) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(shop.path("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn a_missing_book_is_begun_again_only_where_that_is_said() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    fs::rename(shop.path("book"), shop.path("away")).unwrap();
    // The head beside the book shows it, and without that the folder of the run.
    expect_refused(&shop, RUN, 8, &["the book", "is missing", "book.head.json", "--begin", "nothing was posted"]);
    shop.remove("book.head.json");
    expect_refused(&shop, RUN, 8, &["is missing", "is the folder of a later run", "run-000001-"]);
    expect_refused(&shop, &format!("{RUN} --restored"), 2, &["no run", "--begin"]);
    assert!(!shop.path("book").exists());
    assert_eq!(summary(&shop, &format!("{RUN} --begin"))["overrides"], serde_json::json!(["begin"]));
    expect_refused(&shop, &format!("{RUN} --begin"), 2, &["has begun already", "leave out `--begin`"]);
    shop.succeed(NEXT);
}

#[test]
fn an_older_copy_is_gone_on_with_only_where_that_is_said() {
    let shop = Shop::with_book();
    assert_eq!(summary(&shop, RUN)["overrides"], serde_json::json!([]));
    copy(&shop.path("book"), &shop.path("copy"));
    shop.append(ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed(NEXT);
    fs::remove_dir_all(shop.path("book")).unwrap();
    fs::rename(shop.path("copy"), shop.path("book")).unwrap();
    for line in [NEXT, "check pipelines/fixture.toml --as-of 2024-07-02", &format!("plan {} --save p", &NEXT[4..])] {
        expect_refused(&shop, line, 8, &["is older than it was", "number 1", "--restored"]);
    }
    shop.remove("book.head.json");
    expect_refused(&shop, NEXT, 8, &["is older than it was", "run-000002-", "--restored"]);
    let restored = summary(&shop, &format!("{NEXT} --restored"));
    assert_eq!(restored["overrides"], serde_json::json!(["restored"]));
    assert_eq!(restored["book"]["run"], 2);
    assert!(String::from_utf8(shop.succeed("runs book").stdout).unwrap().contains("restored"));
    // The folder of the lost run, which has the same number, is no sign of anything any more.
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-03");
    shop.succeed("verify book");
}

#[test]
fn the_folders_of_another_book_in_the_same_output_are_no_sign() {
    let shop = Shop::with_book();
    shop.write("pipelines/other.toml", shop.read(PIPELINE).replace("../book", "../other"));
    shop.succeed(RUN);
    shop.succeed("run pipelines/other.toml --as-of 2024-07-01 --begin");
    shop.succeed("run pipelines/other.toml --as-of 2024-07-02");
    shop.succeed("run pipelines/other.toml --as-of 2024-07-03");
    shop.succeed(NEXT);
}

#[test]
fn a_folder_that_names_no_book_may_be_of_this_one() {
    let shop = Shop::with_book();
    shop.write("pipelines/other.toml", shop.read(PIPELINE).replace("../book", "../other"));
    shop.succeed(RUN);
    shop.succeed("run pipelines/other.toml --as-of 2024-07-01 --begin");
    shop.succeed("run pipelines/other.toml --as-of 2024-07-02");
    let newest = folders(&shop).pop().unwrap().join("summary.json");
    let whole = fs::read_to_string(&newest).unwrap();
    let mut summary: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(summary["book"]["run"], 2);
    // As versions before 0.2.0 wrote it.
    summary["book"].as_object_mut().unwrap().remove("id").unwrap();
    fs::write(&newest, summary.to_string()).unwrap();
    expect_refused(&shop, NEXT, 8, &["is older than it was", "run-000002-", "--restored"]);
    fs::write(&newest, "{").unwrap();
    expect_refused(&shop, NEXT, 8, &["is older than it was", "run-000002-", "--restored"]);
    fs::write(&newest, whole).unwrap();
    shop.succeed(NEXT);
}

#[test]
fn a_book_is_only_begun_in_a_folder_of_its_own() {
    let shop = Shop::with_book();
    shop.write("book/notes.txt", "mine");
    expect_refused(&shop, RUN, 8, &["is not empty and no book", "notes.txt"]);
    fs::create_dir(shop.path("book/lost+found")).unwrap();
    shop.remove("book/notes.txt");
    shop.succeed(RUN);
    assert!(shop.read("book/accrue-book.json").contains("\"format\""));
}

#[test]
fn output_and_book_are_kept_apart() {
    let shop = Shop::with_book();
    for (output, book) in [("../out", "../out/book"), ("../book/out", "../book"), ("../out", "../out")] {
        let pipeline = shop.read(PIPELINE).replace("\"../out\"", &format!("\"{output}\""));
        shop.write("pipelines/in.toml", pipeline.replace("\"../book\"", &format!("\"{book}\"")));
        expect_refused(&shop, "run pipelines/in.toml --as-of 2024-07-01", 4, &["`output`", "`book`", "are one folder"]);
    }
    shop.succeed(RUN);
    let inside = [
        "run pipelines/fixture.toml --as-of 2024-07-01 --out book/x",
        "balance book --out book/ledger/b.csv",
        "output book 1 --out book/runs/again",
        "plan pipelines/fixture.toml --as-of 2024-07-01 --save book/p.plan",
    ];
    for line in inside {
        expect_refused(&shop, line, 2, &["is in the book"]);
    }
}

#[test]
fn two_shops_do_not_share_a_book() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let program = shop.read("pipelines/programs/fixture.toml").replace("Corner shop credit", "Other shop credit");
    shop.write("pipelines/programs/other.toml", program);
    shop.write("pipelines/other.toml", shop.read(PIPELINE).replace("programs/fixture.toml", "programs/other.toml"));
    let words = ["is of another shop", "fixture.toml", "other.toml", "Other shop credit"];
    expect_refused(&shop, "run pipelines/other.toml --as-of 2024-07-02", 4, &words);
    // One new name is a shop that is renamed.
    shop.succeed("run pipelines/fixture.toml --program pipelines/programs/other.toml --as-of 2024-07-02");
    shop.succeed("run pipelines/other.toml --as-of 2024-07-02");
}

/// Makes the book as if the last run had died after its commit: its jobs are in no table yet, and its folder is
/// nowhere.
fn stop_after_posting(shop: &Shop, run: u32) {
    shop.remove(&format!("book/emails/_delta_log/{run:020}.json"));
    fs::remove_dir_all(folders(shop).last().unwrap()).unwrap();
}

pub fn with_a_stopped_run() -> (Shop, PathBuf, String) {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed(NEXT);
    let folder = folders(&shop).pop().unwrap();
    let emails = fs::read_to_string(folder.join("emails.ndjson")).unwrap();
    assert!(emails.lines().count() > 0, "the run mails nobody");
    stop_after_posting(&shop, 2);
    (shop, folder, emails)
}

#[test]
fn a_run_that_was_stopped_after_it_was_posted_is_completed_and_named() {
    let (shop, folder, emails) = with_a_stopped_run();
    let next = "run pipelines/fixture.toml --as-of 2024-07-03";
    let output = shop.succeed(&format!("{next} --json"));
    let said = String::from_utf8(output.stderr).unwrap();
    let jobs = emails.lines().count();
    assert!(said.contains("Completed run 2, which was posted and then stopped"), "{said}");
    let completed = &serde_json::from_slice::<Value>(&output.stdout).unwrap()["completed"];
    assert_eq!((completed["run"].as_i64(), completed["emails"].as_u64()), (Some(2), Some(jobs as u64)));
    assert!(completed["folder"].as_str().unwrap().ends_with(folder.file_name().unwrap().to_str().unwrap()));
    assert_eq!(fs::read_to_string(folder.join("emails.ndjson")).unwrap(), emails);
    shop.succeed("verify book");
    let after = summary(&shop, next);
    assert!(after.get("completed").is_none());
}

#[test]
fn where_the_place_of_a_stopped_run_is_taken_its_folder_appears_beside_it() {
    let (shop, folder, emails) = with_a_stopped_run();
    fs::write(&folder, "something else").unwrap();
    let completed = summary(&shop, "run pipelines/fixture.toml --as-of 2024-07-03");
    let beside = format!("{}-2", folder.file_name().unwrap().to_str().unwrap());
    assert!(completed["completed"]["folder"].as_str().unwrap().ends_with(&beside));
    assert_eq!(fs::read_to_string(folder.with_file_name(beside).join("emails.ndjson")).unwrap(), emails);
    assert_eq!(fs::read_to_string(folder).unwrap(), "something else");
}

#[test]
fn housekeeping_completes_too_and_lost_jobs_are_made_again() {
    let (shop, folder, emails) = with_a_stopped_run();
    let jobs: Vec<PathBuf> =
        fs::read_dir(shop.path("book/emails")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let own = jobs.iter().find(|path| path.file_name().unwrap().to_string_lossy().starts_with("run-000002-")).unwrap();
    fs::remove_file(own).unwrap();
    let upkeep: Value = serde_json::from_slice(&shop.succeed("maintain pipelines/fixture.toml --json").stdout).unwrap();
    assert_eq!(upkeep["completed"]["emails"].as_u64(), Some(emails.lines().count() as u64));
    assert_eq!(fs::read_to_string(folder.join("emails.ndjson")).unwrap(), emails);
    shop.succeed("verify book");
}

#[test]
fn a_run_that_is_completed_is_named_also_where_the_next_one_fails() {
    let (shop, folder, emails) = with_a_stopped_run();
    fs::rename(shop.path(ORDERS), shop.path("away.csv")).unwrap();
    let words =
        ["nothing was posted", "Completed run 2", "1 email to send", folder.file_name().unwrap().to_str().unwrap()];
    expect_refused(&shop, "run pipelines/fixture.toml --as-of 2024-07-03", 3, &words);
    assert_eq!(fs::read_to_string(folder.join("emails.ndjson")).unwrap(), emails);
    let (code, said) = refused(&shop, "run pipelines/fixture.toml --as-of 2024-07-03");
    assert!(code == 3 && !said.contains("Completed"), "{said}");
}

#[test]
fn a_stopped_run_whose_folder_lacks_a_file_gets_a_whole_one_beside_it() {
    let (shop, folder, emails) = with_a_stopped_run();
    shop.succeed("output book 2 --out whole");
    copy(&shop.path("whole"), &folder);
    fs::remove_file(folder.join("emails.ndjson")).unwrap();
    let completed = summary(&shop, "run pipelines/fixture.toml --as-of 2024-07-03")["completed"].clone();
    let beside = shop.path(completed["folder"].as_str().unwrap());
    assert_eq!(beside.file_name().unwrap().to_str().unwrap(), format!("{}-2", folder.file_name().unwrap().display()));
    assert_eq!(fs::read_to_string(beside.join("emails.ndjson")).unwrap(), emails);
}

#[test]
fn another_shop_completes_nothing() {
    let (shop, folder, _) = with_a_stopped_run();
    let program = shop.read("pipelines/programs/fixture.toml").replace("Corner shop credit", "Other shop credit");
    shop.write("pipelines/programs/other.toml", program);
    let other =
        shop.read(PIPELINE).replace("programs/fixture.toml", "programs/other.toml").replace("../out", "../out2");
    shop.write("pipelines/other.toml", other);
    expect_refused(&shop, "run pipelines/other.toml --as-of 2024-07-03", 4, &["is of another shop"]);
    let words = ["was by the pipeline fixture.toml, and this is other.toml"];
    expect_refused(&shop, "maintain pipelines/other.toml", 2, &words);
    assert!(!shop.path("out2").exists() && !folder.exists());
    shop.succeed("maintain pipelines/fixture.toml");
    assert!(folder.exists());
}
