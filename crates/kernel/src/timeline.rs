//! The order of events (SPEC 3): a person's facts up to as_of, by instant, then by kind, then by id.

use super::entry::{EventId, Prefix};
use super::facts::Person;
use super::program::{Program, RedemptionSource};
use super::time::Instant;

/// One event of a person, at the instant that it acts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) at: Instant,
    pub(crate) event: Event,
    pub(crate) id: EventId<'a>,
}

/// What happens; numbers are indices into the person's facts of that kind. In the order of SPEC 3.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Registration,
    Adjustment(u32),
    Redemption(u32),
    /// A redemption told by the order's `credit_amount`.
    CreditSpent(u32),
    Order(u32),
    Refund(u32),
    /// The cancellation of an order, after all refunds at its instant.
    Cancellation(u32),
}

/// Fills `steps` with the person's events up to as_of, in order.
pub(crate) fn arrange<'a>(person: &Person<'a, '_>, program: &Program, as_of: Instant, steps: &mut Vec<Step<'a>>) {
    steps.clear();
    let mut add = |at: Instant, event: Event, id: EventId<'a>| {
        if at <= as_of {
            steps.push(Step { at, event, id });
        }
    };
    if let Some(registration) = &person.registration {
        add(registration.registered_at, Event::Registration, EventId::fact(person.id));
    }
    for (index, adjustment) in (0..).zip(person.adjustments) {
        add(adjustment.adjusted_at, Event::Adjustment(index), EventId::fact(adjustment.id));
    }
    add_redemptions(person, program, &mut add);
    for (index, order) in (0..).zip(person.orders) {
        if let Some(paid_at) = order.paid_at.filter(|_| order.counts()) {
            add(paid_at, Event::Order(index), EventId::fact(order.id));
        }
        if let Some(cancelled_at) = order.cancelled_at {
            add(cancelled_at, Event::Cancellation(index), EventId::derived(Prefix::Cancel, order.id));
        }
    }
    for (index, refund) in (0..).zip(person.refunds) {
        let order = &person.orders[refund.order as usize];
        let paid_at = order.paid_at.filter(|_| order.counts());
        // Before its order's payment there is nothing that a refund could act on.
        let at = paid_at.map_or(refund.refunded_at, |paid_at| paid_at.max(refund.refunded_at));
        add(at, Event::Refund(index), EventId::fact(refund.id));
    }
    steps.sort_unstable_by(|a, b| (a.at, a.event.rank()).cmp(&(b.at, b.event.rank())).then_with(|| a.id.cmp(&b.id)));
}

fn add_redemptions<'a>(person: &Person<'a, '_>, program: &Program, add: &mut impl FnMut(Instant, Event, EventId<'a>)) {
    match program.redemption.from {
        RedemptionSource::Redemptions => {
            for (index, redemption) in (0..).zip(person.redemptions) {
                add(redemption.redeemed_at, Event::Redemption(index), EventId::fact(redemption.id));
            }
        }
        RedemptionSource::Orders => {
            for (index, order) in (0..).zip(person.orders).filter(|(_, order)| order.credit.is_positive()) {
                add(order.placed_at, Event::CreditSpent(index), EventId::derived(Prefix::Order, order.id));
            }
        }
    }
}

impl Event {
    fn rank(self) -> u8 {
        match self {
            Event::Registration => 0,
            Event::Adjustment(_) => 1,
            Event::Redemption(_) | Event::CreditSpent(_) => 2,
            Event::Order(_) => 3,
            Event::Refund(_) => 4,
            Event::Cancellation(_) => 5,
        }
    }
}
