//! Builds the summary of a run from its counts, sums and times.

use super::Request;
use super::book_session::{BookSession, Everyone};
use super::completed::Completed;
use super::context::RunContext;
use super::fan_out::Totals;
use super::funnel;
use super::guards;
use super::missing_facts;
use crate::emails::{self, JobKind};
use crate::facts::warnings::warnings;
use crate::facts::{FactKind, Facts, FileIndex, FileRead};
use crate::reports::summary::{
    self, BookSummary, Counts, EmailSummary, FileSummary, HintSummary, InputSummary, NowhereSummary, Reverted, Seconds,
    Summary,
};
use crate::reports::tally::{BalanceSum, Tally};
use crate::resolve::exported;
use crate::sources::input::Input;
use crate::sources::{self, Hint, WrittenAs};
use std::path::Path;
use std::time::Instant as Moment;

/// Times the stages of a run.
pub(crate) struct Stopwatch {
    started: Moment,
    lap: Moment,
    seconds: Seconds,
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch: how long stages took, not a time of the data")]
impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        let now = Moment::now();
        Stopwatch { started: now, lap: now, seconds: Seconds::default() }
    }

    pub(crate) fn read_done(&mut self) {
        self.seconds.read = self.lap();
    }

    pub(crate) fn resolve_done(&mut self) {
        self.seconds.resolve = self.lap();
    }

    pub(crate) fn compute_done(&mut self) {
        self.seconds.compute = self.lap();
    }

    pub(crate) fn write_done(&mut self) {
        self.seconds.write = self.lap();
        self.seconds.total = rounded(self.started);
    }

    fn lap(&mut self) -> f64 {
        let seconds = rounded(self.lap);
        self.lap = Moment::now();
        seconds
    }
}

fn rounded(since: Moment) -> f64 {
    (since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

/// Returns the summary of a run.
pub(crate) fn summarise(
    command: &'static str,
    request: &Request<'_>,
    shared: &RunContext<'_>,
    totals: &Totals,
    balances: Vec<BalanceSum>,
    watch: &Stopwatch,
) -> Summary {
    let facts = shared.people.facts();
    let exports = facts.files.iter().enumerate().filter(|(_, file)| file.kept_since.is_none());
    let session = shared.session;
    let (program, pipeline) = (request.program, request.pipeline);
    let is_first = session.is_none_or(|session| session.last.is_none());
    let missing =
        if is_first || command == "check" { missing_facts::warnings(facts, &program.program) } else { Vec::new() };
    Summary {
        accrue: env!("CARGO_PKG_VERSION"),
        command,
        run_id: shared.stamp.run_id.clone(),
        as_of: request.as_of.to_string(),
        as_of_local: program.program.zone.moment(request.as_of).local(),
        posted_at: shared.stamp.posted_at.to_string(),
        program: file(Some(program.program.name.clone()), &program.path, &program.digest),
        pipeline: file(None, &pipeline.path, &pipeline.digest),
        inputs: exports.map(|(number, read)| input(facts, number, read)).collect(),
        nowhere: nowhere(facts, &pipeline.inputs),
        book: session.map(|session| book(session, facts, totals, request)),
        completed: session.and_then(|session| session.completed.as_ref()).map(Completed::summary),
        funnel: funnel::funnel(shared.people, &totals.tally.outcomes, session, &program.program),
        people: totals.tally.people,
        postings: summary::postings(&totals.tally),
        large_expiries: totals.expiring.large(&shared.days, &balances),
        balances: summary::balances(balances),
        emails: email_summary(&totals.mailed),
        rejects: Counts::of(facts.rejects.iter().map(|reject| (reject.reason.name(), 1))),
        hints: hints(facts, &pipeline.inputs),
        exceptions: Counts::of(totals.tally.exceptions.iter().map(|(reason, &count)| (reason.name(), count))),
        warnings: warnings(facts).into_iter().chain(missing).collect(),
        overrides: match session {
            Some(session) => session.overrides(request).collect(),
            None => request.overrides.iter().map(|guard| guard.name()).collect(),
        },
        seconds: watch.seconds,
    }
}

fn hints(facts: &Facts, inputs: &[Input]) -> Vec<HintSummary> {
    let written_as = |file: FileIndex| WrittenAs::of(&facts.files[file.get()], inputs);
    let hint = |hint: Hint| HintSummary {
        kind: hint.kind.name(),
        column: hint.column,
        rows: hint.rows,
        example: hint.example,
        remedy: hint.remedy,
    };
    sources::hints(&facts.rejects, written_as).into_iter().map(hint).collect()
}

/// Returns the balances of all people, whether the run visits them or not.
pub(crate) fn balance_sums(session: Option<&BookSession>, tally: &Tally) -> Vec<BalanceSum> {
    match session.filter(|session| session.everyone.is_none()).and_then(|session| session.totals.as_ref()) {
        Some(before) => tally.balances_since(before),
        None => tally.balances(),
    }
}

fn file(name: Option<String>, path: &Path, digest: &str) -> FileSummary {
    FileSummary { name, path: path.display().to_string(), sha256: digest.to_owned() }
}

fn book(session: &BookSession, facts: &Facts, totals: &Totals, request: &Request<'_>) -> BookSummary {
    let new = exported(facts);
    let new_facts = FactKind::ALL.iter().map(|&kind| (kind.name(), new.get(kind).len() as u64));
    BookSummary {
        path: request.book.as_deref().map(|path| path.display().to_string()).unwrap_or_default(),
        id: session.book.id(request.now),
        run: session.number,
        skipped: session.taken.skipped(),
        new_facts: new_facts.collect(),
        reverted: Reverted {
            count: session.reverted.len() as u64,
            shown: session.reverted.iter().take(guards::SHOWN).map(|own| guards::described(facts, own)).collect(),
        },
        visited: totals.tally.visited,
        everyone: session.everyone.map(Everyone::reason),
    }
}

fn input(facts: &Facts, number: usize, read: &FileRead) -> InputSummary {
    InputSummary {
        kind: read.kind.name(),
        path: read.path.display().to_string(),
        rows: read.rows,
        rejected: facts.rejects.iter().filter(|reject| reject.file.get() == number).count() as u64,
        facts: read.filled.accepted.saturating_sub(read.repeated + read.newer),
        repeated: read.repeated,
        newer_versions: read.newer,
        void: read.filled.void,
        rows_of_facts_in_other_files: read.filled.in_others,
        bytes: read.bytes,
        sha256: read.digest.clone(),
        last_line_unended: read.last_line_unended,
        unconfirmed: read.unconfirmed.clone(),
        lines_unwrapped: read.lines_unwrapped,
    }
}

/// Finds, by input, the names of its mapping that no row of any of its files has.
fn nowhere(facts: &Facts, inputs: &[Input]) -> Vec<NowhereSummary> {
    let of_input = |(number, input): (usize, &Input)| {
        let is_own = |file: &&FileRead| file.kept_since.is_none() && file.input.get() == number && file.rows > 0;
        let own: Vec<&FileRead> = facts.files.iter().filter(is_own).collect();
        let mut names = own.first()?.nowhere.clone();
        names.retain(|name| own.iter().all(|file| file.nowhere.contains(name)));
        let path = input.path.display().to_string();
        (!names.is_empty()).then_some(NowhereSummary { kind: input.kind.name(), path, names })
    };
    inputs.iter().enumerate().filter_map(of_input).collect()
}

fn email_summary(mailed: &emails::Tally) -> EmailSummary {
    let not_sent = [
        ("too_old", mailed.quiet),
        ("corrections", mailed.corrections),
        ("without_address", mailed.without_email),
        ("bad_address", mailed.bad_address),
    ];
    EmailSummary {
        jobs: JobKind::ALL.iter().map(|&kind| (kind.name(), mailed.jobs(kind))).collect(),
        not_sent: not_sent.into_iter().collect(),
    }
}
