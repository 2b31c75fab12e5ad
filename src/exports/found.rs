//! Recognises what a file is by its content, never by its name: which platform and which kinds of facts.

use super::facts::{FactsOfFiles, read_facts};
use super::input::PlannedInput;
use super::known::{Known, KnownKind};
use crate::facts::{FactKind, FileRead, Reject, RejectReason};
use crate::kernel::time::LocalCalendar;
use crate::pipeline::platform::{BuiltIn, Described};
use crate::run::{Progress, RunError};
use crate::sources::error::FileFault;
use crate::sources::input::{CsvOptions, Input, Variant};
use crate::sources::readers::{Form, forms};
use crate::sources::{misfit, names};
use std::path::{Path, PathBuf};

/// Below this share of a variant's columns a file is not near it.
const NEAR: f64 = 0.5;

/// A file, and what it is.
pub(crate) struct Export {
    /// As it was named.
    pub(crate) path: PathBuf,
    pub(crate) found: Found,
}

/// What a file turned out to be.
pub(crate) enum Found {
    /// A file that facts can be read from.
    Read {
        /// How it is written.
        form: Form,
        /// One for each kind of facts in it.
        uses: Vec<Use>,
    },
    /// A file of a platform that no facts can be made of.
    Unread { platform: BuiltIn, name: String, why: String },
    /// A table of which nobody knows what it is.
    Unknown {
        /// Its columns.
        names: Vec<String>,
        nearest: Option<Near>,
    },
    /// No table that can be read.
    Unreadable(FileFault),
}

/// One kind of facts that a file has.
#[derive(Clone)]
pub(crate) struct Use {
    /// `None`: the file has the canonical columns.
    pub(crate) platform: Option<BuiltIn>,
    pub(crate) kind: FactKind,
    pub(crate) described: Described,
}

/// The variant that a file is most like.
pub(crate) struct Near {
    pub(crate) platform: Option<BuiltIn>,
    pub(crate) name: String,
    /// The columns that the file lacks.
    pub(crate) lacks: Vec<String>,
}

/// Finds out what a file is; each sheet of a workbook that facts can be read from counts as a file.
fn recognise(path: &Path, known: &Known) -> Vec<Export> {
    let found = match path.to_str() {
        Some(_) => found(path, known).unwrap_or_else(|fault| vec![Found::Unreadable(fault)]),
        // A pipeline is a text, so it cannot name this path.
        None => vec![Found::Unreadable(FileFault::Unnameable(path.to_path_buf()))],
    };
    found.into_iter().map(|found| Export { path: path.to_path_buf(), found }).collect()
}

fn found(path: &Path, known: &Known) -> Result<Vec<Found>, FileFault> {
    let mut forms = forms(path)?;
    let mut read = Vec::new();
    let mut at = 0;
    while let Some(form) = forms.get(at).cloned() {
        at += 1;
        let (uses, lines_above) = uses(path, &form, known)?;
        if !uses.is_empty() {
            let is_whole_file = form.sheet.is_none();
            read.push(Found::Read { form, uses: of_one_platform(uses) });
            if is_whole_file {
                break;
            }
        } else if let Some(lines) = lines_above.filter(|_| form.csv.skip_lines == 0) {
            // Lines above the header are left out only if nothing was found with them.
            forms.push(form.with_csv(CsvOptions { skip_lines: lines, ..form.csv.clone() }));
        }
    }
    if !read.is_empty() {
        return Ok(read);
    }
    let names = widest(path, &forms)?;
    let has = |column: &String| has(&names, column);
    if let Some((platform, unread)) = known.unread.iter().find(|(_, unread)| unread.header.iter().all(has)) {
        let (name, why) = (unread.name.clone(), unread.why.clone());
        return Ok(vec![Found::Unread { platform: *platform, name, why }]);
    }
    Ok(vec![Found::Unknown { nearest: nearest(&names, known), names }])
}

/// Finds the kinds of facts that a file has when it is read in a form. If lines above the header are why a kind is not
/// found, returns their number too.
fn uses(path: &Path, form: &Form, known: &Known) -> Result<(Vec<Use>, Option<u64>), FileFault> {
    let (mut uses, mut lines_above) = (Vec::new(), None);
    for KnownKind { platform, kind, variants } in &known.kinds {
        for described in variants {
            let Some(variant) = in_form(&described.variant, path, form) else { continue };
            match misfit(&variant)? {
                None => {
                    uses.push(Use { platform: *platform, kind: *kind, described: described.clone() });
                    break;
                }
                Some(misfit) => lines_above = lines_above.or(misfit.lines_above),
            }
        }
    }
    Ok((uses, lines_above))
}

/// Returns a variant as it would read a file in a form; `None` where it reads another format.
fn in_form(variant: &Variant, path: &Path, form: &Form) -> Option<Variant> {
    let is_other = variant.input.format.is_some_and(|format| format != form.format);
    (!is_other).then(|| Variant { input: written_as(&variant.input, path, form), ..variant.clone() })
}

/// Returns an input as it would read a file in a form. The format of a table of a lake is known, and not named.
fn written_as(input: &Input, path: &Path, form: &Form) -> Input {
    let Form { format, csv, sheet } = form.clone();
    let CsvOptions { separator, encoding, skip_lines, .. } = csv;
    let csv = CsvOptions { separator, encoding, skip_lines, ..input.csv.clone() };
    let format = Some(format).filter(|_| !path.is_dir());
    Input { path: path.to_path_buf(), format, csv, sheet, ..input.clone() }
}

/// Keeps the uses of one platform, if the file has the columns of several: that of a confirmed variant first, then that
/// of the variant with the most columns.
fn of_one_platform(uses: Vec<Use>) -> Vec<Use> {
    let rank = |found: &Use| (!found.described.variant.is_unconfirmed, found.described.variant.header.len());
    let best = uses.iter().rev().max_by_key(|found| rank(found)).map(|found| found.platform_name());
    uses.into_iter().filter(|found| Some(found.platform_name()) == best).collect()
}

/// Returns the columns of a file in the form that gives it the most.
fn widest(path: &Path, forms: &[Form]) -> Result<Vec<String>, FileFault> {
    let plain = Input::new(FactKind::Orders, path.to_path_buf(), "");
    let found = forms.iter().map(|form| names(&written_as(&plain, path, form)));
    let wider = |best: Result<Vec<String>, FileFault>, other: Result<Vec<String>, FileFault>| match (&best, &other) {
        (Ok(own), Ok(others)) if others.len() > own.len() => other,
        (Err(_), Ok(_)) => other,
        _ => best,
    };
    found.reduce(wider).unwrap_or(Err(FileFault::Empty))
}

fn nearest(names: &[String], known: &Known) -> Option<Near> {
    let mut best: Option<(f64, Near)> = None;
    for KnownKind { platform, variants, .. } in &known.kinds {
        for Described { variant, .. } in variants {
            let lacks: Vec<String> = variant.header.iter().filter(|column| !has(names, column)).cloned().collect();
            let share = 1.0 - lacks.len() as f64 / variant.header.len() as f64;
            if share >= NEAR && best.as_ref().is_none_or(|(other, _)| share > *other) {
                best = Some((share, Near { platform: *platform, name: variant.name.clone(), lacks }));
            }
        }
    }
    best.map(|(_, near)| near)
}

/// Tells whether a column is among the names of a file, or its first part where it is a path.
fn has(names: &[String], column: &str) -> bool {
    let first = column.split('.').next().unwrap_or(column);
    names.iter().any(|name| name == column || name == first)
}

impl Export {
    /// Returns the kinds of facts that the file has.
    pub(crate) fn uses(&self) -> &[Use] {
        match &self.found {
            Found::Read { uses, .. } => uses,
            _ => &[],
        }
    }

    /// Returns the platform that the file is of.
    pub(crate) fn platform(&self) -> Option<BuiltIn> {
        match &self.found {
            Found::Read { uses, .. } => uses.first()?.platform,
            Found::Unread { platform, .. } => Some(*platform),
            _ => None,
        }
    }

    /// Returns an input for each kind of facts that the file has, with its path as it would be read from a folder.
    fn inputs(&self, folder: &Path) -> Vec<PlannedInput> {
        let path = self.path.strip_prefix(folder).unwrap_or(&self.path);
        let (Found::Read { form, uses }, Some(path)) = (&self.found, path.to_str()) else { return Vec::new() };
        let input = |own: &Use| PlannedInput {
            kind: own.kind,
            path: path.to_owned(),
            is_folder: self.path.is_dir(),
            platform: own.platform,
            form: form.clone(),
            options: own.described.needs.clone(),
        };
        uses.iter().map(input).collect()
    }

    /// Tells whether a file that was read belongs to this export: to the same table of a lake, or the same sheet of a
    /// workbook.
    pub(crate) fn is_of(&self, file: &FileRead, read: &FactsOfFiles) -> bool {
        let Found::Read { form, .. } = &self.found else { return false };
        file.path.starts_with(&self.path) && read.inputs[file.input.get()].form.sheet == form.sheet
    }

    /// Keeps only the kinds of facts that the file really has: it may have the columns of another kind too, but it
    /// cannot be read as that kind, or all of its rows are rejected then. Notes in the form whether decimal commas were
    /// read.
    fn settle(&mut self, read: &FactsOfFiles) {
        let files: Vec<&FileRead> = read.facts.files.iter().filter(|file| self.is_of(file, read)).collect();
        let Found::Read { form, uses } = &mut self.found else { return };
        if files.iter().any(|file| read.inputs[file.input.get()].form.csv.decimal == b',') {
            form.csv.decimal = b',';
        }
        let how_well = |own: &Use| {
            let file = files.iter().find(|file| file.kind == own.kind);
            file.map(|file| file.rows > 0 && (file.filled.accepted > 0 || !is_rejected(file, read)))
        };
        let best = uses.iter().map(how_well).max();
        uses.retain(|own| Some(how_well(own)) == best);
    }
}

/// Tells whether any row of a file is rejected for what it is, and not because other files lack what it looks for.
fn is_rejected(file: &FileRead, read: &FactsOfFiles) -> bool {
    let of_file = |reject: &&Reject| std::ptr::eq(&read.facts.files[reject.file.get()], file);
    read.facts.rejects.iter().filter(of_file).any(|reject| reject.reason != RejectReason::NotFound)
}

/// Finds out what files are, and reads them; their paths begin with the folder.
///
/// # Errors
/// `Stopped` where `progress` says so.
pub(crate) fn look(
    paths: &[PathBuf],
    folder: &Path,
    known: &Known,
    progress: &dyn Progress,
) -> Result<(Vec<Export>, FactsOfFiles), RunError> {
    let mut exports = Vec::new();
    for path in paths {
        progress.go_on()?;
        exports.extend(recognise(path, known));
    }
    let inputs = exports.iter().flat_map(|export| export.inputs(folder)).collect();
    let read = read_facts(inputs, folder, &LocalCalendar::new(chrono_tz::UTC), progress)?;
    exports.iter_mut().for_each(|export| export.settle(&read));
    Ok((exports, read))
}

impl Use {
    pub(crate) fn platform_name(&self) -> Option<&'static str> {
        self.platform.map(|own| own.name)
    }
}
