//! The folder of a run: written beside its place under another name, then renamed into it, so it appears whole or not at
//! all.

use super::{OutputError, write_error};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder under construction; removed again unless it is published.
pub struct Folder {
    place: PathBuf,
    draft: tempfile::TempDir,
}

impl Folder {
    /// Starts a folder that is to appear at `place`: a new one, or an empty one that is there.
    pub fn begin(place: &Path) -> Result<Folder, OutputError> {
        refuse_unless_new_or_empty(place)?;
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(write_error(parent))?;
        let name = place.file_name().map_or_else(|| "output".into(), |name| name.to_string_lossy());
        let draft = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .tempdir_in(parent)
            .map_err(write_error(parent))?;
        Ok(Folder { place: place.to_path_buf(), draft })
    }

    /// Returns where to write the folder's files.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Writes a small file of the folder whole.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        use std::io::Write;
        let path = self.path().join(name);
        let file = fs::File::create(&path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        file.map_err(write_error(&self.place.join(name)))
    }

    /// Lets the folder appear at its place.
    pub fn publish(self) -> Result<PathBuf, OutputError> {
        use std::os::unix::fs::PermissionsExt;
        let error = write_error(&self.place);
        // Temporary folders are private; a run's output has the rights of any other folder.
        fs::set_permissions(self.draft.path(), fs::Permissions::from_mode(0o755)).map_err(&error)?;
        fs::rename(self.draft.path(), &self.place).map_err(&error)?;
        let _ = self.draft.keep();
        Ok(self.place)
    }
}

fn refuse_unless_new_or_empty(place: &Path) -> Result<(), OutputError> {
    match fs::read_dir(place) {
        Ok(mut files) => match files.next() {
            Some(_) => Err(OutputError::NotEmpty(place.to_path_buf())),
            None => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(OutputError::NotAFolder(place.to_path_buf()))
        }
        Err(error) => Err(write_error(place)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_folder_appears_whole() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a/b");
        let folder = Folder::begin(&place).unwrap();
        folder.write("one.txt", b"1").unwrap();
        assert!(!place.exists());
        folder.publish().unwrap();
        assert_eq!(fs::read(place.join("one.txt")).unwrap(), b"1");
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_published_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&home.path().join("out")).unwrap();
        folder.write("one.txt", b"1").unwrap();
        drop(folder);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_with_files_or_a_file_is_refused_and_an_empty_folder_is_not() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "x").unwrap();
        fs::create_dir(home.path().join("empty")).unwrap();
        assert!(matches!(Folder::begin(home.path()), Err(OutputError::NotEmpty(_))));
        assert!(matches!(Folder::begin(&home.path().join("file")), Err(OutputError::NotAFolder(_))));
        Folder::begin(&home.path().join("empty")).unwrap().publish().unwrap();
    }
}
