//! Explanations checked by a program that knows nothing but their JSON: it computes every amount of random shops once
//! more, in its own arithmetic, and what it comes to is the ledger.

mod checker;
mod clawback;
mod figures;
mod grants;
mod lots;
mod nights;
mod spending;

use crate::oracle::shop;
use crate::seeds;
use crate::shop_folder::{self, Export, Rows};
use accrue::pipeline::{self, Pipeline, ProgramFile};
use accrue::run::explain::{Wanted, of_exports};
use accrue::run::inspect::InspectFault;
use accrue::run::{RunError, Silent};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// So many shops, or as many as `ACCRUE_EXPLAINED` says.
const SHOPS: u64 = 300;

#[test]
fn every_amount_of_random_shops_follows_from_the_json_alone() {
    let count = std::env::var("ACCRUE_EXPLAINED").map_or(SHOPS, |count| count.parse().expect("a number of shops"));
    assert!(count > 0, "no shop is asked for");
    seeds::for_seeds(&seeds::seeds(5_000_000, count), check);
}

fn check(seed: u64) -> Result<(), String> {
    let shop = shop::shop(seed);
    let folder = tempfile::tempdir().unwrap();
    let exports: Vec<Export> =
        shop.inputs.iter().map(|input| Export { kind: &input.kind, rows: &input.rows }).collect();
    shop_folder::write(folder.path(), &shop.program_toml, &exports);
    let as_of = shop_folder::instant(&shop.as_of);
    let written = shop_folder::run(folder.path(), as_of)?;
    let (pipeline, program) = read(folder.path());
    let named = shop.inputs.iter().flat_map(|input| &input.rows).filter_map(|row| row.get("customer_id"));
    let people: BTreeSet<String> = named
        .map(|id| id.trim().to_owned())
        .chain(written.ledger.iter().map(|row| row["customer_id"].clone()))
        .collect();
    let mut entries = Vec::new();
    for id in people.iter().filter(|id| !id.is_empty()) {
        let explained = match of_exports(&pipeline, &program, as_of, &Wanted::Person(id.clone()), &Silent) {
            Ok(explained) => explained,
            // A customer id of a rejected row, or of a registration that is withdrawn or comes later.
            Err(RunError::Inspect(InspectFault::Nobody { .. } | InspectFault::OfNobody { .. })) => continue,
            Err(error) => return Err(format!("{id}: {error}")),
        };
        let json = serde_json::from_str(&explained.to_json()).unwrap();
        entries.extend(checker::check(&json).map_err(|fault| format!("{id}: {fault}"))?);
    }
    entries.sort();
    entries.dedup();
    let ledger = ledger(&written.ledger);
    if entries == ledger { Ok(()) } else { Err(format!("entries\n{entries:#?}\nledger\n{ledger:#?}")) }
}

fn read(folder: &Path) -> (Pipeline, ProgramFile) {
    pipeline::read(&folder.join("pipeline.toml"), None).unwrap()
}

/// Returns the rows of a ledger as the checker returns entries.
fn ledger(rows: &Rows) -> Vec<Vec<String>> {
    let names = "customer_id currency kind source_id method origin_id amount effective_at expires_at rule";
    let row =
        |row: &std::collections::BTreeMap<String, String>| names.split(' ').map(|name| row[name].clone()).collect();
    let mut rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn the_checker_notices_whichever_amount_of_a_step_is_wrong() {
    let mut altered_count = 0;
    for seed in 5_000_000..5_000_008 {
        let shop = shop::shop(seed);
        let folder = tempfile::tempdir().unwrap();
        let exports: Vec<Export> =
            shop.inputs.iter().map(|input| Export { kind: &input.kind, rows: &input.rows }).collect();
        shop_folder::write(folder.path(), &shop.program_toml, &exports);
        let (pipeline, program) = read(folder.path());
        let (as_of, wanted) = (shop_folder::instant(&shop.as_of), Wanted::Person("c1".to_owned()));
        let Ok(explained) = of_exports(&pipeline, &program, as_of, &wanted, &Silent) else { continue };
        let json: Value = serde_json::from_str(&explained.to_json()).unwrap();
        for place in amounts(&json, String::new()).iter().filter(|place| place.contains("/steps/")) {
            let mut altered = json.clone();
            let amount = altered.pointer_mut(place).unwrap();
            // One minor unit more.
            let last = amount.as_str().unwrap().len() - 1;
            let other = if amount.as_str().unwrap().ends_with('9') { "8" } else { "9" };
            *amount = format!("{}{other}", &amount.as_str().unwrap()[..last]).into();
            assert!(checker::check(&altered).is_err(), "seed {seed}: {place} of {json:#}");
            altered_count += 1;
        }
    }
    assert!(altered_count > 100, "{altered_count} amounts were altered");
}

/// Returns the places of the amounts in a value.
fn amounts(value: &Value, at: String) -> Vec<String> {
    const NAMES: [&str; 17] = [
        "amount",
        "left",
        "balance_after",
        "due",
        "due_before",
        "due_so_far",
        "taken",
        "counted_as_expired",
        "shortfall",
        "asked",
        "settled",
        "lot_granted",
        "refund",
        "paid_with_credit",
        "given_back_before",
        "given_back_by_cancellation",
        "given_back",
    ];
    match value {
        Value::Array(all) => (0..).zip(all).flat_map(|(place, own)| amounts(own, format!("{at}/{place}"))).collect(),
        Value::Object(fields) => {
            let of_field = |(name, own): (&String, &Value)| match own {
                Value::String(_) if NAMES.contains(&name.as_str()) => vec![format!("{at}/{name}")],
                own => amounts(own, format!("{at}/{name}")),
            };
            fields.iter().flat_map(of_field).collect()
        }
        _ => Vec::new(),
    }
}
