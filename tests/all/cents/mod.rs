//! Cents that are easily lost: small shops of each platform in which an order earns what its goods cost, so that the
//! ledger shows how the order was read.

mod magento;
mod magento_parquet;
mod saved;
mod shopify;
mod shopify_apis;
mod shopify_credit;
mod shopify_waiting;
mod woocommerce;

use crate::platforms::run_under;
use crate::shop_folder::Written;
use std::fmt::Write as _;
use std::fs;

/// 1.00 for 1.00 in each currency; refunds reclaim, however old.
fn program() -> String {
    let mut text = "[program]\nname = \"One for one\"\ncurrency = \"USD\"\ntimezone = \"America/New_York\"\n\n\
        [clawback]\nfrom = 2010-01-01\n"
        .to_owned();
    for (currency, one) in [("USD", "1.00"), ("EUR", "1.00"), ("JPY", "1"), ("CLP", "1"), ("KWD", "1.000")] {
        write!(
            text,
            "\n[[rule]]\nid = \"{currency}\"\nmethod = \"per_order\"\ncurrency = \"{currency}\"\n\
             reward = {{ every = \"{one}\", receive = \"{one}\", prorated = true }}\n"
        )
        .unwrap();
    }
    text
}

/// Runs exports of a platform under that program: kind, file and text. `mapping` are keys of each input, `settings`
/// tables of the program.
fn run(platform: &str, mapping: &str, settings: &str, exports: &[(&str, &str, &str)]) -> Written {
    let folder = tempfile::tempdir().unwrap();
    for (_, file, text) in exports {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let inputs: Vec<(&str, &str)> = exports.iter().map(|(kind, file, _)| (*kind, *file)).collect();
    let mapping = format!("platform = \"{platform}\"\n{mapping}");
    let guards = "[guard]\nmax_rejects = false\nno_usable_rows = false\n";
    run_under(&format!("{}\n{settings}", program()), folder.path(), guards, &mapping, &inputs)
}

/// A row of an export: columns and values.
type Row<'a> = Vec<(&'a str, &'a str)>;

/// Returns a row with what is said, and for the rest what is usual.
fn over<'a>(usual: &[(&'a str, &'a str)], said: &[(&'a str, &'a str)]) -> Row<'a> {
    let value =
        |column: &'a str, value: &'a str| said.iter().find(|(name, _)| *name == column).map_or(value, |own| own.1);
    let more = said.iter().filter(|(name, _)| usual.iter().all(|(column, _)| column != name));
    usual.iter().map(|(column, own)| (*column, value(column, own))).chain(more.copied()).collect()
}

/// Makes a CSV file; its columns are those of all rows, in the order in which they come.
fn csv(rows: &[Row]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).unwrap();
    for row in rows {
        let cell = |name: &&str| row.iter().find(|(column, _)| column == name).map_or("", |(_, value)| *value);
        writer.write_record(names.iter().map(cell)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Returns the ledger as `source kind amount currency`, sorted.
fn amounts(written: &Written) -> Vec<String> {
    let line = |row: &std::collections::BTreeMap<String, String>| {
        format!("{} {} {} {}", row["source_id"], row["kind"], row["amount"], row["currency"])
    };
    let mut lines: Vec<String> = written.ledger.iter().map(line).collect();
    lines.sort();
    lines
}

/// Returns the customers of the ledger, each once.
fn customers(written: &Written) -> Vec<&str> {
    let mut customers: Vec<&str> = written.ledger.iter().map(|row| row["customer_id"].as_str()).collect();
    customers.sort_unstable();
    customers.dedup();
    customers
}

/// Asserts that a run has rejected nothing and found nothing odd.
fn assert_plain(written: &Written) {
    assert!(written.rejects.is_empty(), "{:?}", written.rejects);
    assert!(written.exceptions.is_empty(), "{:?}", written.exceptions);
}
