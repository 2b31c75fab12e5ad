//! The files in a folder after each was recognised, and the platforms that they come from.

use super::super::found::{Export, Use};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The files in a folder, and what each is.
pub(crate) struct Looked {
    pub(super) exports: Vec<Export>,
    /// Folders that cannot be listed.
    pub(super) unlisted: Vec<(PathBuf, io::Error)>,
}

impl Looked {
    /// Returns the platforms that files with facts are of, each with its files.
    pub(crate) fn platforms(&self) -> BTreeMap<&'static str, Vec<&Path>> {
        let mut platforms: BTreeMap<&'static str, Vec<&Path>> = BTreeMap::new();
        for export in &self.exports {
            for platform in export.uses().iter().filter_map(Use::platform_name) {
                let files = platforms.entry(platform).or_default();
                if files.last() != Some(&export.path.as_path()) {
                    files.push(&export.path);
                }
            }
        }
        platforms
    }
}
