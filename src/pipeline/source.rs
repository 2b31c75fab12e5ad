//! Reads the text of a TOML file, computes its digest, and parses it.

use super::fault::{Fault, Faults, Refused};
use crate::files;
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use toml::de::DeTable;

/// Reads a file's text; a byte order mark is not part of it. `named_by` tells where its path was written.
pub(super) fn read(path: &Path, named_by: &str) -> Result<String, Refused> {
    let bytes = files::read(path).map_err(|error| unreadable(path, &error, named_by))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let faults = Faults::new(path, &text);
            faults.add_with(good, "this byte is not UTF-8 text", "save the file as UTF-8");
            Err(Refused::new(faults.into_sorted()))
        }
    }
}

/// Parses a text as TOML, recording every fault of its syntax.
pub(super) fn parse<'d>(faults: &Faults<'d>) -> Option<DeTable<'d>> {
    let (document, errors) = DeTable::parse_recoverable(faults.text());
    for error in &errors {
        faults.add(error.span().map_or(0, |span| span.start), error.message());
    }
    errors.is_empty().then(|| document.into_inner())
}

/// Returns the SHA-256 of a text in hex.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the folder that relative paths of a file start from.
pub(super) fn folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}

/// Joins a path that a file names to that file's folder. Detours such as `pipelines/../exports` are left out, so that
/// messages are short; but a `..` that leaves a symbolic link leads elsewhere, and stays.
pub(super) fn join(folder: &Path, named: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in folder.join(named).components() {
        let leaves_a_folder = matches!(joined.components().next_back(), Some(Component::Normal(_)));
        if part == Component::ParentDir && leaves_a_folder && !joined.is_symlink() {
            joined.pop();
        } else {
            joined.push(part);
        }
    }
    if joined.as_os_str().is_empty() { PathBuf::from(".") } else { joined }
}

fn unreadable(path: &Path, error: &io::Error, named_by: &str) -> Refused {
    let what = match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    };
    let remedy = Some(format!("check {named_by}"));
    Refused::new(vec![Fault { file: path.to_path_buf(), at: None, what, remedy }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_path_makes_no_detours() {
        let joined = |folder: &str, named: &str| join(Path::new(folder), named).display().to_string();
        assert_eq!(joined("pipelines", "../exports/*.csv"), "exports/*.csv");
        assert_eq!(joined("", "orders.csv"), "orders.csv");
        assert_eq!(joined("a/b", "../../../c"), "../c");
        assert_eq!(joined("a", ".."), ".");
        assert_eq!(joined("a", "/b/./c"), "/b/c");
        assert_eq!(joined("/", "../a"), "/../a");
    }

    #[test]
    fn a_joined_path_follows_links() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("real/pipelines")).unwrap();
        std::os::unix::fs::symlink("real/pipelines", home.path().join("link")).unwrap();
        assert_eq!(join(&home.path().join("link"), "../x"), home.path().join("link/../x"));
    }
}
