//! A program (docs/spec.md 4, 5, 9): the rules of the credit scheme, each version dated.
//!
//! Plain values; whoever makes them checks them. docs/program.md says how they are written in a file, and the defaults.

use super::currency::Currency;
use super::entry::Method;
use super::money::Amount;
pub use super::rule_index::RuleIndex;
use super::time::{LocalCalendar, LocalDate, Timestamp};

/// The rules of one credit scheme.
///
/// The caller guarantees these conditions (docs/spec.md 4); the kernel does not check them:
///
/// - at most one version of a method and currency is in force at any instant;
/// - all amounts are above zero and below 1,000,000,000 major units;
/// - the thresholds of tiers rise strictly;
/// - switches and shared expiries are sorted by date, the earliest first;
/// - registration rules are in [`Program::currency`].
#[derive(Clone, Debug)]
pub struct Program {
    /// The name shown to people; it changes no entry.
    pub name: String,
    /// The currency of registration rewards and of [`Registration::spend_before`].
    ///
    /// [`Registration::spend_before`]: super::facts::Registration::spend_before
    pub currency: Currency,
    /// The time zone in which expiry dates end.
    pub zone: LocalCalendar,
    /// Whether the part of an order that was paid with store credit earns credit too (docs/spec.md 4).
    pub earn_on_credit: bool,
    /// When the scheme goes on and off; without switches it is always on (docs/spec.md 4).
    pub switches: Vec<Switch>,
    /// The versions of the expiry of credit without its own expiry (docs/spec.md 5.1).
    pub shared_expiry: Vec<SharedExpiry>,
    /// The versions of all rules, each at its [`RuleIndex`].
    pub rules: Vec<Rule>,
    /// How credit is spent and restored (docs/spec.md 5.2, 5.3).
    pub redemption: RedemptionTerms,
    /// Where the caller takes refunds from; the kernel does not read it (docs/spec.md 2).
    pub refunds_from: RefundSource,
    /// What refunds reclaim (docs/spec.md 5.4).
    pub clawback: ClawbackTerms,
    /// Whether an amount that lots cannot cover becomes debt on `owed`; if not, it is an exception (docs/spec.md 5.5).
    pub carry_debt: bool,
    /// The expiry of lots that refunds with store credit make (docs/spec.md 5.6).
    pub refund_credit_expiry: Expiry,
    /// Whether a registration takes over the orders of guests with its email; the kernel does not read it (docs/spec.md
    /// 2).
    pub link_guests: bool,
}

/// One change of the scheme between on and off; off, the five earning methods give nothing (docs/spec.md 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The first instant of the new state.
    pub at: Timestamp,
    /// Whether the scheme is on from then.
    pub on: bool,
}

/// How long a lot is valid (docs/spec.md 5.1); `expires_at` is the first instant after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// For ever.
    Never,
    /// To the end of the Nth local day after the local day of the grant; 0 is the day of the grant.
    Days(u32),
    /// To the end of this local day.
    Until(LocalDate),
}

/// One version of the expiry of credit whose rule or adjustment has none (docs/spec.md 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedExpiry {
    /// The first instant at which lots get this expiry; `None` means from the beginning.
    pub from: Option<Timestamp>,
    /// How long such a lot is valid.
    pub valid: Expiry,
}

/// One version of a rule, in force at `from <= t < until` (docs/spec.md 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id that the ledger shows, unique in the program.
    pub id: String,
    /// What the rule rewards, and how much it gives.
    pub reward: Reward,
    /// The currency of the orders that it rewards and of all its amounts.
    pub currency: Currency,
    /// The first instant at which it is in force; `None` means from the beginning.
    pub from: Option<Timestamp>,
    /// The first instant at which it is no longer in force; `None` means without end.
    pub until: Option<Timestamp>,
    /// The expiry of the credit that it gives; `None` means the shared expiry.
    pub expiry: Option<Expiry>,
    /// What a refund of the order reclaims of the credit that it gave.
    pub clawback: ClawbackShare,
}

/// What a rule rewards and how much it gives: one variant for each earning method (docs/spec.md 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reward {
    /// Rewards the first order that counts, over all currencies and with the orders before the exports.
    FirstOrder {
        /// The reward of that order.
        reward: OrderReward,
    },
    /// Rewards every order that counts, one by one.
    PerOrder {
        /// The reward of each order.
        reward: OrderReward,
        /// The value below which an order earns nothing; an order of exactly this value earns.
        min_spend: Option<Amount>,
    },
    /// Rewards the registration.
    Registration {
        /// The credit given.
        fixed: Amount,
    },
    /// Rewards the order that reaches a number of orders, counted over all currencies.
    OrderHistory {
        /// The numbers of orders that are rewarded.
        tiers: Vec<OrderTier>,
        /// Orders paid before this instant neither count nor earn; `None` means that all orders count.
        counts_from: Option<Timestamp>,
    },
    /// Rewards the order that reaches an amount of spend in the currency of the rule.
    SpendHistory {
        /// The amounts of spend that are rewarded.
        reward: SpendReward,
        /// Orders paid before this instant neither count nor earn; `None` means that all orders count.
        counts_from: Option<Timestamp>,
    },
}

/// The reward of one order (docs/spec.md 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderReward {
    /// This amount, whatever the value of the order.
    Fixed(Amount),
    /// An amount in proportion to the value of the order.
    ByValue {
        /// The value that earns `receive`.
        every: Amount,
        /// The credit for each `every`.
        receive: Amount,
        /// Whether part of an `every` earns its exact share, rounded towards zero; if not, only each whole `every`
        /// earns.
        prorated: bool,
    },
}

/// The reward of a spend history (docs/spec.md 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpendReward {
    /// Credit for each multiple of an amount that the spend of the person reaches with the order.
    Every {
        /// The amount of spend.
        every: Amount,
        /// The credit for each multiple.
        receive: Amount,
    },
    /// The sum of the credit of all tiers that the spend of the person reaches with the order.
    Tiers(Vec<SpendTier>),
}

/// A number of orders that is rewarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTier {
    /// The number of the order that earns, 1 for the first.
    pub orders: u64,
    /// The credit that this order earns.
    pub receive: Amount,
}

/// An amount of spend that is rewarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendTier {
    /// The spend that must be reached; reaching it exactly earns.
    pub spend: Amount,
    /// The credit that the order reaching it earns.
    pub receive: Amount,
}

/// How a refund reclaims what a rule gave (docs/spec.md 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClawbackShare {
    /// The same share of the credit as the refunds have of the order's total, rounded towards zero.
    Prorate,
    /// Nothing until the whole order is refunded, then all of the credit.
    FullOnly,
    /// Nothing.
    None,
}

/// How credit is spent (docs/spec.md 5.2, 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedemptionTerms {
    /// The facts that spend credit.
    pub from: RedemptionSource,
    /// The lot that is spent first.
    pub order: RedemptionOrder,
    /// Whether a cancellation restores the credit that paid for the order.
    pub restore_on_cancel: bool,
}

/// The facts that redemptions come from (docs/spec.md 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedemptionSource {
    /// [`Person::redemptions`]; the `credit` of orders takes nothing.
    ///
    /// [`Person::redemptions`]: super::facts::Person::redemptions
    Redemptions,
    /// The `credit` of each order, taken when the order is placed.
    Orders,
}

/// The order in which lots are spent (docs/spec.md 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedemptionOrder {
    /// The lot that expires first, lots without expiry last.
    SoonestExpiry,
    /// The lot that was made first.
    Oldest,
}

/// The facts that the caller takes refunds from (docs/spec.md 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundSource {
    /// Rows of the kind `refunds`.
    Refunds,
    /// Increases of the `refunded_amount` of each order.
    Orders,
    /// Rows of the kind `refunds`, and what the `refunded_amount` of an order is above the refunds of that order among
    /// them.
    Both,
}

/// Which refunds reclaim, and from where (docs/spec.md 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClawbackTerms {
    /// The first instant at which refunds reclaim; earlier ones reclaim nothing, also later on.
    pub from: Timestamp,
    /// The lots that pay for reclaimed credit that is already spent.
    pub reach: Reach,
    /// Whether refunds with store credit reclaim too.
    pub on_store_credit: bool,
}

/// The lots that a clawback takes from (docs/spec.md 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The lot itself, then all other lots of the person in its currency.
    Account,
    /// The lot itself only.
    Lot,
}

impl Reward {
    /// Returns the method of the lots that the reward gives.
    pub fn method(&self) -> Method {
        match self {
            Reward::FirstOrder { .. } => Method::FirstOrder,
            Reward::PerOrder { .. } => Method::PerOrder,
            Reward::Registration { .. } => Method::Registration,
            Reward::OrderHistory { .. } => Method::OrderHistory,
            Reward::SpendHistory { .. } => Method::SpendHistory,
        }
    }
}

impl Rule {
    /// Tells whether this version is in force at an instant: `from` is inclusive, `until` is not.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Returns the first instant at which orders count for this history; `None` for all orders and for other methods.
    pub fn counts_from(&self) -> Option<Timestamp> {
        match &self.reward {
            Reward::OrderHistory { counts_from, .. } | Reward::SpendHistory { counts_from, .. } => *counts_from,
            Reward::FirstOrder { .. } | Reward::PerOrder { .. } | Reward::Registration { .. } => None,
        }
    }
}

impl Program {
    /// Tells whether the scheme is on at an instant, the instant of a switch included (docs/spec.md 4).
    ///
    /// Before the first switch the state is the opposite of that switch.
    pub fn is_on(&self, at: Timestamp) -> bool {
        let Some(first) = self.switches.first() else { return true };
        self.switches.iter().rev().find(|switch| switch.at <= at).map_or(!first.on, |switch| switch.on)
    }

    /// Returns the shared expiry in force at an instant; [`Expiry::Never`] before its first version (docs/spec.md 5.1).
    pub fn shared_expiry(&self, at: Timestamp) -> Expiry {
        let in_force = |shared: &&SharedExpiry| shared.from.is_none_or(|from| from <= at);
        self.shared_expiry.iter().rev().find(in_force).map_or(Expiry::Never, |shared| shared.valid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_in_force_from_its_first_instant_and_no_longer_at_its_last() {
        let at = Timestamp::from_micros;
        let rule = |from: Option<i64>, until: Option<i64>| Rule {
            id: "registration".to_owned(),
            reward: Reward::Registration { fixed: Amount::from_minor(1) },
            currency: Currency::from_code("USD").unwrap(),
            from: from.map(at),
            until: until.map(at),
            expiry: None,
            clawback: ClawbackShare::Prorate,
        };
        let in_force = |rule: &Rule| [1, 2, 3, 4, 5].map(|micros| rule.is_in_force(at(micros)));
        assert_eq!(in_force(&rule(Some(2), Some(4))), [false, true, true, false, false]);
        assert_eq!(in_force(&rule(None, Some(4))), [true, true, true, false, false]);
        assert_eq!(in_force(&rule(Some(2), None)), [false, true, true, true, true]);
    }
}
