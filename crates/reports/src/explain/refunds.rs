//! Explains how much a refund reclaims from each lot, or why it reclaims nothing.

use super::event;
use super::exact::exact;
use super::model::{Reclaimed, Step};
use super::program;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::Amount;
use accrue_kernel::program::ClawbackShare;
use accrue_kernel::time::LocalCalendar;
use accrue_kernel::trace::{self, NotReclaimed, Refunded};

/// Tells what a refund reclaims of a lot; what it moves comes later.
pub(super) fn reclaimed(own: &trace::Reclaimed, currency: Currency) -> Step {
    let (refunded, total) = match own.refunded {
        Refunded::Part { refunded, total } => (Some(refunded), Some(total)),
        Refunded::Whole => (None, None),
    };
    let shown = |amount: Amount| amount.display(currency).to_string();
    Step::Reclaimed(Reclaimed {
        lot: own.lot.number(),
        share: program::share(own.share),
        lot_granted: shown(own.granted),
        refunded: refunded.map(shown),
        total: total.map(shown),
        exact: own.dropped.map(|dropped| exact(own.reclaimable.into(), dropped, currency)),
        due_so_far: shown(own.reclaimable),
        due_before: shown(own.reclaimable - own.due),
        due: shown(own.due),
        taken: shown(own.taken),
        counted_as_expired: shown(own.expired),
        shortfall: shown(own.shortfall),
        reason: why_not(own),
        moves: Vec::new(),
    })
}

/// Returns why a lot gives nothing; `None` where it gives something.
fn why_not(own: &trace::Reclaimed) -> Option<&'static str> {
    match () {
        () if own.taken.is_positive() => None,
        () if own.share == ClawbackShare::None => Some("none"),
        () if own.share == ClawbackShare::FullOnly && own.reclaimable.is_zero() => Some("full_only"),
        () if own.due.is_zero() => Some("already_reclaimed"),
        () if own.shortfall.is_zero() => Some("already_expired"),
        () => Some("nothing_left"),
    }
}

/// Tells why a refund reclaims nothing at all.
pub(super) fn not_reclaimed(reason: &NotReclaimed, zone: &LocalCalendar) -> Step {
    let (reason, from) = match reason {
        NotReclaimed::StoreCredit => ("on_store_credit_off", None),
        NotReclaimed::AfterCancellation => ("after_cancellation", None),
        NotReclaimed::BeforeFrom { from } => ("before_from", Some(*from)),
        NotReclaimed::TotalZero => ("total_zero", None),
        NotReclaimed::NothingGranted => ("nothing_granted", None),
    };
    let local = from.map(|from| event::local(from, zone));
    Step::NotReclaimed { reason, from: from.map(|from| from.to_string()), local }
}
