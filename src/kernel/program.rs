//! A program (SPEC 4, 5, 9): the rules of the credit scheme, each version dated. Plain values, checked by `pipeline`.

use super::currency::Currency;
use super::entry::Method;
use super::money::Amount;
use super::time::{Instant, LocalDate, Zone};

/// The rules of one credit scheme.
///
/// `pipeline` guarantees: at most one version of a method and currency in force at any instant; amounts above zero;
/// tiers strictly rising; switches and shared expiries sorted by date; registration rules in `currency`.
#[derive(Clone, Debug)]
pub struct Program {
    pub name: String,
    pub currency: Currency,
    pub zone: Zone,
    pub earn_on_credit: bool,
    pub switches: Vec<Switch>,
    pub shared_expiry: Vec<SharedExpiry>,
    pub rules: Vec<Rule>,
    pub redemption: RedemptionTerms,
    pub refunds_from: RefundSource,
    pub clawback: ClawbackTerms,
    pub carry_debt: bool,
    pub refund_credit_expiry: Expiry,
    pub link_guests: bool,
}

/// The scheme goes on or off at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    pub at: Instant,
    pub on: bool,
}

/// How long lots are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Never,
    /// To the end of the Nth local day after the local day of the grant.
    Days(u32),
    /// To the end of that local day.
    Until(LocalDate),
}

/// A version of the expiry that rules without their own share; `from: None` = from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedExpiry {
    pub from: Option<Instant>,
    pub valid: Expiry,
}

/// One version of a rule, in force at `from <= t < until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub terms: Terms,
    pub currency: Currency,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub expiry: Option<Expiry>,
    pub clawback: ClawbackShare,
}

/// What a rule gives: one variant per method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    FirstOrder { reward: OrderReward },
    PerOrder { reward: OrderReward, min_spend: Option<Amount> },
    Registration { fixed: Amount },
    OrderHistory { tiers: Vec<OrderTier>, counts_from: Option<Instant> },
    SpendHistory { reward: SpendReward, counts_from: Option<Instant> },
}

/// The reward of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderReward {
    Fixed(Amount),
    /// `receive` for each whole `every` of the order's value; with `prorated` the exact share.
    ByValue {
        every: Amount,
        receive: Amount,
        prorated: bool,
    },
}

/// The reward of a spend history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpendReward {
    Every { every: Amount, receive: Amount },
    Tiers(Vec<SpendTier>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTier {
    pub orders: u64,
    pub receive: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendTier {
    pub spend: Amount,
    pub receive: Amount,
}

/// How a refund reclaims what a rule gave (SPEC 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClawbackShare {
    Prorate,
    FullOnly,
    None,
}

/// How credit is spent (SPEC 5.2, 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedemptionTerms {
    pub from: RedemptionSource,
    pub order: RedemptionOrder,
    pub restore_on_cancel: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedemptionSource {
    Redemptions,
    /// Each order's `credit_amount`.
    Orders,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedemptionOrder {
    SoonestExpiry,
    Oldest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundSource {
    Refunds,
    /// Increases of each order's `refunded_amount`.
    Orders,
}

/// Which refunds reclaim, and from where (SPEC 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClawbackTerms {
    pub from: Instant,
    pub reach: Reach,
    pub on_store_credit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Account,
    Lot,
}

impl Terms {
    /// Returns the method that these terms belong to.
    pub fn method(&self) -> Method {
        match self {
            Terms::FirstOrder { .. } => Method::FirstOrder,
            Terms::PerOrder { .. } => Method::PerOrder,
            Terms::Registration { .. } => Method::Registration,
            Terms::OrderHistory { .. } => Method::OrderHistory,
            Terms::SpendHistory { .. } => Method::SpendHistory,
        }
    }
}

impl Rule {
    /// Tells whether this version is in force at an instant.
    pub fn is_in_force(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Returns the instant that orders of this history count from, where the rule has one.
    pub fn counts_from(&self) -> Option<Instant> {
        match &self.terms {
            Terms::OrderHistory { counts_from, .. } | Terms::SpendHistory { counts_from, .. } => *counts_from,
            _ => None,
        }
    }
}

impl Program {
    /// Tells whether the scheme is switched on: before its first switch it is the opposite of that switch.
    pub fn is_on(&self, at: Instant) -> bool {
        let Some(first) = self.switches.first() else { return true };
        self.switches.iter().rev().find(|switch| switch.at <= at).map_or(!first.on, |switch| switch.on)
    }

    /// Returns the shared expiry in force, `Never` before its first version.
    pub fn shared_expiry(&self, at: Instant) -> Expiry {
        let in_force = |shared: &&SharedExpiry| shared.from.is_none_or(|from| from <= at);
        self.shared_expiry.iter().rev().find(in_force).map_or(Expiry::Never, |shared| shared.valid)
    }
}
