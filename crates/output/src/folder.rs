//! The folder of a run: written beside its place under a temporary name, then renamed, so that it appears whole or not
//! at all.
//!
//! **Invariant.** Until it is complete, only its owner can look into it.

use super::draft::Draft;
use super::mode::Mode;
use super::own;
use super::{OutputError, folder_of, write_error};
use accrue_files::sync_folder;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A folder under construction. It is removed when it is dropped before it is published.
pub struct Folder {
    place: PathBuf,
    mode: Mode,
    // Dropped in this order: the draft is in the last of the parents.
    draft: tempfile::TempDir,
    _parents: NewParents,
}

/// The parent folders that had to be created, deepest first; those that stay empty are removed again.
struct NewParents(Vec<PathBuf>);

impl Folder {
    /// Creates a folder that is to appear at `place`, where nothing or an empty folder is. `mode` is what it gets when
    /// it appears.
    ///
    /// # Errors
    /// `NotEmpty`, `NotAFolder` or `Fixed` where `place` cannot be used, `Write` where its parent cannot be written.
    pub fn begin(place: &Path, mode: Mode) -> Result<Folder, OutputError> {
        let place = behind_link(place)?;
        refuse_unless_new_or_empty(&place)?;
        let parent = folder_of(&place);
        let name = place.file_name().filter(|_| !is_mount(&place, parent));
        let name = name.ok_or_else(|| OutputError::Fixed(place.clone()))?.to_string_lossy();
        let parents = NewParents::create(parent, mode).map_err(write_error(parent))?;
        let draft = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map_err(write_error(parent))?;
        Ok(Folder { place, mode, draft, _parents: parents })
    }

    /// Creates a file of the folder.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn create(&self, name: &str) -> Result<Draft, OutputError> {
        let place = self.place.join(name);
        let mut writing = self.mode.writing();
        let file =
            writing.create(true).truncate(true).open(self.draft.path().join(name)).map_err(write_error(&place))?;
        Ok(Draft::new(place, file))
    }

    /// Writes a small file of the folder and syncs it to the disk.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let mut draft = self.create(name)?;
        draft.append(bytes)?;
        draft.finish()
    }

    /// Returns the temporary path of the folder.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Renames the folder to its place and returns that.
    ///
    /// # Errors
    /// `NotEmpty`, `NotAFolder` or `Fixed` where something else is at its place by now, `Write` where it cannot be
    /// renamed. The folder is removed then.
    pub fn publish(self) -> Result<PathBuf, OutputError> {
        open_up(self.draft.path(), self.mode).map_err(write_error(&self.place))?;
        appear(self.draft.path(), &self.place)?;
        let _ = self.draft.keep();
        Ok(self.place)
    }

    /// Renames the folder to its place or, where something else is there by now, to the place with `-2`, `-3`, ...
    /// behind its name. Returns the place; the disk has it then.
    ///
    /// Does nothing for a place of which `is_there` says that it holds the same folder already, and returns that place.
    ///
    /// # Errors
    /// `Write` where it cannot be renamed. The folder is removed then.
    pub fn publish_beside(self, is_there: impl Fn(&Path) -> bool) -> Result<PathBuf, OutputError> {
        open_up(self.draft.path(), self.mode).map_err(write_error(&self.place))?;
        sync_folder(self.draft.path()).map_err(write_error(&self.place))?;
        for number in 1.. {
            let place = numbered(&self.place, number);
            if is_there(&place) {
                return Ok(place);
            }
            match appear(self.draft.path(), &place) {
                Err(error) if is_there(&place) || !error.is_usage() => {
                    return if is_there(&place) { Ok(place) } else { Err(error) };
                }
                Err(_) => {}
                Ok(()) => {
                    let _ = self.draft.keep();
                    sync_folder(folder_of(&place)).map_err(write_error(&place))?;
                    return Ok(place);
                }
            }
        }
        unreachable!("some number is free")
    }

    /// Returns where the folder is to appear.
    pub fn place(&self) -> &Path {
        &self.place
    }
}

/// Creates a folder for a place or, where something is there, for the place with a number behind its name, as
/// [`Folder::publish_beside`] has it.
///
/// # Errors
/// `Write` where its parent cannot be written.
pub fn begin_beside(place: &Path, mode: Mode) -> Result<Folder, OutputError> {
    for number in 1.. {
        match Folder::begin(&numbered(place, number), mode) {
            Err(error) if error.is_usage() => {}
            begun => return begun,
        }
    }
    unreachable!("some number is free")
}

/// Returns a place with `-` and a number behind its name; the place itself for 1.
fn numbered(place: &Path, number: u32) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    if number > 1 {
        name.push(format!("-{number}"));
    }
    place.with_file_name(name)
}

/// Gives the folder, private until now, the rights that a new folder with this mode would get under the umask.
fn open_up(draft: &Path, mode: Mode) -> io::Result<()> {
    let made = draft.join(own::PROBE);
    mode.create_folder(&made)?;
    let rights = fs::metadata(&made)?.permissions();
    fs::remove_dir(&made)?;
    fs::set_permissions(draft, rights)
}

fn appear(draft: &Path, place: &Path) -> Result<(), OutputError> {
    fs::rename(draft, place).map_err(|source| match source.kind() {
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists => OutputError::NotEmpty(place.to_path_buf()),
        ErrorKind::NotADirectory => OutputError::NotAFolder(place.to_path_buf()),
        ErrorKind::ResourceBusy => OutputError::Fixed(place.to_path_buf()),
        _ => write_error(place)(source),
    })
}

impl NewParents {
    fn create(parent: &Path, mode: Mode) -> io::Result<NewParents> {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing = NewParents(parent.ancestors().take_while(is_missing).map(Path::to_path_buf).collect());
        mode.create_folders(parent)?;
        Ok(missing)
    }
}

impl Drop for NewParents {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Fails where something is in it, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Returns the target of a link, since a folder cannot be renamed over a link.
fn behind_link(place: &Path) -> Result<PathBuf, OutputError> {
    match place.is_symlink() {
        true => fs::canonicalize(place).map_err(|_| OutputError::NotAFolder(place.to_path_buf())),
        false => Ok(place.to_path_buf()),
    }
}

fn refuse_unless_new_or_empty(place: &Path) -> Result<(), OutputError> {
    match fs::read_dir(place) {
        Ok(mut files) => match files.next() {
            Some(_) => Err(OutputError::NotEmpty(place.to_path_buf())),
            None => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(OutputError::NotAFolder(place.to_path_buf())),
        Err(error) => Err(write_error(place)(error)),
    }
}

/// Tells whether an existing folder is a mount: on another device than its parent.
fn is_mount(place: &Path, parent: &Path) -> bool {
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    device(place).is_some_and(|own| device(parent) != Some(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_folder_appears_whole() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a/b");
        let folder = Folder::begin(&place, Mode::default()).unwrap();
        folder.write("one.txt", b"1").unwrap();
        assert!(!place.exists());
        folder.publish().unwrap();
        assert_eq!(fs::read(place.join("one.txt")).unwrap(), b"1");
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 1);
    }

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_is_private_until_it_appears_with_its_mode() {
        let home = tempfile::tempdir().unwrap();
        // What the umask of the tests takes away is seen in a folder of no mode of its own.
        fs::create_dir(home.path().join("any")).unwrap();
        let left = mode_of(&home.path().join("any"));
        for (mode, beside) in [(0o750, false), (0o755, true), (0o700, true)] {
            let place = home.path().join(format!("a/{mode:o}"));
            let folder = Folder::begin(&place, Mode::of_folder(mode)).unwrap();
            folder.write("one.txt", b"1").unwrap();
            assert_eq!(mode_of(folder.path()), 0o700);
            let published = if beside { folder.publish_beside(|_| false) } else { folder.publish() };
            assert_eq!(published.unwrap(), place);
            assert_eq!(mode_of(&place), mode & left);
            assert_eq!(mode_of(&place.join("one.txt")), mode & left & 0o666);
            assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
        }
        assert_eq!(mode_of(&home.path().join("a")), 0o750 & left);
    }

    #[test]
    fn a_folder_that_is_not_published_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&home.path().join("out"), Mode::default()).unwrap();
        folder.write("one.txt", b"1").unwrap();
        drop(folder);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_appears_beside_what_has_taken_its_place_unless_that_is_the_same() {
        let home = tempfile::tempdir().unwrap();
        let [place, second, third] = ["out", "out-2", "out-3"].map(|name| home.path().join(name));
        let folders: Vec<Folder> = (0..3).map(|_| Folder::begin(&place, Mode::default()).unwrap()).collect();
        fs::write(&place, "a file").unwrap();
        fs::create_dir(&second).unwrap();
        fs::write(second.join("other.txt"), "x").unwrap();
        let is_own = |place: &Path| place.join("own.txt").exists();
        for folder in folders {
            folder.write("own.txt", b"1").unwrap();
            assert_eq!(folder.publish_beside(is_own).unwrap(), third);
        }
        assert_eq!(begin_beside(&place, Mode::default()).unwrap().place(), home.path().join("out-4"));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3);
    }

    #[test]
    fn folders_on_the_way_are_removed_again_where_nothing_is_published() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&home.path().join("a/b/out"), Mode::default()).unwrap();
        assert!(home.path().join("a/b").exists());
        drop(folder);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn of_two_folders_for_one_place_the_first_stays() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("out");
        let (first, second) =
            (Folder::begin(&place, Mode::default()).unwrap(), Folder::begin(&place, Mode::default()).unwrap());
        first.write("one.txt", b"1").unwrap();
        second.write("one.txt", b"2").unwrap();
        first.publish().unwrap();
        assert!(matches!(second.publish(), Err(OutputError::NotEmpty(_))));
        assert_eq!(fs::read(place.join("one.txt")).unwrap(), b"1");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_to_an_empty_folder_is_followed_and_one_to_nowhere_refused() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let (link, nowhere) = (home.path().join("link"), home.path().join("nowhere"));
        fs::create_dir(home.path().join("real")).unwrap();
        symlink("real", &link).unwrap();
        symlink("missing", &nowhere).unwrap();
        let folder = Folder::begin(&link, Mode::default()).unwrap();
        folder.write("one.txt", b"1").unwrap();
        folder.publish().unwrap();
        assert_eq!(fs::read(link.join("one.txt")).unwrap(), b"1");
        assert!(matches!(Folder::begin(&nowhere, Mode::default()), Err(OutputError::NotAFolder(_))));
    }

    #[test]
    fn a_folder_with_files_or_a_file_is_refused_and_an_empty_folder_is_not() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "x").unwrap();
        fs::create_dir(home.path().join("empty")).unwrap();
        assert!(matches!(Folder::begin(home.path(), Mode::default()), Err(OutputError::NotEmpty(_))));
        assert!(matches!(Folder::begin(&home.path().join("file"), Mode::default()), Err(OutputError::NotAFolder(_))));
        Folder::begin(&home.path().join("empty"), Mode::default()).unwrap().publish().unwrap();
    }
}
