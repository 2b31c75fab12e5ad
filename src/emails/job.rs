//! An email job: one mail to one person, before a template is applied. Amounts are in minor units.

use super::settings::Settings;
use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::money::{Amount, WideAmount};
use crate::kernel::time::Timestamp;
use std::ops::AddAssign;

/// The kinds of mail, in the order that a person's jobs come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum JobKind {
    Received,
    Redeemed,
    Expiring,
    Refunded,
}

/// One mail to one person. Its texts have no hidden characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// 32 hex digits, the same for the same cause.
    pub job_id: String,
    pub kind: JobKind,
    pub customer_id: String,
    pub email: String,
    pub name: Option<String>,
    pub locale: Option<String>,
    pub currency: Currency,
    /// What was received, used, will expire or came back: the sum of the lines, above zero.
    pub amount: WideAmount,
    /// The person's balance in this currency at as_of, less what is owed.
    pub balance_after: WideAmount,
    /// The earliest expiry still to come among the lines; `None` where there is none, and for redeemed credit.
    pub expires_at: Option<Timestamp>,
    /// The reminder's N; `None` for the other kinds.
    pub days_before: Option<u32>,
    /// The event that the mail is about; `None` for expiring credit, which no single event causes.
    pub source_id: Option<String>,
    pub lines: Vec<Line>,
    /// Alone among the texts it may have line breaks.
    pub note: Option<String>,
    pub send_at: Timestamp,
}

/// One lot's part of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub method: Method,
    pub origin_id: String,
    /// Above zero, whatever the sign of the posting.
    pub amount: Amount,
    pub expires_at: Option<Timestamp>,
}

/// How many jobs there are, and how much there is no job for, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    jobs: [u64; 4],
    /// Postings too old to be mailed about.
    pub quiet: u64,
    /// Postings that correct an entry posted before.
    pub corrections: u64,
    /// Jobs whose person has no email.
    pub without_email: u64,
    /// Jobs whose person has an invalid email address.
    pub bad_address: u64,
}

impl JobKind {
    pub(crate) const ALL: [JobKind; 4] = [JobKind::Received, JobKind::Redeemed, JobKind::Expiring, JobKind::Refunded];

    pub(crate) fn name(self) -> &'static str {
        ["received", "redeemed", "expiring", "refunded"][self as usize]
    }
}

impl Settings {
    /// Tells whether any kind of mail is switched on.
    pub(crate) fn sends_any(&self) -> bool {
        JobKind::ALL.iter().any(|&kind| self.sends(kind))
    }

    /// Tells whether a kind of mail is switched on.
    pub(crate) fn sends(&self, kind: JobKind) -> bool {
        match kind {
            JobKind::Received => self.received,
            JobKind::Redeemed => self.redeemed,
            JobKind::Expiring => !self.expiring_days_before.is_empty(),
            JobKind::Refunded => self.refunded,
        }
    }
}

impl Tally {
    /// Returns the number of jobs of a kind.
    pub(crate) fn jobs(&self, kind: JobKind) -> u64 {
        self.jobs[kind as usize]
    }

    /// Counts the jobs anew.
    pub(super) fn recount(&mut self, jobs: &[Job]) {
        self.jobs = [0; 4];
        jobs.iter().for_each(|job| self.count(job.kind));
    }

    pub(super) fn count(&mut self, kind: JobKind) {
        self.jobs[kind as usize] += 1;
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        for kind in JobKind::ALL {
            self.jobs[kind as usize] += other.jobs(kind);
        }
        self.quiet += other.quiet;
        self.corrections += other.corrections;
        self.without_email += other.without_email;
        self.bad_address += other.bad_address;
    }
}
