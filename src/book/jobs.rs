//! The table of emails: one row per job, so that none is emitted twice.

use super::{Book, BookError, Cell, TableName, TableRows, scan};
use crate::delta::{NewFile, Snapshot};
use crate::kernel::time::Instant;
use crate::output::table::{Encoded, Encoder, Scratch};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Jobs that are encoded at a time: a mail in HTML is long.
const JOBS: usize = 10_000;

/// The ids of jobs that were emitted by earlier runs.
#[derive(Debug, Default)]
pub struct Emitted(Vec<String>);

/// What the table wants to know of a job's line.
#[derive(Deserialize)]
struct Line<'a> {
    job_id: &'a str,
    kind: &'a str,
    customer_id: String,
    email: String,
}

impl Emitted {
    /// Reads the jobs of the table, and those of a file that is yet to be committed to it.
    pub(super) fn of(emails: Option<&Snapshot>, to_come: Option<PathBuf>) -> Result<Emitted, BookError> {
        let mut ids = Vec::new();
        let committed = emails.into_iter().flat_map(|emails| emails.files().map(|file| emails.place(file)));
        for file in committed.chain(to_come) {
            scan::texts(&file, TableName::Emails.fields(), "job_id", |id| ids.push(id.to_owned()))?;
        }
        ids.sort_unstable();
        Ok(Emitted(ids))
    }

    pub fn contains(&self, job_id: &str) -> bool {
        self.0.binary_search_by(|known| known.as_str().cmp(job_id)).is_ok()
    }
}

impl Book {
    /// Writes the jobs of a run, which are lines of a file, for `emit` to commit once the run is posted.
    pub fn write_jobs(
        &mut self,
        lines: &Path,
        file: &str,
        run_id: &str,
        as_of: Instant,
        at: Instant,
    ) -> Result<(), BookError> {
        let write = |encoder: &Encoder, new: &mut NewFile| {
            encode_jobs(lines, run_id, as_of, encoder, |piece| Ok(new.append(piece)?))
        };
        self.write(TableName::Emails, file, at, write).map(drop)
    }
}

/// Encodes the jobs of a run, which are lines of a file, as rows of the table.
pub fn encode_jobs(
    lines: &Path,
    run_id: &str,
    as_of: Instant,
    encoder: &Encoder,
    mut append: impl FnMut(Encoded) -> Result<(), BookError>,
) -> Result<(), BookError> {
    let unreadable = |what: String| BookError::Unreadable { path: lines.to_path_buf(), what };
    let mut left = BufReader::new(File::open(lines).map_err(|error| unreadable(error.to_string()))?).lines();
    let fill = |rows: &mut TableRows, line: &str| {
        let Line { job_id, kind, customer_id, email } =
            serde_json::from_str(line).map_err(|error| unreadable(error.to_string()))?;
        let texts = [job_id, kind, &customer_id, &email].map(Cell::Text);
        let [job_id, kind, customer_id, email] = texts;
        let send_at = Cell::Number(as_of.micros());
        rows.push([job_id, kind, customer_id, email, send_at, Cell::Text(run_id), Cell::Text(line)]);
        Ok::<(), BookError>(())
    };
    let (mut rows, mut scratch) = (TableRows::new(TableName::Emails.fields()), Scratch::default());
    loop {
        rows.clear();
        let mut count = 0;
        for line in left.by_ref().take(JOBS) {
            fill(&mut rows, &line.map_err(|error| unreadable(error.to_string()))?)?;
            count += 1;
        }
        if count == 0 {
            return Ok(());
        }
        append(encoder.encode(&rows.rows(), &mut scratch)?)?;
    }
}
