//! The folders of runs, kept so that each can be made again, byte for byte, whatever becomes of the tables' files.
//!
//! Files in Parquet get a second name, which costs nothing as long as the first is there; texts are packed.

use super::{Book, BookError, RunRecord};
use crate::delta::{create_folders, share, sync_folder};
use crate::output::OutputError;
use crate::output::folder::Folder;
use crate::output::mode::Mode;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The folder in the book's that has one for each run.
pub(super) const RUNS: &str = "runs";
/// What the names of packed files end with.
const PACKED: &str = ".zst";
/// How well texts are packed: the fastest takes a tenth of their length already.
const LEVEL: i32 = 1;

/// What the book keeps of a run's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The folder's name in `runs`.
    pub name: String,
    pub files: Vec<KeptFile>,
}

/// A file of a run's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its name in the run's folder.
    pub name: String,
    /// As it was there.
    pub bytes: u64,
}

impl Book {
    /// Keeps the files of a run's folder, which is complete. As long as no run is posted that names them, they are nothing.
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
            match is_packed(&name) {
                true => pack(&from, &to).map_err(unwritable(&to))?,
                false => share(&from, &to)?,
            }
            files.push(KeptFile { name, bytes });
        }
        [&to, &runs].into_iter().try_for_each(|folder| sync_folder(folder).map_err(unwritable(folder)))?;
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Kept { name, files })
    }

    /// Fills a folder with what a run's held.
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

    /// Reads a kept file piece by piece, and checks that it is all there.
    pub(super) fn read_kept(
        &self,
        folder: &str,
        file: &KeptFile,
        buffer: &mut [u8],
        mut take: impl FnMut(&[u8]) -> Result<(), OutputError>,
    ) -> Result<(), BookError> {
        let path = self.folder.join(RUNS).join(folder).join(kept_name(&file.name));
        let damaged = unreadable(&path);
        let kept = File::open(&path).map_err(&damaged)?;
        let mut kept: Box<dyn Read> = match is_packed(&file.name) {
            true => Box::new(zstd::Decoder::new(kept).map_err(&damaged)?),
            false => Box::new(kept),
        };
        let mut found = 0;
        loop {
            match kept.read(buffer).map_err(&damaged)? {
                0 if found == file.bytes => return Ok(()),
                0 => {
                    let what = format!("it holds {found} bytes where the run says {}", file.bytes);
                    return Err(BookError::Unreadable { path, what });
                }
                count => {
                    take(&buffer[..count])?;
                    found += count as u64;
                }
            }
        }
    }
}

/// Creates a folder that is called so, or, where a run that has died has left one of that name, with a number behind it.
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

/// Parquet is packed by itself.
fn is_packed(name: &str) -> bool {
    !name.ends_with(".parquet")
}

fn pack(from: &Path, to: &Path) -> io::Result<()> {
    let mut packed = zstd::Encoder::new(File::create_new(to)?, LEVEL)?;
    packed.include_checksum(true)?;
    io::copy(&mut File::open(from)?, &mut packed)?;
    packed.finish()?.sync_all()
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> BookError + use<> {
    let path = path.to_path_buf();
    move |error| BookError::Unreadable { path: path.clone(), what: error.to_string() }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> BookError + use<> {
    let path = path.to_path_buf();
    move |source| BookError::Output(OutputError::Write { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Base, FolderRecord, ProgramRecord};
    use crate::kernel::time::Instant;
    use serde_json::Value;

    fn record(kept: Kept) -> RunRecord {
        RunRecord {
            accrue: "1".to_owned(),
            number: 1,
            run_id: "run-1".to_owned(),
            as_of: Instant::from_micros(0),
            posted_at: Instant::from_micros(0),
            planned: None,
            program: ProgramRecord { path: String::new(), sha256: String::new(), text: String::new() },
            calculation: 1,
            time_zones: String::new(),
            inputs: Vec::new(),
            overrides: Vec::new(),
            emails: String::new(),
            folder: FolderRecord { kept, ..FolderRecord::default() },
            base: Base::default(),
            remembered: None,
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
        assert_eq!(kept.files[2], KeptFile { name: "rejects.csv".to_owned(), bytes: 400_000 });
        assert_eq!(book.keep_folder("run-1", folder.path()).unwrap().name, "run-1-2");
        let run = record(kept);
        let again = Folder::begin(&home.path().join("again"), Mode::default()).unwrap();
        book.fill_again(&run, &again).unwrap();
        let place = again.publish().unwrap();
        assert_eq!(fs::read(place.join("rejects.csv")).unwrap(), text.as_bytes());
        assert_eq!(fs::read(place.join("empty.ndjson")).unwrap(), b"");
        assert_eq!(fs::read(place.join("ledger.parquet")).unwrap(), b"PAR1");
        assert!(fs::metadata(home.path().join("book/runs/run-1/rejects.csv.zst")).unwrap().len() < 1_000);

        fs::write(home.path().join("book/runs/run-1/ledger.parquet"), b"PAR").unwrap();
        let again = Folder::begin(&home.path().join("once more"), Mode::default()).unwrap();
        let fault = book.fill_again(&run, &again).unwrap_err().to_string();
        assert!(fault.contains("ledger.parquet cannot be read: it holds 3 bytes where the run says 4"), "{fault}");
    }
}
