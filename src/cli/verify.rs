//! The command `accrue verify`: checks a whole book, and fails where anything is damaged or contradicts itself.

use super::arguments::BookOptions;
use super::book;
use super::exit::{Code, Failure};
use super::print::{print, print_json};
use super::progress::Line;
use super::threads;
use crate::run::inspect;

pub(crate) fn verify(options: &BookOptions) -> Result<(), Failure> {
    threads::begin(None).map_err(Failure::of_looking)?;
    let folder = book::folder(&options.book)?;
    let progress = Line::new();
    let verified = inspect::verify(&folder, &progress).map_err(Failure::of_looking)?;
    drop(progress);
    match options.json {
        true => print_json(verified.to_json(), "what was found")?,
        false => print(&verified, "what was found")?,
    }
    match verified.is_sound() {
        true => Ok(()),
        false => {
            let (count, plural) = (verified.violation_count, if verified.violation_count == 1 { "" } else { "s" });
            Err(Failure::new(Code::Audit, format!("book `{}`: {count} violation{plural}", folder.display())))
        }
    }
}
