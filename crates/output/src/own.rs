//! Names the files and folders that accrue itself has written and may remove: real folders with the names of runs, and
//! in them real files with the names that runs give.
//!
//! Also reads small files of its own, without following links.

use super::TableFormat;
use super::run_name::RunName;
use accrue_kernel::time::Timestamp;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The tables of a run's folder, without their endings.
const TABLES: [&str; 2] = ["ledger", "balances"];
/// The tables, in Parquet, that `apply` unpacks beside a run's folder.
const UNPACKED: [&str; 6] = ["orders", "registrations", "refunds", "redemptions", "adjustments", "emails"];
/// The name of a folder that is created in a run's folder for a moment, to learn the rights that new folders get.
pub(crate) const PROBE: &str = ".mode";
/// The other files of a run's folder.
const LISTS: [&str; 4] = ["emails.ndjson", "rejects.csv", "exceptions.csv", "summary.json"];
/// The beginning and the end of the names of temporary files.
pub const TEMPORARY: (&str, &str) = (".", ".tmp");
/// The ending of the names of packed (zstd) files.
pub const PACKED: &str = ".zst";

/// Tells whether a run gives this name to a file of its folder.
pub fn is_of_a_run(name: &str) -> bool {
    let is_table = |(table, ending): (&str, &str)| {
        TABLES.contains(&table) && TableFormat::ALL.iter().any(|format| format.ending() == ending)
    };
    LISTS.contains(&name) || name.split_once('.').is_some_and(is_table)
}

/// Reads a small file that accrue has written; `None` where nothing is there.
///
/// # Errors
/// `InvalidInput` where it is no regular file: a link may lead elsewhere, and a FIFO would block. Also where it cannot
/// be read.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
        Ok(found) if !found.is_file() => Err(io::Error::new(ErrorKind::InvalidInput, "it is no file")),
        Ok(_) => accrue_files::read(path).map(Some),
    }
}

/// Removes a run's folder with its files, finished or not. A file that is not the run's stays, and then the folder
/// stays too. Returns whether the folder is gone.
///
/// # Errors
/// Where a file or the folder cannot be read or removed.
pub fn remove_folder(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, found) = (entry.file_name(), entry.file_type()?);
        let Some(name) = name.to_str() else { continue };
        if found.is_file() && (is_kept_name(name) || is_unpacked(name)) {
            fs::remove_file(entry.path())?;
        } else if found.is_dir() && name == PROBE {
            fs::remove_dir(entry.path())?;
        }
    }
    match fs::remove_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the paths in a run's folder that are not the run's: other names, links and folders. Empty where there is no
/// folder.
///
/// # Errors
/// Where the folder cannot be read.
pub fn strangers(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if !(entry.file_name().to_str().is_some_and(is_kept_name) && entry.file_type()?.is_file()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn is_unpacked(name: &str) -> bool {
    name.strip_suffix(".parquet").is_some_and(|table| UNPACKED.contains(&table))
}

/// Removes the temporary files of a file that the disk has last touched before an instant.
///
/// # Errors
/// Where the folder cannot be read or a file cannot be removed.
pub fn remove_temporary(folder: &Path, file: &str, before: Timestamp) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_of_file = entry.file_name().to_str().and_then(temporary) == Some(file);
        if is_of_file && entry.metadata().is_ok_and(|found| found.is_file() && was_touched_before(&found, before)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Tells whether the disk has last touched a file before an instant, by its change time. Its modification time would
/// not do: a file that just got a second name may have been written long ago.
pub fn was_touched_before(found: &Metadata, instant: Timestamp) -> bool {
    let touched = found.ctime().saturating_mul(1_000_000).saturating_add(found.ctime_nsec() / 1_000);
    touched < instant.micros()
}

/// Tells whether this is the name of a file of a run's folder, or of the book's copy of it, complete or temporary.
fn is_kept_name(name: &str) -> bool {
    let name = temporary(name).unwrap_or(name);
    is_of_a_run(name.strip_suffix(PACKED).unwrap_or(name))
}

/// Returns the name that a temporary file is to get: until then it is `.NAME.RANDOM.tmp`. `None` for any other name.
pub fn temporary(name: &str) -> Option<&str> {
    let (name, random) = name.strip_prefix(TEMPORARY.0)?.strip_suffix(TEMPORARY.1)?.rsplit_once('.')?;
    is_random(random).then_some(name)
}

/// Returns the unfinished folders of runs in an output folder, each with the name of its run. Empty where there is no
/// output folder.
///
/// # Errors
/// Where the output folder cannot be read.
pub fn drafts(output: &Path) -> io::Result<Vec<(PathBuf, RunName)>> {
    let entries = match fs::read_dir(output) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut drafts = Vec::new();
    for entry in entries {
        let entry = entry?;
        let run = entry.file_name().to_str().and_then(of_draft);
        if let Some(run) = run.filter(|_| entry.file_type().is_ok_and(|found| found.is_dir())) {
            drafts.push((entry.path(), run));
        }
    }
    drafts.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(drafts)
}

/// Reads the name of a folder under construction: `.NAME.RANDOM.part`.
fn of_draft(name: &str) -> Option<RunName> {
    let (name, random) = name.strip_prefix('.')?.strip_suffix(".part")?.split_once('.')?;
    RunName::parse(name).filter(|_| is_random(random))
}

/// Tells whether a text can be the random part of a temporary name.
fn is_random(part: &str) -> bool {
    part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_runs_write_is_removed() {
        let home = tempfile::tempdir().unwrap();
        let [own, mixed, elsewhere] = ["own", "mixed", "elsewhere"].map(|name| home.path().join(name));
        for folder in [&own, &mixed, &elsewhere] {
            fs::create_dir(folder).unwrap();
        }
        for name in ["ledger.parquet", "balances.csv.zst", "emails.ndjson.zst", "summary.json"] {
            fs::write(own.join(name), "x").unwrap();
            fs::write(elsewhere.join(name), "x").unwrap();
        }
        fs::write(own.join(".ledger.parquet.aB3dE6.tmp"), "x").unwrap();
        fs::write(mixed.join("ledger.parquet"), "x").unwrap();
        fs::write(mixed.join(".notes.txt.aB3dE6.tmp"), "x").unwrap();
        fs::write(mixed.join("notes.txt"), "x").unwrap();
        symlink(elsewhere.join("summary.json"), mixed.join("summary.json")).unwrap();
        assert!(remove_folder(&own).unwrap() && !own.exists());
        assert!(!remove_folder(&mixed).unwrap());
        assert!(mixed.join(".notes.txt.aB3dE6.tmp").exists());
        assert!(mixed.join("notes.txt").exists() && mixed.join("summary.json").is_symlink());
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 4);
    }

    #[test]
    fn a_link_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        let [file, link, none] = ["file", "link", "none"].map(|name| home.path().join(name));
        fs::write(&file, "x").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(read(&file).unwrap(), Some(b"x".to_vec()));
        assert_eq!(read(&link).unwrap_err().to_string(), "it is no file");
        assert_eq!(read(home.path()).unwrap_err().to_string(), "it is no file");
        assert_eq!(read(&none).unwrap(), None);
        assert_eq!(read(&file.join("below")).unwrap(), None);
    }

    #[test]
    fn a_draft_is_a_real_folder_that_is_named_so() {
        let home = tempfile::tempdir().unwrap();
        let draft = ".run-000002-20240701-021500-123456.aB3dE6.part";
        for name in [draft, ".run-000002-20240701-021500-123456.part", ".fixture.aB3dE6.part", "run-1.aB3dE6.part"] {
            fs::create_dir(home.path().join(name)).unwrap();
        }
        symlink(home.path(), home.path().join(".run-000003-20240701-021500-123456.aB3dE6.part")).unwrap();
        let found = drafts(home.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.clone(), found[0].1.number), (home.path().join(draft), Some(2)));
        assert!(drafts(&home.path().join("missing")).unwrap().is_empty());
    }
}
