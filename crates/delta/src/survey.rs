//! Checks everything that a table has on the disk: its data files, its log from the beginning, and its checkpoints.

use super::action::Line;
use super::checkpoint;
use super::log::Log;
use super::seal::{Seal, seal};
use super::state::State;
use super::{DeltaError, Snapshot, Table, digest, opening, read_error};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

/// The result of checking a table.
pub struct Survey {
    /// The newest version of the table, from the log.
    pub snapshot: Snapshot,
    /// All faults that were found, in the order of data files, log, checkpoints.
    pub faults: Vec<DeltaError>,
    /// The number of files and commits without a digest, of which less can be checked.
    pub without_digest: usize,
}

impl Table {
    /// Reads and checks every file of the table.
    ///
    /// # Errors
    /// Where the log cannot be read as a table; all other faults are in the result.
    pub fn survey(&self) -> Result<Survey, DeltaError> {
        let snapshot = opening::read_log(self, None)?;
        let mut faults: Vec<DeltaError> =
            snapshot.files().filter_map(|file| file.look_into(self.folder()).err()).collect();
        let files = snapshot.files().filter(|file| file.digest.is_none()).count();
        let log = LogSurvey::of(&self.log(), snapshot.version())?;
        faults.extend(log.faults);
        faults.extend(check_hint(&self.log()).err());
        Ok(Survey { snapshot, faults, without_digest: files + log.without_digest })
    }
}

#[derive(Default)]
struct LogSurvey {
    faults: Vec<DeltaError>,
    without_digest: usize,
    /// The state after the commits so far; `None` once one of them is missing or cannot be read.
    state: Option<State>,
}

impl LogSurvey {
    fn of(log: &Log, newest: u64) -> Result<LogSurvey, DeltaError> {
        let checkpoints: BTreeSet<u64> = log.list()?.checkpoints.into_iter().collect();
        let mut survey = LogSurvey { state: Some(State::default()), ..LogSurvey::default() };
        // By version.
        let mut seen: BTreeMap<u64, Commit> = BTreeMap::new();
        for version in 0..=newest {
            match Commit::read(log, version) {
                Ok(None) => survey.state = None,
                Ok(Some((commit, lines))) => {
                    let path = log.commit_path(version);
                    survey.state = survey.state.take().and_then(|mut state| {
                        let applied = state.apply(&path, Some(version), lines);
                        applied.map_err(|error| survey.faults.push(error)).ok().map(|()| state)
                    });
                    seen.insert(version, commit);
                }
                Err(error) => {
                    survey.faults.push(error);
                    survey.state = None;
                }
            }
            if checkpoints.contains(&version) {
                survey.faults.extend(survey.check(&log.checkpoint_path(version)).err());
            }
        }
        survey.follow(log, &seen);
        Ok(survey)
    }

    /// Checks that a checkpoint can be read and agrees with the log. A reader would skip one that cannot be read, but
    /// would believe one that says something else.
    fn check(&self, path: &Path) -> Result<(), DeltaError> {
        match (checkpoint::read(path), &self.state) {
            (Ok(recorded), Some(state)) if recorded.is_of(state) => Ok(()),
            (_, Some(_)) => Err(DeltaError::Misleading(path.to_path_buf())),
            // The log does not go back to the beginning.
            (recorded, None) => recorded.map(drop),
        }
    }

    /// Checks that the digest of each commit is the one that the next commit names, and that no commit has lost its
    /// seal.
    fn follow(&mut self, log: &Log, seen: &BTreeMap<u64, Commit>) {
        let mut is_sealing = false;
        for (version, commit) in seen {
            let recorded = seen.get(&(version + 1)).and_then(|next| next.previous.as_ref());
            let has_lost_seal = is_sealing && !commit.is_sealed && recorded.is_none();
            if recorded.is_some_and(|recorded| *recorded != commit.digest) || has_lost_seal {
                self.faults.push(DeltaError::Altered(log.commit_path(*version)));
            } else if !commit.is_sealed && recorded.is_none() {
                self.without_digest += 1;
            }
            is_sealing |= commit.is_sealed;
        }
    }
}

/// The seal and digests of a commit.
struct Commit {
    is_sealed: bool,
    digest: String,
    previous: Option<String>,
}

impl Commit {
    /// Reads a commit; `None` where its file is gone.
    fn read(log: &Log, version: u64) -> Result<Option<(Commit, Vec<Line>)>, DeltaError> {
        let path = log.commit_path(version);
        let text = match accrue_files::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.map_err(read_error(&path))?,
        };
        let lines = log.read(version)?;
        let previous = lines.iter().find_map(|line| line.commit_info.as_ref()?.previous.clone());
        let is_sealed = std::str::from_utf8(&text).is_ok_and(|text| seal(text) == Seal::Whole);
        Ok(Some((Commit { is_sealed, digest: digest::of_bytes(&text), previous }, lines)))
    }
}

impl State {
    /// Tells whether a checkpoint with this state can be of a table in that state. It need not list files that left the
    /// table long ago.
    fn is_of(&self, state: &State) -> bool {
        let is_known = |name: &String| state.removed.contains_key(name);
        self.protocol == state.protocol
            && self.metadata == state.metadata
            && self.txns == state.txns
            && self.live == state.live
            && self.removed.keys().all(is_known)
    }
}

/// Checks that the file that leads other programs to the newest checkpoint leads there.
fn check_hint(log: &Log) -> Result<(), DeltaError> {
    let path = log.hint_path();
    let text = match accrue_files::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        text => text.map_err(read_error(&path))?,
    };
    let hint: Option<Value> = serde_json::from_slice(&text).ok();
    let misleading = || DeltaError::Misleading(path.clone());
    let version = hint.as_ref().and_then(|hint| hint["version"].as_u64()).ok_or_else(misleading)?;
    let checkpoint = log.checkpoint_path(version);
    if !checkpoint.exists() {
        return Err(misleading());
    }
    // A checkpoint that cannot be read is a fault of its own. Hints of other programs have more members.
    let expected = checkpoint::hint(&checkpoint, version).unwrap_or_default();
    let is_said = |(name, value): (&String, &Value)| hint.as_ref().is_some_and(|hint| hint[name] == *value);
    if expected.as_object().into_iter().flatten().all(is_said) { Ok(()) } else { Err(misleading()) }
}
