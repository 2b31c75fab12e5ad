//! Whom a run visits, and their facts: those of whom something is new or due, or everybody.
//!
//! Everybody is the road that is always right; few come to the same, because what the last run posted is right for all who
//! have the same facts as then and for whom no time has come. That holds for the program of then, and no other.

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
pub enum Everyone {
    Asked,
    /// It is to find whatever is odd, and posts nothing.
    Check,
    FirstRun,
    /// Its text is another than that of the last run's, if only by a word.
    OtherProgram,
    /// Which may work out amounts, days or mails otherwise.
    OtherVersion,
    /// It mails nobody, so that reminders may be left to this run.
    Backfill,
    /// The last run does not tell what all balances come to.
    NoTotals,
}

impl Everyone {
    /// Tells whether a run must visit everybody, and why.
    pub fn needed(request: &Request<'_>, last: Option<&RunRecord>, totals: Option<&Totals>) -> Option<Everyone> {
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
    pub fn reason(self) -> &'static str {
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
    /// Puts the facts of those who are visited before what the exports tell anew, and takes what is posted to them.
    pub fn facts(&mut self, request: &Request<'_>, mut exports: Facts) -> Result<Facts, RunError> {
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
pub fn read(request: &Request<'_>, kept: &[Input]) -> Result<Facts, RunError> {
    let program = &request.program.program;
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => request.progress.begin(Stage::ReadingBook, bytes),
        ReadProgress::Read { bytes, .. } => request.progress.advance(bytes),
    };
    // What exports say again is compared with all that is kept.
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
