//! A file under construction, and what the system is to keep of it in memory.

use super::{OutputError, write_error};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes from which a file counts as large.
const LARGE: u64 = 1 << 30;
/// Bytes of a large file that leave memory at a time.
const STEP: u64 = 64 << 20;

/// A file under construction.
pub struct Draft {
    /// Where the file will be, as messages name it.
    place: PathBuf,
    file: BufWriter<Counted>,
}

/// A file, and how much was written to it.
struct Counted {
    file: fs::File,
    written: u64,
    /// How much that was when pages last left memory; `None` for a file whose pages stay there.
    dropped_at: Option<u64>,
}

impl Draft {
    /// Takes over a file that was just created; `place` is what messages name it.
    pub fn new(place: PathBuf, file: fs::File) -> Draft {
        Draft { place, file: BufWriter::with_capacity(1 << 20, Counted { file, written: 0, dropped_at: None }) }
    }

    /// Lets the file leave memory as it is written, once it is large; for a file that this run does not read again.
    ///
    /// The system keeps what is written in memory for whoever reads it next. Of a ledger of many gigabytes that would drive out
    /// what others need, and each page of it is fresh memory, which is dear. On Linux only; elsewhere nothing changes.
    pub fn leaving_memory(mut self) -> Draft {
        self.file.get_mut().dropped_at = Some(0);
        self
    }

    pub fn append(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file.write_all(bytes).map_err(write_error(&self.place))
    }

    /// Returns where the file will be, as messages name it.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Hands the file to the disk.
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

/// Tells whether pages are to leave memory now that so much was written, given how much that was when they last did.
fn is_due(written: u64, dropped_at: u64) -> bool {
    written >= LARGE && written - dropped_at >= STEP
}

/// Asks the system to hand a file to the disk and not to keep what is there already. What is on its way leaves with the next
/// step; the last one stays.
#[cfg(target_os = "linux")]
fn drop_pages(file: &fs::File) {
    // Advice: a file system that does not take it loses nothing.
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
