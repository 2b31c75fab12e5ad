//! Files that were there before: opened only where they are regular, and told apart by all that a change of theirs alters.
//!
//! Opening a FIFO waits for somebody who writes to it, reading a device may never end: both are refused before a byte is
//! read, in the place of a book's file too. Deliberately knows nothing of what a file is for; the rooms that read one say
//! where and what to do.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Does not wait for anybody who opens the other end of a FIFO; regular files are read as ever.
#[cfg(target_os = "linux")]
const WITHOUT_WAITING: i32 = rustix::fs::OFlags::NONBLOCK.bits() as i32;
#[cfg(not(target_os = "linux"))]
const WITHOUT_WAITING: i32 = 0;

/// Opens a regular file, or what a link to one leads to.
///
/// # Errors
/// As the system says, `IsADirectory` of a folder, and `InvalidInput` of everything else that is no regular file.
pub fn open(path: &Path) -> io::Result<File> {
    // A device is not even opened: that alone may move a tape. Between the two looks it may have become another file.
    expect_regular(&path.metadata()?)?;
    let file = without_waiting(path)?;
    expect_regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a regular file of text.
///
/// # Errors
/// As [`open`], and `InvalidData` where it is not UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Hands a folder's list of names to the disk.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    without_waiting(folder)?.sync_all()
}

/// Says what something is that is neither a regular file nor a folder.
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

/// What of a file changes with its bytes: device, inode, size and times in nanoseconds. Two writes within a tick of the
/// system's clock, some milliseconds, may give the same times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    /// A modification time can be set to any value, this one cannot.
    changed: (i64, i64),
    links: u64,
}

impl Stamp {
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

    /// Tells whether a file may have other bytes than it had. A file in whose place another one was put has not: it lost its
    /// name, which changes the time of its change, and nothing else.
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
