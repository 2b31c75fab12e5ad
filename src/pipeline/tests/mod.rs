//! Every kind of fault with its exact message, and the ready files with their values.

mod json_faults;
mod mapping_faults;
mod pipeline_faults;
mod platform_faults;
mod program_faults;
mod ready_files;
mod rule_faults;
mod time_faults;
mod values;
mod warnings;

use super::fault::Refused;
use super::program_file::{ProgramFile, parse_program};
use super::{Pipeline, pipeline_file};
use std::path::Path;

const SETTINGS: &str = "[program]\ncurrency = \"USD\"\ntimezone = \"America/New_York\"\n";
const RULE: &str = "[[rule]]\nmethod = \"registration\"\nreward = { fixed = \"5.00\" }\n";

fn program(text: &str) -> Result<ProgramFile, Refused> {
    parse_program(text.to_owned(), Path::new("p.toml"))
}

fn pipeline(text: &str) -> Result<Pipeline, Refused> {
    let reading = pipeline_file::parse(text.to_owned(), Path::new("shop/n.toml"));
    reading.pipeline.ok_or(Refused { faults: reading.faults })
}

/// Returns the faults of a program's text as they are printed.
fn program_faults(text: &str) -> String {
    program(text).map_or_else(|refused| refused.to_string(), |_| "no faults".to_owned())
}

/// Returns the faults of a pipeline's text as they are printed.
fn pipeline_faults(text: &str) -> String {
    pipeline(text).map_or_else(|refused| refused.to_string(), |_| "no faults".to_owned())
}

/// Returns a valid program with more tables, which begin in line 7.
fn with(tables: &str) -> String {
    format!("{SETTINGS}{RULE}{tables}")
}

/// Returns a valid pipeline with another input, which begins in line 3.
fn with_input(input: &str) -> String {
    format!("program = \"p.toml\"\noutput = \"out\"\n{input}")
}
