//! Reading a table at one version of its log: the newest checkpoint that can be read, then each commit after it.
//!
//! Without a checkpoint the log alone gives the same result, as long as it goes back to its beginning.

use super::log::Log;
use super::state::State;
use super::{DeltaError, Snapshot, Table, checkpoint};

impl Table {
    /// Reads the newest version of the table.
    ///
    /// # Errors
    /// Where the log or a file is missing or damaged, or the table uses what is not supported.
    pub fn newest(&self) -> Result<Snapshot, DeltaError> {
        read(self, None)
    }

    /// Reads an earlier version of the table.
    ///
    /// # Errors
    /// `NoVersion` where there is no such version yet, `Hole` where the log no longer goes back so far, and as
    /// [`Table::newest`].
    pub fn at_version(&self, version: u64) -> Result<Snapshot, DeltaError> {
        read(self, Some(version))
    }
}

/// Reads a table at a version, or at its newest.
fn read(table: &Table, wanted: Option<u64>) -> Result<Snapshot, DeltaError> {
    let snapshot = read_log(table, wanted)?;
    snapshot.files().try_for_each(|file| file.check(table.folder()))?;
    Ok(snapshot)
}

/// Reads what the log says, without looking at the data files.
pub(crate) fn read_log(table: &Table, wanted: Option<u64>) -> Result<Snapshot, DeltaError> {
    let log = table.log();
    let listing = log.list()?;
    let version = wanted.unwrap_or(listing.newest);
    if version > listing.newest {
        let path = table.folder().to_path_buf();
        return Err(DeltaError::NoVersion { path, version, newest: listing.newest });
    }
    let checkpoints: Vec<u64> = listing.checkpoints.into_iter().filter(|&found| found <= version).collect();
    let (mut state, checkpoint) = state_at_checkpoint(&log, &checkpoints)?;
    for version in checkpoint.map_or(0, |checkpoint| checkpoint + 1)..=version {
        state.apply(&log.commit_path(version), Some(version), log.read(version)?)?;
    }
    let missing = |what| DeltaError::Incomplete { path: log.commit_path(version), what };
    let protocol = state.protocol.take().ok_or_else(|| missing("which protocol it follows"))?;
    let metadata = state.metadata.take().ok_or_else(|| missing("what its columns are"))?;
    Ok(Snapshot { table: table.clone(), version, protocol, metadata, state, checkpoint })
}

/// Returns the state and the version of the newest checkpoint that can be read; an empty state where there is none and
/// the log goes back to its beginning.
fn state_at_checkpoint(log: &Log, versions: &[u64]) -> Result<(State, Option<u64>), DeltaError> {
    let mut fault = None;
    for &version in versions.iter().rev() {
        match checkpoint::read(&log.checkpoint_path(version)) {
            Ok(state) => return Ok((state, Some(version))),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    match fault {
        Some(fault) if !log.commit_path(0).exists() => Err(fault),
        _ => Ok((State::default(), None)),
    }
}
