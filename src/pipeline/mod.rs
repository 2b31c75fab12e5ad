//! Program and pipeline files (docs/spec.md 4, 5, 7, 9): TOML texts to values that may run, or all their faults at
//! once.
//!
//! A file is walked once from its root. Each part knows its own keys and records what is wrong with a value at that
//! value's line and column, then goes on; nothing stops at the first fault. A file without faults becomes a
//! `ProgramFile` or `Pipeline`; with one it becomes a `Refused`.
//!
//! The room deliberately does not look at exports, the book or templates (whether they are there is for those who
//! open them), and knows no defaults of the command line.
//!
//! Invariants: every key that is accepted is in docs/spec.md 9 on files, every other one is refused; amounts never pass
//! through a float; a `Program` that leaves here holds what its documentation guarantees to the kernel.

mod amounts;
mod column_type;
mod csv;
mod dates;
mod define;
mod doubtful_rewards;
mod emails;
mod expression;
mod fault;
mod guard;
mod history;
mod inputs;
mod json;
mod lint;
mod lookup;
mod mapping;
mod nearest;
mod overlaps;
mod percent;
mod pipeline_file;
mod plain_decimal;
pub(crate) mod platform;
mod program_file;
mod report;
mod rules;
mod source;
mod split;
mod terms;
mod versions;
mod walk;
mod written;
mod zones;

#[cfg(test)]
mod tests;

pub use fault::{Fault, Position, Refused};
pub use guard::{CountOrShare, Guard, Limit, Percent};
pub(crate) use nearest::nearest_few;
pub use pipeline_file::Pipeline;
pub use program_file::{ProgramFile, parse_program, program_name};
pub use source::digest;

use std::path::Path;

/// Reads a pipeline and its program, or the program that is given instead.
///
/// # Errors
/// All faults of both files.
pub fn read(pipeline: &Path, program: Option<&Path>) -> Result<(Pipeline, ProgramFile), Refused> {
    let reading = pipeline_file::read(pipeline);
    let program = program.or(reading.program.as_deref()).map(read_program);
    match (reading.pipeline, program) {
        (Some(pipeline), Some(Ok(program))) => Ok((pipeline, program)),
        (_, program) => {
            let of_program = program.and_then(Result::err).map_or_else(Vec::new, |refused| refused.faults);
            Err(Refused::new([reading.faults, of_program].concat()))
        }
    }
}

/// Reads a pipeline alone.
///
/// # Errors
/// All faults of the file.
pub fn read_pipeline(path: &Path) -> Result<Pipeline, Refused> {
    let reading = pipeline_file::read(path);
    reading.pipeline.ok_or_else(|| Refused::new(reading.faults))
}

/// Reads a pipeline from its text. `path` names it in messages, and its relative paths start there.
///
/// # Errors
/// All faults of the text.
pub(crate) fn parse_pipeline(text: String, path: &Path) -> Result<Pipeline, Refused> {
    let reading = pipeline_file::parse(text, path);
    reading.pipeline.ok_or_else(|| Refused::new(reading.faults))
}

/// Reads a program file.
///
/// # Errors
/// All faults of the file.
pub fn read_program(path: &Path) -> Result<ProgramFile, Refused> {
    parse_program(source::read(path, "`program` in the pipeline, or `--program`")?, path)
}
