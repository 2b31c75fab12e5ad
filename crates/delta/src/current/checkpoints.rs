//! Checkpoints that other programs write: in one file, in several parts, or with sidecar files.

use crate::action::Line;
use crate::log::{Log, names, read_lines, version_of};
use crate::{DeltaError, checkpoint};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A checkpoint of a version, in one or several files.
pub(super) struct Checkpoint {
    pub version: u64,
    files: Vec<PathBuf>,
}

impl Checkpoint {
    /// Returns the complete checkpoints, oldest first.
    pub(super) fn all(log: &Log) -> Result<Vec<Checkpoint>, DeltaError> {
        let mut found: BTreeMap<(u64, usize), Vec<PathBuf>> = BTreeMap::new();
        let mut whole = Vec::new();
        let mut names = names(&log.folder)?;
        names.sort_unstable();
        for name in names {
            let Some((version, part)) = name.split_once(".checkpoint.") else { continue };
            let Some(version) = version_of(version, "") else { continue };
            let path = log.folder.join(&name);
            match part_count(part) {
                Some(count) => found.entry((version, count)).or_default().push(path),
                None if part == "parquet" || part.ends_with(".parquet") || part.ends_with(".json") => {
                    whole.push(Checkpoint { version, files: vec![path] });
                }
                None => {}
            }
        }
        let parted = found.into_iter().filter(|((_, count), files)| files.len() == *count);
        whole.extend(parted.map(|((version, _), files)| Checkpoint { version, files }));
        whole.sort_by_key(|checkpoint| checkpoint.version);
        Ok(whole)
    }

    /// Returns its actions, those of sidecar files included.
    pub(super) fn read(&self, log: &Log) -> Result<Vec<Line>, DeltaError> {
        let mut lines = self.files.iter().map(|path| read_file(path)).collect::<Result<Vec<_>, _>>()?.concat();
        let beside: Vec<String> = lines.iter().filter_map(|line| Some(line.sidecar.as_ref()?.path.clone())).collect();
        for path in beside {
            let name = path.rsplit('/').next().unwrap_or_default();
            lines.extend(read_file(&log.folder.join("_sidecars").join(name))?);
        }
        Ok(lines)
    }
}

fn read_file(path: &Path) -> Result<Vec<Line>, DeltaError> {
    match path.extension().is_some_and(|ending| ending == "json") {
        true => read_lines(path),
        false => Ok(checkpoint::lines_of(path)?.collect::<Result<Vec<_>, _>>()?.concat()),
    }
}

/// Returns the number of parts of the checkpoint that a file with this ending belongs to; `None` for one in a single
/// file.
fn part_count(name: &str) -> Option<usize> {
    let (part, count) = name.strip_suffix(".parquet")?.split_once('.')?;
    let is_number = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    count.parse().ok().filter(|_| is_number(part) && is_number(count))
}
