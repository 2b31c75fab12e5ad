//! Describes the events of an explanation from their facts: what they are, their currency and their figures.

use super::model::{EventKind, EventTold, Figures};
use accrue_facts::columns::refund_method;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::EventId;
use accrue_kernel::facts::{Adjustment, AdjustmentChange, Order, OrderIndex, Person, Redemption, Refund, Registration};
use accrue_kernel::money::Amount;
use accrue_kernel::program::Program;
use accrue_kernel::time::{LocalCalendar, Timestamp};
use accrue_kernel::trace::Event;

/// The fact of an event, and what of it happens.
#[derive(Clone, Copy)]
pub(super) enum Happening<'p, 'a> {
    Registration(Registration),
    Order(&'p Order<'a>),
    /// With its order.
    Refund(&'p Refund<'a>, &'p Order<'a>),
    Cancellation(&'p Order<'a>),
    /// With the order that it pays for.
    Redemption(&'p Redemption<'a>, Option<&'p Order<'a>>),
    /// An order with a `credit_amount` of its own.
    CreditSpent(&'p Order<'a>),
    Adjustment(&'p Adjustment<'a>),
}

impl<'p, 'a> Happening<'p, 'a> {
    /// Finds the facts of an event.
    pub(super) fn of(person: &Person<'a, 'p>, event: Event) -> Option<Happening<'p, 'a>> {
        let order = |index: OrderIndex| person.orders.get(index.get());
        Some(match event {
            Event::Registration => Happening::Registration(person.registration?),
            Event::Adjustment(index) => Happening::Adjustment(person.adjustments.get(index as usize)?),
            Event::Redemption(index) => {
                let found = person.redemptions.get(index as usize)?;
                Happening::Redemption(found, found.order.and_then(order))
            }
            Event::CreditSpent(index) => Happening::CreditSpent(order(index)?),
            Event::Order(index) => Happening::Order(order(index)?),
            Event::Refund(index) => {
                let found = person.refunds.get(index as usize)?;
                Happening::Refund(found, order(found.order)?)
            }
            Event::Cancellation(index) => Happening::Cancellation(order(index)?),
        })
    }

    /// Returns the currency of the event.
    pub(super) fn currency(&self, program: &Program) -> Currency {
        match self {
            Happening::Registration(_) => program.currency,
            Happening::Order(order)
            | Happening::Refund(_, order)
            | Happening::Cancellation(order)
            | Happening::CreditSpent(order) => order.currency,
            Happening::Redemption(redemption, _) => redemption.currency,
            Happening::Adjustment(adjustment) => adjustment.currency,
        }
    }

    /// Returns the order that it is or names.
    pub(super) fn order(&self) -> Option<&'p Order<'a>> {
        match self {
            Happening::Order(order)
            | Happening::Refund(_, order)
            | Happening::Cancellation(order)
            | Happening::CreditSpent(order)
            | Happening::Redemption(_, Some(order)) => Some(order),
            Happening::Registration(_) | Happening::Redemption(_, None) | Happening::Adjustment(_) => None,
        }
    }

    /// Returns the instant that the fact itself names.
    pub(super) fn own_time(&self) -> Timestamp {
        match self {
            Happening::Registration(registration) => registration.registered_at,
            Happening::Order(order) => order.paid_at.unwrap_or(order.placed_at),
            Happening::Refund(refund, _) => refund.refunded_at,
            Happening::Cancellation(order) => order.cancelled_at.unwrap_or(order.placed_at),
            Happening::Redemption(redemption, _) => redemption.redeemed_at,
            Happening::CreditSpent(order) => order.placed_at,
            Happening::Adjustment(adjustment) => adjustment.adjusted_at,
        }
    }

    /// Tells the event, without what was decided about it.
    pub(super) fn told(&self, at: Timestamp, id: EventId<'_>, program: &Program) -> EventTold {
        let order = self.order().map(|order| order.id.to_owned());
        EventTold { order, ..told(at, self.kind(), id.to_string(), self.figures(program), &program.zone) }
    }

    fn kind(&self) -> EventKind {
        match self {
            Happening::Registration(_) => EventKind::Registration,
            Happening::Order(_) => EventKind::Order,
            Happening::Refund(..) => EventKind::Refund,
            Happening::Cancellation(_) => EventKind::Cancellation,
            Happening::Redemption(..) | Happening::CreditSpent(_) => EventKind::Redemption,
            Happening::Adjustment(_) => EventKind::Adjustment,
        }
    }

    fn figures(&self, program: &Program) -> Figures {
        let currency = self.currency(program);
        let shown = |amount: Amount| amount.display(currency).to_string();
        match self {
            Happening::Registration(own) => {
                Figures::Registration { orders_before: own.orders_before, spend_before: shown(own.spend_before) }
            }
            Happening::Order(own) => Figures::Order {
                items: shown(own.items),
                credit: shown(own.credit),
                total: shown(own.total),
                counted: None,
            },
            Happening::Refund(own, order) => Figures::Refund {
                amount: shown(own.amount),
                method: refund_method(own.method),
                refunded_at: own.refunded_at.to_string(),
                order_total: shown(order.total),
                counted: None,
            },
            Happening::Cancellation(order) => Figures::Cancellation { order_total: shown(order.total), amount: None },
            Happening::Redemption(own, _) => Figures::Redemption { amount: shown(own.amount) },
            Happening::CreditSpent(order) => Figures::Redemption { amount: shown(order.credit) },
            Happening::Adjustment(own) => {
                let (mode, amount) = match own.change {
                    AdjustmentChange::By(amount) => ("by", amount),
                    AdjustmentChange::To(amount) => ("to", amount),
                };
                Figures::Adjustment { mode, amount: shown(amount), worked_out: None }
            }
        }
    }
}

/// Tells what happens at an instant.
pub(super) fn told(at: Timestamp, event: EventKind, id: String, figures: Figures, zone: &LocalCalendar) -> EventTold {
    EventTold {
        at: at.to_string(),
        on: zone.day_of(at).to_string(),
        local: local(at, zone),
        event,
        id,
        order: None,
        asked_for: true,
        fact: None,
        not_counted: None,
        figures,
        steps: Vec::new(),
        balance_after: String::new(),
        mails: Vec::new(),
    }
}

/// Returns the last local day on which something is valid that is no longer valid at an instant.
pub(super) fn last_day(expires_at: Timestamp, zone: &LocalCalendar) -> String {
    zone.day_of(expires_at.plus_micros(-1)).to_string()
}

/// Returns an instant as a day and a time of the zone.
pub(super) fn local(at: Timestamp, zone: &LocalCalendar) -> String {
    let local = zone.moment(at).local().unwrap_or_default();
    // The name of the zone is the same everywhere, and is shown with the program.
    local.rsplit_once(' ').map(|(time, _)| time.to_owned()).unwrap_or(local)
}
