//! The trace of a computation: a listener that hears every decision, in the order in which they are made.
//!
//! Decisions are data only; texts are made elsewhere. [`compute`] uses [`Silent`], which hears nothing and costs
//! nothing; [`compute_traced`] takes any other trace. A trace changes no entry. Amounts are in minor units of the
//! currency that is beside them.
//!
//! [`compute`]: super::compute
//! [`compute_traced`]: super::compute_traced

use super::currency::Currency;
use super::decision::{Earned, NoGrants, NotGranted};
use super::entry::{EventId, Kind, LotNumber, Method, OriginId, SourceId};
pub use super::event::Event;
use super::exception::Exception;
use super::facts::{AdjustmentChange, FactRef};
use super::money::{Amount, Fraction, WideAmount};
use super::program::{ClawbackShare, RuleIndex};
pub use super::refunded::Refunded;
use super::time::Timestamp;

/// Hears the decisions of the computation of one person.
pub trait Trace<'a> {
    /// Whether the trace listens at all: if not, no decision is made into a value.
    const LISTENS: bool = true;

    /// Hears one decision.
    fn hear(&mut self, decision: Decision<'a>);
}

/// The trace that hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

/// One decision.
///
/// [`Decision::Ignored`] comes first, for every fact that makes no event. Then the events follow. [`Decision::Event`]
/// begins an event, and the decisions after it are about this event. What expires up to an event is heard before the
/// event; what expires after the last event, up to as_of, is heard at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision<'a> {
    /// A fact makes no event.
    Ignored {
        /// The event that there would be.
        event: Event,
        /// Its id.
        id: EventId<'a>,
        /// The fact.
        fact: FactRef,
        /// The reason.
        reason: Ignored,
    },
    /// An event begins.
    Event {
        /// The event.
        event: Event,
        /// Its id.
        source_id: SourceId<'a>,
        /// The fact that it follows from.
        fact: FactRef,
        /// The instant at which it acts.
        at: Timestamp,
    },
    /// An order counts for the history of the person.
    Counted {
        /// The currency of value and spend.
        currency: Currency,
        /// `v`: the value of the order.
        value: Amount,
        /// `n`: the number of orders so far, this one included.
        orders: u64,
        /// `s`: the spend so far in the currency, this order included.
        spend: WideAmount,
    },
    /// The order counts also for the rules that count orders from an instant on.
    CountedSince {
        /// The `counts_from` of these rules.
        counts_from: Timestamp,
        /// The number of orders since then, this one included.
        orders: u64,
        /// The spend since then in the currency of the order, this order included.
        spend: WideAmount,
    },
    /// No rule is asked.
    NoGrants {
        /// The currency of the event.
        currency: Currency,
        /// The reason.
        reason: NoGrants,
    },
    /// A lot is granted, or not.
    Grant {
        /// The currency of the amounts.
        currency: Currency,
        /// The method of the lot.
        method: Method,
        /// The index of the rule in the program; `None` for a refund with store credit and for an adjustment.
        rule: Option<RuleIndex>,
        /// The lot and how its amount comes about, or why there is none.
        granted: Result<Granted, NotGranted>,
    },
    /// A lot gains or loses credit: it is granted, spent, restored, reclaimed, adjusted, settles debt or expires.
    Lot {
        /// The lot.
        lot: LotOf<'a>,
        /// What is done to it.
        kind: Kind,
        /// The source id of its entry.
        source_id: SourceId<'a>,
        /// The change: above zero adds credit.
        amount: Amount,
        /// What the lot holds afterwards.
        remaining: Amount,
    },
    /// The debt changes; only where the program carries debt.
    Owed {
        /// The currency of the debt.
        currency: Currency,
        /// What changes it.
        kind: Kind,
        /// The source id of its entry.
        source_id: SourceId<'a>,
        /// The change: below zero raises the debt.
        amount: Amount,
        /// The debt afterwards, at least zero.
        owed: WideAmount,
    },
    /// A fact is odd.
    Exception(Exception<'a>),
    /// A later event lowers the amount of an earlier [`Decision::Exception`].
    Lowered {
        /// The exception as it was.
        exception: Exception<'a>,
        /// The amount by which it is lowered; may be zero.
        by: Amount,
    },
    /// A refund or a cancellation counts as refunded: it may reclaim, and leaves less for a cancellation to refund.
    CountedRefund {
        /// The amount: of a cancellation, what the refunds before it have left of the total.
        amount: Amount,
    },
    /// A refund reclaims from one lot.
    Reclaimed(Reclaimed),
    /// A refund reclaims nothing.
    NotReclaimed(NotReclaimed),
    /// Credit that paid for an order is given back.
    Restored {
        /// The amount that is to be given back; `None`: all of it.
        limit: Option<Amount>,
        /// The amount given back.
        amount: Amount,
        /// The part of it that was debt and is settled: it comes back as a `refund_credit` lot.
        settled: Amount,
    },
    /// An adjustment is worked out.
    Adjusted {
        /// The change that the adjustment states.
        change: AdjustmentChange,
        /// The balance before, debt included.
        balance: WideAmount,
        /// The amount that is added, or taken if it is below zero.
        amount: Amount,
    },
}

/// Why a fact makes no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It is later than as_of.
    AfterAsOf {
        /// The instant at which it would act.
        at: Timestamp,
    },
    /// The order is not paid.
    Unpaid,
    /// The order is cancelled before its payment, or at the same instant.
    CancelledBeforePayment,
    /// The program takes redemptions from other facts.
    OtherSource,
}

/// A lot that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The lot. In the entries, lots of equal method and origin share one number; here each lot has its own.
    pub lot: LotNumber,
    /// The amount and how it comes about.
    pub earned: Earned,
    /// The first instant at which the lot is no longer valid; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// A lot, as a decision names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LotOf<'a> {
    /// The currency of the lot.
    pub currency: Currency,
    /// The number of the lot among the lots of the person in the currency.
    pub number: LotNumber,
    /// What created the lot.
    pub method: Method,
    /// The event that created the lot.
    pub origin_id: OriginId<'a>,
    /// The first instant at which the lot is no longer valid; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// What a refund reclaims of one lot (docs/spec.md 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reclaimed {
    /// The lot.
    pub lot: LotNumber,
    /// The share that the rule of the lot says.
    pub share: ClawbackShare,
    /// The amount that the lot was granted.
    pub granted: Amount,
    /// What the refunds of the order have given back so far.
    pub refunded: Refunded,
    /// The amount that all refunds so far should have reclaimed of the lot.
    pub reclaimable: Amount,
    /// The part of a minor unit that rounding drops of this total; `None` if nothing is divided.
    pub dropped: Option<Fraction>,
    /// `reclaimable` minus what earlier refunds should have reclaimed.
    pub due: Amount,
    /// The part of `due` that is taken from the lot itself.
    pub taken: Amount,
    /// The part of `due` that has expired already.
    pub expired: Amount,
    /// The rest of `due`: other lots pay it, or it becomes debt or an exception.
    pub shortfall: Amount,
}

/// Why a refund or a cancellation reclaims nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReclaimed {
    /// The refund gives store credit, and such refunds do not reclaim.
    StoreCredit,
    /// The order is cancelled already.
    AfterCancellation,
    /// The refund is before the program begins to reclaim.
    BeforeFrom {
        /// The first instant at which refunds reclaim.
        from: Timestamp,
    },
    /// The total of the order is zero, so no part of it can be refunded.
    TotalZero,
    /// The order granted no lot.
    NothingGranted,
}

impl<'a> Trace<'a> for Silent {
    const LISTENS: bool = false;

    #[inline(always)]
    fn hear(&mut self, _: Decision<'a>) {}
}
