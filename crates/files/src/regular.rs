//! Opens and reads regular files, and tells whether a file has changed since it was read.
//!
//! Invariant: opening never waits, and a folder, pipe or device is refused before it is opened.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The flag to open a FIFO without waiting for the other end. It changes nothing for regular files.
#[cfg(target_os = "linux")]
const WITHOUT_WAITING: i32 = rustix::fs::OFlags::NONBLOCK.bits() as i32;
#[cfg(not(target_os = "linux"))]
const WITHOUT_WAITING: i32 = 0;

/// Opens a regular file, or the regular file that a link leads to.
///
/// # Errors
/// `IsADirectory` for a folder, `InvalidInput` for anything else that is no regular file, else the error of the system.
pub fn open(path: &Path) -> io::Result<File> {
    // Checks before opening, since opening a device may already move a tape; and again after it, since the file may
    // have been replaced in between.
    expect_regular(&path.metadata()?)?;
    let file = without_waiting(path)?;
    expect_regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file whole.
///
/// # Errors
/// As [`open`], and where it cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a regular file of text whole.
///
/// # Errors
/// As [`open`], where it cannot be read, and `InvalidData` where it is not UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Syncs a folder's list of names to the disk, so that files that were created, renamed or removed there stay so after
/// a crash.
///
/// # Errors
/// Where the folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    without_waiting(folder)?.sync_all()
}

/// Returns the name of a file type that is neither a regular file nor a folder, such as `a FIFO (named pipe)`; `None`
/// for these two.
pub fn oddity(file: FileType) -> Option<&'static str> {
    match () {
        () if file.is_file() || file.is_dir() => None,
        () if file.is_fifo() => Some("a FIFO (named pipe)"),
        () if file.is_socket() => Some("a socket"),
        () if file.is_symlink() => Some("a link"),
        () => Some("a device"),
    }
}

fn without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(WITHOUT_WAITING).open(path)
}

fn expect_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    match oddity(metadata.file_type()) {
        None => Ok(()),
        Some(what) => Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, not a regular file"))),
    }
}

/// The metadata of a file that change when its bytes change: device, inode, size, and times in nanoseconds.
///
/// Two writes within one tick of the system's clock (some milliseconds) may leave the same times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    /// A program can set the modification time to any value, but not this one.
    changed: (i64, i64),
    links: u64,
}

impl Stamp {
    /// Takes the stamp from a file's metadata.
    pub fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            links: metadata.nlink(),
        }
    }

    /// Tells whether a file may have other bytes now than at the time of this stamp.
    ///
    /// A file that was replaced by another one under its name has not changed: it lost its name, which sets its change
    /// time, and nothing else.
    pub fn has_changed(&self, now: &Stamp) -> bool {
        let Stamp { changed, links, .. } = *now;
        let is_replaced = links == 0 && self.links > 0;
        let ours = if is_replaced { Stamp { changed, links, ..*self } } else { Stamp { links, ..*self } };
        ours != *now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::net::UnixListener;
    use std::time::{Duration, UNIX_EPOCH};

    fn said(path: &Path) -> String {
        open(path).unwrap_err().to_string()
    }

    #[test]
    fn only_regular_files_are_opened_and_nothing_is_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::write(path("a.csv"), "x").unwrap();
        std::os::unix::fs::symlink("a.csv", path("link.csv")).unwrap();
        assert_eq!(read(&path("link.csv")).unwrap(), b"x");
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("pipe", path("to-pipe")).unwrap();
        assert_eq!(said(&path("pipe")), "it is a FIFO (named pipe), not a regular file");
        assert_eq!(said(&path("to-pipe")), "it is a FIFO (named pipe), not a regular file");
        let _socket = UnixListener::bind(path("socket")).unwrap();
        assert_eq!(said(&path("socket")), "it is a socket, not a regular file");
        assert_eq!(said(Path::new("/dev/zero")), "it is a device, not a regular file");
        assert_eq!(open(home.path()).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert_eq!(open(&path("none")).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_change_in_place_is_seen_and_another_file_in_the_place_is_none() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.csv");
        let begin = |bytes: &str| {
            fs::write(&path, bytes).unwrap();
            let file = open(&path).unwrap();
            let old = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
            fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
            let stamp = Stamp::of(&file.metadata().unwrap());
            (file, stamp)
        };
        let has_changed = |(file, stamp): (File, Stamp)| stamp.has_changed(&Stamp::of(&file.metadata().unwrap()));
        assert!(!has_changed(begin("1")));
        let same_size = begin("1");
        fs::write(&path, "2").unwrap();
        assert!(has_changed(same_size));
        let longer = begin("1");
        fs::write(&path, "22").unwrap();
        assert!(has_changed(longer));
        let replaced = begin("1");
        fs::write(home.path().join("new"), "2").unwrap();
        fs::rename(home.path().join("new"), &path).unwrap();
        assert!(!has_changed(replaced));
        let written_and_removed = begin("1");
        fs::write(&path, "2").unwrap();
        fs::remove_file(&path).unwrap();
        assert!(has_changed(written_and_removed));
    }
}
