//! The command `accrue inspect`: shows what exports are, what facts they give, and what is missing.

use super::arguments::InspectOptions;
use super::exit::{Code, Failure};
use super::print::print;
use super::progress::Line;
use crate::exports::{Known, inspected, look, missing};
use std::path::Path;

pub(crate) fn inspect(options: &InspectOptions) -> Result<(), Failure> {
    let known = Known::all();
    let progress = Line::new();
    let (exports, read) = look(&options.files, Path::new(""), &known, &progress).map_err(Failure::of_looking)?;
    drop(progress);
    print(inspected(&exports, &read, &missing(&exports, &known, &read)), "what the files are")?;
    let is_good = |path: &Path| read.facts.files.iter().any(|file| file.path.starts_with(path));
    let bad: Vec<String> =
        options.files.iter().filter(|path| !is_good(path)).map(|path| path.display().to_string()).collect();
    match bad.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(Code::Input, format!("no facts can be read from {}", bad.join(", ")))),
    }
}
