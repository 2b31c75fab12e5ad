//! Files that the book has taken in: a file with the same bytes, read in the same way, is skipped.

use super::super::Request;
use super::super::error::RunError;
use crate::book::{RunRecord, TakenIn};
use crate::facts::{FactKind, Facts, FileIndex, InputIndex, RejectReason};
use crate::kernel::time::{LocalCalendar, Timestamp};
use crate::pipeline::{self, ProgramFile};
use crate::reports::summary::SkippedSummary;
use crate::sources::error::{FileFault, SourceError};
use crate::sources::input::{Input, JsonOptions, Variant, Versions};
use crate::sources::{readers, versions};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which files of a pipeline's inputs are passed over, and how each input is read.
pub(crate) struct TakenFiles {
    passed: Vec<Passed>,
    /// By input of the pipeline.
    settings: Vec<Settings>,
    /// What this run has read, for its record.
    pub read: Vec<TakenIn>,
}

/// How the files of an input are read.
struct Settings {
    /// A digest of what is the same for all.
    digest: String,
    versions: Option<Versions>,
    zone: LocalCalendar,
}

/// A file that is passed over.
pub(crate) struct Passed {
    pub input: InputIndex,
    path: PathBuf,
    /// The run that has read it.
    run_id: String,
    pub record: TakenIn,
}

impl TakenFiles {
    /// Finds the files that earlier runs, newest first, have taken in.
    pub(crate) fn of(runs: &[RunRecord], request: &Request<'_>) -> Result<TakenFiles, RunError> {
        let inputs = &request.pipeline.inputs;
        let settings: Vec<Settings> = inputs.iter().map(|input| Settings::new(input, request.program)).collect();
        let mut passed = Vec::new();
        for (at, input) in inputs.iter().enumerate().filter(|_| !request.reread) {
            // A fault of the path is reported when the file is read.
            let listed = readers::list(input).unwrap_or_default();
            let (count, mut own) = (listed.len(), Vec::new());
            for file in listed {
                request.progress.go_on()?;
                let settings = with_place(&settings[at].of(&file.path), &file.told_by_place());
                if let Some((run_id, record)) = known(runs, &file.path, input, &settings) {
                    own.push(Passed { input: InputIndex::new(at), path: file.path, run_id, record });
                }
            }
            // A new file may have more rows of a fact in an old one.
            let is_whole = input.mapping.as_ref().is_none_or(|mapping| !mapping.across_files) || own.len() == count;
            passed.extend(own.into_iter().filter(|_| is_whole));
        }
        Ok(TakenFiles { passed, settings, read: Vec::new() })
    }

    /// Returns the pipeline's inputs without the files that are passed over.
    pub(crate) fn inputs(&self, inputs: &[Input]) -> Vec<Input> {
        let without = |(at, input): (usize, &Input)| {
            let own = self.passed.iter().filter(|passed| passed.input.get() == at);
            Input { passed_over: own.map(|passed| passed.path.clone()).collect(), ..input.clone() }
        };
        inputs.iter().enumerate().map(without).collect()
    }

    /// Returns what is passed over of an input.
    pub(crate) fn passed_of(&self, input: InputIndex) -> impl Iterator<Item = &TakenIn> {
        let own = self.passed.iter().filter(move |passed| passed.input == input);
        own.map(|passed| &passed.record)
    }

    /// Returns when the newest fact of all that is passed over happened.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.passed.iter().filter_map(|passed| passed.record.newest).max()
    }

    /// Takes note of the exports that this run has read. A file with rows whose look-up has found nothing is read again
    /// by the next run, since what they look for may have come by then.
    pub(crate) fn note(&mut self, exports: &Facts, as_of: Timestamp) {
        let not_found = exports.rejects.iter().filter(|reject| reject.reason == RejectReason::NotFound);
        let unfinished: BTreeSet<FileIndex> = not_found.map(|reject| reject.file).collect();
        let finished = (0..).map(FileIndex::new).zip(&exports.files).filter(|(number, _)| !unfinished.contains(number));
        let taken = finished.map(|(number, file)| TakenIn {
            kind: file.kind.name().to_owned(),
            path: absolute(&file.path),
            bytes: file.bytes,
            sha256: file.digest.clone(),
            settings: with_place(&self.settings[file.input.get()].of(&file.path), &file.told_by_place),
            rows: file.rows,
            newest: exports.newest_in(|other| other == number, as_of),
        });
        self.read = taken.collect();
    }

    /// Returns how many rows of a kind are passed over.
    pub(crate) fn skipped_rows(&self, kind: FactKind) -> u64 {
        let own = self.passed.iter().filter(|passed| passed.record.kind == kind.name());
        own.map(|passed| passed.record.rows).sum()
    }

    /// Returns what is passed over, as the summary tells it.
    pub(crate) fn skipped(&self) -> Vec<SkippedSummary> {
        let skipped = |passed: &Passed| SkippedSummary {
            kind: passed.record.kind.clone(),
            path: passed.path.display().to_string(),
            rows: passed.record.rows,
            sha256: passed.record.sha256.clone(),
            run_id: passed.run_id.clone(),
        };
        self.passed.iter().map(skipped).collect()
    }
}

/// Refuses inputs that are tables of the book itself: its facts are read without that, and its postings are no facts.
pub(crate) fn refuse_own_tables(request: &Request<'_>) -> Result<(), SourceError> {
    let Some(book) = request.book.as_deref().and_then(|book| book.canonicalize().ok()) else { return Ok(()) };
    let is_own = |input: &&Input| input.path.canonicalize().is_ok_and(|path| path.starts_with(&book));
    match request.pipeline.inputs.iter().find(is_own) {
        Some(input) => Err(FileFault::OwnBook.in_file(&input.path)),
        None => Ok(()),
    }
}

/// Finds the run that has taken in a file. Of a path that was read before, the last time counts: what has changed and
/// changed back is news.
fn known<'r>(runs: &'r [RunRecord], path: &Path, input: &Input, settings: &str) -> Option<(String, TakenIn)> {
    let bytes = path.metadata().ok()?.len();
    let all = || runs.iter().flat_map(|run| run.inputs.iter().map(move |file| (&run.run_id, file)));
    let place = absolute(path);
    let of_path = all().find(|(_, file)| file.path == place && file.kind == input.kind.name());
    let is_alike =
        |file: &TakenIn| (file.kind.as_str(), file.bytes) == (input.kind.name(), bytes) && file.settings == settings;
    // Under another name only the file that was read last: what others have said since then is older than this file.
    let last_of_kind = || {
        let last = |run: &'r RunRecord| run.inputs.iter().rfind(|file| file.kind == input.kind.name());
        runs.iter().find_map(|run| Some((&run.run_id, last(run)?)))
    };
    let (run_id, file) = of_path.or_else(last_of_kind).filter(|(_, file)| is_alike(file))?;
    let digest = readers::content(path).ok()?.digest;
    (file.sha256 == digest).then(|| (run_id.clone(), file.clone()))
}

impl Settings {
    /// Puts together everything that decides what a file's rows are read as. Where a new version of this program writes
    /// it otherwise, files are read once more, which changes nothing.
    fn new(input: &Input, program: &ProgramFile) -> Settings {
        let Input { kind, format, csv, json, timezone, values, mapping, variants, versions, .. } = input;
        let (currency, zone) = (program.program.currency, program.program.zone.name());
        let mut text = format!("{kind:?} {format:?} {csv:?} {timezone:?} {values:?} {mapping:?} {currency} {zone}");
        // Nothing of it, so that files that were read before there were such options count as read.
        text.extend((*json != JsonOptions::default()).then(|| format!(" {json:?}")));
        for Variant { name, header, input, .. } in variants {
            let Input { format, csv, json, values, timezone, mapping, .. } = input;
            text += &format!(" {name} {header:?} {format:?} {csv:?} {json:?} {values:?} {timezone:?} {mapping:?}");
        }
        text.extend(versions.as_ref().map(|versions| format!(" {versions:?}")));
        let zone = timezone.map_or_else(|| program.program.zone.clone(), LocalCalendar::new);
        Settings { digest: pipeline::digest(&text), versions: versions.clone(), zone }
    }

    /// Returns the digest of how a file is read. The date in its name is a part of that: the same bytes of a later day
    /// are newer versions. A modification time is not: a copy is made without any news.
    fn of(&self, path: &Path) -> String {
        match &self.versions {
            Some(by_name @ Versions::Name(_)) => match versions::dated(path, by_name, &self.zone) {
                Ok(at) => pipeline::digest(&format!("{} {at}", self.digest)),
                // Reading the file says what is wrong.
                Err(_) => String::new(),
            },
            _ => self.digest.clone(),
        }
    }
}

/// Returns a digest of how a file's rows are read where its place tells some of their columns too: of two files with
/// the same bytes in different folders, each has rows of its own.
fn with_place(settings: &str, told_by_place: &str) -> String {
    match told_by_place.is_empty() {
        true => settings.to_owned(),
        false => pipeline::digest(&format!("{settings} {told_by_place}")),
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}
