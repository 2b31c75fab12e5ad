//! Lists the files of a folder that may be exports; hidden files, programs and outputs of accrue are left out.

use std::io;
use std::path::{Path, PathBuf};

/// Folders below this depth are not looked into.
const DEEPEST: usize = 4;
/// Files whose names end so are no exports.
const NO_EXPORTS: [&str; 8] = ["toml", "md", "sql", "sh", "py", "rs", "log", "lock"];
/// A folder with one of these is an output, or a book.
const OWN_FILES: [&str; 2] = ["summary.json", "accrue-book.json"];

/// What a folder has.
#[derive(Default)]
pub(super) struct Files {
    pub(super) files: Vec<PathBuf>,
    /// Folders below it that cannot be listed, and why.
    pub(super) unlisted: Vec<(PathBuf, io::Error)>,
}

/// Returns the regular files in a folder and below it, by name, also those that links lead to; hidden ones, programs
/// and what accrue has written are not among them. The folder of a Delta table counts as one file.
pub(super) fn files(folder: &Path) -> io::Result<Files> {
    let mut found = Files::default();
    gather(folder, 0, &mut found)?;
    found.files.sort();
    Ok(found)
}

fn gather(folder: &Path, depth: usize, found: &mut Files) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, is_folder) = (entry.path(), entry.file_type()?.is_dir());
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['.', '~']) {
            continue;
        }
        if is_folder {
            let is_own = OWN_FILES.iter().any(|own| path.join(own).exists());
            if path.join("_delta_log").is_dir() {
                found.files.push(path);
            } else if depth < DEEPEST
                && !is_own
                && let Err(error) = gather(&path, depth + 1, found)
            {
                found.unlisted.push((path, error));
            }
        } else if path.is_file() && !NO_EXPORTS.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            found.files.push(path);
        }
    }
    Ok(())
}
