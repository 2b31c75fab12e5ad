//! A file's text: read, identified by its digest, parsed as TOML.

use super::fault::{Fault, Faults, Refused};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Reads a file's text; a byte order mark is not part of it.
pub(super) fn read(path: &Path) -> Result<String, Refused> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, error.to_string()))?;
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
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the folder that relative paths of a file start from.
pub(super) fn folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}

fn unreadable(path: &Path, why: String) -> Refused {
    let what = format!("the file cannot be read: {why}");
    Refused::new(vec![Fault { file: path.to_path_buf(), at: None, what, remedy: None }])
}
