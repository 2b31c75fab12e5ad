//! Recognises folders of tables (Delta, Iceberg, Hudi), and refuses single files inside them, which may be outdated.

use crate::error::FileFault;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The formats of tables that are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableFormat {
    Delta,
    Iceberg,
    Hudi,
}

impl TableFormat {
    /// Returns the format of the table that a folder is.
    pub(super) fn of(folder: &Path) -> Option<TableFormat> {
        if folder.join("_delta_log").is_dir() {
            return Some(TableFormat::Delta);
        }
        if folder.join(".hoodie").is_dir() {
            return Some(TableFormat::Hudi);
        }
        is_iceberg(folder).then_some(TableFormat::Iceberg)
    }

    /// Returns its name, with an article.
    pub(super) fn name(self) -> &'static str {
        match self {
            TableFormat::Delta => "a Delta",
            TableFormat::Iceberg => "an Iceberg",
            TableFormat::Hudi => "a Hudi",
        }
    }
}

/// Refuses files that lie in the folder of a table.
pub(super) fn refuse_loose(paths: &[PathBuf]) -> Result<(), FileFault> {
    let mut seen = BTreeSet::new();
    for path in paths {
        if let Some(found) = table_around(path, &mut seen) {
            return Err(fault(found));
        }
    }
    Ok(())
}

/// Says what is wrong with naming a folder where it is a table or lies in the folder of one.
pub(super) fn fault_around(folder: &Path) -> Option<FileFault> {
    let own = TableFormat::of(folder).map(|format| (folder.to_path_buf(), format));
    own.or_else(|| table_around(folder, &mut BTreeSet::new())).map(fault)
}

fn fault((table, format): (PathBuf, TableFormat)) -> FileFault {
    match format {
        TableFormat::Delta => FileFault::InDeltaTable(table),
        _ => FileFault::InOtherTable { table, format: format.name() },
    }
}

/// Returns the table whose folder a file lies in, by the path that was given or by the one that links lead to; folders
/// that were seen before are not looked at again.
fn table_around(path: &Path, seen: &mut BTreeSet<PathBuf>) -> Option<(PathBuf, TableFormat)> {
    let real = path.canonicalize().unwrap_or_default();
    for path in [path, real.as_path()] {
        for folder in path.ancestors().skip(1) {
            if !seen.insert(folder.to_path_buf()) {
                break;
            }
            if let Some(format) = TableFormat::of(folder) {
                return Some((folder.to_path_buf(), format));
            }
        }
    }
    None
}

/// Tells whether a folder has files such as `metadata/v3.metadata.json` or `metadata/00002-9c12d441.metadata.json`, or
/// any `metadata/*.metadata.json` beside `data`.
fn is_iceberg(folder: &Path) -> bool {
    let has_data = folder.join("data").is_dir();
    let is_metadata = |name: &str| {
        let Some(version) = name.strip_suffix(".metadata.json") else { return false };
        has_data || version.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit())
    };
    let entries = fs::read_dir(folder.join("metadata")).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_str().is_some_and(is_metadata))
}
