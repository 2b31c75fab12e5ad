//! A pipeline and a program for the exports in a folder (docs/beginning.md).
//!
//! `folder` lists the files, `choice` makes inputs of them, `draft` tells what is in them; with the `answers` of the
//! caller `pipeline_text` and `program_text` write both files. The pipeline reads what is there now and what will be
//! exported under the same names; the program has the rules of a template, with examples for amounts.

mod answers;
mod choice;
mod draft;
mod folder;
mod looked;
mod pipeline_text;
mod program_text;

pub(crate) use answers::{Answers, Like};
pub(crate) use choice::{LeftOut, Why};
pub(crate) use draft::Draft;
pub(crate) use looked::Looked;
pub(crate) use pipeline_text::PIPELINE;
pub(crate) use program_text::PROGRAM;

use self::folder::Files;
use super::facts::read_facts;
use super::found::look;
use super::known::Known;
use crate::facts::FactKind;
use crate::kernel::time::LocalCalendar;
use crate::run::{Progress, RunError};
use crate::sources::error::FileFault;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Looks at the files in a folder and below it.
///
/// # Errors
/// Where the folder cannot be listed, or `progress` says that it is to stop.
pub(crate) fn look_at(folder: &Path, known: &Known, progress: &dyn Progress) -> Result<Looked, RunError> {
    let unlisted = |error| RunError::Source(FileFault::Io(error).in_file(folder));
    let Files { files, unlisted } = folder::files(folder).map_err(unlisted)?;
    let (exports, _) = look(&files, folder, known, progress)?;
    Ok(Looked { exports, unlisted })
}

/// Chooses what a pipeline reads of the files in a folder, and reads it; of several platforms the files of one.
///
/// # Errors
/// `Stopped` where `progress` says so.
pub(crate) fn draft(
    Looked { exports, unlisted }: Looked,
    platform: Option<&str>,
    (folder, known): (&Path, &Known),
    progress: &dyn Progress,
) -> Result<Draft, RunError> {
    let (inputs, mut left_out) = choice::choose(exports, platform, folder, known);
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
