//! What the lines of a log add up to, in tables of any program.

use super::TableFault;
use super::checkpoints::Checkpoint;
use super::path::percent_decoded;
use crate::DeltaError;
use crate::action::{Add, DeletionVector, Line, Metadata, Protocol};
use crate::log::Log;
use std::collections::{BTreeMap, BTreeSet};

/// What lines of the log have said so far.
#[derive(Default)]
pub struct Replay {
    pub protocol: Option<Protocol>,
    pub metadata: Option<Metadata>,
    /// A file with other rows deleted is another one: within a commit, its old form may be removed after its new one was
    /// added.
    live: BTreeMap<(String, Option<DeletionVector>), LiveFile>,
    /// The files that have left the table at some time.
    left: BTreeSet<String>,
}

/// A file that is in the table.
pub struct LiveFile {
    pub add: Add,
    /// The commit that brought it back, where it had left the table before.
    pub returned_in: Option<u64>,
}

impl Replay {
    /// Reads a log up to its newest commit.
    pub fn of(log: &Log) -> Result<Replay, TableFault> {
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

    /// Takes in the newest checkpoint that can be read; returns the version of the commit that follows it.
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

    /// Takes in the lines of a commit, or of a checkpoint, which tells no versions.
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
    pub fn into_files(self) -> impl Iterator<Item = LiveFile> {
        self.live.into_values()
    }
}
