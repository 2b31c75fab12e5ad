//! Decisions of the rules (docs/spec.md 4): what an event earns and how the amount comes about, or why it earns nothing
//! and how far it was from a reward.
//!
//! Data only: texts are made elsewhere. All amounts are in minor units of the currency of the rule.

use super::money::{Amount, Fraction, WideAmount};
use super::time::Timestamp;

/// The answer of one rule to one event.
pub type RuleDecision = Result<Earned, NotEarned>;

/// The amount that a rule gives for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    /// The amount, not yet checked against the limit of 1,000,000,000 major units.
    pub amount: WideAmount,
    /// How the amount comes about.
    pub basis: Basis,
}

/// How the amount of a grant comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The event states the amount: a refund with store credit or an adjustment.
    Stated,
    /// Credit that paid for an order comes back as new credit: it was debt then and is settled.
    Settled,
    /// A refund gives back the credit that paid for its order, and the rest as new credit.
    RestOfRefund {
        /// The amount of the refund.
        refund: Amount,
        /// What credit paid for the order and no refund before has given back; it goes back first. What a cancellation
        /// has given back is in it.
        paid: Amount,
        /// The part of what goes back that was debt and is settled: it comes with the rest.
        settled: Amount,
    },
    /// The rule gives a fixed amount.
    Fixed,
    /// The rule gives an amount for each whole step of a value or of the spend.
    Steps {
        /// The number of steps that the event completes.
        steps: i128,
        /// The part of the value or spend after the last whole step.
        rest: Amount,
    },
    /// The rule gives an exact share of the value, rounded towards zero.
    Prorated {
        /// The part of a minor unit that rounding drops.
        dropped: Fraction,
    },
    /// The order has the number of a tier.
    OrderTier {
        /// The number of the order among the orders of the person, 1 for the first.
        orders: u64,
    },
    /// The spend reaches one tier or more.
    SpendTiers {
        /// The number of tiers that the order reaches.
        tiers: usize,
    },
}

/// Why a rule that is in force gives nothing for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEarned {
    /// The rule rewards the first order, and the person has had orders before.
    NotFirstOrder {
        /// The number of the order, at least 2.
        orders: u64,
    },
    /// The value of the order is below the `min_spend` of the rule.
    BelowMinSpend {
        /// The amount by which the value is too small, above zero.
        missing: Amount,
    },
    /// The value or the spend completes no step.
    NoWholeStep {
        /// The amount that is missing to the next whole step, above zero.
        missing: Amount,
    },
    /// The exact share of the value is below one minor unit.
    BelowMinorUnit {
        /// The share, which rounding drops.
        dropped: Fraction,
    },
    /// The number of the order is not the number of a tier.
    NoOrderTier {
        /// The number of orders that is missing to the next tier; `None` after the last tier.
        missing: Option<u64>,
    },
    /// The order reaches no tier of spend.
    NoSpendTier {
        /// The spend that is missing to the next tier; `None` after the last tier.
        missing: Option<WideAmount>,
    },
    /// The rule rewards events of another kind: a registration, and the event is an order, or the other way round.
    OtherEvent,
    /// The rule gives an amount that is not above zero, which [`Program`] forbids.
    ///
    /// [`Program`]: super::program::Program
    NotAboveZero,
}

/// Why an event does not get a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGranted {
    /// The rule version comes into force after the event.
    NotYetInForce {
        /// The first instant at which the version is in force.
        from: Timestamp,
    },
    /// The rule version is no longer in force at the event.
    NoLongerInForce {
        /// The first instant at which the version is no longer in force.
        until: Timestamp,
    },
    /// The order is paid before the instant from which the rule counts orders.
    BeforeCountsFrom {
        /// The `counts_from` of the rule.
        counts_from: Timestamp,
    },
    /// The rule is in force and gives nothing.
    NotEarned(NotEarned),
    /// The amount is 1,000,000,000 major units or more.
    OutOfRange {
        /// The amount that the rule gives.
        amount: WideAmount,
    },
    /// The credit would expire at the instant of the event or before it.
    BornExpired {
        /// The amount of the credit.
        amount: Amount,
        /// The first instant at which the credit would no longer be valid.
        expires_at: Timestamp,
    },
}

/// Why no rule is asked about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoGrants {
    /// No rule of any date is in the currency.
    NoRuleForCurrency,
    /// No rule in the currency rewards events of this kind.
    NoRuleForEvent,
    /// The program is switched off at the instant of the event.
    SwitchedOff,
}
