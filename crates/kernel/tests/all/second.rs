//! Random shops with all options on, computed by the kernel and by the second implementation, without files.

use crate::oracle::{self, program as read, shop, time};
use crate::{facts, program};
use accrue_kernel::compiled_program::CompiledProgram;
use accrue_kernel::entry::Entry;
use accrue_kernel::exception::Exception;
use accrue_kernel::outcome::PersonLedger;
use accrue_kernel::program::Program;
use accrue_kernel::state::PersonState;
use accrue_kernel::{audit_entries, compute};

const SHOPS: u64 = 400;

/// Exceptions that are found before the kernel, and the one that a run counts.
pub const OF_OTHERS: [&str; 13] = [
    "unknown_order",
    "unknown_card",
    "conflicting_rows",
    "moved",
    "many_addresses",
    "no_rule_for_currency",
    "refund_of_rejected_order",
    "credit_above_total",
    "items_above_total",
    "paid_before_placed",
    "refund_before_order",
    "refunded_amount_fell",
    "undated_refund",
];

#[test]
fn random_shops_give_the_entries_of_the_second_implementation() {
    let differences: Vec<String> = (0..SHOPS).filter_map(|seed| compare(seed).err()).collect();
    assert!(differences.is_empty(), "{} shops differ, such as\n{}", differences.len(), differences[0]);
}

fn compare(seed: u64) -> Result<(), String> {
    let shop = shop::shop(seed);
    let expected = oracle::compute(&shop.program_toml, &shop.inputs, &shop.as_of);
    let rules = read::Program::parse(&shop.program_toml);
    let as_of = time::parse(&shop.as_of, rules.zone).expect("a time");
    let kernel_program = program::of(&rules);
    let compiled = CompiledProgram::new(&kernel_program);
    let (mut state, mut out) = (PersonState::default(), PersonLedger::default());
    let (mut entries, mut exceptions, mut balances) = (Vec::new(), Vec::new(), Vec::new());
    let people = facts::of_people(&rules, &shop.inputs, as_of);
    for (id, own) in &people {
        compute(&own.person(id), &compiled, program::instant(as_of), &mut state, &mut out);
        audit_entries::check(&out, &mut Vec::new()).map_err(|violation| format!("seed {seed}: {violation}"))?;
        entries.extend(out.entries.iter().map(|entry| entry_line(id, entry, &kernel_program)));
        exceptions.extend(out.exceptions.iter().map(|exception| exception_line(id, exception)));
        balances.extend(
            out.balances
                .iter()
                .map(|balance| format!("{id} | {} | {}", balance.currency, balance.amount.display(balance.currency))),
        );
    }
    exceptions.retain(|line| OF_OTHERS.iter().all(|other| !line.starts_with(other)));
    exceptions.sort();
    balances.sort();
    let pairs = [
        ("entries", expected_entries(&expected), entries),
        ("exceptions", expected_exceptions(&expected), exceptions),
        ("balances", expected_balances(&expected), balances),
    ];
    for (what, expected, found) in pairs {
        if expected != found {
            return Err(format!("seed {seed}: {what}\nexpected\n{}\nfound\n{}", expected.join("\n"), found.join("\n")));
        }
    }
    Ok(())
}

fn entry_line(customer_id: &str, entry: &Entry<'_>, program: &Program) -> String {
    [
        customer_id.to_owned(),
        entry.currency.to_string(),
        entry.kind.name().to_owned(),
        entry.source_id.0.to_string(),
        entry.method.name().to_owned(),
        entry.origin_id.0.to_string(),
        entry.amount.display(entry.currency).to_string(),
        entry.effective_at.to_string(),
        entry.expires_at.map(|at| at.to_string()).unwrap_or_default(),
        entry.rule.map(|rule| program.rules[rule.index()].id.clone()).unwrap_or_default(),
    ]
    .join(" | ")
}

fn expected_entries(expected: &oracle::Outcome) -> Vec<String> {
    let line = |entry: &oracle::Entry| {
        let oracle::Entry { customer_id, currency, kind, source_id, method, .. } = entry.clone();
        let oracle::Entry { origin_id, amount, effective_at, expires_at, rule, .. } = entry.clone();
        [customer_id, currency, kind, source_id, method, origin_id, amount, effective_at, expires_at, rule].join(" | ")
    };
    expected.entries.iter().map(line).collect()
}

fn exception_line(customer_id: &str, exception: &Exception<'_>) -> String {
    let Exception { reason, currency, source_id, amount, .. } = exception;
    let amount = amount.map(|amount| amount.display(*currency).to_string()).unwrap_or_default();
    [reason.name(), customer_id, currency.code(), &source_id.0.to_string(), &amount].join(" | ")
}

fn expected_exceptions(expected: &oracle::Outcome) -> Vec<String> {
    let known = expected.exceptions.iter().filter(|it| !OF_OTHERS.contains(&it.reason.as_str()));
    let mut lines: Vec<String> = known
        .map(|it| {
            let oracle::Exception { reason, customer_id, currency, source_id, amount } = it.clone();
            [reason, customer_id, currency, source_id, amount].join(" | ")
        })
        .collect();
    lines.sort();
    lines
}

fn expected_balances(expected: &oracle::Outcome) -> Vec<String> {
    let line = |(customer, currency, amount): &(String, String, String)| format!("{customer} | {currency} | {amount}");
    let mut lines: Vec<String> = expected.balances.iter().map(line).collect();
    lines.sort();
    lines
}
