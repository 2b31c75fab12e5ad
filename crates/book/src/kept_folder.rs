//! The kept folders of runs: copies from which each run's folder can be made again byte for byte, whatever happens to
//! the tables' files.
//!
//! Parquet files are copied, since the original is given away and may be written to; texts are packed with zstd.
//! Digests (XXH3, 128 bits) are of the kept files.

use super::error::{unreadable, unwritable};
use super::kept::{EMAILS, Kept, KeptFile};
use super::{Book, BookError, JobLines, RunRecord};
use accrue_delta::digest::Digesting;
use accrue_delta::{copy, create_folders, create_read_only};
use accrue_files::{self, sync_folder};
use accrue_output::OutputError;
use accrue_output::folder::Folder;
use accrue_output::mode::Mode;
use accrue_output::own::PACKED;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The folder within the book's that has one folder for each run.
pub(super) const RUNS: &str = "runs";
/// The level of zstd: the fastest already packs texts to a tenth.
const LEVEL: i32 = 1;

impl Book {
    /// Copies the files of a run's complete folder into the book. They have no effect until a run is posted whose
    /// record names them.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn keep_folder(&self, run_id: &str, folder: &Path) -> Result<Kept, BookError> {
        let runs = self.folder.join(RUNS);
        let name = create_new_folder(&runs, run_id).map_err(unwritable(&runs))?;
        let to = runs.join(&name);
        let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut files = Vec::new();
        for entry in entries.map_err(unreadable(folder))? {
            let (name, from) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let bytes = fs::metadata(&from).map_err(unreadable(&from))?.len();
            let to = to.join(kept_name(&name));
            let digest = match is_packed(&name) {
                true => pack(&from, &to).map_err(unwritable(&to))?,
                false => copy(&from, &to)?,
            };
            files.push(KeptFile { name, bytes, digest: Some(digest) });
        }
        [&to, &runs].into_iter().try_for_each(|folder| sync_folder(folder).map_err(unwritable(folder)))?;
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Kept { name, files })
    }

    /// Returns the path of the kept copy of a file of a run's folder.
    pub fn kept_place(&self, run: &RunRecord, file: &str) -> PathBuf {
        self.folder.join(RUNS).join(&run.folder.kept.name).join(kept_name(file))
    }

    /// Fills a folder with the files that a run's folder had.
    ///
    /// # Errors
    /// Where a kept file is missing or damaged, or a file cannot be written.
    pub fn fill_again(&self, run: &RunRecord, folder: &Folder) -> Result<(), BookError> {
        let mut buffer = vec![0; 1 << 18];
        let Kept { name, files } = &run.folder.kept;
        for file in files {
            let mut draft = folder.create(&file.name)?;
            self.read_kept(name, file, &mut buffer, |bytes| draft.append(bytes))?;
            draft.finish()?;
        }
        Ok(())
    }

    /// Returns a text file of a run's folder as it is kept; nothing where the run has no such file.
    ///
    /// # Errors
    /// Where the kept file cannot be read.
    pub fn kept_text(&self, run: &RunRecord, file: &str) -> Result<String, BookError> {
        let mut text = String::new();
        if run.folder.kept.files.iter().any(|own| own.name == file) {
            let path = self.kept_place(run, file);
            let mut kept = Opened::new(&path, is_packed(file)).map_err(unreadable(&path))?;
            kept.read_to_string(&mut text).map_err(unreadable(&path))?;
        }
        Ok(text)
    }

    /// Returns the jobs of a run as its folder has them.
    pub(crate) fn kept_jobs(&self, run: &RunRecord) -> Result<JobLines, BookError> {
        let path = self.kept_place(run, EMAILS);
        let bytes = Opened::new(&path, true).map_err(unreadable(&path))?;
        Ok(JobLines::of(path, Box::new(bytes)))
    }

    /// Reads a kept file piece by piece, and checks its size and digest.
    pub(super) fn read_kept(
        &self,
        folder: &str,
        file: &KeptFile,
        buffer: &mut [u8],
        mut take: impl FnMut(&[u8]) -> Result<(), OutputError>,
    ) -> Result<(), BookError> {
        let path = self.folder.join(RUNS).join(folder).join(kept_name(&file.name));
        let damaged = unreadable(&path);
        let mut kept = Opened::new(&path, is_packed(&file.name)).map_err(&damaged)?;
        let mut found = 0;
        loop {
            match kept.read(buffer).map_err(&damaged)? {
                0 => break,
                count => {
                    take(&buffer[..count])?;
                    found += count as u64;
                }
            }
        }
        let digest = kept.finish().map_err(&damaged)?;
        let what = match &file.digest {
            _ if found != file.bytes => format!("it holds {found} bytes where the run says {}", file.bytes),
            Some(expected) if *expected != digest => "it is not as the run left it".to_owned(),
            _ => return Ok(()),
        };
        Err(BookError::Unreadable { path, what })
    }
}

/// A kept file that is being read.
enum Opened {
    Plain(Digesting<File>),
    Packed(zstd::Decoder<'static, BufReader<Digesting<File>>>),
}

impl Opened {
    fn new(path: &Path, is_packed: bool) -> io::Result<Opened> {
        let file = Digesting::of(accrue_files::open(path)?);
        Ok(if is_packed { Opened::Packed(zstd::Decoder::new(file)?) } else { Opened::Plain(file) })
    }

    /// Reads the file to its end and returns the digest of its bytes.
    fn finish(self) -> io::Result<String> {
        match self {
            Opened::Plain(file) => file.read_to_end(),
            Opened::Packed(decoder) => decoder.finish().into_inner().read_to_end(),
        }
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Opened::Plain(file) => file.read(buffer),
            Opened::Packed(decoder) => decoder.read(buffer),
        }
    }
}

/// Creates a folder with this name, or with a number behind it where a run that died has left one of that name.
fn create_new_folder(among: &Path, name: &str) -> io::Result<String> {
    create_folders(among)?;
    for number in 1.. {
        let name = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
        match Mode::default().create_folder(&among.join(&name)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => return created.map(|()| name),
        }
    }
    unreachable!("some number is free")
}

fn kept_name(name: &str) -> String {
    if is_packed(name) { format!("{name}{PACKED}") } else { name.to_owned() }
}

/// Tells whether a file is packed when it is kept: Parquet is compressed already.
fn is_packed(name: &str) -> bool {
    !name.ends_with(".parquet")
}

/// Packs a file and returns the digest of the packed file.
fn pack(from: &Path, to: &Path) -> io::Result<String> {
    let mut packed = zstd::Encoder::new(Digesting::of(create_read_only(to)?), LEVEL)?;
    packed.include_checksum(true)?;
    io::copy(&mut accrue_files::open(from)?, &mut packed)?;
    let (file, digest) = packed.finish()?.finish();
    file.sync_all()?;
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Base, FolderRecord, ProgramRecord};
    use accrue_delta::digest;
    use accrue_kernel::time::Timestamp;
    use serde_json::Value;
    use std::os::unix::fs::MetadataExt;

    fn record(kept: Kept) -> RunRecord {
        RunRecord {
            accrue: "1".to_owned(),
            number: 1,
            run_id: "run-1".to_owned(),
            as_of: Timestamp::from_micros(0),
            posted_at: Timestamp::from_micros(0),
            planned: None,
            pipeline: String::new(),
            program: ProgramRecord { path: String::new(), sha256: String::new(), text: String::new() },
            calculation: 1,
            time_zones: String::new(),
            inputs: Vec::new(),
            overrides: Vec::new(),
            emails: String::new(),
            folder: FolderRecord { kept, ..FolderRecord::default() },
            base: Base::default(),
            remembered: None,
            withdrawn: Default::default(),
            summary: Value::Null,
        }
    }

    #[test]
    fn a_folder_is_made_again_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let book = Book::open(&home.path().join("book")).unwrap();
        let folder = Folder::begin(&home.path().join("out"), Mode::default()).unwrap();
        let text = "a,b\n".repeat(100_000);
        folder.write("rejects.csv", text.as_bytes()).unwrap();
        folder.write("empty.ndjson", b"").unwrap();
        folder.write("ledger.parquet", b"PAR1").unwrap();
        let kept = book.keep_folder("run-1", folder.path()).unwrap();
        assert_eq!((kept.files[2].name.as_str(), kept.files[2].bytes), ("rejects.csv", 400_000));
        assert_eq!(kept.files[1].digest, Some(digest::of_bytes(b"PAR1")));
        assert_eq!(book.keep_folder("run-1", folder.path()).unwrap().name, "run-1-2");
        let run = record(kept);
        let again = Folder::begin(&home.path().join("again"), Mode::default()).unwrap();
        book.fill_again(&run, &again).unwrap();
        let place = again.publish().unwrap();
        assert_eq!(fs::read(place.join("rejects.csv")).unwrap(), text.as_bytes());
        assert_eq!(fs::read(place.join("empty.ndjson")).unwrap(), b"");
        assert_eq!(fs::read(place.join("ledger.parquet")).unwrap(), b"PAR1");
        assert!(fs::metadata(home.path().join("book/runs/run-1/rejects.csv.zst")).unwrap().len() < 1_000);

        let fault = |bytes: &[u8], place: &str| {
            put(&home.path().join("book/runs/run-1/ledger.parquet"), bytes);
            let again = Folder::begin(&home.path().join(place), Mode::default()).unwrap();
            book.fill_again(&run, &again).unwrap_err().to_string()
        };
        let expected = "ledger.parquet cannot be read: it holds 3 bytes where the run says 4";
        assert!(fault(b"PAR", "cut").contains(expected));
        assert!(fault(b"QAR1", "altered").contains("ledger.parquet cannot be read: it is not as the run left it"));
    }

    /// Puts bytes in the place of a file, which may be read-only.
    fn put(path: &Path, bytes: &[u8]) {
        let _ = fs::remove_file(path);
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn what_is_kept_is_a_copy_that_nobody_writes_to() {
        let home = tempfile::tempdir().unwrap();
        let book = Book::open(&home.path().join("book")).unwrap();
        let folder = Folder::begin(&home.path().join("out"), Mode::default()).unwrap();
        folder.write("rejects.csv", b"a,b\n").unwrap();
        folder.write("ledger.parquet", b"PAR1").unwrap();
        let run = record(book.keep_folder("run-1", folder.path()).unwrap());
        for file in ["rejects.csv", "ledger.parquet"] {
            let kept = fs::metadata(book.kept_place(&run, file)).unwrap();
            assert_eq!((kept.mode() & 0o222, kept.nlink()), (0, 1), "{file}");
        }
        fs::write(folder.path().join("ledger.parquet"), b"mine").unwrap();
        assert_eq!(fs::read(book.kept_place(&run, "ledger.parquet")).unwrap(), b"PAR1");
    }

    #[test]
    fn no_bit_of_a_kept_file_flips_unnoticed() {
        let home = tempfile::tempdir().unwrap();
        let book = Book::open(&home.path().join("book")).unwrap();
        let folder = Folder::begin(&home.path().join("out"), Mode::default()).unwrap();
        folder.write("rejects.csv", "a,b\n".repeat(9).as_bytes()).unwrap();
        let run = record(book.keep_folder("run-1", folder.path()).unwrap());
        let path = book.kept_place(&run, "rejects.csv");
        let whole = fs::read(&path).unwrap();
        for bit in 0..8 * whole.len() {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            put(&path, &altered);
            assert_eq!(book.survey_kept(std::slice::from_ref(&run)).faults.len(), 1, "bit {bit}");
        }
        put(&path, &[whole.as_slice(), b"more"].concat());
        assert_eq!(book.survey_kept(std::slice::from_ref(&run)).faults.len(), 1);
    }

    #[test]
    fn files_of_versions_that_took_no_digests_are_counted() {
        let json = r#"{"name": "rejects.csv", "bytes": 4}"#;
        let file: KeptFile = serde_json::from_str(json).unwrap();
        assert_eq!(file.digest, None);
        let home = tempfile::tempdir().unwrap();
        let book = Book::open(&home.path().join("book")).unwrap();
        let folder = Folder::begin(&home.path().join("out"), Mode::default()).unwrap();
        folder.write("rejects.csv", b"a,b\n").unwrap();
        let kept = book.keep_folder("run-1", folder.path()).unwrap();
        let surveyed = book.survey_kept(&[record(Kept { files: vec![file], ..kept })]);
        assert_eq!((surveyed.faults.len(), surveyed.without_digest), (0, 1));
    }
}
