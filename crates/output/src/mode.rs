//! The rights of files and folders that are written: none for others than owner and group by default, and less where
//! the umask says so.

use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The mode of new folders, and of the files in them. The umask is applied to it as always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mode(u32);

impl Default for Mode {
    fn default() -> Mode {
        Mode(0o750)
    }
}

impl Mode {
    /// Returns the mode with these bits of folders (such as `0o750`). The owner always gets all rights; bits other than
    /// rights are dropped.
    pub fn of_folder(bits: u32) -> Mode {
        Mode(bits & 0o777 | 0o700)
    }

    /// Creates a folder.
    ///
    /// # Errors
    /// Where the system does not create it.
    pub fn create_folder(self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().mode(self.0).create(folder)
    }

    /// Creates a folder and its missing parents.
    ///
    /// # Errors
    /// Where the system does not create one.
    pub fn create_folders(self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().mode(self.0).recursive(true).create(folder)
    }

    /// Returns options to open a file for writing; a file that is created by them gets the mode of files.
    pub fn writing(self) -> OpenOptions {
        let mut options = OpenOptions::new();
        options.write(true).mode(self.file());
        options
    }

    /// Returns the mode of files: that of folders without the right to execute.
    pub fn file(self) -> u32 {
        self.0 & 0o666
    }
}

impl From<Mode> for String {
    fn from(mode: Mode) -> String {
        format!("{:04o}", mode.0)
    }
}

impl TryFrom<String> for Mode {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Mode, std::num::ParseIntError> {
        u32::from_str_radix(&text, 8).map(Mode::of_folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_written_as_people_write_it_and_gives_rights_alone() {
        assert_eq!(serde_json::to_value(Mode::default()).unwrap(), "0750");
        let read = |text: &str| serde_json::from_value::<Mode>(text.into()).map_err(|error| error.to_string());
        assert_eq!(read("0755"), Ok(Mode(0o755)));
        assert_eq!(read("07055"), Ok(Mode(0o755)));
        assert!(read("rwx").is_err());
        assert_eq!((Mode(0o755).file(), Mode::default().file()), (0o644, 0o640));
    }
}
