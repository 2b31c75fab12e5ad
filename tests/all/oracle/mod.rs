//! A slow second implementation of the ledger, written from the contract alone.
//!
//! It is for comparing: every function is next to the sentence of docs/spec.md that it implements (the numbers in
//! the comments are its sections), sums are made anew instead of being kept, and nothing is shared with the program it
//! checks. It reads canonical rows, not files, knows no book and writes no emails. Invariants: nothing here depends on
//! the clock or on the order of rows, except between versions of equal age (2).

mod account;
mod clawback;
mod contradictions;
pub mod dice;
pub mod facts;
#[allow(dead_code, reason = "the kernel alone reads no rows")]
pub mod funnel;
mod grants;
pub mod identity;
pub mod money;
mod output;
mod person;
pub mod program;
mod restore;
pub mod rows;
pub mod shop;
mod shop_program;
mod shop_rows;
pub mod time;
mod timeline;

use std::collections::BTreeMap;

/// The rows of one file, with canonical column names; an absent or blank cell is null.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    pub kind: String,
    pub file: String,
    pub rows: Vec<BTreeMap<String, String>>,
}

/// One entry of the ledger (6), as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub customer_id: String,
    pub currency: String,
    pub kind: String,
    pub source_id: String,
    pub method: String,
    pub origin_id: String,
    pub amount: String,
    pub effective_at: String,
    pub expires_at: String,
    pub rule: String,
}

/// One fact that is odd but counts (8), as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    pub reason: String,
    pub customer_id: String,
    pub currency: String,
    pub source_id: String,
    pub amount: String,
}

/// One row that was left out (2), and the column that is to blame; rows count from 1, without the header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    pub file: String,
    pub row: usize,
    pub column: String,
}

/// All that a run computes: entries in the order of section 6, the other lists sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    pub entries: Vec<Entry>,
    pub exceptions: Vec<Exception>,
    pub rejects: Vec<Reject>,
    pub balances: Vec<(String, String, String)>,
}

/// Computes the ledger of `inputs` under a valid program for the instant `as_of` (RFC 3339, with its offset).
///
/// Panics on a program or an `as_of` that cannot be read.
pub fn compute(program_toml: &str, inputs: &[Input], as_of: &str) -> Outcome {
    let program = program::Program::parse(program_toml);
    let as_of = time::parse(as_of, program.zone).expect("as_of is a time");
    let (facts, rejects) = rows::read(&program, inputs);
    let owners = identity::Owners::of(&facts, as_of);
    let (events, mut exceptions) = timeline::of(&program, &facts, &owners, as_of);
    exceptions.extend(timeline::without_rule(&program, &events));
    exceptions.extend(contradictions::of(&program, &facts, &owners, as_of));
    let mut accounts = Vec::new();
    for (customer_id, events) in &events {
        let history = grants::History::of(facts.registration(customer_id, as_of));
        accounts.extend(person::live(&program, customer_id, history, events, as_of, &mut Vec::new()));
    }
    output::outcome(&accounts, exceptions, rejects)
}
