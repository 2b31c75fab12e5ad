//! The order of events (docs/spec.md 3): a person's facts up to as_of, by instant, then by kind, then by id.

use super::entry::{DerivedEvent, EventId};
use super::event::Event;
use super::facts::{Adjustment, FactRef, Order, OrderIndex, Person, Redemption, Registration};
use super::journal::Journal;
use super::program::{Program, RedemptionSource};
use super::time::Timestamp;
use super::trace::{Decision, Ignored, Trace};

/// One event of a person, at the instant that it acts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) at: Timestamp,
    pub(crate) event: Event,
    pub(crate) id: EventId<'a>,
}

/// Fills `steps` with the person's events up to as_of, in order.
pub(crate) fn arrange<'a, T: Trace<'a>>(
    person: &Person<'a, '_>,
    program: &Program,
    as_of: Timestamp,
    steps: &mut Vec<Step<'a>>,
    journal: &mut Journal<'_, 'a, T>,
) {
    steps.clear();
    let mut timeline = Timeline { as_of, steps, journal };
    if let Some(registration) = &person.registration {
        let Registration { registered_at, fact, .. } = *registration;
        timeline.add(registered_at, Event::Registration, EventId::fact(person.id), fact);
    }
    for (index, adjustment) in (0..).zip(person.adjustments) {
        let Adjustment { adjusted_at, id, fact, .. } = *adjustment;
        timeline.add(adjusted_at, Event::Adjustment(index), EventId::fact(id), fact);
    }
    timeline.add_redemptions(person, program);
    for (index, order) in (0..).map(OrderIndex::new).zip(person.orders) {
        let Order { id, fact, .. } = *order;
        match order.paid_at {
            Some(paid_at) if order.counts() => timeline.add(paid_at, Event::Order(index), EventId::fact(id), fact),
            Some(_) => timeline.ignore(Event::Order(index), EventId::fact(id), fact, Ignored::CancelledBeforePayment),
            None => timeline.ignore(Event::Order(index), EventId::fact(id), fact, Ignored::Unpaid),
        }
        if let Some(cancelled_at) = order.cancelled_at {
            timeline.add(cancelled_at, Event::Cancellation(index), EventId::derived(DerivedEvent::Cancel, id), fact);
        }
    }
    for (index, refund) in (0..).zip(person.refunds) {
        let order = &person.orders[refund.order.get()];
        let paid_at = order.paid_at.filter(|_| order.counts());
        // Before its order's payment there is nothing that a refund could act on.
        let at = paid_at.map_or(refund.refunded_at, |paid_at| paid_at.max(refund.refunded_at));
        timeline.add(at, Event::Refund(index), EventId::fact(refund.id), refund.fact);
    }
    steps.sort_unstable_by(|a, b| (a.at, a.event.rank()).cmp(&(b.at, b.event.rank())).then_with(|| a.id.cmp(&b.id)));
}

/// The events so far, and the trace that gets the facts that make none.
struct Timeline<'t, 'j, 'a, T> {
    as_of: Timestamp,
    steps: &'t mut Vec<Step<'a>>,
    journal: &'t mut Journal<'j, 'a, T>,
}

impl<'a, T: Trace<'a>> Timeline<'_, '_, 'a, T> {
    #[inline]
    fn add(&mut self, at: Timestamp, event: Event, id: EventId<'a>, fact: FactRef) {
        if at <= self.as_of {
            self.steps.push(Step { at, event, id });
        } else {
            self.ignore(event, id, fact, Ignored::AfterAsOf { at });
        }
    }

    #[inline]
    fn ignore(&mut self, event: Event, id: EventId<'a>, fact: FactRef, reason: Ignored) {
        self.journal.tell(|| Decision::Ignored { event, id, fact, reason });
    }

    fn add_redemptions(&mut self, person: &Person<'a, '_>, program: &Program) {
        match program.redemption.from {
            RedemptionSource::Redemptions => {
                for (index, redemption) in (0..).zip(person.redemptions) {
                    let Redemption { redeemed_at, id, fact, .. } = *redemption;
                    self.add(redeemed_at, Event::Redemption(index), EventId::fact(id), fact);
                }
            }
            RedemptionSource::Orders => {
                for (index, redemption) in (0..).zip(person.redemptions) {
                    let (event, id) = (Event::Redemption(index), EventId::fact(redemption.id));
                    self.ignore(event, id, redemption.fact, Ignored::OtherSource);
                }
                let orders = (0..).map(OrderIndex::new).zip(person.orders);
                for (index, order) in orders.filter(|(_, order)| order.credit.is_positive()) {
                    let id = EventId::derived(DerivedEvent::Order, order.id);
                    self.add(order.placed_at, Event::CreditSpent(index), id, order.fact);
                }
            }
        }
    }
}
