//! Files and folders that survive a crash (write beside, sync, rename), copies, and files with two names (hard links).
//!
//! Files of a table are read-only from the beginning, and no function here replaces a file.

use super::digest::{BUFFER, Digesting};
use super::{DeltaError, read_error, write_error};
use accrue_files::{self, sync_folder};
use accrue_output::folder_of;
use accrue_output::mode::Mode;
use accrue_output::own::TEMPORARY;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use tempfile::NamedTempFile;

/// The mode of a table's files, less the umask: nobody writes to one again, under none of its names.
const READ_ONLY: u32 = 0o440;

/// Creates a folder and its missing parents. The disk has them when this returns.
///
/// # Errors
/// Where one cannot be created.
pub fn create_folders(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    Mode::default().create_folders(folder)?;
    missing.into_iter().try_for_each(|folder| sync_folder(parts(folder).0))
}

/// Writes a temporary file in the folder of `path` and syncs it to the disk. The caller persists it; else it is removed
/// when it is dropped.
///
/// # Errors
/// Where it cannot be written, and what `write` gives.
pub fn write_beside(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<NamedTempFile> {
    let (folder, name) = parts(path);
    let mut file = tempfile::Builder::new()
        .prefix(&format!("{}{name}.", TEMPORARY.0))
        .suffix(TEMPORARY.1)
        .permissions(Permissions::from_mode(READ_ONLY))
        .tempfile_in(folder)?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Creates a file with a read-only mode and returns it open for writing.
///
/// # Errors
/// `AlreadyExists` where there is one, and where it cannot be created.
pub fn create_read_only(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(READ_ONLY).open(path)
}

/// Removes all rights to write to a file.
pub(crate) fn make_read_only(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    match mode & 0o222 {
        0 => Ok(()),
        _ => fs::set_permissions(path, Permissions::from_mode(mode & !0o222)),
    }
}

/// Gives a file a second name: by a hard link or, on another device, by a copy. The disk has the second name when this
/// returns. Does nothing where both names are one file already, or both files have the same bytes.
///
/// After a link, writing to one name changes the other: use it only for files that nobody writes to. Copy others.
///
/// # Errors
/// `Taken` where a different file has that name, and what reading and writing give.
pub(crate) fn share(from: &Path, to: &Path) -> Result<(), DeltaError> {
    let (folder, _) = parts(to);
    let shared = match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match is_same(from, to) {
            true => Ok(()),
            false => return if_alike(from, to),
        },
        Err(error) if can_be_copied(error.kind()) => return copy(from, to).map(drop),
        linked => linked.and_then(|()| accrue_files::open(to)?.sync_all()),
    };
    shared.and_then(|()| sync_folder(folder)).map_err(write_error(to))
}

/// Tells whether a link failed for a reason that a copy has not: another device, a file system without links, or a
/// protected file.
fn can_be_copied(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::CrossesDevices | ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::TooManyLinks
    )
}

/// Makes a read-only copy of a file and returns its digest. The disk has the copy when this returns. Accepts a file at
/// `to` that has the same bytes.
///
/// # Errors
/// `Taken` where a different file has that name, and what reading and writing give.
pub fn copy(from: &Path, to: &Path) -> Result<String, DeltaError> {
    let mut digest = String::new();
    let fill = |copy: &mut File| fill(from, copy).map(|copied| digest = copied);
    let copy = write_beside(to, fill).map_err(write_error(to))?;
    match copy.persist_noclobber(to) {
        Ok(_) => sync_folder(parts(to).0).map_err(write_error(to))?,
        Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => if_alike(from, to)?,
        Err(failed) => return Err(write_error(to)(failed.error)),
    }
    Ok(digest)
}

/// Fills a new file with the bytes of another and returns the digest. Where the file system can, both share blocks
/// until one is written to (copy on write), which takes neither time nor space.
fn fill(from: &Path, copy: &mut File) -> io::Result<String> {
    let file = accrue_files::open(from)?;
    let has_all = share_blocks(&file, copy);
    let mut file = Digesting::of(file);
    if has_all {
        return file.read_to_end();
    }
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(file.finish().1),
            count => copy.write_all(&buffer[..count])?,
        }
    }
}

#[cfg(target_os = "linux")]
fn share_blocks(from: &File, copy: &File) -> bool {
    rustix::fs::ioctl_ficlone(copy, from).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn share_blocks(_: &File, _: &File) -> bool {
    false
}

/// Accepts a file that is there already if it has the same bytes: a run that died may have brought it.
fn if_alike(from: &Path, to: &Path) -> Result<(), DeltaError> {
    match holds_same(from, to).map_err(read_error(to))? {
        true => Ok(()),
        false => Err(DeltaError::Taken(to.to_path_buf())),
    }
}

fn holds_same(one: &Path, other: &Path) -> io::Result<bool> {
    let mut files = [accrue_files::open(one)?, accrue_files::open(other)?];
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
    (folder_of(path), path.file_name().unwrap_or_default().to_string_lossy().into_owned())
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
    fn a_copy_is_another_file_that_nobody_writes_to() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "rows").unwrap();
        copy(&from, &to).unwrap();
        fs::write(&from, "mine").unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"rows");
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o222, 0);
    }

    #[test]
    fn a_file_that_is_created_read_only_can_be_filled_once_and_removed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        create_read_only(&path).unwrap().write_all(b"rows").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"rows");
        assert_eq!(create_read_only(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode() & 0o222, 0);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        make_read_only(&path).unwrap();
        assert_eq!(mode(), 0o440);
        fs::remove_file(&path).unwrap();
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
