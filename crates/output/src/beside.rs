//! Files that appear at their place whole or not at all, and never over another: written beside, then renamed without
//! replacing.

use super::folder_of;
use super::mode::Mode;
use accrue_files::sync_folder;
use std::fs::{File, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// The path of a file under construction, beside its place. The file is removed when this is dropped before
/// [`Beside::publish`].
pub struct Beside {
    place: PathBuf,
    draft: TempPath,
}

impl Beside {
    /// Creates a file under a temporary name beside a place where nothing is yet, and returns it open for writing.
    ///
    /// # Errors
    /// `AlreadyExists` where something is at the place, and where the file cannot be created.
    pub fn begin(place: &Path) -> io::Result<(File, Beside)> {
        if place.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let draft = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .permissions(Permissions::from_mode(Mode::default().file()))
            .tempfile_in(folder_of(place))?;
        let (file, draft) = draft.into_parts();
        Ok((file, Beside { place: place.to_path_buf(), draft }))
    }

    /// Moves the file to its place. The caller must have synced it to the disk.
    ///
    /// # Errors
    /// `AlreadyExists` where something is at the place by now, and where the folder cannot be written.
    pub fn publish(self) -> io::Result<()> {
        self.draft.persist_noclobber(&self.place).map_err(|failed| failed.error)?;
        sync_folder(folder_of(&self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    #[test]
    fn a_file_is_at_its_place_once_it_is_published_and_over_no_other() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a.csv");
        let names =
            || fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let (mut file, beside) = Beside::begin(&place).unwrap();
        file.write_all(b"1").unwrap();
        let draft = names().next().unwrap();
        assert!(draft.starts_with(".a.csv.") && draft.ends_with(".part") && names().count() == 1, "{draft}");
        let (_, late) = Beside::begin(&place).unwrap();
        beside.publish().unwrap();
        assert_eq!(late.publish().unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(Beside::begin(&place).err().unwrap().kind(), ErrorKind::AlreadyExists);
        assert_eq!((names().collect::<Vec<_>>(), fs::read(&place).unwrap()), (vec!["a.csv".to_owned()], b"1".to_vec()));
    }
}
