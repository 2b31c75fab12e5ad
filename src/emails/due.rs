//! Which mails are due (docs/spec.md 7): a person's postings of this run, and what is left of their lots, to jobs.

use super::address::is_address;
use super::cause::{Cause, Event};
use super::job::{Job, JobKind, Line, Tally};
use super::job_id;
use super::settings::Settings;
use super::words::{in_lines, on_one_line};
use crate::kernel::currency::Currency;
use crate::kernel::entry::{Entry, EventId, Kind, MadeBy};
use crate::kernel::money::WideAmount;
use crate::kernel::outcome::{Balance, OpenLot};
use crate::kernel::time::Timestamp;
use crate::text::visible;
use std::borrow::Cow;
use std::cmp::Ordering;

/// One posting of this run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posting<'a> {
    pub entry: &'a Entry<'a>,
    /// Whether something was posted before for an entry of this identity, at whatever expiry.
    pub is_correction: bool,
}

/// The newest of a person's registration, else of their newest order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contact<'a> {
    pub email: Option<&'a str>,
    pub name: Option<&'a str>,
    pub locale: Option<&'a str>,
}

/// One person, as far as mails are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipient<'a> {
    pub customer_id: &'a str,
    /// In the kernel's order: by currency, then by expiry.
    pub remaining: &'a [OpenLot<'a>],
    pub balances: &'a [Balance],
}

/// What a refund or an adjustment says about its mail; adjustments always notify.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub notify: bool,
    pub note: Option<&'a str>,
}

/// Jobs and their count, collected over many people.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub jobs: Vec<Job>,
    pub tally: Tally,
}

/// A posting to mail about.
struct Due<'a> {
    kind: JobKind,
    cause: Cause<'a>,
    entry: &'a Entry<'a>,
}

/// What expires at one instant, to remind of so many days ahead.
struct Reminder<'a> {
    lots: &'a [OpenLot<'a>],
    expires_at: Timestamp,
    days_before: u32,
}

/// What all jobs of one person have in common.
struct Head<'a> {
    recipient: &'a Recipient<'a>,
    contact: Contact<'a>,
    as_of: Timestamp,
}

/// Adds the jobs of one person to `outbox`, by kind, source, currency and expiry.
///
/// Most people get none: `contact` is asked where a mail is due, and `said` about the refund or adjustment it tells of.
pub(crate) fn jobs<'a>(
    recipient: &Recipient<'a>,
    postings: impl IntoIterator<Item = Posting<'a>>,
    settings: &Settings,
    as_of: Timestamp,
    contact: impl FnOnce() -> Contact<'a>,
    said: impl Fn(Cause<'a>) -> Said<'a>,
    outbox: &mut Outbox,
) {
    if !settings.sends_any() {
        return;
    }
    let mut due = due_postings(postings, settings, as_of, &mut outbox.tally);
    let reminders = due_reminders(recipient.remaining, settings, as_of);
    if due.is_empty() && reminders.is_empty() {
        return;
    }
    let head = Head { recipient, contact: contact(), as_of };
    let first = outbox.jobs.len();
    due.sort_by(|a, b| a.mail_order(b).then_with(|| a.entry.ledger_order(b.entry)));
    for mail in due.chunk_by(|a, b| a.mail_order(b).is_eq()) {
        about_event(&head, mail, &said, outbox);
    }
    for reminder in &reminders {
        about_expiry(&head, reminder, outbox);
    }
    outbox.jobs[first..].sort_by_key(|job| job.kind);
}

/// Returns the postings to mail about and counts the others. Nearly always there are none: then nothing is allocated.
fn due_postings<'a>(
    postings: impl IntoIterator<Item = Posting<'a>>,
    settings: &Settings,
    as_of: Timestamp,
    tally: &mut Tally,
) -> Vec<Due<'a>> {
    let loud_from = as_of.plus_days(-i64::from(settings.quiet_after_days));
    let mut due = Vec::new();
    for Posting { entry, is_correction } in postings {
        let Some((kind, event)) = mail_about(entry).filter(|&(kind, _)| settings.sends(kind)) else { continue };
        if entry.effective_at < loud_from {
            tally.quiet += 1;
        } else if is_correction {
            tally.corrections += 1;
        } else {
            due.push(Due { kind, cause: Cause { id: entry.source_id.0, event }, entry });
        }
    }
    due
}

/// Returns the kind of mail that an entry belongs to, and the event that the mail is about.
fn mail_about(entry: &Entry) -> Option<(JobKind, Event)> {
    match (entry.kind, entry.method.made_by()) {
        (Kind::Grant, MadeBy::Order) => Some((JobKind::Received, Event::Order)),
        (Kind::Grant, MadeBy::Registration) => Some((JobKind::Received, Event::Registration)),
        (Kind::Grant, MadeBy::Adjustment) => Some((JobKind::Received, Event::Adjustment)),
        (Kind::Grant, MadeBy::Refund) | (Kind::Restore, _) => {
            let is_cancellation = entry.source_id.0.is_cancellation();
            Some((JobKind::Refunded, if is_cancellation { Event::Cancellation } else { Event::Refund }))
        }
        (Kind::Redeem, _) => Some((JobKind::Redeemed, Event::Redemption)),
        (Kind::Grant, MadeBy::Debt) | (Kind::Clawback | Kind::Expire | Kind::Settle | Kind::Adjust, _) => None,
    }
}

/// Returns a reminder per currency and instant of expiry, for the smallest N that has come.
fn due_reminders<'a>(remaining: &'a [OpenLot<'a>], settings: &Settings, as_of: Timestamp) -> Vec<Reminder<'a>> {
    let mut reminders = Vec::new();
    for lots in remaining.chunk_by(|a, b| (a.currency, a.expires_at) == (b.currency, b.expires_at)) {
        let Some(expires_at) = lots[0].expires_at.filter(|&expiry| as_of < expiry) else { continue };
        let has_come = |days: &u32| expires_at <= as_of.plus_days(i64::from(*days));
        if let Some(days_before) = settings.expiring_days_before.iter().copied().filter(has_come).min() {
            reminders.push(Reminder { lots, expires_at, days_before });
        }
    }
    reminders
}

fn about_event<'a>(head: &Head<'_>, mail: &[Due<'a>], said: impl Fn(Cause<'a>) -> Said<'a>, outbox: &mut Outbox) {
    let Due { kind, cause, entry } = mail[0];
    let said = match cause.event {
        Event::Refund | Event::Adjustment => said(cause),
        Event::Order | Event::Registration | Event::Redemption | Event::Cancellation => {
            Said { notify: true, note: None }
        }
    };
    if !said.notify && kind == JobKind::Refunded {
        return;
    }
    let Some(email) = head.address(&mut outbox.tally) else { return };
    let lines: Vec<Line> = mail.iter().map(|due| line_of_entry(due.entry)).collect();
    let to_come = lines.iter().filter_map(|line| line.expires_at).filter(|&expiry| expiry > head.as_of).min();
    let job = Job {
        source_id: Some(shown_id(cause.id)),
        expires_at: to_come.filter(|_| kind != JobKind::Redeemed),
        note: said.note.and_then(|note| words(in_lines(note))),
        ..head.job(email, kind, job_id::of_event(kind, &cause), entry.currency, lines)
    };
    outbox.add(job);
}

fn about_expiry(head: &Head<'_>, reminder: &Reminder<'_>, outbox: &mut Outbox) {
    let Reminder { lots, expires_at, days_before } = *reminder;
    let Some(email) = head.address(&mut outbox.tally) else { return };
    let currency = lots[0].currency;
    let job_id = job_id::of_expiry(head.recipient.customer_id, currency, expires_at, days_before);
    let lines = lots.iter().map(line_of_lot).collect();
    let job = Job {
        expires_at: Some(expires_at),
        days_before: Some(days_before),
        ..head.job(email, JobKind::Expiring, job_id, currency, lines)
    };
    outbox.add(job);
}

fn line_of_entry(entry: &Entry) -> Line {
    Line {
        method: entry.method,
        origin_id: shown_id(entry.origin_id.0),
        amount: if entry.kind == Kind::Redeem { -entry.amount } else { entry.amount },
        expires_at: entry.expires_at,
    }
}

fn line_of_lot(lot: &OpenLot) -> Line {
    Line { method: lot.method, origin_id: shown_id(lot.origin_id.0), amount: lot.amount, expires_at: lot.expires_at }
}

/// Returns an id with its hidden characters as escapes: left out they would make it another one.
fn shown_id(id: EventId<'_>) -> String {
    let id = id.to_string();
    match visible(&id) {
        Cow::Borrowed(_) => id,
        Cow::Owned(shown) => shown,
    }
}

/// Returns a text, unless nothing is left of it.
fn words(text: Cow<'_, str>) -> Option<String> {
    Some(text.into_owned()).filter(|text| !text.trim().is_empty())
}

impl<'a> Head<'a> {
    /// Returns where the mail goes; where it can go nowhere, that is counted.
    fn address(&self, tally: &mut Tally) -> Option<&'a str> {
        match self.contact.email {
            None => tally.without_email += 1,
            Some(email) if is_address(email) => return Some(email),
            Some(_) => tally.bad_address += 1,
        }
        None
    }

    /// Returns a job with everything that does not depend on its kind.
    fn job(&self, email: &str, kind: JobKind, job_id: String, currency: Currency, lines: Vec<Line>) -> Job {
        let Head { recipient, contact, as_of } = self;
        let balance = recipient.balances.iter().find(|balance| balance.currency == currency);
        Job {
            job_id,
            kind,
            customer_id: visible(recipient.customer_id).into_owned(),
            email: email.to_owned(),
            name: contact.name.and_then(|name| words(on_one_line(name))),
            locale: contact.locale.and_then(|locale| words(on_one_line(locale))),
            currency,
            amount: lines.iter().map(|line| line.amount).sum(),
            balance_after: balance.map_or(WideAmount::ZERO, |balance| balance.amount),
            expires_at: None,
            days_before: None,
            source_id: None,
            lines,
            note: None,
            send_at: *as_of,
        }
    }
}

impl Due<'_> {
    /// Compares by what makes one mail: `Equal` belongs into the same.
    fn mail_order(&self, other: &Due) -> Ordering {
        let currencies = self.entry.currency.cmp(&other.entry.currency);
        self.kind.cmp(&other.kind).then_with(|| self.cause.cmp(&other.cause)).then(currencies)
    }
}

impl Outbox {
    /// Drops the jobs that were emitted before.
    pub(crate) fn keep_new(&mut self, was_emitted: impl Fn(&str) -> bool) {
        self.jobs.retain(|job| !was_emitted(&job.job_id));
        self.tally.recount(&self.jobs);
    }

    fn add(&mut self, job: Job) {
        self.tally.count(job.kind);
        self.jobs.push(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::entry::{DerivedEvent, Method, OriginId, SourceId};
    use crate::kernel::money::Amount;

    /// 2024-05-01T12:00:00Z.
    const AS_OF: Timestamp = Timestamp::from_micros(1_714_564_800_000_000);
    const ADA: Contact = Contact { email: Some("ada@example.com"), name: Some("Ada"), locale: Some("en") };

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    fn entry<'a>(kind: Kind, method: Method, source: EventId<'a>, cents: i64) -> Entry<'a> {
        Entry {
            currency: currency("USD"),
            kind,
            source_id: SourceId(source),
            method,
            origin_id: OriginId(source),
            amount: Amount::from_minor(cents),
            effective_at: AS_OF.plus_days(-1),
            expires_at: None,
            rule: None,
            lot: None,
        }
    }

    fn grant(method: Method, source: &str, cents: i64) -> Entry<'_> {
        entry(Kind::Grant, method, EventId::fact(source), cents)
    }

    fn lot(code: &str, method: Method, cents: i64, expires_at: Timestamp) -> OpenLot<'static> {
        OpenLot {
            currency: currency(code),
            expires_at: Some(expires_at),
            method,
            origin_id: OriginId(EventId::fact("1001")),
            amount: Amount::from_minor(cents),
        }
    }

    fn posted(contact: Contact, settings: &Settings, entries: &[Entry], remaining: &[OpenLot]) -> Outbox {
        let balance = Balance {
            currency: currency("USD"),
            amount: WideAmount::from(Amount::from_minor(3725)),
            next_expiry: None,
        };
        let recipient = Recipient { customer_id: "c-1", remaining, balances: &[balance] };
        let postings = entries.iter().map(|entry| Posting { entry, is_correction: false });
        let said = |cause: Cause| Said { notify: cause.id != EventId::fact("silent"), note: Some("a note") };
        let mut outbox = Outbox::default();
        jobs(&recipient, postings, settings, AS_OF, || contact, said, &mut outbox);
        outbox
    }

    fn mailed(entries: &[Entry]) -> Vec<Job> {
        posted(ADA, &Settings::default(), entries, &[]).jobs
    }

    fn cents(total: WideAmount) -> i128 {
        total.minor()
    }

    #[test]
    fn all_that_an_order_earned_is_one_mail_with_the_earliest_expiry_to_come() {
        let soon = AS_OF.plus_days(90);
        let entries = [
            grant(Method::FirstOrder, "1001", 1000),
            Entry { expires_at: Some(soon), ..grant(Method::PerOrder, "1001", 250) },
            Entry { expires_at: Some(AS_OF), ..grant(Method::SpendHistory, "1001", 800) },
        ];
        let [job] = &mailed(&entries)[..] else { panic!("one mail") };
        assert_eq!((job.kind, job.source_id.as_deref()), (JobKind::Received, Some("1001")));
        assert_eq!((cents(job.amount), cents(job.balance_after)), (2050, 3725));
        assert_eq!((job.expires_at, job.send_at, &job.note), (Some(soon), AS_OF, &None));
        assert_eq!(
            job.lines.iter().map(|line| line.method).collect::<Vec<_>>(),
            [Method::FirstOrder, Method::PerOrder, Method::SpendHistory]
        );
    }

    #[test]
    fn facts_of_different_kinds_with_the_same_id_are_different_mails() {
        let entries = [
            grant(Method::Registration, "1", 500),
            grant(Method::Adjustment, "1", 300),
            grant(Method::PerOrder, "1", 100),
            grant(Method::RefundCredit, "1", 200),
            entry(Kind::Redeem, Method::PerOrder, EventId::fact("1"), -50),
        ];
        let mut jobs = mailed(&entries);
        let told: Vec<_> = jobs.iter().map(|job| (job.kind, cents(job.amount), job.note.is_some())).collect();
        assert_eq!(
            told,
            [
                (JobKind::Received, 100, false),
                (JobKind::Received, 500, false),
                (JobKind::Received, 300, true),
                (JobKind::Redeemed, 50, false),
                (JobKind::Refunded, 200, true),
            ]
        );
        jobs.sort_by(|a, b| a.job_id.cmp(&b.job_id));
        jobs.dedup_by(|a, b| a.job_id == b.job_id);
        assert_eq!(jobs.len(), 5);
    }

    #[test]
    fn the_order_of_postings_changes_nothing() {
        let mut entries = [
            grant(Method::PerOrder, "1001", 250),
            entry(Kind::Restore, Method::PerOrder, EventId::fact("r-1"), 100),
            grant(Method::FirstOrder, "1001", 1000),
            entry(Kind::Redeem, Method::FirstOrder, EventId::fact("d-1"), -300),
            grant(Method::PerOrder, "1000", 100),
        ];
        let jobs = mailed(&entries);
        entries.reverse();
        assert_eq!(mailed(&entries), jobs);
        let sources: Vec<_> = jobs.iter().filter_map(|job| job.source_id.as_deref()).collect();
        assert_eq!(sources, ["1000", "1001", "d-1", "r-1"]);
    }

    #[test]
    fn a_refund_mails_what_it_gave_and_what_came_back_unless_it_is_silent() {
        let source = EventId::fact("r-1");
        let cancelled = EventId::derived(DerivedEvent::Cancel, "1001");
        let entries = [
            grant(Method::RefundCredit, "r-1", 400),
            entry(Kind::Restore, Method::PerOrder, source, 600),
            entry(Kind::Clawback, Method::PerOrder, source, -200),
            entry(Kind::Expire, Method::PerOrder, source.restored(), -400),
            entry(Kind::Restore, Method::PerOrder, EventId::fact("silent"), 700),
            entry(Kind::Restore, Method::PerOrder, cancelled, 900),
        ];
        let told: Vec<_> = mailed(&entries)
            .into_iter()
            .map(|job| (job.source_id.unwrap(), cents(job.amount), job.lines.len(), job.note))
            .collect();
        let note = Some("a note".to_owned());
        assert_eq!(told, [("cancel:1001".to_owned(), 900, 1, None), ("r-1".to_owned(), 1000, 2, note)]);
    }

    #[test]
    fn postings_older_than_quiet_after_are_counted_and_seven_days_exactly_are_mailed() {
        let edge = Entry { effective_at: AS_OF.plus_days(-7), ..grant(Method::PerOrder, "edge", 100) };
        let older = Entry { effective_at: AS_OF.plus_days(-7).plus_micros(-1), ..grant(Method::PerOrder, "old", 100) };
        let outbox = posted(ADA, &Settings::default(), &[edge, older], &[]);
        assert_eq!(outbox.jobs.len(), 1);
        assert_eq!(outbox.jobs[0].source_id.as_deref(), Some("edge"));
        assert_eq!((outbox.tally.quiet, outbox.tally.jobs(JobKind::Received)), (1, 1));
    }

    #[test]
    fn corrections_and_people_without_email_are_counted_and_kinds_switched_off_are_not() {
        let entries = [grant(Method::PerOrder, "1001", 100), grant(Method::FirstOrder, "1001", 100)];
        let nobody = posted(Contact::default(), &Settings::default(), &entries, &[]);
        assert_eq!((nobody.jobs.len(), nobody.tally.without_email), (0, 1));

        let off = Settings { received: false, ..Settings::default() };
        assert_eq!(posted(ADA, &off, &entries, &[]).tally, Tally::default());

        let recipient = Recipient { customer_id: "c-1", remaining: &[], balances: &[] };
        let mut outbox = Outbox::default();
        let correction = Posting { entry: &entries[0], is_correction: true };
        let said = |_: Cause| Said { notify: true, note: None };
        jobs(&recipient, [correction], &Settings::default(), AS_OF, || ADA, said, &mut outbox);
        assert_eq!((outbox.jobs.len(), outbox.tally.corrections), (0, 1));
    }

    #[test]
    fn a_mail_of_any_kind_goes_to_one_address_or_is_counted() {
        let entries = [
            grant(Method::PerOrder, "1001", 100),
            entry(Kind::Redeem, Method::PerOrder, EventId::fact("d-1"), -50),
            entry(Kind::Restore, Method::PerOrder, EventId::fact("r-1"), 50),
        ];
        let lots = [lot("USD", Method::PerOrder, 250, AS_OF.plus_days(2))];
        for email in ["a@b.com, c@d.com", "a@b.com\r\nBcc: x@y.com", "not an address"] {
            let bad = posted(Contact { email: Some(email), ..ADA }, &Settings::default(), &entries, &lots);
            assert_eq!((bad.jobs.len(), bad.tally.bad_address, bad.tally.without_email), (0, 4, 0), "{email:?}");
        }
        assert_eq!(posted(ADA, &Settings::default(), &entries, &lots).jobs.len(), 4);
    }

    #[test]
    fn no_text_of_a_job_has_control_characters_and_its_id_is_that_of_the_cause() {
        let contact = Contact { email: Some("a@b"), name: Some("Ada\r\nX: y\u{1b}"), locale: Some("de\0") };
        let id = "1\n2\u{200b}";
        let recipient = Recipient { customer_id: "c\u{1b}1", remaining: &[], balances: &[] };
        let adjusted = grant(Method::Adjustment, id, 100);
        let said = |_: Cause| Said { notify: true, note: Some("one\r\ntwo\u{7}") };
        let mut outbox = Outbox::default();
        let posting = Posting { entry: &adjusted, is_correction: false };
        jobs(&recipient, [posting], &Settings::default(), AS_OF, || contact, said, &mut outbox);
        let job = &outbox.jobs[0];
        assert_eq!((job.customer_id.as_str(), job.name.as_deref()), (r"c\u{1b}1", Some("Ada X: y")));
        assert_eq!((job.locale.as_deref(), job.note.as_deref()), (Some("de"), Some("one\ntwo")));
        let shown = r"1\n2\u{200b}";
        assert_eq!((job.source_id.as_deref(), job.lines[0].origin_id.as_str()), (Some(shown), shown));
        let cause = Cause { id: EventId::fact(id), event: Event::Adjustment };
        assert_eq!(job.job_id, job_id::of_event(JobKind::Received, &cause));
    }

    #[test]
    fn a_reminder_is_due_from_n_days_before_until_the_expiry_and_only_the_smallest_n() {
        let settings = Settings { expiring_days_before: vec![3, 7, 14], ..Settings::default() };
        let days_for = |expires_at| {
            let jobs = posted(ADA, &settings, &[], &[lot("USD", Method::PerOrder, 250, expires_at)]).jobs;
            jobs.iter().map(|job| job.days_before.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(days_for(AS_OF.plus_days(14).plus_micros(1)), [0_u32; 0]);
        assert_eq!(days_for(AS_OF.plus_days(14)), [14]);
        assert_eq!(days_for(AS_OF.plus_days(5)), [7]);
        assert_eq!(days_for(AS_OF.plus_days(3)), [3]);
        assert_eq!(days_for(AS_OF.plus_micros(1)), [3]);
        assert_eq!(days_for(AS_OF), [0_u32; 0]);
    }

    #[test]
    fn a_reminder_sums_the_lots_of_one_currency_and_instant() {
        let soon = AS_OF.plus_days(2);
        let remaining = [
            lot("EUR", Method::PerOrder, 100, soon),
            lot("USD", Method::FirstOrder, 200, soon),
            lot("USD", Method::PerOrder, 300, soon),
            lot("USD", Method::PerOrder, 400, soon.plus_micros(1)),
            OpenLot { expires_at: None, ..lot("USD", Method::RefundCredit, 500, soon) },
        ];
        let jobs = posted(ADA, &Settings::default(), &[], &remaining).jobs;
        let told: Vec<_> = jobs.iter().map(|job| (job.currency.code(), cents(job.amount), job.lines.len())).collect();
        assert_eq!(told, [("EUR", 100, 1), ("USD", 500, 2), ("USD", 400, 1)]);
        assert!(jobs.iter().all(|job| job.source_id.is_none() && job.kind == JobKind::Expiring));
        assert_eq!(cents(jobs[0].balance_after), 0);
    }
}
