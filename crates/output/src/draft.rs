//! A file under construction, written through a buffer of 1 MiB; large files can leave the system's page cache as they
//! are written.

use super::{OutputError, write_error};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The size in bytes from which a file counts as large.
const LARGE: u64 = 1 << 30;
/// The number of bytes of a large file that leave the page cache at a time.
const STEP: u64 = 64 << 20;

/// A file under construction.
pub struct Draft {
    /// Where the file will be, as messages name it.
    place: PathBuf,
    file: BufWriter<Counted>,
}

/// A file, and the number of bytes that were written to it.
struct Counted {
    file: fs::File,
    written: u64,
    /// The number of bytes that were written when pages last left the cache; `None` for a file whose pages stay.
    dropped_at: Option<u64>,
}

impl Draft {
    /// Takes a file that was just created. `place` is its name in messages.
    pub fn new(place: PathBuf, file: fs::File) -> Draft {
        Draft { place, file: BufWriter::with_capacity(1 << 20, Counted { file, written: 0, dropped_at: None }) }
    }

    /// Lets pages leave the system's page cache once the file is large, for a file that this run does not read again.
    ///
    /// Otherwise a ledger of many gigabytes would displace from the cache what other programs need, and each of its
    /// pages would be new memory, which costs time. On Linux only; elsewhere nothing changes.
    pub fn leaving_memory(mut self) -> Draft {
        self.file.get_mut().dropped_at = Some(0);
        self
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file.write_all(bytes).map_err(write_error(&self.place))
    }

    /// Returns the file's name in messages.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Writes what is buffered and syncs the file to the disk.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<(), OutputError> {
        let written = self.file.into_inner().map_err(|error| error.into_error());
        written.and_then(|counted| counted.file.sync_all()).map_err(write_error(&self.place))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        if self.dropped_at.is_some_and(|dropped_at| is_due(self.written, dropped_at)) {
            drop_pages(&self.file);
            self.dropped_at = Some(self.written);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Tells whether pages are to leave the cache now, given the bytes that are written and those that were at the last
/// time.
fn is_due(written: u64, dropped_at: u64) -> bool {
    written >= LARGE && written - dropped_at >= STEP
}

/// Asks the system to write a file to the disk and to drop those of its pages that are there already. Pages that are on
/// their way leave with the next step; the last ones stay.
#[cfg(target_os = "linux")]
fn drop_pages(file: &fs::File) {
    // This is advice: without it the file is written as well.
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn drop_pages(_: &fs::File) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_large_file_leave_memory_step_by_step() {
        assert!(!is_due(LARGE - 1, 0) && is_due(LARGE, 0));
        assert!(!is_due(LARGE + STEP - 1, LARGE) && is_due(LARGE + STEP, LARGE));
    }

    #[test]
    fn a_file_whose_pages_left_memory_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("file");
        let mut draft = Draft::new(place.clone(), fs::File::create_new(&place).unwrap()).leaving_memory();
        let bytes: Vec<u8> = (0..3 << 20).map(|at: u32| (at % 251) as u8).collect();
        for part in bytes.chunks(1 << 20) {
            draft.append(part).unwrap();
            draft.flush().unwrap();
            drop_pages(&draft.file.get_ref().file);
        }
        assert_eq!(draft.file.get_ref().written, 3 << 20);
        draft.finish().unwrap();
        assert_eq!(fs::read(place).unwrap(), bytes);
    }
}
