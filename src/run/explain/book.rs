//! Explains a person from a book: with the facts and postings that a run knew.

use super::nobody::Nobody;
use super::origins::{Place, all_origins};
use super::person::{Background, explanation};
use super::postings;
use super::rejected;
use super::wanted::{Wanted, names};
use crate::book::{self, Book, BookError, KeptOrigin, RunRecord};
use crate::emails::settings::Settings;
use crate::facts::{Facts, FileIndex, Origin};
use crate::kernel::CALCULATION;
use crate::kernel::time::Timestamp;
use crate::reports::explain::{Explanation, OnlyPosted, PostingOfRun, only_posted};
use crate::reports::until::Until;
use crate::resolve;
use crate::run::book_session::posted_inputs;
use crate::run::find::facts_together;
use crate::run::inspect::{BookView, InspectFault};
use crate::run::{Progress, RunError, Stage};
use std::collections::BTreeMap;
use std::path::{Component, Path};

/// What is asked of a book.
pub struct BookQuestion<'q> {
    /// What is to be explained.
    pub wanted: &'q Wanted,
    /// The instant; `None`: that of the run that is known last.
    pub as_of: Option<Timestamp>,
    /// The number of the run that is known last; `None`: the last one of the book.
    pub known_at: Option<i64>,
}

/// Explains something out of a book.
///
/// Where the postings were computed by another version of the calculation, the explanation has them alone, and says so.
///
/// # Errors
/// Where the book has no such run, its program is refused, as_of is later than that of the run, nobody has what is
/// asked for, or the book cannot be read; and where it is stopped.
pub fn of_book(past: &BookView, question: &BookQuestion<'_>, progress: &dyn Progress) -> Result<Explanation, RunError> {
    let run = past.run(question.known_at)?;
    let program = past.program_of(run)?;
    let as_of = question.as_of.unwrap_or(run.as_of);
    if as_of > run.as_of {
        let [until, last] = [as_of, run.as_of].map(|at| program.program.zone.moment(at));
        let run_id = run.run_id.clone();
        return Err(InspectFault::TooLate { until: Until::instant(until), last, run_id }.into());
    }
    let kept = posted_inputs(&past.book)?;
    let facts = facts_together(past, &kept, &question.wanted.keys(), run, &program, progress)?;
    let origins = BookOrigins::of(past, &facts)?;
    let place = |origin: Origin| origins.place(origin);
    progress.stage(Stage::Resolving, 0)?;
    let people = resolve::resolve(facts, &program.program, as_of);
    progress.stage(Stage::Explaining, 0)?;
    let runs: Vec<&RunRecord> = past.runs().filter(|own| own.number <= run.number).collect();
    let rank = question.wanted.rank(&people);
    // Of somebody who has no facts any more there may still be postings.
    let id = rank.map(|rank| Ok(Some(people.id(rank).to_owned())));
    let id = id.unwrap_or_else(|| posted_to(&past.book, question.wanted, &runs))?;
    let Some(id) = id else {
        let nobody = Nobody {
            wanted: question.wanted,
            people: &people,
            program: &program.program,
            as_of,
            place: &place,
            rejected: &|kind, id| rejected::in_book(&past.book, &runs, kind, id),
        };
        return Err(nobody.among_kept(&kept)?.into());
    };
    let posted = past.book.postings_of(&id)?;
    let posted_at = postings::known(&posted, &runs, run.number, as_of);
    if run.calculation != CALCULATION {
        let (then, now) = (run.calculation, CALCULATION);
        return Ok(only_posted(&OnlyPosted {
            accrue: env!("CARGO_PKG_VERSION"),
            asked: question.wanted.asked(),
            person: &id,
            program: &program.program,
            program_sha256: &program.digest,
            as_of,
            run: run.number,
            calculation: run.calculation,
            posted: &posted_at,
            refused: format!(
                "it was posted under version {then} of the calculation, and this version of accrue computes by version {now}: take one that computes by {then}"
            ),
        }));
    }
    let background = Background {
        program: &program,
        as_of,
        known_at_run: Some(run.number),
        runs: &runs,
        settings: &settings(past, &runs, &posted_at)?,
        emitted: &|| past.book.emitted(),
        posted: &posted_at,
        compares: as_of == run.as_of,
        place: &place,
    };
    let whose = people.rank_of(&id).ok_or(id.as_str());
    let explanation = explanation(&people, whose, question.wanted, &background)?;
    question.wanted.expect_in(&explanation)?;
    Ok(explanation)
}

/// Returns the settings of emails of the runs that have posted something.
fn settings<'r>(
    past: &BookView,
    runs: &[&'r RunRecord],
    posted: &[PostingOfRun<'_>],
) -> Result<Vec<(&'r RunRecord, Settings)>, RunError> {
    let own = runs.iter().filter(|run| posted.iter().any(|posted| posted.run == run.number));
    own.map(|&run| Ok((run, past.program_of(run)?.emails))).collect()
}

/// Returns the id of somebody to whom runs have posted what is asked for: of several, the one of the last run.
fn posted_to(book: &Book, wanted: &Wanted, runs: &[&RunRecord]) -> Result<Option<String>, BookError> {
    let sources: Vec<String> = match wanted {
        Wanted::Person(id) | Wanted::Entry { customer_id: Some(id), .. } => {
            return Ok((!book.postings_of(id)?.rows().is_empty()).then(|| id.clone()));
        }
        Wanted::Order(id) => vec![id.clone()],
        Wanted::Refund(id) => vec![id.clone(), format!("restore:{id}")],
        Wanted::Entry { customer_id: None, entry } => names(&entry.source_id).map(str::to_owned).collect(),
    };
    let number = |run_id: &str| runs.iter().find(|run| run.run_id == run_id).map(|run| run.number);
    let people = book.people_posted_by(&sources)?.into_iter();
    let known = people.filter_map(|(id, run_id)| Some((number(&run_id)?, id)));
    Ok(known.max().map(|(_, id)| id))
}

/// Where the rows of a book's files came from.
struct BookOrigins {
    places: BTreeMap<(FileIndex, u64), KeptOrigin>,
    /// The exports that runs took in: the run, the path and the digest of each.
    taken_in: Vec<(i64, String, String)>,
}

impl BookOrigins {
    /// Finds where facts of a book came from.
    fn of(past: &BookView, facts: &Facts) -> Result<BookOrigins, RunError> {
        let mut places = BTreeMap::new();
        let mut by_file: BTreeMap<FileIndex, Vec<u64>> = BTreeMap::new();
        for origin in all_origins(facts) {
            by_file.entry(origin.file).or_default().push(origin.place);
        }
        for (file, rows) in by_file {
            let origins = book::origins(&facts.files[file.get()].path, &rows)?;
            places.extend(rows.into_iter().zip(origins).map(|(row, origin)| ((file, row), origin)));
        }
        let taken_in = past
            .runs()
            .flat_map(|run| run.inputs.iter().map(|input| (run.number, input.path.clone(), input.sha256.clone())));
        Ok(BookOrigins { places, taken_in: taken_in.collect() })
    }

    fn place(&self, origin: Origin) -> Place {
        let kept = self.places.get(&(origin.file, origin.place));
        let kept = kept.cloned().unwrap_or(KeptOrigin { file: String::new(), row: origin.place, run: 0 });
        let sha256 = digest(&self.taken_in, kept.run, &kept.file);
        Place { file: kept.file, row: kept.row, sha256, run: Some(kept.run) }
    }
}

/// Returns the digest of the export that a run took in under a path that may be relative; `None` where there is none,
/// or two that differ.
fn digest(taken_in: &[(i64, String, String)], run: i64, path: &str) -> Option<String> {
    let mut own = taken_in.iter().filter(|(number, taken, _)| *number == run && is_end_of(path, taken));
    let (_, _, digest) = own.next()?;
    own.all(|(_, _, other)| other == digest).then(|| digest.clone())
}

/// Tells whether a path, without `.` and `..`, is the end of another, component by component.
fn is_end_of(path: &str, whole: &str) -> bool {
    let names = |path: &str| -> Vec<String> {
        let components = Path::new(path).components();
        let names = components.filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            Component::CurDir | Component::ParentDir | Component::RootDir | Component::Prefix(_) => None,
        });
        names.collect()
    };
    let path = names(path);
    !path.is_empty() && names(whole).ends_with(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_an_export_is_found_by_the_end_of_its_path() {
        let taken = |run, path: &str, digest: &str| (run, path.to_owned(), digest.to_owned());
        let taken_in = [
            taken(1, "/srv/shop/exports/orders.csv", "a1"),
            taken(1, "/srv/shop/more-exports/orders.csv", "b1"),
            taken(2, "/srv/shop/exports/orders.csv", "a2"),
        ];
        let found = |run, path| digest(&taken_in, run, path);
        assert_eq!(found(1, "../exports/orders.csv").as_deref(), Some("a1"));
        assert_eq!(found(2, "./exports/orders.csv").as_deref(), Some("a2"));
        assert_eq!(found(2, "/srv/shop/exports/orders.csv").as_deref(), Some("a2"));
        assert_eq!(found(2, "orders.csv").as_deref(), Some("a2"));
        // Two files of the run end so, and differ.
        assert_eq!(found(1, "orders.csv"), None);
        // Whole names count, and there is no third run.
        assert_eq!((found(2, "ports/orders.csv"), found(3, "orders.csv"), found(1, "")), (None, None, None));
    }
}
