//! `accrue output`: a run's folder, made again.

use super::arguments::OutputOptions;
use super::book;
use super::exit::Failure;
use super::progress::Line;
use super::say::{print_json, say};
use crate::run::look::{Past, make_again};
use serde_json::json;

pub fn output(options: &OutputOptions) -> Result<(), Failure> {
    let past = Past::open(&book::folder(&options.book.book)?).map_err(Failure::of_looking)?;
    let made = make_again(&past, &options.run, options.out.as_deref(), &Line::new());
    let (folder, run_id) = made.map_err(Failure::of_looking)?;
    say(format_args!("Made the folder of {run_id} again. Files: {}", folder.display()));
    match options.book.json {
        true => print_json(format_args!("{}\n", json!({"run_id": run_id, "folder": folder})), "where the folder is"),
        false => Ok(()),
    }
}
