//! Reads the facts of recognised files, by the pipeline that `accrue init` would write for them.

use super::input::PlannedInput;
use crate::facts::columns::columns;
use crate::facts::{FactKind, Facts, FileIndex, Reject};
use crate::kernel::currency::Currency;
use crate::kernel::time::LocalCalendar;
use crate::pipeline;
use crate::run::{Progress, RunError, Stage};
use crate::sources::error::SourceError;
use crate::sources::input::{Format, Input};
use crate::sources::{self, Asked, DECIMAL_COMMA, Hint, Keep, Progress as Reading, WrittenAs};
use std::path::{Path, PathBuf};

/// What was read of files.
pub(crate) struct FactsOfFiles {
    /// The inputs that could be read; `facts.files` names them by their index.
    pub(crate) inputs: Vec<PlannedInput>,
    pub(crate) facts: Facts,
    /// Inputs that could not be read.
    pub(crate) unread: Vec<Unread>,
}

/// An input that could not be read.
pub(crate) struct Unread {
    /// The file at fault.
    pub(crate) path: PathBuf,
    pub(crate) kind: FactKind,
    pub(crate) why: String,
}

impl FactsOfFiles {
    /// Tells whether a file fills a column of a kind.
    pub(crate) fn fills(&self, kind: FactKind, column: &str, file: FileIndex) -> bool {
        let read = &self.facts.files[file.get()];
        let at = columns(kind).iter().position(|own| own.name == column);
        read.kind == kind && at.and_then(|at| read.filled.columns.get(at)).is_some_and(|count| *count > 0)
    }

    /// Tells whether orders say something themselves that facts of another kind would say too.
    pub(crate) fn orders_fill(&self, column: &str) -> bool {
        let mut files = (0..self.facts.files.len()).map(FileIndex::new);
        files.any(|file| self.fills(FactKind::Orders, column, file))
    }
}

/// Reads the facts of inputs, whose paths start from a folder. Inputs with a file that cannot be read are left out, and
/// where the values of a CSV file have decimal commas, its input says so afterwards.
///
/// # Errors
/// `Stopped` where `progress` says so.
pub(crate) fn read_facts(
    inputs: Vec<PlannedInput>,
    folder: &Path,
    zone: &LocalCalendar,
    progress: &dyn Progress,
) -> Result<FactsOfFiles, RunError> {
    let reader = Reader { folder, zone, progress };
    let mut read = reader.readable(inputs)?;
    let with_commas = with_commas(&read);
    if with_commas.is_empty() {
        return Ok(read);
    }
    for at in with_commas {
        read.inputs[at].form.csv.decimal = b',';
    }
    let FactsOfFiles { inputs, unread, .. } = read;
    let again = reader.readable(inputs)?;
    Ok(FactsOfFiles { unread: unread.into_iter().chain(again.unread).collect(), ..again })
}

/// What all inputs are read by.
struct Reader<'a> {
    folder: &'a Path,
    zone: &'a LocalCalendar,
    progress: &'a dyn Progress,
}

impl Reader<'_> {
    /// Reads the inputs that can be read.
    fn readable(&self, planned: Vec<PlannedInput>) -> Result<FactsOfFiles, RunError> {
        let inputs = self.parsed(&planned);
        match self.read(&inputs) {
            Ok(facts) => Ok(FactsOfFiles { inputs: planned, facts, unread: Vec::new() }),
            Err(error) if error.is_stopped() => Err(RunError::Stopped),
            Err(_) => {
                let (mut good, mut unread) = (Vec::new(), Vec::new());
                for (planned, input) in planned.into_iter().zip(&inputs) {
                    match self.read(std::slice::from_ref(input)) {
                        Ok(_) => good.push(planned),
                        Err(error) if error.is_stopped() => return Err(RunError::Stopped),
                        Err(error) => unread.extend(unread_files(error, planned.kind)),
                    }
                }
                let facts = self.read(&self.parsed(&good))?;
                Ok(FactsOfFiles { inputs: good, facts, unread })
            }
        }
    }

    /// Reads inputs as a pipeline that has them would.
    fn parsed(&self, planned: &[PlannedInput]) -> Vec<Input> {
        if planned.is_empty() {
            return Vec::new();
        }
        let inputs: Vec<String> = planned.iter().map(PlannedInput::to_toml).collect();
        let text = format!("program = \"program.toml\"\noutput = \"out\"\n\n{}", inputs.join("\n"));
        let pipeline = pipeline::parse_pipeline(text, &self.folder.join("pipeline.toml"));
        pipeline.expect("the inputs that are written here have no faults").inputs
    }

    fn read(&self, inputs: &[Input]) -> Result<Facts, SourceError> {
        let currency = assumed_currency();
        let is_stopped = || self.progress.is_stopped();
        let (zone, keep) = (self.zone, Keep::Everything);
        let asked = Asked { currency, zone, keep, kept: &[], is_stopped: &is_stopped };
        let reading = |step| match step {
            Reading::Listed { bytes, .. } => self.progress.begin(Stage::Reading, bytes),
            Reading::Read { bytes, .. } => self.progress.advance(bytes),
        };
        sources::read(inputs, &asked, &reading)
    }
}

/// Returns the currency of amounts that name none, while no program says which it is.
pub(crate) fn assumed_currency() -> Currency {
    Currency::from_code("USD").expect("a currency of ISO 4217")
}

fn unread_files(error: SourceError, kind: FactKind) -> Vec<Unread> {
    match error {
        SourceError::File { path, fault } => vec![Unread { path, kind, why: fault.to_string() }],
        SourceError::Kept { path, fault } => vec![Unread { path, kind, why: fault }],
        SourceError::Several(errors) => errors.into_iter().flat_map(|error| unread_files(error, kind)).collect(),
    }
}

/// Says how the files of an input that `init` would write are read: each by a mapping.
pub(crate) fn written_as(facts: &Facts, file: FileIndex) -> WrittenAs {
    WrittenAs { is_mapped: true, decimal: facts.files[file.get()].decimal }
}

/// Returns the inputs in which values were rejected that a decimal comma reads.
fn with_commas(read: &FactsOfFiles) -> Vec<usize> {
    let has_commas = |at: &usize| {
        let is_own = |reject: &&Reject| read.facts.files[reject.file.get()].input.get() == *at;
        let rejects: Vec<Reject> = read.facts.rejects.iter().filter(is_own).cloned().collect();
        sources::hints(&rejects, |file| written_as(&read.facts, file))
            .iter()
            .any(|hint: &Hint| hint.remedy == DECIMAL_COMMA)
    };
    let is_csv = |at: &usize| read.inputs[*at].form.format == Format::Csv;
    (0..read.inputs.len()).filter(is_csv).filter(has_commas).collect()
}
