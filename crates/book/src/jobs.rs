//! The table of emails: one row for each job, so that none is emitted twice.

use super::error::unreadable;
use super::{Book, BookError, Cell, RunRecord, TableName, TableRows, scan};
use accrue_delta::damage::of_json;
use accrue_delta::{NewFile, Snapshot};
use accrue_kernel::time::Timestamp;
use accrue_output::table::{Encoded, Encoder, Scratch};
use serde::Deserialize;
use std::io::{BufRead, BufReader, Lines, Read};
use std::path::{Path, PathBuf};

/// The number of jobs that are encoded at a time: an email in HTML is long.
const JOBS: usize = 10_000;

/// The ids of jobs that earlier runs have emitted, sorted.
#[derive(Debug, Default)]
pub struct Emitted(Vec<String>);

/// The jobs of a run as its folder has them: one JSON object on each line.
pub struct JobLines {
    /// The file's name in messages.
    path: PathBuf,
    lines: Lines<BufReader<Box<dyn Read>>>,
}

/// The members of a job's line that the table has columns for.
#[derive(Deserialize)]
struct Job<'a> {
    job_id: &'a str,
    kind: &'a str,
    customer_id: String,
    email: String,
}

impl Emitted {
    /// Reads the ids of the jobs in the table, and of jobs that are not committed yet.
    pub(super) fn of(emails: Option<&Snapshot>, to_come: Option<JobLines>) -> Result<Emitted, BookError> {
        let mut ids = Vec::new();
        for file in emails.into_iter().flat_map(|emails| emails.files().map(|file| emails.place(file))) {
            scan::texts(&file, TableName::Emails.fields(), "job_id", |id| ids.push(id.to_owned()))?;
        }
        if let Some(mut lines) = to_come {
            lines.take(usize::MAX, |job, _| ids.push(job.job_id.to_owned()))?;
        }
        ids.sort_unstable();
        Ok(Emitted(ids))
    }

    /// Tells whether a job was emitted.
    pub fn contains(&self, job_id: &str) -> bool {
        self.0.binary_search_by(|known| known.as_str().cmp(job_id)).is_ok()
    }
}

impl Book {
    /// Reads the ids of all jobs that were emitted. Jobs of the last run count even if it died before it could commit
    /// them.
    ///
    /// # Errors
    /// Where the table of emails, or the kept jobs of the last run, cannot be read.
    pub fn emitted(&self) -> Result<Emitted, BookError> {
        let last = self.last_run()?.filter(|_| !self.has_emitted());
        let to_come = last.map(|last| self.kept_jobs(&last)).transpose()?;
        Emitted::of(self.table(TableName::Emails), to_come)
    }

    /// Writes the jobs of a run to a file of the table; [`Book::emit`] commits it once the run is posted.
    ///
    /// # Errors
    /// Where a line cannot be read, or the file cannot be written.
    pub fn write_jobs(
        &mut self,
        lines: JobLines,
        file: &str,
        run_id: &str,
        as_of: Timestamp,
        at: Timestamp,
    ) -> Result<(), BookError> {
        let write = |encoder: &Encoder, new: &mut NewFile| {
            encode_jobs(lines, run_id, as_of, encoder, |piece| Ok(new.append(piece)?))
        };
        self.write(TableName::Emails, file, at, write).map(drop)
    }

    /// Returns the number of jobs of a run, as its kept folder has them.
    ///
    /// # Errors
    /// Where the kept file cannot be read.
    pub fn count_jobs(&self, run: &RunRecord) -> Result<u64, BookError> {
        Ok(self.kept_jobs(run)?.take(usize::MAX, |_, _| ())? as u64)
    }
}

impl JobLines {
    /// Opens a file of lines.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> Result<JobLines, BookError> {
        let file = accrue_files::open(path).map_err(unreadable(path))?;
        Ok(JobLines::of(path.to_path_buf(), Box::new(file)))
    }

    pub(super) fn of(path: PathBuf, bytes: Box<dyn Read>) -> JobLines {
        JobLines { path, lines: BufReader::new(bytes).lines() }
    }

    /// Returns the id and the line of each job that is left.
    ///
    /// # Errors
    /// Where a line cannot be read.
    pub fn all(mut self) -> Result<Vec<(String, String)>, BookError> {
        let mut all = Vec::new();
        self.take(usize::MAX, |job, line| all.push((job.job_id.to_owned(), line.to_owned())))?;
        Ok(all)
    }

    /// Calls `take` with the next lines, at most `count`; returns how many there were.
    fn take(&mut self, count: usize, mut take: impl FnMut(&Job<'_>, &str)) -> Result<usize, BookError> {
        let unreadable = |what: String| BookError::Unreadable { path: self.path.clone(), what };
        let mut taken = 0;
        for line in self.lines.by_ref().take(count) {
            let line = line.map_err(|error| unreadable(error.to_string()))?;
            let job = serde_json::from_str(&line).map_err(|error| unreadable(of_json(&error, line.as_bytes())))?;
            take(&job, &line);
            taken += 1;
        }
        Ok(taken)
    }
}

/// Encodes the jobs of a run as rows of the table, and calls `append` with each piece.
///
/// # Errors
/// Where a line cannot be read, a piece cannot be encoded, and what `append` gives.
pub fn encode_jobs(
    mut lines: JobLines,
    run_id: &str,
    as_of: Timestamp,
    encoder: &Encoder,
    mut append: impl FnMut(Encoded) -> Result<(), BookError>,
) -> Result<(), BookError> {
    let (mut rows, mut scratch) = (TableRows::new(TableName::Emails.fields()), Scratch::default());
    loop {
        rows.clear();
        let count = lines.take(JOBS, |job, line| {
            let [job_id, kind, customer_id, email] =
                [job.job_id, job.kind, &job.customer_id, &job.email].map(Cell::Text);
            let send_at = Cell::Number(as_of.micros());
            rows.push([job_id, kind, customer_id, email, send_at, Cell::Text(run_id), Cell::Text(line)]);
        })?;
        if count == 0 {
            return Ok(());
        }
        append(encoder.encode(&rows.rows(), &mut scratch)?)?;
    }
}
