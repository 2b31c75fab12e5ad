//! Makes the emails of one range of people: collects what the room `emails` needs of each person, and renders the jobs.

use super::context::RunContext;
use super::error::RunError;
use crate::emails::{self, Cause, Contact, Event, Outbox, Posting, Recipient, Said, Templates};
use crate::kernel::entry::EventId;
use crate::kernel::facts::{FactRef, Person};
use crate::kernel::outcome::PersonLedger;
use crate::resolve::{People, Rank};

/// Adds one person's email jobs.
pub(crate) fn collect<'a>(
    shared: &RunContext<'a>,
    rank: Rank,
    person: &Person<'a, '_>,
    out: &'a PersonLedger<'a>,
    postings: impl Iterator<Item = Posting<'a>>,
    outbox: &mut Outbox,
) {
    let people = shared.people;
    let recipient = Recipient { customer_id: person.id, remaining: &out.remaining, balances: &out.balances };
    let contact = || contact(people, rank);
    let said = |cause| said(people, person, cause);
    emails::jobs(&recipient, postings, &shared.program.emails, shared.as_of, contact, said, outbox);
}

/// Counts what is taken back from a person who has no facts any more, and so no address.
pub(crate) fn about_nobody<'a>(
    shared: &RunContext<'_>,
    customer_id: &'a str,
    postings: impl Iterator<Item = Posting<'a>>,
    outbox: &mut Outbox,
) {
    let recipient = Recipient { customer_id, remaining: &[], balances: &[] };
    let said = |_: Cause<'_>| Said { notify: true, note: None };
    emails::jobs(&recipient, postings, &shared.program.emails, shared.as_of, Contact::default, said, outbox);
}

/// Renders jobs as lines of `emails.ndjson`.
pub(crate) fn render(templates: &Templates, outbox: &Outbox) -> Result<Vec<u8>, RunError> {
    let mut lines = Vec::new();
    for job in &outbox.jobs {
        let rendered = templates.render(job).map_err(|fault| RunError::Templates(vec![fault]))?;
        emails::write_ndjson(&mut lines, job, &rendered).expect("writing to memory");
    }
    Ok(lines)
}

/// Returns where and how a person is written to.
pub(crate) fn contact(people: &People, rank: Rank) -> Contact<'_> {
    if people.many_addresses(rank).is_some() {
        // Nobody knows whose address it would be.
        return Contact::default();
    }
    let contact = people.contact(rank);
    Contact { email: contact.email, name: contact.name, locale: contact.locale }
}

/// Finds what a refund or adjustment says about its mail.
pub(crate) fn said<'a>(people: &'a People, person: &Person<'a, '_>, cause: Cause<'a>) -> Said<'a> {
    let is_cause = |id: &str| EventId::fact(id) == cause.id;
    let fact: Option<FactRef> = match cause.event {
        Event::Refund => person.refunds.iter().find(|refund| is_cause(refund.id)).map(|refund| refund.fact),
        Event::Adjustment => person.adjustments.iter().find(|own| is_cause(own.id)).map(|own| own.fact),
        Event::Order | Event::Registration | Event::Redemption | Event::Cancellation => None,
    };
    match fact {
        Some(fact) => Said { notify: people.notifies(fact), note: people.note(fact) },
        None => Said { notify: true, note: None },
    }
}
