//! Replays the log of a table that any program may have written: checkpoint first, then the commits after it.

use super::TableFault;
use super::checkpoints::Checkpoint;
use super::path::percent_decoded;
use crate::DeltaError;
use crate::action::{Add, DeletionVector, Line, Metadata, Protocol};
use crate::log::Log;
use std::collections::{BTreeMap, BTreeSet};

/// The state of a table after some actions.
#[derive(Default)]
pub(super) struct Replay {
    pub protocol: Option<Protocol>,
    pub metadata: Option<Metadata>,
    /// By path and deletion vector: a file with other deleted rows counts as another one. Within a commit, its old form
    /// may be removed after the new one was added.
    live: BTreeMap<(String, Option<DeletionVector>), LiveFile>,
    /// The paths of files that have left the table at some time.
    left: BTreeSet<String>,
}

/// A file that is in the table.
pub(super) struct LiveFile {
    pub add: Add,
    /// The version that added the file again after it had left the table.
    pub returned_in: Option<u64>,
}

impl Replay {
    /// Replays a log up to its newest commit.
    pub(super) fn of(log: &Log) -> Result<Replay, TableFault> {
        let listing = log.list().map_err(|error| match error {
            DeltaError::NoTable(_) => TableFault::NoCommit,
            error => error.into(),
        })?;
        let (mut replay, next) = Replay::of_checkpoint(log)?;
        for version in next..=listing.newest {
            replay.take(Some(version), log.read(version)?);
        }
        Ok(replay)
    }

    /// Reads the newest checkpoint that can be read; returns the state and the version of the next commit.
    fn of_checkpoint(log: &Log) -> Result<(Replay, u64), TableFault> {
        let mut fault = None;
        for checkpoint in Checkpoint::all(log)?.iter().rev() {
            let mut replay = Replay::default();
            match checkpoint.read(log) {
                Ok(lines) => {
                    replay.take(None, lines);
                    return Ok((replay, checkpoint.version + 1));
                }
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        match fault {
            Some(fault) if !log.commit_path(0).exists() => Err(fault.into()),
            _ => Ok((Replay::default(), 0)),
        }
    }

    /// Applies the actions of a commit, or of a checkpoint, where `version` is `None`.
    fn take(&mut self, version: Option<u64>, lines: Vec<Line>) {
        for line in lines {
            self.protocol = line.protocol.or(self.protocol.take());
            self.metadata = line.meta_data.or(self.metadata.take());
            if let Some(remove) = line.remove {
                let path = percent_decoded(&remove.path);
                self.left.insert(path.clone());
                self.live.remove(&(path, remove.deletion_vector));
            }
            if let Some(add) = line.add {
                let path = percent_decoded(&add.path);
                let returned_in = version.filter(|_| self.left.contains(&path));
                self.live.insert((path, add.deletion_vector.clone()), LiveFile { add, returned_in });
            }
        }
    }

    /// Returns the files that are in the table.
    pub(super) fn into_files(self) -> impl Iterator<Item = LiveFile> {
        self.live.into_values()
    }
}
