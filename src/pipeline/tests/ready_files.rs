//! The files under `pipelines/` that a shop starts from.

use super::super::{CountOrShare, Limit, Percent, read};
use crate::emails::settings::Settings;
use crate::facts::FactKind;
use crate::kernel::money::Amount;
use crate::kernel::program::*;
use crate::kernel::time::LocalDate;
use rust_decimal::Decimal;
use std::path::{Path, PathBuf};

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn ready(name: &str) -> PathBuf {
    project("pipelines").join(name)
}

#[test]
fn the_nightly_pipeline_has_the_values_it_shows() {
    let (pipeline, _) = read(&ready("nightly.toml"), None).unwrap();
    assert_eq!(pipeline.program, ready("programs/member-credits.toml"));
    assert_eq!(pipeline.book, Some(ready("book")));
    assert_eq!(pipeline.output, ready("out"));
    let inputs: Vec<_> = pipeline.inputs.iter().map(|input| (input.kind, input.path.clone())).collect();
    assert_eq!(
        inputs,
        [
            (FactKind::Orders, ready("exports/orders*.csv")),
            (FactKind::Refunds, ready("exports/refunds*.csv")),
            (FactKind::Registrations, ready("exports/customers*.csv")),
        ]
    );
    assert_eq!(pipeline.inputs[0].min_rows, Some(1));
    assert!(pipeline.inputs.iter().all(|input| input.mapping.is_none() && input.timezone.is_none()));
    let guard = pipeline.guard;
    assert_eq!(guard.max_rejects, Limit::Set(CountOrShare::Share(Percent(Decimal::ONE))));
    assert_eq!(guard.max_granted, Some(Decimal::new(5_000_000, 2)));
    assert_eq!(guard.max_reclaimed, Some(Decimal::new(1_000_000, 2)));
    assert_eq!((guard.max_people, guard.max_emails), (Some(20_000), Some(20_000)));
    assert_eq!(pipeline.classes.len(), 4);
    assert_eq!(pipeline.digest.len(), 64);
}

#[test]
fn the_ready_program_has_the_values_it_shows() {
    let (_, file) = read(&ready("nightly.toml"), None).unwrap();
    let program = file.program;
    let day = |y, m, d| program.zone.start_of(LocalDate::from_ymd(y, m, d).unwrap());
    assert_eq!((program.name.as_str(), program.currency.code()), ("Member credits", "USD"));
    assert_eq!(program.zone.name(), "America/New_York");
    assert!(!program.earn_on_credit && !program.carry_debt && program.link_guests);
    assert_eq!(program.switches, [Switch { at: day(2023, 6, 1), on: true }]);
    let shared = SharedExpiry { from: Some(day(2023, 1, 1)), valid: Expiry::Days(365) };
    assert_eq!(program.shared_expiry, [shared]);
    assert_eq!(program.refunds_from, RefundSource::Refunds);
    assert_eq!(program.refund_credit_expiry, Expiry::Never);
    assert_eq!(program.clawback.from.to_string(), "2023-08-09T04:00:00.000000Z");
    assert_eq!((program.clawback.reach, program.clawback.on_store_credit), (Reach::Account, false));
    assert_eq!(
        program.redemption,
        RedemptionTerms {
            from: RedemptionSource::Redemptions,
            order: RedemptionOrder::SoonestExpiry,
            restore_on_cancel: true,
        }
    );
    assert_eq!(file.emails, Settings::default());
    assert_eq!(file.warnings, []);
}

#[test]
fn the_rules_of_the_ready_program_have_the_terms_they_show() {
    let (_, file) = read(&ready("nightly.toml"), None).unwrap();
    let day = |y, m, d| file.program.zone.start_of(LocalDate::from_ymd(y, m, d).unwrap());
    let cents = Amount::from_minor;
    let ids: Vec<_> = file.program.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["welcome-order", "per_order", "registration", "order_history", "spend_history"]);
    let rules = &file.program.rules;
    assert_eq!((rules[0].from, rules[0].until), (Some(day(2023, 1, 1)), Some(day(2025, 1, 1))));
    assert_eq!(rules[0].reward, Reward::FirstOrder { reward: OrderReward::Fixed(cents(1000)) });
    let by_value = OrderReward::ByValue { every: cents(1000), receive: cents(50), prorated: false };
    assert_eq!(rules[1].reward, Reward::PerOrder { reward: by_value, min_spend: Some(cents(2000)) });
    assert_eq!(rules[1].expiry, Some(Expiry::Days(90)));
    assert_eq!(rules[2].reward, Reward::Registration { fixed: cents(500) });
    let tier = |orders, receive| OrderTier { orders, receive: cents(receive) };
    let tiers = vec![tier(3, 200), tier(10, 1000)];
    assert_eq!(rules[3].reward, Reward::OrderHistory { tiers, counts_from: Some(day(2022, 1, 1)) });
    let reward = SpendReward::Every { every: cents(20_000), receive: cents(800) };
    assert_eq!(rules[4].reward, Reward::SpendHistory { reward, counts_from: None });
    assert!(rules.iter().all(|rule| rule.clawback == ClawbackShare::Prorate && rule.currency.code() == "USD"));
}

/// Takes the `#` off every line of the ready pipeline that is a key or table, some keys aside, and reads the file
/// again.
fn uncommented_without(keys: &[&str]) -> crate::pipeline::Pipeline {
    let text = std::fs::read_to_string(ready("nightly.toml")).unwrap();
    let is_key = |text: &str| text.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    let uncommented = |line: &str| match line.strip_prefix("# ") {
        Some(key) if is_key(key) || key.starts_with('[') => format!("{key}\n"),
        _ => format!("{line}\n"),
    };
    let is_without = |line: &&str| !keys.iter().any(|key| line.starts_with(&format!("# {key} = ")));
    super::pipeline(&text.lines().filter(is_without).map(uncommented).collect::<String>()).unwrap()
}

#[test]
fn the_commented_keys_of_the_ready_pipeline_are_accepted_too() {
    // A ready mapping and one of your own exclude each other, and so do the keys of CSV and of JSON.
    let pipeline = uncommented_without(&["platform", "records", "unnest", "keep_empty", "children"]);
    let orders = &pipeline.inputs[0];
    let mapping = orders.mapping.as_ref().unwrap();
    assert_eq!(mapping.filter.as_deref(), Some("Quantity > 0"));
    assert_eq!(mapping.group_by, ["InvoiceNo"]);
    assert_eq!((mapping.types.len(), mapping.columns.len()), (3, 6));
    assert_eq!(mapping.columns[0], ("order_id".to_owned(), "InvoiceNo".to_owned()));
    assert_eq!(orders.max_age_days, Some(2));
    assert_eq!(orders.csv.names, ["order_id", "email"]);
    assert_eq!((orders.csv.skip_lines, orders.csv.escape), (3, true));
    assert_eq!(pipeline.guard.max_reverted, Limit::Set(CountOrShare::Count(20)));
    assert_eq!((orders.csv.header, orders.csv.decimal, orders.csv.encoding.name()), (false, b',', "windows-1252"));
    let documents = uncommented_without(&["platform", "format", "csv", "children"]);
    let json = &documents.inputs[0].json;
    assert_eq!(
        (json.records.as_deref(), json.unnest.as_deref(), json.keep_empty),
        (Some("orders"), Some("refunds"), true)
    );
    let lines = uncommented_without(&["platform", "format", "csv", "records"]);
    assert_eq!(lines.inputs[0].json.children, [("line_items".to_owned(), "LineItem".to_owned())]);
}
