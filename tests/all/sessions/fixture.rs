//! The fixture shop against the figures of fixtures/README.md, each of which was worked out by hand.

use super::{RUN, Shop};
use chrono::{NaiveDate, TimeZone, Utc};
use chrono_tz::America::New_York;
use serde_json::Value;
use std::fs;

/// Returns the rows of the README's tables with this many columns, without headers.
fn tables(columns: usize) -> Vec<Vec<String>> {
    let readme = include_str!("../../../fixtures/README.md");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace("**", "")).collect()
    };
    let lines: Vec<&str> = readme.lines().collect();
    let is_row = |at: &usize| lines[*at].starts_with('|') && !lines[*at].starts_with("|---");
    // A header is what is above a line of dashes.
    let is_header = |at: &usize| lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
    let rows = (0..lines.len()).filter(is_row).filter(|at| !is_header(at)).map(|at| cells(lines[at]));
    rows.filter(|cells| cells.len() == columns).collect()
}

fn shop_that_has_run() -> Shop {
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out ledger --format csv"));
    shop
}

fn csv_rows(shop: &Shop, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(shop.path(name)).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn summary(shop: &Shop) -> Value {
    serde_json::from_str(&shop.read("ledger/summary.json")).unwrap()
}

#[test]
fn everybody_has_what_the_readme_says() {
    let shop = shop_that_has_run();
    let mut expected: Vec<Vec<String>> =
        tables(3).iter().filter(|row| row[0] != "together").map(|row| balance(row)).collect();
    expected.sort();
    assert_eq!(expected.len(), 10);
    assert_eq!(csv_rows(&shop, "ledger/balances.csv"), expected);
    let together = tables(3).into_iter().find(|row| row[0] == "together").unwrap();
    assert_eq!(summary(&shop)["balances"][0]["after"], together[1]);
}

/// Returns a row of the README's first table as `balances.csv` has it.
fn balance(row: &[String]) -> Vec<String> {
    let id = row[0].split('`').nth(1).unwrap_or(&row[0]);
    let (amount, day) = row[2].split_once(" on ").unwrap_or_default();
    [id, "USD", &row[1], &midnight(day), amount].map(str::to_owned).to_vec()
}

/// Returns the start of a day in New York, in UTC.
fn midnight(day: &str) -> String {
    let Ok(day) = day.parse::<NaiveDate>() else { return String::new() };
    let midnight = New_York.from_local_datetime(&day.and_hms_opt(0, 0, 0).unwrap()).unwrap();
    midnight.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%S.000000Z").to_string()
}

#[test]
fn postings_come_to_what_the_readme_says() {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let cells = |posting: &Value| ["kind", "method", "count", "amount"].map(|key| text(&posting[key])).to_vec();
    let summary = summary(&shop_that_has_run());
    let postings: Vec<Vec<String>> = summary["postings"].as_array().unwrap().iter().map(cells).collect();
    assert_eq!(postings, tables(4));
}

#[test]
fn rows_went_where_the_readme_says() {
    let summary = summary(&shop_that_has_run());
    let mut rows: Vec<[String; 4]> = Vec::new();
    for own in summary["funnel"].as_array().unwrap() {
        let line = |currency: &str, name: &str, count: &Value| {
            let kind = own["kind"].as_str().unwrap();
            [kind, currency, name, &count.to_string()].map(str::to_owned)
        };
        for name in
            ["skipped", "rejected", "no_owner", "left_out", "added", "repeated", "superseded", "void", "not_used"]
        {
            rows.extend((own[name] != 0).then(|| line("", name, &own[name])));
        }
        for of in own["currencies"].as_array().unwrap() {
            let outcomes = of["outcomes"].as_object().unwrap();
            rows.extend(outcomes.iter().map(|(name, count)| line(of["currency"].as_str().unwrap(), name, count)));
        }
    }
    let mut expected: Vec<[String; 4]> =
        tables(5).iter().map(|row| [0, 1, 2, 3].map(|column| row[column].clone())).collect();
    assert_eq!(expected.iter().map(|row| row[3].parse::<u64>().unwrap()).sum::<u64>(), 37);
    rows.sort();
    expected.sort();
    assert_eq!(rows, expected);
}

#[test]
fn emails_go_to_whom_the_readme_says() {
    let shop = shop_that_has_run();
    let jobs = shop.read("ledger/emails.ndjson");
    let jobs = jobs.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).map(|job| {
        let text = |key: &str| job[key].as_str().unwrap().to_owned();
        let person = if text("customer_id").starts_with("guest:") { "hana".to_owned() } else { text("customer_id") };
        [text("kind"), person, text("amount")]
    });
    let (mut jobs, mut expected): (Vec<_>, Vec<_>) =
        (jobs.collect(), tables(2).iter().flat_map(|row| mails(row)).collect());
    jobs.sort();
    expected.sort();
    assert_eq!(expected.len(), 15);
    assert_eq!(jobs, expected);
}

/// Returns the mails of a row such as `received` (9) | gus 3.00 and 1.00, hana 6.00.
fn mails(row: &[String]) -> Vec<[String; 3]> {
    let kind = row[0].split('`').nth(1).unwrap();
    let to_person = |part: &str| -> Vec<[String; 3]> {
        let (person, amounts) = part.split_once(' ').unwrap();
        amounts.split(" and ").map(|amount| [kind, person, amount].map(str::to_owned)).collect()
    };
    row[1].split(", ").flat_map(to_person).collect()
}

#[test]
fn what_is_odd_is_what_the_readme_says() {
    let shop = shop_that_has_run();
    let rejects = csv_rows(&shop, "ledger/rejects.csv");
    assert_eq!(rejects.len(), 1);
    assert_eq!(rejects[0][..5], ["orders", "fixtures/shop/orders.csv", "16", "items_amount", "19.999"]);
    let exceptions: Vec<Vec<String>> =
        csv_rows(&shop, "ledger/exceptions.csv").iter().map(|row| row[..7].to_vec()).collect();
    let expected = [
        ["over_refund", "ivo", "USD", "R-2", "O-1009", "", "2.00"],
        ["unbacked", "ivo", "USD", "D-1", "", "7001", "5.00"],
    ];
    let mut sorted = exceptions;
    sorted.sort();
    assert_eq!(sorted, expected);
}

#[test]
fn the_folder_holds_the_files_of_a_run_and_no_others() {
    let shop = shop_that_has_run();
    let entries = fs::read_dir(shop.path("ledger")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected = ["balances.csv", "emails.ndjson", "exceptions.csv", "ledger.csv", "rejects.csv", "summary.json"];
    assert_eq!(names, expected);
}
