//! What the record of a run says of the files that the book keeps from the run's folder: names, sizes in bytes,
//! digests.

use serde::{Deserialize, Serialize};

/// The name of the file of a run's jobs.
pub const EMAILS: &str = "emails.ndjson";

/// The kept folder of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The name of the kept folder in `runs`.
    pub name: String,
    /// Its files, by name.
    pub files: Vec<KeptFile>,
}

/// A file of a run's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its name in the run's folder.
    pub name: String,
    /// Its size in the run's folder, in bytes.
    pub bytes: u64,
    /// The digest of the kept file (packed, where it is packed); `None` in books of versions that took none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Kept {
    /// Returns the digest of a kept file, by its name in the run's folder; `None` where it is not known.
    pub fn digest(&self, file: &str) -> Option<&str> {
        self.files.iter().find(|kept| kept.name == file)?.digest.as_deref()
    }
}
