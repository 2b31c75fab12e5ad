//! The faults of templates: file, line and column where possible, and what to write instead.

use super::limits;
use super::measured::TooMuch;
use super::values::{MISSING, OF_LINE, OF_MAIL};
use minijinja::{Error, ErrorKind};
use std::io;
use std::ops::Range;
use std::path::PathBuf;

/// Why a program's templates cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TemplateFault {
    #[error("{}: cannot be read: {source}: create the folder, or leave `templates` out of [emails]", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("{}: cannot be read: {source}: templates are files in UTF-8", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: is not the name of a template: {}", path.display(), remedy(nearest, "the names"))]
    UnknownFile { path: PathBuf, nearest: Option<String> },
    #[error("{file}:{line}:{column}: {reason}")]
    Template { file: String, line: usize, column: usize, reason: String },
    #[error("{file}: gives the subject {subject:?}: write exactly one line, with {{%- and -%}} around tests")]
    Subject { file: String, subject: String },
}

/// How alike two names must be for one to be a slip of the other.
const ALIKE: f64 = 0.75;

impl TemplateFault {
    /// Makes a fault of what is too much in a template.
    pub(super) fn too_much(TooMuch { line, column, what }: TooMuch, file: String) -> TemplateFault {
        TemplateFault::Template { file, line, column, reason: format!("{what}: {LIMITS}") }
    }

    /// Makes a fault of what the template engine says, with the place in `source` and the remedy.
    pub(super) fn in_template(error: &Error, file: String, source: &str, range: Range<usize>) -> TemplateFault {
        let before = source.get(..range.start).unwrap_or_default();
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let reason = reason(error, source.get(range).unwrap_or_default());
        TemplateFault::Template { file, line: error.line().unwrap_or(1), column, reason }
    }
}

const LIMITS: &str = "docs/emails.md lists what a template may take";

fn reason(error: &Error, expression: &str) -> String {
    let detail = error.detail().unwrap_or("cannot be rendered");
    match error.kind() {
        ErrorKind::UndefinedError => format!("{detail}: {}", remedy(&nearest_variable(detail), "the variables")),
        ErrorKind::InvalidOperation if detail == MISSING => {
            format!("`{expression}` {detail}: write {{% if {expression} %}}{{{{ {expression} }}}}{{% endif %}}")
        }
        ErrorKind::InvalidOperation if detail.starts_with(limits::EXCESS) => format!("this {detail}: {LIMITS}"),
        ErrorKind::OutOfFuel => format!("this takes more than {} steps: {LIMITS}", limits::STEPS),
        ErrorKind::TemplateNotFound => format!("{detail}: docs/emails.md lists the names of templates"),
        ErrorKind::SyntaxError => {
            format!("{detail}: every {{{{ needs its }}}}, every {{% if %}} its {{% endif %}}")
        }
        kind => format!("{kind}: {detail}: docs/emails.md shows what a template can say"),
    }
}

/// Returns the variable that was probably meant in `` `nmae` is undefined ``.
fn nearest_variable(detail: &str) -> Option<String> {
    let path = detail.split('`').nth(1)?;
    match path.rsplit_once('.') {
        Some((line, attribute)) => nearest(attribute, &OF_LINE).map(|known| format!("{line}.{known}")),
        None => nearest(path, &OF_MAIL).map(str::to_owned),
    }
}

/// Returns the known name that another is a slip of, if any.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let alike = known.iter().map(|&known| (strsim::jaro_winkler(known, name), known));
    alike.filter(|&(likeness, _)| likeness >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

fn remedy(nearest: &Option<String>, what: &str) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("docs/emails.md lists {what}"),
    }
}
