//! The files of a folder that may be exports.

use std::io;
use std::path::{Path, PathBuf};

/// Folders below this depth are not looked into.
const DEEPEST: usize = 4;
/// Files whose names end so are no exports.
const NO_EXPORTS: [&str; 8] = ["toml", "md", "sql", "sh", "py", "rs", "log", "lock"];
/// A folder with one of these is an output, or a book.
const OWN_FILES: [&str; 2] = ["summary.json", "accrue-book.json"];

/// Returns the regular files in a folder and below it, by name; hidden ones, programs and what accrue has written are
/// not among them. The folder of a Delta table counts as one file.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    gather(folder, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn gather(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let (path, kind) = {
            let entry = entry?;
            (entry.path(), entry.file_type()?)
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(['.', '~']) {
            continue;
        }
        if kind.is_dir() {
            let is_own = OWN_FILES.iter().any(|own| path.join(own).exists());
            match path.join("_delta_log").is_dir() {
                true => found.push(path),
                false if depth < DEEPEST && !is_own => gather(&path, depth + 1, found)?,
                false => {}
            }
        } else if kind.is_file() && !NO_EXPORTS.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            found.push(path);
        }
    }
    Ok(())
}
