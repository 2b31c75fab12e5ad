//! Events by the facts that tell of them: what they are, their currency and their figures.

use super::model::{EventKind, EventTold, Figures};
use accrue_facts::columns::refund_method;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{DerivedEvent, EventId};
use accrue_kernel::facts::{
    Adjustment, AdjustmentChange, FactRef, Order, OrderIndex, Person, Redemption, Refund, Registration,
};
use accrue_kernel::money::Amount;
use accrue_kernel::program::Program;
use accrue_kernel::time::{LocalCalendar, Timestamp};

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
    /// An order that tells itself what credit paid for it.
    CreditSpent(&'p Order<'a>),
    Adjustment(&'p Adjustment<'a>),
}

impl<'p, 'a> Happening<'p, 'a> {
    /// Finds what happens by the id of an event and its fact.
    pub(super) fn of(person: &Person<'a, 'p>, id: EventId<'_>, fact: FactRef) -> Option<Happening<'p, 'a>> {
        let order = |index: OrderIndex| person.orders.get(index.get());
        match fact {
            FactRef::Registration(_) => person.registration.map(Happening::Registration),
            FactRef::Redemption(_) => {
                let found = person.redemptions.iter().find(|own| own.fact == fact)?;
                Some(Happening::Redemption(found, found.order.and_then(order)))
            }
            FactRef::Adjustment(_) => person.adjustments.iter().find(|own| own.fact == fact).map(Happening::Adjustment),
            FactRef::Refund(_) => Happening::refund(person, person.refunds.iter().find(|own| own.fact == fact)?),
            FactRef::Order(_) => {
                // An order may tell of a refund of it as well.
                let undated = |own: &&Refund<'_>| own.fact == fact && EventId::fact(own.id) == id;
                if let Some(refund) = person.refunds.iter().find(undated) {
                    return Happening::refund(person, refund);
                }
                let own = person.orders.iter().find(|own| own.fact == fact)?;
                Some(match () {
                    () if id == EventId::fact(own.id) => Happening::Order(own),
                    () if id == EventId::derived(DerivedEvent::Cancel, own.id) => Happening::Cancellation(own),
                    () => Happening::CreditSpent(own),
                })
            }
        }
    }

    fn refund(person: &Person<'a, 'p>, refund: &'p Refund<'a>) -> Option<Happening<'p, 'a>> {
        Some(Happening::Refund(refund, person.orders.get(refund.order.get())?))
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
        let order = match self {
            Happening::Order(order)
            | Happening::Refund(_, order)
            | Happening::Cancellation(order)
            | Happening::CreditSpent(order)
            | Happening::Redemption(_, Some(order)) => Some(order.id.to_owned()),
            Happening::Registration(_) | Happening::Redemption(_, None) | Happening::Adjustment(_) => None,
        };
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
    }
}

/// Returns the last local day on which something is valid that is no longer valid at an instant.
pub(super) fn last_day(expires_at: Timestamp, zone: &LocalCalendar) -> String {
    zone.day_of(expires_at.plus_micros(-1)).to_string()
}

/// Returns an instant as a day and a time of the zone.
pub(super) fn local(at: Timestamp, zone: &LocalCalendar) -> String {
    let local = zone.moment(at).local().unwrap_or_default();
    // The name of the zone is the same everywhere, and stands with the program.
    local.rsplit_once(' ').map(|(time, _)| time.to_owned()).unwrap_or(local)
}
