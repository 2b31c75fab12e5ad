//! Plans: what is said of them, what is applied, and what is refused.

use super::{ORDERS, PIPELINE, PROGRAM, RUN, Shop};
use insta::assert_snapshot;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

const PLAN: &str = "plan pipelines/fixture.toml --as-of 2024-07-01 --save first.plan";
const BACKFILL: &str = "plan small.toml --program new.toml --backfill --save six.plan";

fn with_book() -> Shop {
    let shop = Shop::new();
    shop.replace(PIPELINE, "output = ", "book = \"../book\"\noutput = ");
    shop
}

/// A shop that gives 5 % for 30 days. Ann's 100.00 earn her 5.00, of which a refund of 40.00 reclaims 2.00 and she
/// spends 1.50: 1.50 are left. Bob's 50.00 earn him 2.50, which have expired on 1 February.
fn small_shop() -> Shop {
    let shop = Shop::new();
    let order = |id: &str, customer: &str, on: &str, amount: &str| {
        format!("{id},{customer},{customer}@x.org,2024-01-{on},2024-01-{on},{amount},{amount}\n")
    };
    let header = "order_id,customer_id,email,placed_at,paid_at,items_amount,total_amount\n";
    let orders = [order("O-1", "ann", "10", "100.00"), order("O-2", "bob", "01", "50.00")].concat();
    shop.write("orders.csv", header.to_owned() + &orders);
    shop.write("refunds.csv", "refund_id,order_id,refunded_at,amount\nR-1,O-1,2024-01-12,40.00\n");
    shop.write("redemptions.csv", "redemption_id,customer_id,redeemed_at,amount\nX-1,ann,2024-01-15,1.50\n");
    let input = |kind: &str| format!("[[input]]\nkind = \"{kind}\"\npath = \"{kind}.csv\"\n");
    let inputs = ["orders", "refunds", "redemptions"].map(input).concat();
    shop.write("small.toml", format!("program = \"old.toml\"\noutput = \"out\"\nbook = \"book\"\n{inputs}"));
    let program = |receive: &str| {
        "[program]\nname = \"Small shop\"\ncurrency = \"USD\"\ntimezone = \"UTC\"\n[[rule]]\nid = \"share\"\n\
         method = \"per_order\"\nexpiry = { days = 30 }\n"
            .to_owned()
            + &format!("reward = {{ every = \"1.00\", receive = \"{receive}\", prorated = true }}\n")
    };
    shop.write("old.toml", program("0.05"));
    shop.write("new.toml", program("0.06"));
    shop.succeed("run small.toml --as-of 2024-02-05");
    shop
}

#[test]
fn a_plan_is_saved_and_posted_once() {
    let shop = with_book();
    let planned = shop.session(PLAN);
    let applied = [shop.session("apply first.plan"), shop.session("apply first.plan")];
    assert_snapshot!([vec![planned], applied.to_vec()].concat().join("\n"));
}

#[test]
fn a_plan_says_which_facts_cause_a_change() {
    let shop = with_book();
    shop.succeed(RUN);
    // Finn's order was of 70.00; eva orders for the first time in a while.
    let orders = shop.read(ORDERS);
    let finn = orders.lines().find(|line| line.starts_with("O-1008")).unwrap();
    shop.write(ORDERS, orders.replace(finn, &finn.replace("70.00", "90.00")));
    shop.append(ORDERS, "O-2001,eva,,2024-06-30T10:00:00,2024-06-30T10:00:00,,50.00,55.00,\n");
    assert_snapshot!(shop.session("plan pipelines/fixture.toml --as-of 2024-07-02 --save second.plan"));
}

#[test]
fn a_backfill_shows_what_a_rule_would_have_cost() {
    let shop = small_shop();
    // What is in the book is all that is needed.
    fs::remove_file(shop.path("orders.csv")).unwrap();
    assert_snapshot!(shop.session(BACKFILL));
    let json = shop.succeed("plan small.toml --program new.toml --backfill --save again.plan --json").stdout;
    let report: Value = serde_json::from_slice(&json).unwrap();
    // Ann: 6.00, of which 40 % are reclaimed: 1.00 more and 0.40 less. Bob: 0.50 more, which expire.
    let posting = |number: usize| {
        let own = &report["postings"][number];
        ["kind", "up", "down"].map(|key| own[key].as_str().unwrap().to_owned())
    };
    assert_eq!(posting(0), ["grant", "1.50", "0.00"]);
    assert_eq!(posting(1), ["clawback", "0.00", "-0.40"]);
    assert_eq!(posting(2), ["expire", "0.00", "-0.50"]);
    assert_eq!(report["liability"][0]["before"], "1.50");
    assert_eq!(report["liability"][0]["after"], "2.10");
    assert_eq!(report["largest"][0]["customer_id"], "ann");
    assert_eq!(report["largest"][0]["change"], "0.60");
    assert_eq!(report["emails"], 0);
}

#[test]
fn after_a_backfill_nights_go_on_with_the_new_program_alone() {
    let shop = small_shop();
    shop.succeed(BACKFILL);
    let applied = shop.session("apply six.plan --out backfilled");
    let new = shop.session("run small.toml --program new.toml --as-of 2024-02-06");
    assert_snapshot!([applied, new, shop.session("run small.toml --as-of 2024-02-06")].join("\n"));
    let repeated = shop.succeed("plan small.toml --program new.toml --backfill --save again.plan --json").stdout;
    let report: Value = serde_json::from_slice(&repeated).unwrap();
    assert_eq!(report["postings"], Value::Array(Vec::new()));
}

#[test]
fn a_backfill_mails_only_where_that_is_asked_for_and_nobody_about_long_ago() {
    let shop = small_shop();
    shop.append("new.toml", "[[rule]]\nmethod = \"first_order\"\nreward = { fixed = \"1.00\" }\n");
    let emails = |options: &str| {
        let line = format!("plan small.toml --program new.toml --backfill --json {options}");
        let report: Value = serde_json::from_slice(&shop.succeed(&line).stdout).unwrap();
        report["emails"].as_u64().unwrap()
    };
    assert_eq!(emails("--save quiet.plan --emails"), 0);
    shop.append("new.toml", "[emails]\nquiet_after = { days = 30 }\n");
    // Of 5 February, ann's order of 10 January is within 30 days, and bob's of the 1st is not.
    assert_eq!([emails("--save none.plan"), emails("--save some.plan --emails")], [0, 1]);
}

#[test]
fn a_plan_is_stale_once_a_night_has_been_posted() {
    let shop = small_shop();
    shop.succeed(BACKFILL);
    shop.succeed("run small.toml --as-of 2024-02-06");
    assert_snapshot!(shop.session("apply six.plan"));
}

#[test]
fn a_plan_shows_what_guards_say_and_is_stopped_by_them() {
    let shop = with_book();
    shop.append(PIPELINE, "\n[guard]\nmax_people = 9\nmax_emails = 14\n");
    let planned = shop.session(&format!("{PLAN} --override max_emails"));
    let guards = planned.split("\nGuards\n").nth(1).unwrap().to_owned();
    let stopped = shop.session("apply first.plan");
    shop.succeed("apply first.plan --override max_people");
    assert_snapshot!([guards, stopped].join("\n"));
    let log = shop.read("book/ledger/_delta_log/00000000000000000001.json");
    assert!(log.contains(r#""overrides":["max_emails","max_people"]"#), "{log}");
}

#[test]
fn what_is_no_plan_or_cannot_be_one_is_refused() {
    let shop = with_book();
    shop.succeed(PLAN);
    let bytes = fs::read(shop.path("first.plan")).unwrap();
    fs::write(shop.path("cut.plan"), &bytes[..bytes.len() / 2]).unwrap();
    let altered: Vec<u8> = String::from_utf8_lossy(&bytes).replace("\"number\": 1", "\"number\": 2").into_bytes();
    fs::write(shop.path("altered.plan"), altered).unwrap();
    let lines = [
        PLAN,
        "apply cut.plan",
        "apply fixtures/shop/orders.csv",
        "apply missing.plan",
        "plan pipelines/fixture.toml --backfill --save early.plan",
    ];
    let mut sessions: Vec<String> = lines.iter().map(|line| shop.session(line)).collect();
    let altered = shop.command("apply altered.plan").output().unwrap();
    assert_eq!(altered.status.code(), Some(3));
    shop.succeed("plan pipelines/fixture.toml --as-of 2024-07-01 --no-book --save alone.plan");
    sessions.push(shop.session("apply alone.plan"));
    shop.succeed("apply first.plan");
    shop.replace(PROGRAM, "fixed = \"5.00\"", "fixed = \"6.00\"");
    let changed = shop.command("plan pipelines/fixture.toml --save changed.plan").output().unwrap();
    assert_eq!(changed.status.code(), Some(6));
    assert_snapshot!(sessions.join("\n"));
}

/// The path is in `plan.json`, as text: an altered one would lead elsewhere, or nowhere.
#[test]
fn a_path_that_is_not_utf8_is_refused_before_anything_is_written() {
    let shop = with_book();
    let folder = shop.path("").join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    for name in ["pipelines", "fixtures"] {
        fs::rename(shop.path(name), folder.join(name)).unwrap();
    }
    let before = || fs::read_dir(&folder).unwrap().count();
    let entries = before();
    let output = shop.command(PLAN).current_dir(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: a plan names the pipeline by its path, and "), "{said}");
    assert!(said.ends_with("give it a path in UTF-8\nnothing was posted\n"), "{said}");
    assert_eq!(before(), entries);
    // A run needs no such path later.
    let run = shop.command(super::RUN).current_dir(&folder).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
