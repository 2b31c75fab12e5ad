//! The guard `max_step` (docs/spec.md 10): refuses an as_of far after both the last run's and the newest fact, as when
//! a clock is ahead.
//!
//! A book's time never goes back: what such a run lets expire stays expired, and every later night is refused.

use super::super::Request;
use super::super::book_session::BookSession;
use super::{GuardName, Tripped};
use crate::facts::Facts;

/// Days that as_of may be after the last one and after the newest fact.
const DAYS: u32 = 35;

/// Checks how far as_of is after the last one and after the newest fact of the exports, read now or taken in before.
pub(crate) fn of_step(request: &Request<'_>, exports: &Facts, session: &BookSession) -> Option<Tripped> {
    let (days, as_of) = (request.pipeline.guard.max_step.or(DAYS)?, request.as_of);
    let last = session.last.as_ref()?;
    let since = as_of.plus_days(-i64::from(days));
    if last.as_of >= since {
        return None;
    }
    let newest = exports.newest_in(|_| true, as_of).max(session.taken.newest());
    if newest.is_some_and(|newest| newest >= since) {
        return None;
    }
    let moment = |at| request.program.program.zone.moment(at);
    let newest = match newest.map(moment) {
        Some(newest) => format!("the newest fact that was read is of {newest}"),
        None => "no fact was read".to_owned(),
    };
    let message = format!(
        "as of {} is more than {days} days after {}, which {} has posted, and {newest}: is the clock ahead?",
        moment(as_of),
        moment(last.as_of),
        last.run_id
    );
    Some(Tripped::new(GuardName::MaxStep, request, message, Vec::new()))
}
