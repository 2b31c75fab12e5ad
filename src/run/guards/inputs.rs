//! Guards on how much an input holds and how new it is: `min_rows` and `max_age`.

use super::super::Request;
use super::super::book_session::TakenFiles;
use super::{GuardName, Tripped};
use crate::facts::{Facts, InputIndex};
use crate::kernel::time::Timestamp;
use crate::sources::input::Input;

/// What an input holds, read now or taken in before.
struct Held {
    rows: u64,
    newest: Option<Timestamp>,
}

/// Checks what was read, or was taken in before: enough rows, new enough.
pub(crate) fn of_inputs(
    request: &Request<'_>,
    inputs: &[Input],
    facts: &Facts,
    taken: Option<&TakenFiles>,
) -> Vec<Tripped> {
    let checked = inputs.iter().enumerate().flat_map(|(at, input)| {
        let index = InputIndex::new(at);
        let files = facts.files.iter().filter(|file| file.input == index);
        let mut held = Held { rows: files.map(|file| file.rows).sum(), newest: None };
        if input.max_age_days.is_some() {
            held.newest = facts.newest(index, request.as_of);
        }
        for before in taken.into_iter().flat_map(|taken| taken.passed_of(index)) {
            held.rows += before.rows;
            held.newest = held.newest.max(before.newest);
        }
        [min_rows(request, input, &held), max_age(request, input, &held)]
    });
    checked.flatten().collect()
}

fn min_rows(request: &Request<'_>, input: &Input, held: &Held) -> Option<Tripped> {
    let (least, rows) = (input.min_rows?, held.rows);
    (rows < least).then(|| {
        let message = format!("{} holds {rows} rows, fewer than {least}", input.path.display());
        Tripped::new(GuardName::MinRows, request, message, Vec::new())
    })
}

fn max_age(request: &Request<'_>, input: &Input, held: &Held) -> Option<Tripped> {
    let (days, as_of) = (input.max_age_days?, request.as_of);
    if held.newest.is_some_and(|newest| newest >= as_of.plus_days(-i64::from(days))) {
        return None;
    }
    let (path, allowed) = (input.path.display(), if days == 1 { "a day".to_owned() } else { format!("{days} days") });
    let moment = |at| request.program.program.zone.moment(at);
    let as_of = moment(as_of);
    let message = match held.newest.map(moment) {
        Some(newest) => format!("{path} holds nothing newer than {newest}, more than {allowed} before {as_of}"),
        None => format!("{path} holds nothing, so nothing within {allowed} before {as_of}"),
    };
    Some(Tripped::new(GuardName::MaxAge, request, message, Vec::new()))
}
