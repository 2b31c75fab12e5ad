//! The reasons why a run visits everybody and not only affected people.

use super::super::request::Request;
use super::totals::Totals;
use crate::book::RunRecord;
use crate::kernel::CALCULATION;

/// Why a run visits everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Everyone {
    Asked,
    /// A check is to find whatever is odd, and posts nothing.
    Check,
    FirstRun,
    /// The text of the program differs from that of the last run, even if only in a word.
    OtherProgram,
    /// Another version of accrue may compute amounts, days or mails differently.
    OtherVersion,
    /// The last run was a backfill. A backfill mails nobody, so it may have left reminders to this run.
    Backfill,
    /// The last run has not recorded the sums of all balances.
    NoTotals,
}

impl Everyone {
    /// Tells whether a run must visit everybody, and why.
    pub(crate) fn needed(request: &Request<'_>, last: Option<&RunRecord>, totals: Option<&Totals>) -> Option<Everyone> {
        let Some(last) = last else { return Some(Everyone::FirstRun) };
        let then = (last.accrue.as_str(), last.calculation, last.time_zones.as_str());
        let is_same_version = then == (env!("CARGO_PKG_VERSION"), CALCULATION, chrono_tz::IANA_TZDB_VERSION);
        if request.everyone {
            Some(Everyone::Asked)
        } else if last.program.sha256 != request.program.digest {
            Some(Everyone::OtherProgram)
        } else if !is_same_version {
            Some(Everyone::OtherVersion)
        } else if last.planned.is_some_and(|planned| planned.backfill) {
            Some(Everyone::Backfill)
        } else if totals.is_none() || last.remembered.is_none() {
            Some(Everyone::NoTotals)
        } else {
            None
        }
    }

    /// Puts the reason into words, after "everyone:".
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Everyone::Asked => "asked for by --everyone",
            Everyone::Check => "a check looks at all",
            Everyone::FirstRun => "the first run",
            Everyone::OtherProgram => "the program is not the last run's",
            Everyone::OtherVersion => "the last run was of another version of accrue",
            Everyone::Backfill => "the last run was a backfill, which mails nobody",
            Everyone::NoTotals => "the last run tells no balances",
        }
    }
}
