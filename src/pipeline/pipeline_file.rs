//! Reads a pipeline file (docs/spec.md 9): inputs, program, book, output, guards. Paths start at the file's folder.

use super::dates;
use super::fault::{Fault, Faults, Refused};
use super::guard::{self, Guard};
use super::inputs;
use super::report;
use super::source;
use super::walk::{Section, Value};
use crate::kernel::entry::Method;
use crate::sources::input::Input;
use std::path::{Path, PathBuf};

const KEYS: &[&str] = &["program", "book", "output", "output_mode", "input", "guard", "report"];

/// A pipeline that may run, with the text it was read from. Paths are joined to the pipeline's folder.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The path of the program file.
    pub program: PathBuf,
    /// `None`: a stand-alone run that keeps nothing between runs.
    pub book: Option<PathBuf>,
    /// One folder per run below it.
    pub output: PathBuf,
    /// The mode of these folders, where the pipeline sets it.
    pub output_mode: Option<u32>,
    /// In the order of the file, which decides between rows of equal age.
    pub inputs: Vec<Input>,
    /// The limits of the runs: the `[guard]` section.
    pub guard: Guard,
    /// The classes of credit in reports that the pipeline sets: the `[report.classes]` section.
    pub classes: Vec<(Method, String)>,
    /// Legal things that are probably not meant.
    pub warnings: Vec<Fault>,
    /// The path of the pipeline file, as it was opened.
    pub path: PathBuf,
    /// The text of the pipeline file, without a byte order mark.
    pub text: String,
    /// SHA-256 of the text, in hex.
    pub digest: String,
}

/// What could be read of a pipeline file.
pub(super) struct Reading {
    pub(super) pipeline: Option<Pipeline>,
    /// The program it names, even where something else is wrong.
    pub(super) program: Option<PathBuf>,
    pub(super) faults: Vec<Fault>,
}

/// Reads a pipeline as far as it goes.
pub(super) fn read(path: &Path) -> Reading {
    match source::read(path, "the path of the pipeline") {
        Ok(text) => parse(text, path),
        Err(Refused { faults }) => Reading { pipeline: None, program: None, faults },
    }
}

pub(super) fn parse(text: String, path: &Path) -> Reading {
    let faults = Faults::new(path, &text);
    let document = source::parse(&faults);
    let root = document.as_ref().map(|document| Section::root(document, "a pipeline", KEYS, &faults));
    let program = root.and_then(|root| {
        let program = root.require("program", "write `program = \"programs/member-credits.toml\"`")?;
        program.text().map(|program| source::join(&source::folder(path), program))
    });
    let pipeline = root.and_then(|root| pipeline(&root, path, &text, &program));
    let faults = faults.into_sorted();
    Reading { pipeline: pipeline.filter(|_| faults.is_empty()), program, faults }
}

fn pipeline(root: &Section<'_>, path: &Path, text: &str, program: &Option<PathBuf>) -> Option<Pipeline> {
    let folder = source::folder(path);
    let joined = |text: &str| source::join(&folder, text);
    let book = root.get("book").and_then(|value| value.text()).map(joined);
    let output = root.require("output", "write `output = \"out\"`").and_then(|value| value.text()).map(joined);
    let output_mode = root.get("output_mode").and_then(mode);
    let inputs = inputs::read(root, &folder);
    let guard = guard::read(root);
    Some(Pipeline {
        program: program.clone()?,
        book,
        output: output?,
        output_mode,
        inputs,
        guard,
        classes: report::read(root),
        warnings: warnings(root, path, text),
        path: path.to_path_buf(),
        text: text.to_owned(),
        digest: source::digest(text),
    })
}

/// Reads the mode of folders, in octal. Their owner can do anything in them.
fn mode(value: Value<'_>) -> Option<u32> {
    let digits = value.raw().as_str().filter(|text| text.chars().all(|digit| digit.is_digit(8)));
    let mode = digits.and_then(|digits| u32::from_str_radix(digits, 8).ok());
    let mode = mode.filter(|mode| (0o700..=0o777).contains(mode));
    if mode.is_none() {
        let what = format!("`{}` is {}, which is no mode of folders", value.key, value.written());
        value.fault_with(what, "write it in octal and as a text, such as \"0755\"; the owner's digit is 7");
    }
    mode
}

/// Returns what is legal in a pipeline and probably not meant.
fn warnings(root: &Section<'_>, path: &Path, text: &str) -> Vec<Fault> {
    let found = Faults::new(path, text);
    let inputs =
        root.get("input").filter(|inputs| inputs.raw().is_array()).map_or_else(Vec::new, |inputs| inputs.items());
    for zone in inputs.iter().filter_map(|input| input.table("[[input]]")?.get("timezone")) {
        dates::doubt_zone(zone, &found);
    }
    found.into_sorted()
}
