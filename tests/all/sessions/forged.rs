//! Plans that somebody has changed together with their digests: nothing is posted that the book cannot go on with, and
//! nothing is written where only a plan says.

use super::shop::Shop;
use super::{PIPELINE, RUN};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;

const PLAN: &str = "forged.plan";

/// A shop with one run, and a plan for the next night.
fn shop() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(super::ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("plan pipelines/fixture.toml --as-of 2024-07-02 --save true.plan");
    shop
}

/// Returns the members of a plan in their order, without the digests.
fn members(shop: &Shop, plan: &str) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(fs::File::open(shop.path(plan)).unwrap());
    let mut members = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().to_string_lossy().into_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        members.push((name, bytes));
    }
    members.retain(|(name, _)| name != "SHA256SUMS");
    members
}

/// Writes a plan of some members, with digests that are right.
fn write(shop: &Shop, members: &[(String, Vec<u8>)]) {
    let mut archive = tar::Builder::new(Vec::new());
    let mut sums = String::new();
    for (name, bytes) in members {
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums += &format!("{digest}  {name}\n");
    }
    for (name, bytes) in members.iter().cloned().chain([("SHA256SUMS".to_owned(), sums.into_bytes())]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    shop.write(PLAN, archive.into_inner().unwrap());
}

/// Forges the plan of a shop: its `plan.json`, and its other members.
fn forge(shop: &Shop, plan: impl FnOnce(&mut Value), others: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) {
    let mut all = members(shop, "true.plan");
    let mut told: Value = serde_json::from_slice(&all[0].1).unwrap();
    assert_eq!(all[0].0, "plan.json");
    plan(&mut told);
    all[0].1 = serde_json::to_vec(&told).unwrap();
    others(&mut all);
    write(shop, &all);
}

/// Applies the forged plan, which is to be refused with a code and words, and changes nothing.
fn expect_refused(shop: &Shop, code: i32, words: &str) {
    let before = shop.succeed("runs book").stdout;
    let output = shop.command("apply forged.plan").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words), "{words:?} is not in: {said}");
    assert!(said.contains("nothing was posted"), "{said}");
    assert_eq!(shop.succeed("runs book").stdout, before);
    shop.succeed("verify book");
}

fn member<'m>(members: &'m mut [(String, Vec<u8>)], wanted: &str) -> &'m mut Vec<u8> {
    &mut members.iter_mut().find(|(name, _)| name == wanted).unwrap().1
}

#[test]
fn a_plan_that_is_only_packed_anew_is_posted() {
    let shop = shop();
    forge(&shop, |_| (), |_| ());
    let applied = String::from_utf8(shop.succeed("apply forged.plan").stderr).unwrap();
    assert!(applied.contains("Run 2 of the book"), "{applied}");
    shop.succeed("verify book");
}

#[test]
fn what_a_record_says_is_checked_against_the_book_and_the_clock() {
    let shop = shop();
    let record = |key: &'static str, value: Value| {
        forge(&shop, |plan| plan["posting"]["record"][key] = value, |_| ());
    };
    record("number", json!(99));
    expect_refused(&shop, 3, "the number of the run is 99 and should be 2");
    for run_id in ["../../..", "/tmp/accrue-was-here", "a/b", ".x"] {
        record("run_id", json!(run_id));
        expect_refused(&shop, 3, "is not a plain name of a file");
    }
    record("run_id", json!("run-000002-20240701-000000-000000"));
    expect_refused(&shop, 2, "that would be");
    let of_another = |plan: &mut Value| {
        let place = shop.path("out/run-000002-20240701-000000-000000");
        plan["posting"]["place"] = json!(place);
        plan["posting"]["record"]["run_id"] = json!("run-000002-20240701-000000-000000");
    };
    forge(&shop, of_another, |_| ());
    expect_refused(&shop, 3, "the run's id is");
    record("emails", json!("../x.parquet"));
    expect_refused(&shop, 3, "is not a plain name of a file");
    record("as_of", json!("2099-01-01T00:00:00Z"));
    expect_refused(&shop, 3, "ahead of the clock");
    record("as_of", json!("1999-01-01T00:00:00Z"));
    expect_refused(&shop, 3, "before the last run");
    record("program", json!({"path": "p", "sha256": "00", "text": "nonsense"}));
    expect_refused(&shop, 3, "the digest of the program");
    record("summary", json!("junk"));
    expect_refused(&shop, 3, "the run of the summary");
}

#[test]
fn what_a_plan_posts_is_checked_against_what_it_says() {
    let shop = shop();
    // Eva's order, and 3.00 of Ada's that expire.
    forge(&shop, |plan| plan["report"]["people"] = json!(7), |_| ());
    expect_refused(&shop, 3, "the people of the ledger is 2 and should be 7");
    forge(&shop, |plan| plan["report"]["postings"][0]["up"] = json!("99.00"), |_| ());
    expect_refused(&shop, 3, "the postings of the ledger");
    forge(&shop, |plan| plan["report"]["emails"] = json!(40), |_| ());
    expect_refused(&shop, 3, "the number of emails");
    forge(&shop, |plan| plan["report"]["new_facts"]["orders"] = json!(0), |_| ());
    expect_refused(&shop, 3, "the number of new orders");
    forge(&shop, |_| (), |members| *member(members, "folder/emails.ndjson") = Vec::new());
    expect_refused(&shop, 3, "the number of emails");
    // Files with the columns of others.
    for (name, other) in [
        ("folder/ledger.parquet", "tables/emails.parquet"),
        ("tables/emails.parquet", "folder/ledger.parquet"),
        ("tables/orders.parquet", "folder/ledger.parquet"),
    ] {
        forge(
            &shop,
            |_| (),
            |members| {
                let bytes = member(members, other).clone();
                *member(members, name) = bytes;
            },
        );
        expect_refused(&shop, 3, "other columns");
    }
    forge(&shop, |_| (), |members| *member(members, "folder/ledger.parquet") = b"junk".to_vec());
    expect_refused(&shop, 3, "ledger.parquet");
}

#[test]
fn a_plan_has_no_members_of_its_own() {
    let shop = shop();
    for name in ["folder/evil.sh", "tables/evil.parquet", "evil", "folder/sub/ledger.parquet"] {
        forge(&shop, |_| (), |members| members.push((name.to_owned(), b"x".to_vec())));
        expect_refused(&shop, 3, "no plan has a member");
    }
}

#[test]
fn a_plan_is_written_to_where_a_run_of_its_pipeline_would_write_alone() {
    let shop = shop();
    let elsewhere = shop.path("elsewhere");
    let own = serde_json::from_slice::<Value>(&members(&shop, "true.plan")[0].1).unwrap();
    let own = own["posting"]["place"].as_str().unwrap().to_owned();
    for place in [
        elsewhere.join("x"),
        shop.path("out/../elsewhere/x"),
        shop.path("out/.hidden/deep/x"),
        shop.path("out/run-000001-fake"),
        (own.clone() + "-2").into(),
        (own + "/x").into(),
    ] {
        forge(&shop, |plan| plan["posting"]["place"] = json!(place), |_| ());
        expect_refused(&shop, 2, "name the folder with `--out`");
    }
    // A pipeline of the same book that writes elsewhere.
    shop.write("pipelines/evil.toml", shop.read(PIPELINE).replace("\"../out\"", "\"../elsewhere\""));
    forge(&shop, |plan| plan["posting"]["pipeline"] = json!(shop.path("pipelines/evil.toml")), |_| ());
    expect_refused(&shop, 2, "the last run of the book was by fixture.toml");
    forge(&shop, |plan| plan["posting"]["pipeline"] = json!("/dev/null"), |_| ());
    expect_refused(&shop, 2, "name the folder with `--out`");
    assert!(!elsewhere.exists() && !shop.path("out/.hidden").exists());
    shop.succeed("apply true.plan --out elsewhere");
    assert!(elsewhere.join("ledger.parquet").exists());
}

#[test]
fn the_mode_of_a_folder_is_the_pipelines() {
    let shop = shop();
    forge(&shop, |plan| plan["posting"]["record"]["folder"]["mode"] = json!("0777"), |_| ());
    shop.replace(PIPELINE, "output = ", "output_mode = \"0700\"\noutput = ");
    let applied = String::from_utf8(shop.succeed("apply forged.plan --json").stdout).unwrap();
    let applied: Value = serde_json::from_str(&applied).unwrap();
    let folder = fs::metadata(shop.path(&format!("out/{}", applied["run_id"].as_str().unwrap()))).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
}
