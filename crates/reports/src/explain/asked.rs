//! Selects the part of an explanation that was asked for (an order, a refund, an entry), and sums it up.

use super::model::{Asked, EntryAsked, EntryTold, EventKind, EventTold, LotTold, Move, OpenItem, Step, Sums};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Kind, MadeBy, Method};
use accrue_kernel::money::WideAmount;

/// Returns what an event moves, in order.
pub(super) fn moves(event: &EventTold) -> impl DoubleEndedIterator<Item = &Move> {
    event.steps.iter().flat_map(moves_of)
}

/// Returns what a step moves.
pub(super) fn moves_of(step: &Step) -> &[Move] {
    match step {
        Step::Granted { moves, .. }
        | Step::Redeemed { moves, .. }
        | Step::Taken { moves, .. }
        | Step::Restored { moves, .. }
        | Step::Collected { moves, .. }
        | Step::Expired { moves, .. }
        | Step::Posted { moves, .. } => moves,
        Step::Reclaimed(reclaimed) => &reclaimed.moves,
        Step::NotGranted { .. } | Step::NotReclaimed { .. } | Step::Odd { .. } => &[],
    }
}

/// Notes which events have to do with what was asked for.
pub(super) fn mark(asked: &Asked, currency: Currency, lots: &[LotTold], events: &mut [EventTold]) {
    if !is_in(asked, currency) {
        events.iter_mut().for_each(|event| event.asked_for = false);
        return;
    }
    let order_of_refund = match asked {
        Asked::Refund { id } => events
            .iter()
            .find(|event| event.event == EventKind::Refund && event.id == *id)
            .and_then(|event| event.order.clone()),
        _ => None,
    };
    for event in events {
        let is_own = match asked {
            Asked::Person { .. } => true,
            Asked::Order { id } => event.order.as_ref() == Some(id),
            Asked::Refund { id } => {
                let is_order = event.event == EventKind::Order && Some(&event.id) == order_of_refund.as_ref();
                is_order || event.event == EventKind::Refund && event.id == *id
            }
            Asked::Entry(entry) => event.event != EventKind::Expiry && event.id == entry.source_id,
        };
        event.asked_for = is_own || moves(event).any(|moved| is_asked(asked, moved, lots));
    }
}

/// Returns the sums of what was asked for; `None` where that is everything.
pub(super) fn asked_sums(asked: &Asked, lots: &[LotTold], events: &[EventTold], currency: Currency) -> Option<Sums> {
    match asked {
        Asked::Person { .. } => None,
        _ => Some(sums(events, currency, |moved| is_in(asked, currency) && is_asked(asked, moved, lots))),
    }
}

/// Tells whether a change has to do with what was asked for: of an order, whatever becomes of the lots that it has
/// made; of a refund, what it does; of an entry, the entry itself.
fn is_asked(asked: &Asked, moved: &Move, lots: &[LotTold]) -> bool {
    match asked {
        Asked::Person { .. } => true,
        Asked::Order { id } => {
            let lot = lots.iter().find(|lot| Some(lot.lot) == moved.lot);
            lot.is_some_and(|lot| lot.origin_id == *id && is_of_order(lot.method))
        }
        Asked::Refund { id } => {
            let restored = moved.source_id.strip_prefix("restore:");
            let is_of_refund = moved.source_id == *id && ["grant", "clawback", "restore"].contains(&moved.kind);
            is_of_refund || moved.kind == "expire" && restored == Some(id)
        }
        Asked::Entry(entry) => is_entry(entry, (moved.kind, &moved.source_id, moved.method, &moved.origin_id)),
    }
}

/// Tells whether an entry, of this kind, source, method and origin, is asked for, whatever its currency.
fn is_entry(asked: &EntryAsked, (own_kind, source, own_method, origin): (&str, &str, &str, &str)) -> bool {
    let EntryAsked { source_id, currency: _, kind, method, origin_id } = asked;
    source == source_id
        && kind.as_ref().is_none_or(|kind| own_kind == kind)
        && method.as_ref().is_none_or(|method| own_method == method)
        && origin_id.as_ref().is_none_or(|own| own == origin)
}

/// Tells whether an entry of the ledger has to do with what was asked for.
pub(super) fn is_asked_entry(asked: &Asked, entry: &EntryTold) -> bool {
    let EntryTold { kind, source_id, method, origin_id, .. } = entry;
    match asked {
        Asked::Person { .. } => true,
        Asked::Order { id } => origin_id == id && is_of_order(method),
        Asked::Refund { id } => {
            source_id == id && ["grant", "clawback", "restore"].contains(kind)
                || source_id.strip_prefix("restore:") == Some(id)
        }
        Asked::Entry(entry) => is_entry(entry, (kind, source_id, method, origin_id)),
    }
}

/// Notes which open items have to do with what was asked for: those that the order, the refund or the source itself
/// left, or for an order its cancellation or a refund of it.
pub(super) fn mark_open(asked: &Asked, events: &[EventTold], items: &mut [OpenItem]) {
    for item in items {
        item.asked_for = match asked {
            Asked::Person { .. } => true,
            Asked::Order { id } => {
                events.iter().any(|event| event.id == item.source_id && event.order.as_ref() == Some(id))
            }
            Asked::Refund { id } => item.source_id == *id,
            Asked::Entry(entry) => item.source_id == entry.source_id,
        };
    }
}

/// Tells whether what was asked for is in a currency.
pub(super) fn is_in(asked: &Asked, currency: Currency) -> bool {
    match asked {
        Asked::Entry(entry) => entry.currency.as_ref().is_none_or(|code| code == currency.code()),
        Asked::Person { .. } | Asked::Order { .. } | Asked::Refund { .. } => true,
    }
}

fn is_of_order(name: &str) -> bool {
    Method::ALL.into_iter().any(|method| method.name() == name && method.made_by() == MadeBy::Order)
}

/// Adds up changes by what is done.
pub(super) fn sums(events: &[EventTold], currency: Currency, is_wanted: impl Fn(&Move) -> bool) -> Sums {
    let wanted: Vec<&Move> = events.iter().flat_map(moves).filter(|moved| is_wanted(moved)).collect();
    let amount = |moved: &&Move| WideAmount::parse(&moved.amount, currency).unwrap_or(WideAmount::ZERO);
    let of = |kind: Kind| -> WideAmount {
        // What is settled leaves a lot and lowers the debt by as much: only the lot is counted.
        let counts = |moved: &&&Move| moved.kind == kind.name() && (kind != Kind::Settle || moved.lot.is_some());
        wanted.iter().filter(counts).map(amount).sum()
    };
    let shown = |sum: WideAmount| sum.display(currency).to_string();
    let taken = |kind: Kind| shown(WideAmount::ZERO - of(kind));
    Sums {
        granted: shown(of(Kind::Grant)),
        redeemed: taken(Kind::Redeem),
        restored: shown(of(Kind::Restore)),
        reclaimed: taken(Kind::Clawback),
        expired: taken(Kind::Expire),
        settled: taken(Kind::Settle),
        adjusted: taken(Kind::Adjust),
        total: shown(wanted.iter().map(amount).sum()),
    }
}
