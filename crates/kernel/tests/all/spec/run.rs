//! A run of a case, and the postings of the runs before it.

use super::case::Run;
use super::plain::{BALANCES, EXCEPTIONS, File, LEDGER, plain, whole};
use super::table::Table;
use crate::oracle::{Input, program as read, time};
use crate::second::OF_OTHERS;
use crate::{facts, program};
use accrue_kernel::compiled_program::CompiledProgram;
use accrue_kernel::delta::delta;
use accrue_kernel::entry::Entry;
use accrue_kernel::outcome::PersonLedger;
use accrue_kernel::state::PersonState;
use accrue_kernel::{audit_entries, audit_postings, compute};
use std::collections::{BTreeMap, BTreeSet};

/// What the runs so far have read and posted.
#[derive(Default)]
pub struct Book {
    inputs: Vec<Input>,
    posted: BTreeMap<&'static str, Vec<Entry<'static>>>,
}

/// What a run writes, as rows of text.
#[derive(Default)]
struct Written {
    ledger: Vec<Vec<String>>,
    exceptions: Vec<Vec<String>>,
    balances: Vec<Vec<String>>,
}

const LEDGER_COLUMNS: &str = "customer currency effective_at kind source method origin amount expires_at rule";
const EXCEPTION_COLUMNS: &str = "customer reason source currency amount";
const BALANCE_COLUMNS: &str = "customer currency balance next_expiry expiring";

impl Book {
    /// Computes a run and posts it; says what differs from what it should give.
    pub fn run(&mut self, run: &Run) -> Vec<String> {
        self.inputs.extend(run.exports.iter().enumerate().map(|(at, export)| Input {
            kind: export.kind.clone(),
            file: format!("{at}.csv"),
            rows: rows(&export.csv),
        }));
        let written = self.post(run);
        let expected = &run.expected;
        // Those that are found before the kernel are not asked of it.
        let mut exceptions = whole(&EXCEPTIONS, &expected.exceptions);
        let reason = exceptions.position("reason").expect("a reason");
        exceptions.rows.retain(|row| !OF_OTHERS.contains(&row[reason].as_str()));
        if exceptions.rows.is_empty() {
            exceptions = Table::default();
        }
        let ledger = expected.ledger.as_ref().expect("a run that is not refused has a ledger");
        let files = [
            difference(&LEDGER, ledger, table(LEDGER_COLUMNS, &written.ledger)),
            difference(&EXCEPTIONS, &exceptions, table(EXCEPTION_COLUMNS, &written.exceptions)),
            expected
                .balances
                .as_ref()
                .and_then(|balances| difference(&BALANCES, balances, table(BALANCE_COLUMNS, &written.balances))),
        ];
        files.into_iter().flatten().collect()
    }

    fn post(&mut self, run: &Run) -> Written {
        let rules = read::Program::parse(&run.program);
        let as_of = time::parse(&run.as_of, rules.zone).expect("a time");
        let kernel_program = program::of(&rules);
        let compiled = CompiledProgram::new(&kernel_program);
        let people = facts::of_people(&rules, &self.inputs, as_of);
        let ids: BTreeSet<&'static str> = people.keys().chain(self.posted.keys()).copied().collect();
        let (mut state, mut out) = (PersonState::default(), PersonLedger::default());
        let mut written = Written::default();
        for id in ids {
            out.clear();
            if let Some(own) = people.get(id) {
                compute(&own.person(id), &compiled, program::instant(as_of), &mut state, &mut out);
            }
            audit_entries::check(&out, &mut Vec::new()).unwrap_or_else(|violation| panic!("{id}: {violation}"));
            let posted = self.posted.entry(id).or_default();
            let mut postings = Vec::new();
            delta(&out.entries, posted, &mut postings);
            posted.extend(postings.iter().map(|posting| posting.entry));
            assert_eq!(audit_postings::violations(posted), [], "{id}");
            let entries = postings.iter().map(|posting| &posting.entry);
            written.ledger.extend(entries.map(|entry| {
                let rule = entry.rule.map(|rule| kernel_program.rules[rule.index()].id.clone());
                ledger_row(id, entry, rule)
            }));
            written.add_lists(id, &out);
        }
        written
    }
}

impl Written {
    fn add_lists(&mut self, id: &str, out: &PersonLedger<'_>) {
        let exceptions = out.exceptions.iter().filter(|it| !OF_OTHERS.contains(&it.reason.name()));
        self.exceptions.extend(exceptions.map(|it| {
            let amount = it.amount.map(|amount| amount.display(it.currency).to_string()).unwrap_or_default();
            vec![id.to_owned(), it.reason.name().into(), it.source_id.0.to_string(), it.currency.to_string(), amount]
        }));
        self.balances.extend(out.balances.iter().map(|it| {
            let (next, expiring) = it.next_expiry.unzip();
            vec![
                id.to_owned(),
                it.currency.to_string(),
                it.amount.display(it.currency).to_string(),
                next.map(|at| at.to_string()).unwrap_or_default(),
                expiring.map(|amount| amount.display(it.currency).to_string()).unwrap_or_default(),
            ]
        }));
    }
}

fn ledger_row(id: &str, entry: &Entry<'_>, rule: Option<String>) -> Vec<String> {
    vec![
        id.to_owned(),
        entry.currency.to_string(),
        entry.effective_at.to_string(),
        entry.kind.name().to_owned(),
        entry.source_id.0.to_string(),
        entry.method.name().to_owned(),
        entry.origin_id.0.to_string(),
        entry.amount.display(entry.currency).to_string(),
        entry.expires_at.map(|at| at.to_string()).unwrap_or_default(),
        rule.unwrap_or_default(),
    ]
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let table = Table::from_csv(csv);
    let row = |cells: &Vec<String>| table.columns.iter().cloned().zip(cells.iter().cloned()).collect();
    table.rows.iter().map(row).collect()
}

fn table(columns: &str, rows: &[Vec<String>]) -> Table {
    Table { columns: columns.split(' ').map(str::to_owned).collect(), rows: rows.to_vec() }
}

fn difference(file: &File, expected: &Table, found: Table) -> Option<String> {
    let expected = plain(whole(file, expected));
    let positions: Vec<usize> =
        expected.columns.iter().map(|column| found.position(column).expect("a known column")).collect();
    let pick = |row: &Vec<String>| positions.iter().map(|&at| row[at].clone()).collect();
    let found = plain(Table { columns: expected.columns.clone(), rows: found.rows.iter().map(pick).collect() });
    let differs = expected != found;
    differs.then(|| {
        let (wanted, extra) = (expected.against(&found, '-'), found.against(&expected, '+'));
        format!("  expected {}:\n{wanted}\n  computed:\n{extra}", file.name)
    })
}
