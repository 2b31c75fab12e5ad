//! Plans that somebody has changed together with their digests: nothing is posted that the book cannot go on with, and
//! nothing is written where only a plan says.

use super::PIPELINE;
use super::forging::{expect_refused, forge, member, members, shop, write};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_plan_that_is_only_packed_anew_is_posted() {
    let shop = shop();
    forge(&shop, |_| (), |_| ());
    let applied = String::from_utf8(shop.succeed("apply forged.plan").stderr).unwrap();
    assert!(applied.contains("Run 2 of book"), "{applied}");
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
    expect_refused(&shop, 3, "the number of files that it has read is 1 and should be 0");
}

#[test]
fn what_a_plan_posts_is_checked_against_what_it_says() {
    let shop = shop();
    // Eva's order, and 3.00 of Ada's that expire.
    forge(&shop, |plan| plan["report"]["people"] = json!(7), |_| ());
    expect_refused(&shop, 3, "`people` of the summary is 2 and should be 7");
    forge(&shop, |plan| plan["report"]["postings"][0]["up"] = json!("99.00"), |_| ());
    expect_refused(&shop, 3, "the postings of the ledger");
    forge(&shop, |plan| plan["report"]["emails"] = json!(40), |_| ());
    expect_refused(&shop, 3, "the number of emails");
    forge(&shop, |plan| plan["report"]["new_facts"]["orders"] = json!(0), |_| ());
    expect_refused(&shop, 3, "`book/new_facts` of the summary");
    forge(&shop, |plan| plan["report"]["funnel"][0]["rows"] = json!(0), |_| ());
    expect_refused(&shop, 3, "`funnel` of the summary");
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
fn a_plan_has_all_members_of_a_run_in_one_format() {
    let shop = shop();
    let all = members(&shop, "true.plan");
    for (name, _) in all.iter().filter(|(name, _)| name != "plan.json") {
        forge(&shop, |_| (), |members| members.retain(|(other, _)| other != name));
        expect_refused(&shop, 3, "missing");
    }
    let add = |name: &str, bytes: &[u8]| {
        forge(&shop, |_| (), |members| members.push((name.to_owned(), bytes.to_vec())));
        expect_refused(&shop, 3, &format!("such a plan has no member {name:?}"));
    };
    add("folder/ledger.csv", b"customer_id\n");
    add("folder/balances.ndjson", b"");
    add("tables/refunds.parquet", b"PAR1");
}

#[test]
fn what_the_book_does_not_read_is_checked_as_well() {
    let shop = shop();
    let with = |name: &'static str, bytes: &[u8]| {
        forge(&shop, |_| (), |members| *member(members, name) = bytes.to_vec());
    };
    with("folder/balances.parquet", b"junk");
    expect_refused(&shop, 3, "balances.parquet");
    with("folder/rejects.csv", b"");
    expect_refused(&shop, 3, "rejects.csv: it has other columns");
    with("folder/rejects.csv", b"kind,file,row,column,value,reason,message\n");
    expect_refused(&shop, 3, "the number of lines in rejects.csv is 0 and should be 1");
    with("folder/exceptions.csv", b"junk");
    expect_refused(&shop, 3, "exceptions.csv: it has other columns");
}

#[test]
fn tables_in_other_formats_say_what_the_ledger_says() {
    for format in ["csv", "ndjson"] {
        let shop = shop();
        shop.remove("true.plan");
        shop.succeed(&format!("plan {PIPELINE} --as-of 2024-07-02 --format {format} --save true.plan"));
        let in_ledger = format!("ledger.{format} is not what ledger.parquet says");
        // Eva's order of 50.00 earns her 2.50. Ada had 20.50, of which 3.00 expire.
        for (table, from, to, words) in [
            ("ledger", "2.5", "9.5", in_ledger.as_str()),
            ("ledger", "eva", "evi", &in_ledger),
            ("balances", "17.5", "18.5", "the row of \"ada\" in USD should say 17.50"),
            ("balances", "ada", "adb", "the row of \"ada\" in USD should say 17.50"),
        ] {
            let name = format!("folder/{table}.{format}");
            let forged = |members: &mut Vec<(String, Vec<u8>)>| {
                let own = member(members, &name);
                let text = String::from_utf8(own.clone()).unwrap();
                assert!(text.contains(from), "{text}");
                *own = text.replacen(from, to, 1).into_bytes();
            };
            forge(&shop, |_| (), forged);
            expect_refused(&shop, 3, words);
            let cut = |members: &mut Vec<(String, Vec<u8>)>| {
                let own = member(members, &name);
                own.truncate(own.len() - 9);
            };
            forge(&shop, |_| (), cut);
            expect_refused(&shop, 3, table);
            forge(&shop, |_| (), |members| member(members, &name).extend(b"more\n"));
            expect_refused(&shop, 3, table);
        }
        shop.succeed("apply true.plan");
        shop.succeed("verify book");
    }
}

#[test]
fn a_plan_of_another_version_is_stale() {
    let shop = shop();
    for (key, value) in [("accrue", json!("99.0.0")), ("calculation", json!(99)), ("time_zones", json!("1999z"))] {
        forge(&shop, |plan| plan["posting"]["record"][key] = value, |_| ());
        expect_refused(&shop, 7, "so that the plan is stale: plan again");
    }
}

#[test]
fn a_plan_of_another_shop_or_of_another_past_is_refused() {
    let shop = shop();
    let rename = |plan: &mut Value, members: &mut Vec<(String, Vec<u8>)>, from: &str, to: &str| {
        let text = plan["posting"]["record"]["program"]["text"].as_str().unwrap();
        assert_eq!(text.matches(from).count(), 1);
        let text = text.replace(from, to);
        let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let record = &mut plan["posting"]["record"];
        record["program"]["text"] = json!(text);
        for place in
            ["/posting/record/program/sha256", "/posting/record/summary/program/sha256", "/report/program/sha256"]
        {
            *plan.pointer_mut(place).unwrap() = json!(digest);
        }
        *member(members, "folder/summary.json") = plan["posting"]["record"]["summary"].to_string().into_bytes();
    };
    let program = |from: &str, to: &str, also: &dyn Fn(&mut Value)| {
        let mut all = members(&shop, "true.plan");
        let mut told: Value = serde_json::from_slice(&all[0].1).unwrap();
        also(&mut told);
        rename(&mut told, &mut all, from, to);
        all[0].1 = serde_json::to_vec(&told).unwrap();
        write(&shop, &all);
    };
    program("fixed = \"5.00\"", "fixed = \"6.00\"", &|_| ());
    expect_refused(&shop, 3, "what changes for the past");
    program("Corner shop credit", "Other shop", &|_| ());
    expect_refused(&shop, 3, "the name of the program");
    // With all names changed it is another shop's plan, as a run would say, and another pipeline's before that.
    let names = |plan: &mut Value| {
        plan["report"]["program"]["name"] = json!("Other shop");
        plan["posting"]["record"]["summary"]["program"]["name"] = json!("Other shop");
        plan["posting"]["record"]["summary"]["pipeline"]["path"] = json!("pipelines/evil.toml");
        plan["posting"]["record"]["pipeline"] = json!("evil.toml");
        plan["posting"]["pipeline"] = json!(shop.path("pipelines/evil.toml"));
    };
    shop.write("pipelines/evil.toml", shop.read(PIPELINE).replace("\"../out\"", "\"../evil\""));
    program("Corner shop credit", "Other shop", &names);
    expect_refused(&shop, 2, "the last run of the book was by fixture.toml");
    let output = shop.command("apply forged.plan --out evil").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("is of another shop") && !shop.path("evil").exists(), "{said}");
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
