//! The command `accrue maintain`: keeps a book small.

use super::arguments::MaintainOptions;
use super::book;
use super::exit::Failure;
use super::moment;
use super::print::print_json;
use super::progress::Line;
use super::say::say;
use crate::run::inspect;

pub(crate) fn maintain(options: &MaintainOptions) -> Result<(), Failure> {
    let (now, named) = (moment::now(), book::named(&options.book.book)?);
    if named.output.is_some() {
        inspect::expect_own(&named.folder, &options.book.book).map_err(Failure::of_looking)?;
    }
    let progress = Line::new();
    let upkeep = inspect::maintain(&named.folder, named.output.as_deref(), now, options.keep_days, &progress);
    let upkeep = upkeep.map_err(Failure::of_looking)?;
    drop(progress);
    say(upkeep.to_string().trim_end());
    if options.book.json { print_json(upkeep.to_json(), "what was done") } else { Ok(()) }
}
