//! Explanations out of a book: at each run known they come to what is posted until then.

use super::checker;
use crate::oracle::shop;
use crate::seeds;
use crate::shop_folder::{self, Export};
use accrue::kernel::time::Timestamp;
use accrue::run::Silent;
use accrue::run::explain::{BookQuestion, Wanted, of_book};
use accrue::run::inspect::BookView;
use std::fs;
use std::path::Path;

const SHOPS: u64 = 40;

#[test]
fn what_is_explained_out_of_a_book_is_what_was_posted_at_each_run() {
    seeds::for_seeds(&seeds::seeds(4_000_000, SHOPS), check);
}

/// Runs a shop in two nights: the second brings what the first has not, and is later.
fn check(seed: u64) -> Result<(), String> {
    let shop = shop::shop(seed);
    let folder = tempfile::tempdir().unwrap();
    let last = shop_folder::instant("2026-01-01T00:00:00Z");
    let nights = [(last.plus_days(-200), 2), (last, 1)];
    for (night, (as_of, part)) in nights.into_iter().enumerate() {
        let exports: Vec<Export> = shop
            .inputs
            .iter()
            .map(|input| Export { kind: &input.kind, rows: &input.rows[..input.rows.len() / part] })
            .collect();
        shop_folder::write(folder.path(), &shop.program_toml, &exports);
        let pipeline = folder.path().join("pipeline.toml");
        let with_book = format!("book = \"book\"\n{}", fs::read_to_string(&pipeline).unwrap());
        fs::write(&pipeline, with_book + GUARDS).unwrap();
        shop_folder::run_to(folder.path(), as_of, &folder.path().join(format!("night-{night}")))?;
    }
    for (run, (as_of, _)) in (1..).zip(nights) {
        check_run(folder.path(), run, as_of)?;
    }
    Ok(())
}

/// Random shops are full of what guards are for.
const GUARDS: &str = "[guard]\nmax_rejects = \"100%\"\nno_usable_rows = false\nmax_unowned = false\n\
    max_corrected = false\nmax_reverted = false\nlost_columns = false\nmax_step = false\n";

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
