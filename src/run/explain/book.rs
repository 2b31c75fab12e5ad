//! Explains a person from a book: with the facts and postings that a run knew.

use super::nobody;
use super::origins::{Place, all_origins};
use super::person::{Background, explanation};
use super::postings;
use super::wanted::Wanted;
use crate::book::{self, KeptOrigin, PersonPostings, RunRecord};
use crate::facts::key_set::KeySet;
use crate::facts::{Facts, FileIndex, FileRow, Origin};
use crate::kernel::CALCULATION;
use crate::kernel::time::Timestamp;
use crate::pipeline::ProgramFile;
use crate::reports::explain::{Explanation, OnlyPosted, only_posted};
use crate::reports::until::Until;
use crate::resolve;
use crate::run::book_session::{Since, posted_inputs, read_kept, read_keys, some_rows};
use crate::run::inspect::{BookView, InspectFault};
use crate::run::{Progress, RunError, Stage};
use crate::sources::input::Input;
use std::collections::BTreeMap;

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
    let found = facts(past, &kept, question.wanted, run, &program, progress)?;
    progress.stage(Stage::Resolving, 0)?;
    let people = resolve::resolve(found.facts, &program.program, as_of);
    progress.stage(Stage::Explaining, 0)?;
    let rank = question.wanted.rank(&people);
    let id = match (rank, question.wanted) {
        (Some(rank), _) => people.id(rank).to_owned(),
        // Of somebody who has no facts any more there may still be postings.
        (None, Wanted::Person(id)) => id.clone(),
        (None, _) => return Err(nobody::of_kept(question.wanted, &kept)?.into()),
    };
    let posted = past.book.postings_of(&id)?;
    let runs: Vec<&RunRecord> = past.runs().collect();
    let posted_at = postings::known(&posted, &runs, run.number, as_of);
    let only = |refused| OnlyPosted {
        accrue: env!("CARGO_PKG_VERSION"),
        asked: question.wanted.asked(),
        person: &id,
        program: &program.program,
        program_sha256: &program.digest,
        as_of,
        run: run.number,
        calculation: run.calculation,
        posted: &posted_at,
        refused,
    };
    let Some(rank) = rank else {
        return match is_empty(&posted) {
            true => Err(nobody::of_kept(question.wanted, &kept)?.into()),
            false => Ok(only_posted(&only("there are no facts of this person any more".to_owned()))),
        };
    };
    if run.calculation != CALCULATION {
        let (then, now) = (run.calculation, CALCULATION);
        let refused = format!(
            "it was posted under version {then} of the calculation, and this version of accrue computes by version {now}: take one that computes by {then}"
        );
        return Ok(only_posted(&only(refused)));
    }
    let place = |origin: Origin| found.origins.place(origin);
    let background = Background {
        program: &program,
        as_of,
        known_at_run: Some(run.number),
        posted: &posted_at,
        compares: as_of == run.as_of,
        place: &place,
    };
    Ok(explanation(&people, rank, question.wanted, &background))
}

fn is_empty(posted: &PersonPostings) -> bool {
    posted.rows().is_empty()
}

/// Facts of a book, and where they came from.
struct Found {
    facts: Facts,
    origins: BookOrigins,
}

/// Where the rows of a book's files came from.
struct BookOrigins {
    places: BTreeMap<(FileIndex, u64), KeptOrigin>,
    /// The digests of the exports, by run and path.
    digests: BTreeMap<(i64, String), String>,
}

impl BookOrigins {
    fn place(&self, origin: Origin) -> Place {
        let kept = self.places.get(&(origin.file, origin.place));
        let kept = kept.cloned().unwrap_or(KeptOrigin { file: String::new(), row: origin.place, run: 0 });
        let sha256 = self.digests.get(&(kept.run, kept.file.clone())).cloned();
        Place { file: kept.file, row: kept.row, sha256, run: Some(kept.run) }
    }
}

/// Reads all facts that belong together with what is asked for, as far as a run knows them.
fn facts(
    past: &BookView,
    kept: &[Input],
    wanted: &Wanted,
    run: &RunRecord,
    program: &ProgramFile,
    progress: &dyn Progress,
) -> Result<Found, RunError> {
    progress.stage(Stage::FindingAffected, 0)?;
    // Nothing is due: the facts of one person alone are wanted.
    let mut links = read_keys(kept, &Since { posted: run.as_of, as_of: run.as_of })?;
    let keys: KeySet = wanted.keys().into_iter().collect();
    let beside = links.beside(&keys);
    let together = links.together(&Facts::default(), keys.iter().chain(beside.iter()));
    let mut rows = links.rows(&together);
    if run.number < past.last.number {
        for (input, rows) in kept.iter().zip(&mut rows) {
            leave_known(input, rows, run.number)?;
        }
    }
    let facts = read_kept(&program.program, progress, &some_rows(kept, rows))?;
    let mut places = BTreeMap::new();
    let mut by_file: BTreeMap<FileIndex, Vec<u64>> = BTreeMap::new();
    for origin in all_origins(&facts) {
        by_file.entry(origin.file).or_default().push(origin.place);
    }
    for (file, rows) in by_file {
        let origins = book::origins(&facts.files[file.get()].path, &rows)?;
        places.extend(rows.into_iter().zip(origins).map(|(row, origin)| ((file, row), origin)));
    }
    let taken_in = past.runs().flat_map(|run| run.inputs.iter().map(move |input| (run.number, input)));
    let digests = taken_in.map(|(run, input)| ((run, input.path.clone()), input.sha256.clone())).collect();
    Ok(Found { facts, origins: BookOrigins { places, digests } })
}

/// Leaves only the rows that were kept by a run or before it.
fn leave_known(input: &Input, rows: &mut Vec<FileRow>, run: i64) -> Result<(), RunError> {
    if rows.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u64> = rows.iter().map(|row| row.place()).collect();
    let mut origins = book::origins(&input.path, &numbers)?.into_iter();
    rows.retain(|_| origins.next().is_some_and(|origin| origin.run <= run));
    Ok(())
}
