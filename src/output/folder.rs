//! The folder of a run: written beside its place under another name, then renamed into it, so it appears whole or not at
//! all. Between the two it can be staged, so that whoever comes after a crash can still let it appear.
//!
//! **Invariant.** Until it is complete nobody but its owner can look into it.

use super::draft::Draft;
use super::mode::Mode;
use super::{OutputError, write_error};
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A folder under construction; removed again unless it is published.
pub struct Folder {
    place: PathBuf,
    mode: Mode,
    // Dropped in this order: the draft is in the last of the parents.
    draft: tempfile::TempDir,
    _parents: NewParents,
}

/// A folder that is complete and waits beside its place; it stays there whatever becomes of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    pub draft: PathBuf,
    pub place: PathBuf,
    pub mode: Mode,
}

/// The folders that had to be made on the way to a place, deepest first; those that stay empty are removed again.
struct NewParents(Vec<PathBuf>);

impl Folder {
    /// Starts a folder that is to appear at `place` with a mode: a new one, or in the place of an empty one.
    pub fn begin(place: &Path, mode: Mode) -> Result<Folder, OutputError> {
        let place = behind_link(place)?;
        refuse_unless_new_or_empty(&place)?;
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
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

    /// Starts a file of the folder.
    pub fn create(&self, name: &str) -> Result<Draft, OutputError> {
        let place = self.place.join(name);
        let mut writing = self.mode.writing();
        let file =
            writing.create(true).truncate(true).open(self.draft.path().join(name)).map_err(write_error(&place))?;
        Ok(Draft::new(place, file))
    }

    /// Writes a small file of the folder whole.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let mut draft = self.create(name)?;
        draft.append(bytes)?;
        draft.finish()
    }

    /// Returns where the files are for now.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Lets the folder appear at its place, unless another run was there first.
    pub fn publish(self) -> Result<PathBuf, OutputError> {
        open_up(self.draft.path(), self.mode).map_err(write_error(&self.place))?;
        appear(self.draft.path(), &self.place)?;
        let _ = self.draft.keep();
        Ok(self.place)
    }

    /// Leaves the folder beside its place; the disk has it when this returns.
    pub fn stage(self) -> Result<Staged, OutputError> {
        let error = write_error(&self.place);
        open_up(self.draft.path(), self.mode).map_err(&error)?;
        fs::File::open(self.draft.path()).and_then(|folder| folder.sync_all()).map_err(&error)?;
        // Whoever lets it appear may stand in another folder.
        let absolute = |path: &Path| std::path::absolute(path).map_err(&error);
        let (draft, place) = (absolute(self.draft.path())?, absolute(&self.place)?);
        let staged = Staged { draft, place, mode: self.mode };
        let _ = self.draft.keep();
        Ok(staged)
    }
}

impl Staged {
    /// Lets the folder appear at its place, unless another run was there first.
    pub fn publish(&self) -> Result<(), OutputError> {
        appear(&self.draft, &self.place)
    }

    /// Lets the folder appear at its place unless it has done so already.
    pub fn publish_if_there(&self) -> Result<(), OutputError> {
        if self.draft.exists() { self.publish() } else { Ok(()) }
    }

    /// Removes the folder, which is not to appear after all.
    pub fn discard(self) {
        // What cannot be removed is hidden, and nothing reads it.
        let _ = fs::remove_dir_all(&self.draft);
    }
}

/// Gives a folder, private until now, the rights of one that is made with a mode where it is: less what the umask takes.
fn open_up(draft: &Path, mode: Mode) -> io::Result<()> {
    let made = draft.join(".mode");
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

/// Returns where a link leads, since a folder cannot be renamed over a link.
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

/// Tells whether a folder that is there is on another device than its parent.
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
        for (mode, staged) in [(0o750, false), (0o755, true), (0o700, true)] {
            let place = home.path().join(format!("a/{mode:o}"));
            let folder = Folder::begin(&place, Mode::of_folder(mode)).unwrap();
            folder.write("one.txt", b"1").unwrap();
            assert_eq!(mode_of(folder.path()), 0o700);
            if staged {
                folder.stage().unwrap().publish().unwrap()
            } else {
                drop(folder.publish().unwrap())
            }
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
    fn a_staged_folder_waits_beside_its_place_until_somebody_lets_it_appear() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("out");
        let folder = Folder::begin(&place, Mode::default()).unwrap();
        folder.write("one.txt", b"1").unwrap();
        let staged = folder.stage().unwrap();
        assert!(!place.exists());
        Staged { ..staged.clone() }.publish().unwrap();
        assert_eq!(fs::read(place.join("one.txt")).unwrap(), b"1");
        staged.discard();
        assert!(place.exists());
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
