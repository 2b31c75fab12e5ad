//! A table, named by its folder. Nothing is read or checked until a method asks for it.

use super::DeltaError;
use super::file_name::is_file_name;
use super::log::Log;
use std::path::{Path, PathBuf};

/// A folder that has, or is to have, a table in it. Nothing is read before a method asks for it.
#[derive(Clone, Debug)]
pub struct Table {
    folder: PathBuf,
}

impl Table {
    /// Returns the table in a folder, whether or not one is there.
    pub fn at(folder: impl Into<PathBuf>) -> Table {
        Table { folder: folder.into() }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells whether a table was created here.
    ///
    /// # Errors
    /// Where the log cannot be listed.
    pub fn is_there(&self) -> Result<bool, DeltaError> {
        match self.log().list() {
            Ok(_) => Ok(true),
            Err(DeltaError::NoTable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn log(&self) -> Log {
        Log::of(&self.folder)
    }

    pub(super) fn place_of(&self, name: &str) -> Result<PathBuf, DeltaError> {
        match is_file_name(name) {
            true => Ok(self.folder.join(name)),
            false => Err(DeltaError::Name { name: name.to_owned() }),
        }
    }
}
