//! A pipeline and a program for the exports in a folder (docs/beginning.md).
//!
//! `folder` lists the files, `choice` makes inputs of them, `pipeline_text` and `program_text` write both files. The
//! pipeline reads what is there now and what will be exported under the same names; the program has the rules of a
//! template, with examples for amounts.

mod choice;
mod folder;
mod pipeline_text;
mod program_text;

pub(crate) use choice::{LeftOut, Why};
pub(crate) use program_text::Like;

use self::folder::Files;
use super::facts::{FactsOfFiles, read_facts};
use super::found::look;
use super::input::PlannedInput;
use super::known::Known;
use crate::facts::columns::columns;
use crate::facts::{FactKind, FileIndex};
use crate::kernel::currency::Currency;
use crate::kernel::time::LocalCalendar;
use crate::run::{Progress, RunError};
use crate::sources::error::FileFault;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The names of the files that are written.
pub(crate) const PIPELINE: &str = "pipeline.toml";
pub(crate) const PROGRAM: &str = "program.toml";

/// What a folder has.
pub(crate) struct Draft {
    /// What a pipeline would read.
    pub(crate) read: FactsOfFiles,
    /// Files that it would not.
    pub(crate) left_out: Vec<LeftOut>,
    /// Kinds of facts that it has no file of.
    pub(crate) missing: Vec<FactKind>,
}

/// What the files do not say.
pub(crate) struct Answers {
    /// Of the scheme.
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) zone: Tz,
    pub(crate) like: Like,
}

/// Looks at the files in a folder and below it.
///
/// # Errors
/// Where the folder cannot be listed, or `progress` says that it is to stop.
pub(crate) fn draft(folder: &Path, known: &Known, progress: &dyn Progress) -> Result<Draft, RunError> {
    let unlisted = |error| RunError::Source(FileFault::Io(error).in_file(folder));
    let Files { files, unlisted } = folder::files(folder).map_err(unlisted)?;
    let (exports, _) = look(&files, folder, known, progress)?;
    let (inputs, mut left_out) = choice::choose(exports, folder, known);
    let read = read_facts(inputs, folder, &LocalCalendar::new(chrono_tz::UTC), progress)?;
    left_out.extend(read.unread.iter().map(|unread| {
        let (path, why) = (unread.path.clone(), Why::Unreadable(unread.why.clone()));
        LeftOut { path, why }
    }));
    let of_folder = |(path, error): (PathBuf, io::Error)| LeftOut { path, why: Why::Unreadable(error.to_string()) };
    left_out.extend(unlisted.into_iter().map(of_folder));
    let is_missing = |kind: &FactKind| read.inputs.iter().all(|input| input.kind != *kind);
    let missing = FactKind::ALL.into_iter().filter(is_missing).collect();
    Ok(Draft { read, left_out, missing })
}

impl Draft {
    /// Returns the currency of the most orders; `None` where no file of orders names any.
    pub(crate) fn currency(&self) -> Option<Currency> {
        let facts = &self.read.facts;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let names_it = |kind, file: FileIndex| self.fills(kind, "currency", file);
        for row in 0..facts.orders.rows.len() {
            if names_it(FactKind::Orders, facts.orders.origin(row).file) {
                *counts.entry(facts.orders.rows[row].currency.code()).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
        Currency::from_code(most.0)
    }

    /// Tells whether a file fills a column of a kind.
    fn fills(&self, kind: FactKind, column: &str, file: FileIndex) -> bool {
        let read = &self.read.facts.files[file.get()];
        let at = columns(kind).iter().position(|own| own.name == column);
        read.kind == kind && at.and_then(|at| read.filled.columns.get(at)).is_some_and(|count| *count > 0)
    }

    /// Tells whether there are accepted facts of a kind.
    pub(crate) fn has(&self, kind: FactKind) -> bool {
        self.read.facts.files.iter().any(|file| file.kind == kind && file.filled.accepted > 0)
    }

    /// Tells whether orders say something themselves that facts of another kind would say too.
    fn orders_fill(&self, column: &str) -> bool {
        let mut files = (0..self.read.facts.files.len()).map(FileIndex::new);
        files.any(|file| self.fills(FactKind::Orders, column, file))
    }

    pub(crate) fn inputs(&self) -> &[PlannedInput] {
        &self.read.inputs
    }
}

/// Writes the pipeline and the program into the folder; returns their paths.
///
/// # Errors
/// Where one of them is there already or cannot be written; neither is then written.
pub(crate) fn write(folder: &Path, draft: &Draft, answers: &Answers) -> Result<[PathBuf; 2], (PathBuf, io::Error)> {
    let [pipeline, program] = [PIPELINE, PROGRAM].map(|name| folder.join(name));
    create(&program, &program_text::program_text(draft, answers)).map_err(|error| (program.clone(), error))?;
    if let Err(error) = create(&pipeline, &pipeline_text::pipeline_text(draft)) {
        // It is this program's own file, of a moment ago.
        let _ = std::fs::remove_file(&program);
        return Err((pipeline, error));
    }
    Ok([pipeline, program])
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}
