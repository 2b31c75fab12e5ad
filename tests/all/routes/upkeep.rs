//! Nights with housekeeping in between: the same book in fewer files, whoever reads or runs meanwhile.

use super::nights::{Nights, Shops};
use super::{for_shops, of_seed, same};
use accrue::delta::{Snapshot, Table};
use accrue::kernel::time::Timestamp;
use accrue::run::inspect::{self, BookView, Place};
use accrue::run::{Progress, RunError, Silent, Stage, Step};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const TABLES: [&str; 7] = ["orders", "registrations", "refunds", "redemptions", "adjustments", "ledger", "emails"];

/// Keeps a book small; `time` counts the calls. It is done far in the future, where no file of the test is young any
/// more, and each call is later by more than files are kept.
pub fn maintain(shops: &Shops<'_>, time: usize, progress: &dyn Progress) -> Result<(), RunError> {
    let now = Timestamp::from_micros(7_258_118_400_000_000).plus_days(8 * time as i64);
    let (book, output) = (shops.home().join("book"), shops.home().join("out"));
    inspect::maintain(&book, Some(&output), now, 7, progress).map(drop)
}

/// Checks that everything in a book is true, and that the folder of each run is made again as it was.
pub fn expect_sound(shops: &Shops<'_>) -> Result<(), String> {
    let book = shops.home().join("book");
    let verified = inspect::verify(&book, &Silent).map_err(|error| error.to_string())?;
    same("violations", &Vec::new(), &verified.violations)?;
    let past = BookView::open(&book).map_err(|error| error.to_string())?;
    for folder in shops.folders() {
        let run_id = folder.file_name().unwrap().to_string_lossy().into_owned();
        let again = shops.home().join("again").join(&run_id);
        inspect::make_again(&past, &run_id, Place::At(&again), &Silent).map_err(|error| error.to_string())?;
        same(&run_id, &files(&folder), &files(&again))?;
    }
    Ok(())
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
    fs::read_dir(folder).unwrap().map(|entry| file(entry.unwrap().path())).collect()
}

/// Reads what the tables of a book are now.
fn held(shops: &Shops<'_>) -> Vec<Snapshot> {
    let tables = TABLES.iter().map(|name| Table::at(shops.home().join("book").join(name)));
    tables.filter_map(|table| table.newest().ok()).collect()
}

fn is_readable(snapshot: &Snapshot) -> bool {
    snapshot.files().all(|file| snapshot.place(file).exists())
}

#[test]
fn nights_with_housekeeping_post_what_nights_without_do_in_fewer_files() {
    for_shops(5, |shop| {
        let nights = Nights::of(&shop, 17, 3).days_apart(1);
        let (plain, tidy) = (Shops::new(&nights), Shops::new(&nights));
        for night in 0..nights.len() {
            plain.run(night, 0)?;
            tidy.run(night, 0)?;
            let before = held(&tidy);
            maintain(&tidy, night, &Silent).map_err(|error| error.to_string())?;
            // Whoever reads what the tables were, reads on.
            assert!(before.iter().all(is_readable), "a file is gone that a reader has just met");
        }
        let (one, other) = (plain.posted(), tidy.posted());
        same("ledgers", &one.sums, &other.sums)?;
        same("rows", &one.rows, &other.rows)?;
        same("jobs", &one.job_ids, &other.job_ids)?;
        expect_sound(&plain)?;
        expect_sound(&tidy)?;
        let data = |name: &str| {
            let entries = fs::read_dir(tidy.home().join("book").join(name)).into_iter().flatten();
            entries.filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
        };
        // Seven small ones at most, and those that the last housekeeping has put together.
        let many: Vec<_> = TABLES.iter().map(|name| (name, data(name))).filter(|(_, count)| *count > 15).collect();
        same("tables with many files", &Vec::new(), &many)
    });
}

/// Keeps the book small when a run comes to a step.
struct Housekeeping<'s> {
    shops: &'s Shops<'s>,
    step: Step,
}

impl Progress for Housekeeping<'_> {
    fn begin(&self, _: Stage, _: u64) {}

    fn step(&self, step: Step) {
        if step == self.step {
            // At the very time of the runs, so that what they have written is not taken for old.
            inspect::maintain(&self.shops.home().join("book"), None, self.shops.now(8, 5), 7, &Silent).unwrap();
        }
    }

    fn advance(&self, _: u64) {}
}

#[test]
fn a_run_and_housekeeping_at_once_lose_nothing() {
    let nights = Nights::of(&of_seed(super::FIRST_SEED), 9, 2);
    let whole = super::posted(&nights, 1).unwrap();
    for (step, may_stop) in [
        (Step::Reading, true),
        (Step::KeepingEmails, true),
        (Step::Posting, true),
        (Step::CommittingEmails, false),
        (Step::Publishing, false),
    ] {
        let shops = Shops::new(&nights);
        (0..8).for_each(|night| shops.run(night, 0).unwrap());
        match shops.go(8, 0, &Housekeeping { shops: &shops, step }) {
            Err(RunError::Book(error)) if error.is_of_others() && may_stop => shops.run(8, 1).unwrap(),
            done => assert!(done.is_ok() && !may_stop, "{step:?}: {done:?}"),
        }
        let posted = shops.posted();
        same(&format!("{step:?}"), &whole.rows, &posted.rows).unwrap();
        same(&format!("{step:?}"), &whole.job_ids, &posted.job_ids).unwrap();
        same(&format!("{step:?}"), &whole.job_ids, &shops.mailed()).unwrap();
        expect_sound(&shops).unwrap();
    }
}

/// Lets a run post when housekeeping is about to begin.
struct Running<'s>(&'s Shops<'s>);

impl Progress for Running<'_> {
    fn begin(&self, _: Stage, _: u64) {
        self.0.run(8, 0).unwrap();
    }

    fn advance(&self, _: u64) {}
}

#[test]
fn housekeeping_that_a_run_overtakes_says_so() {
    let nights = Nights::of(&of_seed(super::FIRST_SEED), 9, 2);
    let whole = super::posted(&nights, 1).unwrap();
    let shops = Shops::new(&nights);
    (0..8).for_each(|night| shops.run(night, 0).unwrap());
    let overtaken = maintain(&shops, 0, &Running(&shops)).unwrap_err();
    assert!(matches!(&overtaken, RunError::Book(error) if error.is_of_others()), "{overtaken}");
    maintain(&shops, 0, &Silent).unwrap();
    same("rows", &whole.rows, &shops.posted().rows).unwrap();
    expect_sound(&shops).unwrap();
}
