//! Explanations out of a book: at each run known they come to what is posted until then.

use super::checker;
use crate::oracle::shop;
use crate::seeds;
use crate::two_nights;
use accrue::kernel::time::Timestamp;
use accrue::run::Silent;
use accrue::run::explain::{BookQuestion, Wanted, of_book};
use accrue::run::inspect::BookView;
use std::path::Path;

const SHOPS: u64 = 40;

#[test]
fn what_is_explained_out_of_a_book_is_what_was_posted_at_each_run() {
    seeds::for_seeds(&seeds::seeds(4_000_000, SHOPS), check);
}

fn check(seed: u64) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let nights = two_nights::run(&shop::shop(seed), folder.path())?;
    for (run, as_of) in (1..).zip(nights) {
        check_run(folder.path(), run, as_of)?;
    }
    Ok(())
}

fn check_run(folder: &Path, run: i64, as_of: Timestamp) -> Result<(), String> {
    let past = BookView::open(&folder.join("book")).map_err(|error| error.to_string())?;
    for id in ["c1", "007", "c10", "Ärger", "c2", "guest:1"] {
        let wanted = Wanted::Person(id.to_owned());
        let question = BookQuestion { wanted: &wanted, as_of: None, known_at: Some(run) };
        let Ok(explained) = of_book(&past, &question, &Silent) else { continue };
        assert_eq!(explained.as_of, as_of.to_string());
        if explained.refused.is_some() {
            continue;
        }
        if explained.agrees_with_ledger != Some(true) {
            return Err(format!("{id} at run {run}: {}", explained.to_json()));
        }
        let json = serde_json::from_str(&explained.to_json()).unwrap();
        checker::check(&json).map_err(|fault| format!("{id} at run {run}: {fault}"))?;
    }
    Ok(())
}
