//! Texts of exports on their way out: to a mail, a spreadsheet and a terminal.

use super::shop::Shop;
use super::{PIPELINE, PROGRAM, RUN};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;
use std::process::Output;

const ORDERS: &str = "fixtures/shop/orders.csv";

/// Characters of a text that show nothing, line breaks aside.
fn hidden(text: &str) -> Vec<char> {
    let is_hidden = |char: &char| *char != '\n' && (char.is_control() || "\u{200b}\u{202e}\u{2028}".contains(*char));
    text.chars().filter(is_hidden).collect()
}

/// Types a command with its arguments as they are, and returns what it has printed: stdout, then stderr.
fn printed(shop: &Shop, arguments: &[&str]) -> [String; 2] {
    let Output { stdout, stderr, .. } = shop.command("").args(arguments).output().unwrap();
    [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap())
}

/// A shop with one order each of some people, who have these emails.
fn with_emails(emails: &[&str]) -> Shop {
    let shop = Shop::new();
    let order = |(number, email): (usize, &&str)| {
        let email = email.replace('"', "\"\"");
        format!("O-9{number},m{number},\"{email}\",2024-06-30T10:00:00,2024-06-30T10:00:00,,50.00,50.00,\n")
    };
    let orders: String = emails.iter().enumerate().map(order).collect();
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    shop.write(ORDERS, header + "\n" + &orders);
    shop
}

fn jobs(shop: &Shop, folder: &str) -> Vec<Value> {
    shop.read(&format!("{folder}/emails.ndjson")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn mails_go_to_one_address_each_and_the_others_are_counted() {
    let shop = with_emails(&[
        "ok@shop.example",
        "a@shop.example, b@shop.example",
        "not an address",
        "Ada <a@shop.example>",
        "o'brien+x@shop.example",
    ]);
    let Output { stdout, stderr, .. } = shop.succeed(&format!("{RUN} --out out-1 --json"));
    let summary: Value = serde_json::from_slice(&stdout).unwrap();
    let not_sent = &summary["emails"]["not_sent"];
    // One mail for what each of the three orders has earned.
    assert_eq!(not_sent["bad_address"], 3, "{not_sent}");
    let last = String::from_utf8(stderr).unwrap();
    assert!(last.lines().last().unwrap().contains("3 bad address"), "{last}");
    let to: Vec<Value> = jobs(&shop, "out-1").iter().map(|job| job["email"].clone()).collect();
    let new: Vec<&Value> = to.iter().filter(|email| email.as_str().unwrap().contains("@shop.example")).collect();
    assert_eq!(new, ["ok@shop.example", "o'brien+x@shop.example"]);
}

#[test]
fn no_field_of_a_job_has_control_characters_but_line_breaks_in_bodies() {
    let shop = Shop::new();
    shop.replace(PROGRAM, "name = \"Corner shop credit\"", "name = \"Corner\\u001b[2J shop\"");
    let registrations = "fixtures/shop/registrations.csv";
    let header = shop.read(registrations).lines().next().unwrap().to_owned();
    let at = |name: &str| header.split(',').position(|column| column == name).unwrap();
    let mut row = vec![String::new(); header.split(',').count()];
    for (column, value) in [
        ("customer_id", "zoe"),
        ("registered_at", "2024-06-30T10:00:00"),
        ("email", "zoe@shop.example"),
        ("name", "\"Zoe\r\nBcc: x@evil.example\u{1b}]0;\u{7}\u{202e}\""),
    ] {
        row[at(column)] = value.to_owned();
    }
    shop.append(registrations, &(row.join(",") + "\n"));
    shop.succeed(&format!("{RUN} --out out-1"));
    let jobs = jobs(&shop, "out-1");
    let zoe = jobs.iter().find(|job| job["customer_id"] == "zoe").unwrap();
    assert_eq!(zoe["name"], "Zoe Bcc: x@evil.example]0;");
    for job in &jobs {
        for (key, value) in job.as_object().unwrap() {
            let text = value.as_str().unwrap_or_default();
            assert_eq!(hidden(text), [], "{key}: {text:?}");
            assert!(!text.contains('\n') || ["html", "text"].contains(&key.as_str()), "{key}: {text:?}");
        }
    }
}

#[test]
fn rejects_can_be_opened_in_a_spreadsheet() {
    let shop = Shop::new();
    let long = "x".repeat(5_000);
    for (number, total) in ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "1;=1+1", &long].into_iter().enumerate() {
        shop.append(ORDERS, &format!("O-9{number},eva,,2024-06-30T10:00:00,2024-06-30T10:00:00,,50.00,\"{total}\",\n"));
    }
    shop.succeed(&format!("{RUN} --out out-1"));
    let rejects = shop.read("out-1/rejects.csv");
    let values: Vec<&str> = rejects.lines().skip(1).map(|line| line.split(',').nth(4).unwrap()).collect();
    let cut = format!("{}…", "x".repeat(200));
    assert_eq!(values[values.len() - 6..], ["'=cmd|' /C calc'!A0", "'+1+1", "'@SUM(A1)", "'-2+3", "1;'=1+1", &cut]);
}

#[test]
fn nothing_hidden_is_printed_whatever_the_names() {
    let shop = Shop::with_book();
    shop.replace(PROGRAM, "name = \"Corner shop credit\"", "name = \"Corner\\u001b[2J\\u202e shop\"");
    fs::rename(shop.path(ORDERS), shop.path("fixtures/shop/ord\u{1b}[31m\ners.csv")).unwrap();
    shop.replace(PIPELINE, "orders.csv", "ord*.csv");
    let fixture = [PIPELINE, "--as-of", "2024-07-01"];
    let with = |command: &'static str, more: &[&'static str]| [&[command], &fixture[..], more].concat();
    let all = [
        printed(&shop, &with("check", &["--json"])),
        printed(&shop, &with("plan", &["--save", "p\u{1b}.plan", "--json"])),
        printed(&shop, &with("run", &["--out", "out\u{9b}", "--json"])),
        printed(&shop, &with("run", &["--out", "out\u{9b}"])),
        printed(&shop, &["runs", "book"]),
        printed(&shop, &["runs", "book", "--json"]),
        printed(&shop, &["balance", "book", "--person", "\u{1b}[2J\n"]),
        printed(&shop, &["balance", "book", "--person", "\u{7f}\u{202e}", "--json"]),
        printed(&shop, &["verify", "book\u{1b}"]),
        printed(&shop, &["run", "no\u{1b}.toml", "--\u{1b}[2J"]),
    ];
    for text in all.iter().flatten() {
        assert_eq!(hidden(text), [], "{text}");
    }
    let [.., run] = &all[2];
    assert!(
        run.contains(r"  fixtures/shop/ord\u{1b}[31m\ners.csv") && run.contains(r"Corner\u{1b}[2J\u{202e} shop"),
        "{run}"
    );
    let [plan, _] = &all[1];
    assert_eq!(serde_json::from_str::<Value>(plan).unwrap()["program"]["name"], "Corner\u{1b}[2J\u{202e} shop");
    let [_, refused] = &all[6];
    assert!(refused.contains(r#"nobody has the person "\u{1b}[2J\n""#), "{refused}");
    let archive = fs::read(shop.path("p\u{1b}.plan")).unwrap();
    let report = String::from_utf8_lossy(&archive);
    assert!(report.contains(r"Corner\u{1b}[2J\u{202e} shop (program"), "report.txt");
}

#[test]
fn people_are_found_by_email_card_and_guest_id_and_otherwise_the_nearest_are_named() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    // Gus has registered after his first order: his guest's history is his. `printf 'gus@example.com' | sha256sum`
    let guest = "guest:903a2cead53b6157bafa6f06151c08b1";
    let told = ["ADA@example.com", "7001", guest, "evo", "add@example.com", "zzz"]
        .map(|id| shop.session(&format!("balance book --person {id}")));
    assert_snapshot!(told.join("\n"));
}

/// Each order earns 1.00, valid to the end of the day after it. That of 29 June expires at the midnight at which June
/// ends and another order is paid; so June closes with the 1.00 of the 30th, and at the midnight itself there are 2.00.
#[test]
fn a_month_closes_with_what_expires_at_its_end_and_without_what_happens_then() {
    let shop = Shop::with_book();
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    let order = |id: &str, at: &str| format!("{id},dan,,{at},{at},,10.00,10.00,\n");
    let june = order("O-1", "2024-06-29T10:00:00") + &order("O-2", "2024-06-30T23:59:59");
    shop.write(ORDERS, header + "\n" + &june + &order("O-3", "2024-07-01T00:00:00"));
    shop.write(
        PROGRAM,
        "[program]\nname = \"Shop\"\ncurrency = \"USD\"\ntimezone = \"America/New_York\"\n\n\
         [[rule]]\nmethod = \"per_order\"\nreward = { every = \"1.00\", receive = \"0.10\" }\nexpiry = { days = 1 }\n",
    );
    let inputs = shop.read(PIPELINE);
    let first = inputs.find("[[input]]").unwrap();
    let head = inputs[..first].to_owned();
    shop.write(PIPELINE, head + "[[input]]\nkind = \"orders\"\npath = \"../fixtures/shop/orders.csv\"\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02");
    let balance = |more: &str| shop.session(&format!("balance book {more}"));
    let told = [
        balance("--through 2024-06-30"),
        balance("--through 2024-06-30 --person dan"),
        balance("--through 2024-06-30 --person dan --json"),
        balance("--as-of 2024-07-01"),
        balance("--through 2024-07-01"),
        balance("--through 2024-07-02"),
        balance("--through 2024-06-30T00:00:00Z"),
        balance("--through 2024-06-30 --as-of 2024-07-01"),
    ];
    assert_snapshot!(told.join("\n"));
    assert_eq!(sum(&shop, "--through 2024-06-30"), "1.00");
    assert_eq!(sum(&shop, "--as-of 2024-07-01"), "2.00");
}

fn sum(shop: &Shop, more: &str) -> String {
    let told = shop.succeed(&format!("balance book --json {more}")).stdout;
    serde_json::from_slice::<Value>(&told).unwrap()["balances"][0]["balance"].as_str().unwrap().to_owned()
}
