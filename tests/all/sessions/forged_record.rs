//! Every value of the record in a plan, forged one by one: each is checked, or named here with the reason why it is
//! not.

use super::forging::{member, members, shop, write};
use super::shop::Shop;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// Values of a record that `apply` posts whatever they are, and why no later night is harmed.
const HARMLESS: [(&str, &str); 20] = [
    ("folder/mode", "the mode is the pipeline's"),
    ("inputs/0/settings", "a file that is said to have been read otherwise is read once more"),
    ("inputs/0/newest", "a guard compares as_of with the newest of all files; later than as_of it cannot be"),
    ("remembered/inputs/1/unowned", "guards compare with it, and it is a number that can be"),
    ("remembered/inputs/1/rows", "as well"),
    ("remembered/inputs/1/filled/", "as well, where it is not above the rows"),
    ("remembered/credit/0/holders", "as well, where it is not above the people with any entry"),
    ("remembered/credit/0/granted/", "as well, where it is an amount"),
    ("summary/pipeline/sha256", "for people"),
    ("summary/inputs/0/rejected", "for people"),
    ("summary/inputs/0/facts", "for people"),
    ("summary/inputs/0/repeated", "for people"),
    ("summary/inputs/0/newer_versions", "for people"),
    ("summary/inputs/0/void", "for people"),
    ("summary/book/id", "the book's id is put in its place"),
    ("summary/book/skipped/", "for people"),
    ("summary/book/reverted/", "for people"),
    ("summary/book/visited", "for people"),
    ("summary/emails/not_sent/", "for people"),
    ("summary/seconds/", "for people"),
];

#[test]
fn each_value_of_a_record_is_checked_or_harms_no_later_night() {
    let shop = shop();
    let plan: Value = serde_json::from_slice(&members(&shop, "true.plan")[0].1).unwrap();
    let mut all = Vec::new();
    paths("", &plan["posting"]["record"], &mut all);
    assert!(all.len() > 150, "{}", all.len());
    let pristine = shop.copy();
    let mut met = [false; HARMLESS.len()];
    for path in &all {
        let own = plan["posting"]["record"].pointer(path).unwrap();
        for other in others(own).into_iter().filter(|other| other != own) {
            forge_value(&shop, path, &other);
            let output = shop.command("apply forged.plan").output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let code = output.status.code().unwrap();
            let harmless = HARMLESS.iter().position(|(known, _)| path[1..].starts_with(known));
            assert!(code == 0 || said.contains("nothing was posted"), "{path} = {other}: {code}: {said}");
            if code != 0 {
                continue;
            }
            met[harmless.unwrap_or_else(|| panic!("{path} = {other} was posted"))] = true;
            shop.succeed("verify book");
            shop.succeed("run pipelines/fixture.toml --as-of 2024-07-03");
            restore(&shop, &pristine);
        }
    }
    let unmet = HARMLESS.iter().zip(met).find(|(_, met)| !met);
    assert!(unmet.is_none(), "{unmet:?} is never posted");
    shop.succeed("verify book");
}

/// Hands out the paths of all values that hold no others.
fn paths(path: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| paths(&format!("{path}/{key}"), value, into));
        }
        Value::Array(list) if !list.is_empty() => {
            list.iter().zip(0..).for_each(|(value, at)| paths(&format!("{path}/{at}"), value, into));
        }
        _ => into.push(path.to_owned()),
    }
}

/// Returns other values of the same kind.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!("x")],
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(number) if number.is_f64() => vec![json!(99.5)],
        Value::Number(number) => vec![json!(number.as_u64().unwrap() + 1), json!(1_u64 << 63)],
        Value::String(text) if text == "0750" => vec![json!("0777")],
        Value::String(text) if text.contains("T") && text.ends_with('Z') => {
            vec![json!(text.replacen("20", "19", 1)), json!(text.replacen("20", "29", 1))]
        }
        Value::String(text) if text.parse::<f64>().is_ok() && text.contains('.') => vec![json!("999.99"), json!("x")],
        Value::String(text) => vec![json!(format!("{text}x")), json!("")],
        Value::Array(_) => vec![json!(["x"])],
        Value::Object(_) => vec![json!({"x": 1})],
    }
}

/// Forges a value of the record; whoever forges a summary forges both.
fn forge_value(shop: &Shop, path: &str, other: &Value) {
    let mut all = members(shop, "true.plan");
    let mut told: Value = serde_json::from_slice(&all[0].1).unwrap();
    *told["posting"]["record"].pointer_mut(path).unwrap() = other.clone();
    let summary = told["posting"]["record"]["summary"].to_string();
    all[0].1 = serde_json::to_vec(&told).unwrap();
    *member(&mut all, "folder/summary.json") = summary.into_bytes();
    write(shop, &all);
}

/// Makes a shop again what its copy is.
fn restore(shop: &Shop, copy: &Shop) {
    for entry in fs::read_dir(shop.path("")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
    let copied = Command::new("cp").arg("-a").args([copy.path("."), shop.path("")]).status();
    assert!(copied.unwrap().success());
}
