//! The command `accrue output`: writes the folder of an earlier run again.

use super::arguments::OutputOptions;
use super::book;
use super::exit::Failure;
use super::print::print_json;
use super::progress::Line;
use super::say::say;
use crate::run::inspect::{BookView, Place, make_again};
use serde_json::json;

/// A record of the book may be damaged or forged, so nothing is written where it says.
const NO_PLACE: &str =
    "where is the folder to be? name it with `--out`, or name the pipeline in place of the book's folder";

pub(crate) fn output(options: &OutputOptions) -> Result<(), Failure> {
    let named = book::named(&options.book.book)?;
    let place = match (&options.out, &named.output) {
        (Some(out), _) => Place::At(out),
        (None, Some(output)) => Place::In(output),
        (None, None) => return Err(Failure::usage(NO_PLACE)),
    };
    let past = BookView::open(&named.folder).map_err(Failure::of_looking)?;
    let made = make_again(&past, &options.run, place, &Line::new());
    let (folder, run_id) = made.map_err(Failure::of_looking)?;
    say(format_args!("Made the folder of {run_id} again. Files: {}", folder.display()));
    match options.book.json {
        true => print_json(format_args!("{}\n", json!({"run_id": run_id, "folder": folder})), "where the folder is"),
        false => Ok(()),
    }
}
