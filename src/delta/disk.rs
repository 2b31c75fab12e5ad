//! Files and folders that outlive a crash, and files that have two names.

use super::{DeltaError, read_error, write_error};
use crate::output::mode::Mode;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use tempfile::NamedTempFile;

/// What a temporary file's name begins and ends with.
pub const TEMPORARY: (&str, &str) = (".", ".tmp");

/// Hands a folder's list of names to the disk.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Creates a folder, and those on the way to it; the disk has them when this returns.
pub fn create_folders(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    Mode::default().create_folders(folder)?;
    missing.into_iter().try_for_each(|folder| sync_folder(parts(folder).0))
}

/// Writes a temporary file beside `path` and hands it to the disk; it is removed again unless it is persisted.
pub fn write_beside(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<NamedTempFile> {
    let (folder, name) = parts(path);
    let mut file = tempfile::Builder::new()
        .prefix(&format!("{}{name}.", TEMPORARY.0))
        .suffix(TEMPORARY.1)
        // As any other file: the umask takes away what it takes away.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Lets a file have a second name, by a hard link or, on another device, as a copy; the second name is on the disk when
/// this returns. Nothing is done where both are one file already, or hold the same.
///
/// # Errors
/// `Taken` where another file has that name.
pub fn share(from: &Path, to: &Path) -> Result<(), DeltaError> {
    let (folder, _) = parts(to);
    let shared = match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match is_same(from, to) {
            true => Ok(()),
            false => return if_alike(from, to),
        },
        Err(error) if can_be_copied(error.kind()) => return copy(from, to),
        linked => linked.and_then(|()| File::open(to)?.sync_all()),
    };
    shared.and_then(|()| sync_folder(folder)).map_err(write_error(to))
}

/// Tells whether there may be no hard link, but a copy: another device, a file system without them, or a guarded file.
fn can_be_copied(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::CrossesDevices | ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::TooManyLinks
    )
}

fn copy(from: &Path, to: &Path) -> Result<(), DeltaError> {
    let fill = |copy: &mut File| io::copy(&mut File::open(from)?, copy).and_then(|_| copy.flush());
    let copy = write_beside(to, fill).map_err(write_error(to))?;
    match copy.persist_noclobber(to) {
        Ok(_) => sync_folder(parts(to).0).map_err(write_error(to)),
        Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => if_alike(from, to),
        Err(failed) => Err(write_error(to)(failed.error)),
    }
}

/// Accepts a file that is there already where it holds the same: somebody who has died has brought it.
fn if_alike(from: &Path, to: &Path) -> Result<(), DeltaError> {
    match holds_same(from, to).map_err(read_error(to))? {
        true => Ok(()),
        false => Err(DeltaError::Taken(to.to_path_buf())),
    }
}

fn holds_same(one: &Path, other: &Path) -> io::Result<bool> {
    let mut files = [File::open(one)?, File::open(other)?];
    if files[0].metadata()?.len() != files[1].metadata()?.len() {
        return Ok(false);
    }
    let mut buffers = [const { Vec::new() }; 2];
    loop {
        for (file, buffer) in files.iter_mut().zip(&mut buffers) {
            buffer.clear();
            file.take(1 << 20).read_to_end(buffer)?;
        }
        if buffers[0] != buffers[1] || buffers[0].is_empty() {
            return Ok(buffers[0] == buffers[1]);
        }
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let file = |path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
    file(one).is_some_and(|own| file(other) == Some(own))
}

/// Returns a file's folder and name.
fn parts(path: &Path) -> (&Path, String) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder, path.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_file_is_one_file_and_sharing_it_again_does_nothing() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "rows").unwrap();
        share(&from, &to).unwrap();
        share(&from, &to).unwrap();
        assert!(is_same(&from, &to));
    }

    #[test]
    fn a_file_that_holds_the_same_is_as_good_as_a_shared_one() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "rows").unwrap();
        fs::write(&to, "rows").unwrap();
        share(&from, &to).unwrap();
        copy(&from, &to).unwrap();
        fs::write(&to, "sows").unwrap();
        assert!(matches!(share(&from, &to), Err(DeltaError::Taken(_))));
    }

    #[test]
    fn a_name_that_another_file_has_is_not_shared_over() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "rows").unwrap();
        fs::write(&to, "others").unwrap();
        assert!(matches!(share(&from, &to), Err(DeltaError::Taken(_))));
        assert!(matches!(copy(&from, &to), Err(DeltaError::Taken(_))));
        assert_eq!(fs::read(&to).unwrap(), b"others");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_copy_has_the_same_bytes_and_leaves_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "rows").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"rows");
        assert!(!is_same(&from, &to));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }
}
