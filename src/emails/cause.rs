//! The event that a mail is about. The id of a job depends on it.

use crate::kernel::entry::EventId;

/// The event that a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cause<'a> {
    pub id: EventId<'a>,
    pub event: Event,
}

/// What kind of fact an event comes from: ids of different kinds may be the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    Order,
    Registration,
    Adjustment,
    Redemption,
    Refund,
    /// An order's `cancelled_at`.
    Cancellation,
}
