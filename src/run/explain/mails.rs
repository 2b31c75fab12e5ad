//! Which emails runs have sent about a person's postings, and why they have sent none: each posting is looked at once
//! more as its run has looked at it.

use crate::book::{BookError, Emitted, RunRecord};
use crate::emails::settings::Settings;
use crate::emails::{self, Outbox, Posting, Recipient};
use crate::kernel::entry::{Entry, Kind, MadeBy};
use crate::kernel::facts::Person;
use crate::reports::explain::PostingOfRun;
use crate::reports::explain::model::{EventKind, MailTold};
use crate::resolve::{People, Rank};
use crate::run::mail::{contact, said};

/// Whose postings they are.
pub(super) struct Mailed<'m, 'p> {
    pub people: &'m People,
    /// `None` for somebody without facts, who has no address.
    pub rank: Option<Rank>,
    pub person: &'m Person<'m, 'm>,
    pub posted: &'m [PostingOfRun<'p>],
}

/// The postings of one run that one email tells of.
struct Mail<'m, 'p> {
    run: i64,
    kind: &'static str,
    event: EventKind,
    postings: Vec<(&'m Entry<'p>, bool)>,
}

impl<'m, 'p> Mailed<'m, 'p> {
    /// Tells the emails about postings of runs that sent by these settings; `emitted` reads which jobs there are.
    pub(super) fn told(
        &self,
        runs: &[(&RunRecord, Settings)],
        emitted: impl FnOnce() -> Result<Emitted, BookError>,
    ) -> Result<Vec<MailTold>, BookError> {
        let mut told = Vec::new();
        let mut jobs = Vec::new();
        for mail in self.mails() {
            let Some((run, settings)) = runs.iter().find(|(run, _)| run.number == mail.run) else { continue };
            let (job, reason) = self.look(&mail, run, settings);
            let source_id = mail.postings[0].0.source_id.0.to_string();
            let Mail { run: number, kind, event, .. } = mail;
            told.push(MailTold { kind, run: number, reason: Some(reason), source_id, event });
            let is_backfill = run.planned.is_some_and(|planned| planned.backfill);
            jobs.push((job, is_backfill));
        }
        if jobs.iter().all(|(job, _)| job.is_none()) {
            return Ok(told);
        }
        let emitted = emitted()?;
        for (told, (job, is_backfill)) in told.iter_mut().zip(jobs) {
            let Some(job) = job else { continue };
            told.reason = match emitted.contains(&job) {
                true => None,
                false if is_backfill => Some("backfill"),
                false => Some("not_made"),
            };
        }
        Ok(told)
    }

    /// Gathers the postings of each run by the email that tells of them.
    fn mails(&self) -> Vec<Mail<'m, 'p>> {
        let mut mails: Vec<Mail<'m, 'p>> = Vec::new();
        for (number, PostingOfRun { run, entry, .. }) in self.posted.iter().enumerate() {
            let Some((kind, event)) = mail_about(entry) else { continue };
            let is_same = |own: &PostingOfRun<'_>| own.run < *run && own.entry.is_same(entry);
            let posting = (entry, self.posted[..number].iter().any(is_same));
            let of_mail = |own: &&mut Mail<'_, '_>| {
                let first = own.postings[0].0;
                (own.run, own.kind, own.event) == (*run, kind, event)
                    && (first.source_id, first.currency) == (entry.source_id, entry.currency)
            };
            match mails.iter_mut().find(of_mail) {
                Some(own) => own.postings.push(posting),
                None => mails.push(Mail { run: *run, kind, event, postings: vec![posting] }),
            }
        }
        mails
    }

    /// Returns the id of the job that the run has made, or why it has made none.
    fn look(&self, mail: &Mail<'_, '_>, run: &RunRecord, settings: &Settings) -> (Option<String>, &'static str) {
        let is_on = match mail.kind {
            "received" => settings.received,
            "redeemed" => settings.redeemed,
            _ => settings.refunded,
        };
        if !is_on {
            return (None, "kind_off");
        }
        let recipient = Recipient { customer_id: self.person.id, remaining: &[], balances: &[] };
        let postings = mail.postings.iter().map(|&(entry, is_correction)| Posting { entry, is_correction });
        let contact = || self.rank.map(|rank| contact(self.people, rank)).unwrap_or_default();
        let said = |cause| said(self.people, self.person, cause);
        let mut outbox = Outbox::default();
        emails::jobs(&recipient, postings, settings, run.as_of, contact, said, &mut outbox);
        let tally = &outbox.tally;
        let reason = match () {
            () if tally.without_email > 0 => "no_address",
            () if tally.bad_address > 0 => "bad_address",
            () if tally.quiet > 0 => "too_old",
            () if tally.corrections > 0 => "correction",
            () => "notify_false",
        };
        (outbox.jobs.first().map(|job| job.job_id.clone()), reason)
    }
}

/// Returns the kind of email that tells of an entry, and its event.
fn mail_about(entry: &Entry<'_>) -> Option<(&'static str, EventKind)> {
    match (entry.kind, entry.method.made_by()) {
        (Kind::Grant, MadeBy::Order) => Some(("received", EventKind::Order)),
        (Kind::Grant, MadeBy::Registration) => Some(("received", EventKind::Registration)),
        (Kind::Grant, MadeBy::Adjustment) => Some(("received", EventKind::Adjustment)),
        (Kind::Grant, MadeBy::Refund) | (Kind::Restore, _) => match entry.source_id.0.is_cancellation() {
            true => Some(("refunded", EventKind::Cancellation)),
            false => Some(("refunded", EventKind::Refund)),
        },
        (Kind::Redeem, _) => Some(("redeemed", EventKind::Redemption)),
        _ => None,
    }
}
