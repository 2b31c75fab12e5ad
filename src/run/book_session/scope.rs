//! Whom a run visits, and their facts: the people who have something new or due, or everybody.
//!
//! To visit everybody is always right. To visit few gives the same result, because what the last run posted is still
//! right for a person whose facts are the same and who has nothing due. This holds only under the program of the last
//! run.

use super::super::Request;
use super::super::error::RunError;
use super::super::progress::Stage;
use super::affected_people::AffectedPeople;
use super::session::BookSession;
use super::totals::Totals;
use crate::book::{BookError, RunRecord};
use crate::facts::{Facts, Reject};
use crate::kernel::CALCULATION;
use crate::resolve::news;
use crate::sources::input::Input;
use crate::sources::{self, Asked, Keep, Progress as ReadProgress};

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

impl BookSession {
    /// Puts the kept facts of the visited people before the new facts of the exports, and reads the postings to these
    /// people.
    pub(crate) fn facts(&mut self, request: &Request<'_>, mut exports: Facts) -> Result<Facts, RunError> {
        self.taken.note(&exports, request.as_of);
        match (&self.last, self.everyone) {
            (Some(last), None) => {
                let few = AffectedPeople::find(request, &self.book, last, &self.kept, &mut exports)?;
                (self.posted, self.reverted, self.conflicts) = (few.posted, few.reverted, few.conflicts);
                self.expiring = few.expiring;
                Ok(few.kept.followed_by(exports))
            }
            _ => {
                let kept = read(request, &self.kept)?;
                let news = news(&kept, &exports);
                news.leave_only_new(&mut exports);
                (self.reverted, self.conflicts) = (news.reverted, news.conflicts);
                self.posted = self.book.posted()?;
                Ok(kept.followed_by(exports))
            }
        }
    }
}

/// Reads kept facts, each of which was accepted once.
pub(crate) fn read(request: &Request<'_>, kept: &[Input]) -> Result<Facts, RunError> {
    let program = &request.program.program;
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => request.progress.begin(Stage::ReadingBook, bytes),
        ReadProgress::Read { bytes, .. } => request.progress.advance(bytes),
    };
    // All columns are read, since rows of exports are compared with whole kept rows.
    let is_stopped = || request.progress.is_stopped();
    let asked = Asked { is_stopped: &is_stopped, ..Asked::of(program, Keep::Everything) };
    let facts = sources::read(kept, &asked, &reading)?;
    match facts.rejects.first() {
        None => Ok(facts),
        // It was accepted when it was kept.
        Some(Reject { file, place, column, value, .. }) => {
            let path = facts.files[*file as usize].path.clone();
            let what = format!("row {place} has `{value}` as its {column}, which nobody can have written");
            Err(BookError::Unreadable { path, what }.into())
        }
    }
}
