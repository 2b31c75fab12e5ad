//! Saves a plan: packs everything that is to be posted into one file.

use super::super::book_session::{FactWriter, file_name};
use super::super::error::RunError;
use super::draft::PlanDraft;
use super::format::{FOLDER, FORMAT, PLAN, Plan, Posting, REPORT, TABLES};
use super::places::Places;
use crate::book::{BookError, EMAILS, JobLines, PlannedRecord, RunRecord, TableName, encode_jobs};
use crate::facts::FactKind;
use crate::output::archive::NewArchive;
use crate::output::folder::Folder;
use crate::output::table::{self, Encoded, Encoder};
use crate::output::{TableFormat, archive::ArchiveError};
use crate::reports::plan::PlanReport;
use crate::reports::plan_table;
use crate::text::visible_lines;
use std::fs;

/// Saves a plan whose folder is filled; rows for the book's tables go through a folder of their own.
pub(crate) fn save(
    draft: &PlanDraft<'_>,
    report: &PlanReport,
    folder: &Folder,
    tables: &Folder,
    mut archive: NewArchive,
) -> Result<(), RunError> {
    let posting = draft.places.as_ref().map(|places| posting(draft, places));
    if posting.is_some() {
        write_tables(draft, folder, tables)?;
    }
    let plan = Plan { format: FORMAT, posting, report: report.clone() };
    archive.add(PLAN, plan.to_json().as_bytes())?;
    archive.add(REPORT, visible_lines(&plan_table::render(report)).as_bytes())?;
    for (part, folder) in [(TABLES, tables), (FOLDER, folder)] {
        for name in names(folder)? {
            draft.request.progress.go_on()?;
            archive.add_file(&format!("{part}{name}"), &folder.path().join(&name))?;
        }
    }
    draft.request.progress.go_on()?;
    Ok(archive.finish()?)
}

fn posting(draft: &PlanDraft<'_>, places: &Places) -> Posting {
    let PlanDraft { request, prepared, backfill, .. } = *draft;
    let session = draft.session.expect("asked for with a book");
    let record = session.record(request, &prepared.report.summary, prepared.remembered.clone());
    let Places { book, pipeline, place } = places;
    Posting {
        book: book.clone(),
        base: session.book.base(),
        pipeline: pipeline.clone(),
        place: place.clone(),
        record: RunRecord { planned: Some(PlannedRecord { at: request.now, backfill }), ..record },
    }
}

/// Writes what is to be added to the book's tables, but for the ledger, which is in the folder.
fn write_tables(draft: &PlanDraft<'_>, folder: &Folder, tables: &Folder) -> Result<(), RunError> {
    let PlanDraft { request, prepared, .. } = *draft;
    let session = draft.session.expect("asked for with a book");
    let new = draft.new.as_ref().expect("asked for with a book");
    let writer = FactWriter::of(prepared.people.facts(), session.number, request.program.program.currency);
    for kind in FactKind::ALL.into_iter().filter(|&kind| !new.get(kind).is_empty()) {
        write(tables, TableName::Facts(kind), |encoder, append| writer.encode(kind, new, encoder, append))?;
    }
    let (lines, run_id) = (JobLines::open(&folder.path().join(EMAILS))?, &prepared.report.summary.run_id);
    write(tables, TableName::Emails, |encoder, append| encode_jobs(lines, run_id, request.as_of, encoder, append))
}

fn write(
    tables: &Folder,
    name: TableName,
    encode: impl FnOnce(&Encoder, &mut dyn FnMut(Encoded) -> Result<(), BookError>) -> Result<(), BookError>,
) -> Result<(), RunError> {
    let draft = tables.create(&file_name(name.name()))?;
    let (encoder, mut file) = table::create_in(draft, "rows", TableFormat::Parquet, name.fields())?;
    encode(&encoder, &mut |piece| Ok(file.append(piece)?))?;
    Ok(file.finish()?)
}

/// Returns the names of a folder's files, sorted.
fn names(folder: &Folder) -> Result<Vec<String>, RunError> {
    let path = folder.path();
    let read = |source| ArchiveError::Read { path: path.to_path_buf(), source };
    let names = fs::read_dir(path).map_err(read)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<std::io::Result<Vec<String>>>().map_err(read)?;
    names.sort();
    Ok(names)
}
