//! Writes the text of a pipeline file for the exports of a folder.

use super::super::input::PlannedInput;
use super::choice::options_of;
use super::draft::Draft;
use super::program_text::PROGRAM;
use crate::pipeline::platform::as_toml;
use std::fmt::Write;

/// The name of the file.
pub(crate) const PIPELINE: &str = "pipeline.toml";

/// What is above the inputs.
const TOP: &str = "\
# What to read, under which program, and where results go: docs/pipeline.md explains every key.

output = \"out\"                             # each run makes a folder of its own below it
# book = \"book\"                            # keeps what was posted, so that every night posts the difference only
";

pub(super) fn pipeline_text(draft: &Draft) -> String {
    let mut text = TOP.replace("\noutput", &format!("\nprogram = \"{PROGRAM}\"\noutput"));
    for input in draft.inputs() {
        let _ = write!(text, "\n{}", input.to_toml());
        write_options(&mut text, input);
    }
    text
}

/// Writes the options that the input leaves as they are, as comments.
fn write_options(text: &mut String, input: &PlannedInput) {
    let Some(platform) = input.platform else { return };
    for (name, value, words) in options_of(platform, input.kind) {
        if input.options.iter().all(|(own, _)| *own != name) {
            let _ = writeln!(text, "# options.{name} = {}\n#   {words}.", as_toml(&value));
        }
    }
}
