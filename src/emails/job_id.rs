//! Job ids (docs/spec.md 7): the first 32 hex digits of the SHA-256 of a mail's cause.
//!
//! The cause is written as netstrings (`<bytes>:<text>,`), so that no two causes have the same bytes. The first
//! field is the version of this encoding: changing what follows without changing it would mail people twice.
//! Ids of events do not depend on the person: an order that moves from a guest to a customer is mailed about once.

use super::cause::{Cause, Event};
use super::job::JobKind;
use crate::kernel::currency::Currency;
use crate::kernel::time::Timestamp;
use sha2::{Digest, Sha256};

const VERSION: &str = "accrue-job-1";

/// Returns the id of the mail of one kind about one event.
pub(crate) fn of_event(kind: JobKind, cause: &Cause) -> String {
    digest(&[VERSION, kind.name(), event_name(cause.event), &cause.id.to_string()])
}

/// Returns the id of the reminder, `days_before` days ahead, of what one person loses at one instant.
pub(crate) fn of_expiry(customer_id: &str, currency: Currency, expires_at: Timestamp, days_before: u32) -> String {
    let (expires_at, days_before) = (expires_at.to_string(), days_before.to_string());
    digest(&[VERSION, JobKind::Expiring.name(), customer_id, currency.code(), &expires_at, &days_before])
}

fn event_name(event: Event) -> &'static str {
    match event {
        Event::Order => "order",
        Event::Registration => "registration",
        Event::Adjustment => "adjustment",
        Event::Redemption => "redemption",
        Event::Refund => "refund",
        Event::Cancellation => "cancellation",
    }
}

fn digest(fields: &[&str]) -> String {
    let netstrings: String = fields.iter().map(|field| format!("{}:{field},", field.len())).collect();
    let digits = Sha256::digest(netstrings).into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).expect("half a byte is a digit")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::entry::EventId;

    fn id(kind: JobKind, event: Event, id: &str) -> String {
        of_event(kind, &Cause { id: EventId::fact(id), event })
    }

    /// `printf '12:accrue-job-1,8:received,5:order,4:1001,' | sha256sum`, as docs/emails.md says.
    #[test]
    fn an_id_is_the_digest_that_the_docs_tell_how_to_make() {
        assert_eq!(id(JobKind::Received, Event::Order, "1001"), "944807fcaab99f4bf63995dfffd0df23");
        let usd = Currency::from_code("USD").unwrap();
        let id = of_expiry("c-7", usd, Timestamp::from_micros(1_714_536_000_000_000), 3);
        assert_eq!(id, "8506e623b1a86a91c65d1405d97bf909");
    }

    #[test]
    fn different_causes_have_different_ids() {
        let order = id(JobKind::Received, Event::Order, "1");
        assert_ne!(order, id(JobKind::Received, Event::Registration, "1"));
        assert_ne!(order, id(JobKind::Received, Event::Order, "2"));
        let usd = Currency::from_code("USD").unwrap();
        let at = Timestamp::from_micros(0);
        assert_ne!(of_expiry("a", usd, at, 3), of_expiry("b", usd, at, 3));
        assert_ne!(of_expiry("a", usd, at, 3), of_expiry("a", usd, at, 7));
        assert_ne!(of_expiry("a", usd, at, 3), of_expiry("a", usd, at.plus_micros(1), 3));
    }
}
