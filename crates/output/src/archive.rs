//! Archives: several files in one tar file that anybody can check for completeness.
//!
//! The last member is `SHA256SUMS`, with the SHA-256 of every other member as `sha256sum` writes it, so that
//! `tar -xf FILE && sha256sum -c SHA256SUMS` checks it without this program. An archive appears at its place complete
//! or not at all (written beside, synced, renamed without replacing), and never over another file.

use super::OutputError;
use super::beside::Beside;
use super::draft::Draft;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// The last member of every archive.
const SUMS: &str = "SHA256SUMS";

/// The errors of writing and reading an archive. Their texts name the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive cannot be written.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The archive, or a file that is to be added, cannot be read.
    #[error("cannot read {path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file is at the archive's place already.
    #[error("{path} is there already: name a new file", path = .0.display())]
    Taken(PathBuf),
    /// An extracted file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The archive is not as it was written.
    #[error("{path} is cut, altered or no plan at all: {what}", path = .path.display())]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// An archive under construction, beside its place. It is removed when it is dropped before [`NewArchive::finish`].
pub struct NewArchive {
    place: PathBuf,
    beside: Beside,
    builder: Builder<BufWriter<File>>,
    /// When its members were written, in seconds since 1970.
    mtime: u64,
    sums: String,
}

/// An archive that can be read.
pub struct Archive {
    path: PathBuf,
    file: File,
}

impl NewArchive {
    /// Begins an archive at a place where nothing is yet. `mtime` is the modification time of all members, in seconds
    /// since 1970.
    ///
    /// # Errors
    /// `Taken` where something is at the place, `Write` where the folder cannot be written.
    pub fn begin(place: &Path, mtime: u64) -> Result<NewArchive, ArchiveError> {
        let (file, beside) = Beside::begin(place).map_err(taken_or(place))?;
        let builder = Builder::new(BufWriter::with_capacity(1 << 20, file));
        Ok(NewArchive { place: place.to_path_buf(), beside, builder, mtime, sums: String::new() })
    }

    /// Adds bytes as a member.
    ///
    /// # Errors
    /// `Write` where they cannot be written.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.append(name, bytes.len() as u64, bytes)
    }

    /// Adds a file as a member.
    ///
    /// # Errors
    /// `Read` where it cannot be read, `Write` where the archive cannot be written.
    pub fn add_file(&mut self, name: &str, path: &Path) -> Result<(), ArchiveError> {
        let file = accrue_files::open(path).map_err(read_error(path))?;
        let length = file.metadata().map_err(read_error(path))?.len();
        self.append(name, length, file)
    }

    /// Completes the archive. It is at its place, and the disk has it, when this returns.
    ///
    /// # Errors
    /// `Taken` where something is at the place by now, `Write` where it cannot be written.
    pub fn finish(mut self) -> Result<(), ArchiveError> {
        let sums = std::mem::take(&mut self.sums);
        self.append(SUMS, sums.len() as u64, sums.as_bytes())?;
        let error = write_error(&self.place);
        let written = self.builder.into_inner().and_then(|file| file.into_inner().map_err(|error| error.into_error()));
        written.and_then(|file| file.sync_all()).map_err(&error)?;
        self.beside.publish().map_err(taken_or(&self.place))
    }

    fn append(&mut self, name: &str, length: u64, bytes: impl Read) -> Result<(), ArchiveError> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(length);
        header.set_mode(0o644);
        header.set_mtime(self.mtime);
        let mut hashed = Hashed::new(bytes);
        let appended = self.builder.append_data(&mut header, name, &mut hashed);
        appended.map_err(write_error(&self.place))?;
        writeln!(self.sums, "{}  {name}", hashed.digest()).expect("writing to a string");
        Ok(())
    }
}

impl Archive {
    /// Opens an archive, without reading it.
    ///
    /// # Errors
    /// `Read` where it cannot be opened.
    pub fn open(path: &Path) -> Result<Archive, ArchiveError> {
        let file = accrue_files::open(path).map_err(read_error(path))?;
        Ok(Archive { path: path.to_path_buf(), file })
    }

    /// Checks all members against their digests and returns one of them, which is held in memory.
    ///
    /// # Errors
    /// `Damaged` where a member does not have its digest, one is missing, or `wanted` is not there.
    pub fn check(&self, wanted: &str) -> Result<Vec<u8>, ArchiveError> {
        let mut found = None;
        self.read(|name, bytes| {
            if name == wanted {
                let into = found.insert(Vec::new());
                bytes.read_to_end(into).map_err(|error| self.damaged(error))?;
            }
            Ok(())
        })?;
        found.ok_or_else(|| self.damaged(format!("{wanted} is missing")))
    }

    /// Writes members to files: `place` returns the file for a member's name, or `None` to skip it. All members are
    /// checked against their digests; the files are complete before the check is.
    ///
    /// # Errors
    /// As [`Archive::check`], where a file cannot be written, and what `place` gives.
    pub fn extract(
        &self,
        mut place: impl FnMut(&str) -> Result<Option<Draft>, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let mut buffer = vec![0; 1 << 18];
        self.read(|name, bytes| {
            let Some(mut draft) = place(name)? else { return Ok(()) };
            loop {
                match bytes.read(&mut buffer).map_err(|error| self.damaged(error))? {
                    0 => return Ok(draft.finish()?),
                    count => draft.append(&buffer[..count])?,
                }
            }
        })
    }

    /// Calls `member` with all members in their order, then checks their digests.
    fn read(
        &self,
        mut member: impl FnMut(&str, &mut dyn Read) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let (mut found, mut sums) = (BTreeMap::new(), None);
        self.each(|name, bytes| {
            if sums.is_some() {
                return Err(self.damaged(format!("{name} comes after {SUMS}")));
            }
            if name == SUMS {
                bytes.read_to_string(sums.insert(String::new())).map_err(|error| self.damaged(error))?;
                return Ok(());
            }
            let mut hashed = Hashed::new(bytes);
            member(name, &mut hashed)?;
            // Hashes the rest, which `member` has not read.
            io::copy(&mut hashed, &mut io::sink()).map_err(|error| self.damaged(error))?;
            match found.insert(name.to_owned(), hashed.digest()) {
                None => Ok(()),
                Some(_) => Err(self.damaged(format!("{name} is in it twice"))),
            }
        })?;
        let sums = sums.ok_or_else(|| self.damaged(format!("{SUMS}, its last member, is missing")))?;
        self.compare(found, &sums)
    }

    fn each(
        &self,
        mut member: impl FnMut(&str, &mut dyn Read) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let mut file = &self.file;
        file.rewind().map_err(read_error(&self.path))?;
        let mut archive = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
        // Messages say where the fault is; the error of the tar reader would not help.
        let mut place = "at its beginning".to_owned();
        let no_member = |place: &str| self.damaged(format!("{place} there is no member"));
        for entry in archive.entries().map_err(|_| no_member(&place))? {
            let mut entry = entry.map_err(|_| no_member(&place))?;
            let name = entry.path().map_err(|_| no_member(&place))?.to_string_lossy().into_owned();
            place = format!("after {name}");
            if entry.header().entry_type() != EntryType::Regular {
                return Err(self.damaged(format!("{name} is no file")));
            }
            member(&name, &mut entry)?;
        }
        Ok(())
    }

    fn compare(&self, mut found: BTreeMap<String, String>, sums: &str) -> Result<(), ArchiveError> {
        for line in sums.lines() {
            let (digest, name) = line.split_once("  ").ok_or_else(|| self.damaged(format!("{SUMS} has {line:?}")))?;
            match found.remove(name) {
                Some(own) if own == digest => {}
                Some(_) => return Err(self.damaged(format!("{name} is not what {SUMS} says"))),
                None => return Err(self.damaged(format!("{name} is missing"))),
            }
        }
        match found.into_keys().next() {
            Some(name) => Err(self.damaged(format!("{SUMS} does not know {name}"))),
            None => Ok(()),
        }
    }

    /// Returns the error that the archive is not as it was written.
    pub fn damaged(&self, what: impl ToString) -> ArchiveError {
        ArchiveError::Damaged { path: self.path.clone(), what: what.to_string() }
    }
}

/// Bytes that are digested as they are read.
struct Hashed<R> {
    bytes: R,
    hasher: Sha256,
}

impl<R> Hashed<R> {
    fn new(bytes: R) -> Hashed<R> {
        Hashed { bytes, hasher: Sha256::new() }
    }

    fn digest(self) -> String {
        self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> ArchiveError + use<> {
    let path = path.to_path_buf();
    move |source| ArchiveError::Write { path: path.clone(), source }
}

fn taken_or(place: &Path) -> impl Fn(io::Error) -> ArchiveError + use<> {
    let (error, place) = (write_error(place), place.to_path_buf());
    move |source| match source.kind() {
        ErrorKind::AlreadyExists => ArchiveError::Taken(place.clone()),
        _ => error(source),
    }
}

fn read_error(path: &Path) -> impl Fn(io::Error) -> ArchiveError + use<> {
    let path = path.to_path_buf();
    move |source| ArchiveError::Read { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn write(place: &Path) {
        let mut archive = NewArchive::begin(place, 1_700_000_000).unwrap();
        archive.add("one.txt", b"1").unwrap();
        archive.add("folder/two.txt", b"22").unwrap();
        archive.finish().unwrap();
    }

    fn read(place: &Path) -> Result<Vec<u8>, ArchiveError> {
        Archive::open(place)?.check("one.txt")
    }

    #[test]
    fn members_come_back_as_they_were() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a.tar");
        write(&place);
        let archive = Archive::open(&place).unwrap();
        assert_eq!(archive.check("folder/two.txt").unwrap(), b"22");
        assert!(archive.check("three.txt").unwrap_err().to_string().contains("three.txt is missing"));
        // Nothing is left beside it.
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
        let two = home.path().join("two");
        let to_two =
            |name: &str| (name == "folder/two.txt").then(|| Draft::new(two.clone(), File::create_new(&two).unwrap()));
        archive.extract(|name| Ok(to_two(name))).unwrap();
        assert_eq!(fs::read(two).unwrap(), b"22");
    }

    #[test]
    fn an_archive_is_not_written_over_a_file_and_not_left_half() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a.tar");
        let begun = NewArchive::begin(&place, 0).unwrap();
        write(&place);
        assert!(matches!(begun.finish(), Err(ArchiveError::Taken(_))));
        assert!(matches!(NewArchive::begin(&place, 0), Err(ArchiveError::Taken(_))));
        read(&place).unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_cut_or_altered_anywhere_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("a.tar");
        write(&place);
        let whole = fs::read(&place).unwrap();
        for length in [0, 100, 512, 1_024, 1_536, 2_048, 2_600] {
            fs::write(&place, &whole[..length]).unwrap();
            assert!(matches!(read(&place), Err(ArchiveError::Damaged { .. })), "cut to {length} bytes");
        }
        // The first byte of `one.txt`, of `folder/two.txt`, and of the digests.
        for at in [512, 1_536, 2_560] {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            fs::write(&place, &altered).unwrap();
            assert!(matches!(read(&place), Err(ArchiveError::Damaged { .. })), "altered at {at}");
        }
        fs::write(&place, "orders,amount\n").unwrap();
        assert!(matches!(read(&place), Err(ArchiveError::Damaged { .. })));
    }
}
