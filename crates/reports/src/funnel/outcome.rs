//! What becomes of a fact: one outcome each, of a closed list.

use accrue_kernel::decision::{NoGrants, NotEarned, NotGranted};
use accrue_kernel::trace::{Ignored, NotReclaimed};

/// The facts that are counted together: those of the rows of a kind, or those that orders tell beside themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactsOf {
    /// Orders.
    Orders,
    /// Registrations.
    Registrations,
    /// Refunds of the rows of that kind.
    Refunds,
    /// Redemptions of the rows of that kind.
    Redemptions,
    /// Adjustments.
    Adjustments,
    /// Refunds that orders tell by their `refunded_amount`.
    RefundsToldByOrders,
    /// Redemptions that orders tell by their `credit_amount`.
    RedemptionsToldByOrders,
}

/// What becomes of a fact. Of several that hold for one fact, the one that is listed last counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is later than as_of.
    AfterAsOf,
    /// The order is not paid.
    Unpaid,
    /// The order is cancelled before its payment, or at the same instant.
    CancelledBeforePayment,
    /// The refund or redemption names an order that does not exist.
    UnknownOrder,
    /// The refund names an order of which a row was rejected.
    RejectedOrder,
    /// The redemption names a card that no registration has.
    UnknownCard,
    /// The order or registration comes when no rule for it is in force.
    NoRuleInForce,
    /// No rule of any date is in the currency of the order.
    NoRuleForCurrency,
    /// The scheme is switched off at that instant.
    SwitchedOff,
    /// Only rules for the first order are in force, and it is another one.
    NotFirstOrder,
    /// The order reaches no tier.
    NoTier,
    /// The order completes no whole step of value or spend.
    BelowOneStep,
    /// The reward is below one minor unit.
    RoundsToNothing,
    /// The value is below the `min_spend` of a rule.
    BelowMinSpend,
    /// Credit covers the redemption.
    Covered,
    /// Credit covers the redemption not, or in part only.
    NotCovered,
    /// The adjustment changes nothing.
    NoChange,
    /// The adjustment takes credit.
    Taken,
    /// The adjustment gives credit.
    Given,
    /// The credit would have expired before it was given.
    BornExpired,
    /// The reward is 1,000,000,000 or more.
    OutOfRange,
    /// It gives credit.
    Earning,
    /// The refund pays with store credit, and leaves the order what it earned.
    StoreCredit,
    /// The order is cancelled already.
    AfterCancellation,
    /// The refund is before the program begins to reclaim.
    BeforeFrom,
    /// The total of the order is zero.
    TotalZero,
    /// The order granted nothing that could be reclaimed.
    NothingGranted,
    /// The rules of the order's credit ask for nothing more.
    NothingDue,
    /// The refund reclaims credit.
    Reclaiming,
}

impl FactsOf {
    /// All of them, in the order in which they are shown.
    pub const ALL: [FactsOf; 7] = [
        FactsOf::Orders,
        FactsOf::Registrations,
        FactsOf::Refunds,
        FactsOf::Redemptions,
        FactsOf::Adjustments,
        FactsOf::RefundsToldByOrders,
        FactsOf::RedemptionsToldByOrders,
    ];

    /// Returns the name in summaries, such as `orders`.
    pub fn name(self) -> &'static str {
        match self {
            FactsOf::Orders => "orders",
            FactsOf::Registrations => "registrations",
            FactsOf::Refunds => "refunds",
            FactsOf::Redemptions => "redemptions",
            FactsOf::Adjustments => "adjustments",
            FactsOf::RefundsToldByOrders => "refunds_told_by_orders",
            FactsOf::RedemptionsToldByOrders => "redemptions_told_by_orders",
        }
    }
}

impl Outcome {
    /// All outcomes, in the order of their list.
    pub const ALL: [Outcome; 29] = [
        Outcome::AfterAsOf,
        Outcome::Unpaid,
        Outcome::CancelledBeforePayment,
        Outcome::UnknownOrder,
        Outcome::RejectedOrder,
        Outcome::UnknownCard,
        Outcome::NoRuleInForce,
        Outcome::NoRuleForCurrency,
        Outcome::SwitchedOff,
        Outcome::NotFirstOrder,
        Outcome::NoTier,
        Outcome::BelowOneStep,
        Outcome::RoundsToNothing,
        Outcome::BelowMinSpend,
        Outcome::Covered,
        Outcome::NotCovered,
        Outcome::NoChange,
        Outcome::Taken,
        Outcome::Given,
        Outcome::BornExpired,
        Outcome::OutOfRange,
        Outcome::Earning,
        Outcome::StoreCredit,
        Outcome::AfterCancellation,
        Outcome::BeforeFrom,
        Outcome::TotalZero,
        Outcome::NothingGranted,
        Outcome::NothingDue,
        Outcome::Reclaiming,
    ];

    /// Returns the name in summaries, such as `below_min_spend`, and the words for people.
    fn name_and_words(self) -> (&'static str, &'static str) {
        match self {
            Outcome::AfterAsOf => ("after_as_of", "later than as of"),
            Outcome::Unpaid => ("unpaid", "unpaid"),
            Outcome::CancelledBeforePayment => ("cancelled_before_payment", "cancelled before payment"),
            Outcome::UnknownOrder => ("unknown_order", "of unknown orders"),
            Outcome::RejectedOrder => ("rejected_order", "of rejected orders"),
            Outcome::UnknownCard => ("unknown_card", "with unknown cards"),
            Outcome::NoRuleInForce => ("no_rule_in_force", "while no rule was in force"),
            Outcome::NoRuleForCurrency => ("no_rule_for_currency", "in a currency without a rule"),
            Outcome::SwitchedOff => ("switched_off", "while the scheme was off"),
            Outcome::NotFirstOrder => ("not_first_order", "after the first order"),
            Outcome::NoTier => ("no_tier", "reaching no tier"),
            Outcome::BelowOneStep => ("below_one_step", "below the next step"),
            Outcome::RoundsToNothing => ("rounds_to_nothing", "earning less than a minor unit"),
            Outcome::BelowMinSpend => ("below_min_spend", "below the minimum spend"),
            Outcome::Covered => ("covered", "covered by credit"),
            Outcome::NotCovered => ("not_covered", "not covered by credit"),
            Outcome::NoChange => ("no_change", "changing nothing"),
            Outcome::Taken => ("taken", "taking credit"),
            Outcome::Given => ("given", "giving credit"),
            Outcome::BornExpired => ("born_expired", "giving credit that had expired"),
            Outcome::OutOfRange => ("out_of_range", "earning more than credit may be"),
            Outcome::Earning => ("earning", "earning"),
            Outcome::StoreCredit => ("store_credit", "paid as store credit"),
            Outcome::AfterCancellation => ("after_cancellation", "after the cancellation"),
            Outcome::BeforeFrom => ("before_from", "before clawback begins"),
            Outcome::TotalZero => ("total_zero", "of orders with total 0"),
            Outcome::NothingGranted => ("nothing_granted", "of orders that granted nothing"),
            Outcome::NothingDue => ("nothing_due", "of which nothing is due"),
            Outcome::Reclaiming => ("reclaiming", "reclaiming"),
        }
    }

    /// Returns the name in summaries, such as `below_min_spend`.
    pub fn name(self) -> &'static str {
        self.name_and_words().0
    }

    /// Returns words that follow a number of facts, such as `below the minimum spend`.
    pub(crate) fn words(self) -> &'static str {
        self.name_and_words().1
    }

    /// Tells whether such facts are what postings come from.
    pub(crate) fn posts(self) -> bool {
        matches!(
            self,
            Outcome::Earning
                | Outcome::Reclaiming
                | Outcome::Covered
                | Outcome::NotCovered
                | Outcome::Taken
                | Outcome::Given
        )
    }
}

impl From<Ignored> for Outcome {
    fn from(reason: Ignored) -> Outcome {
        match reason {
            Ignored::AfterAsOf { .. } => Outcome::AfterAsOf,
            Ignored::Unpaid => Outcome::Unpaid,
            Ignored::CancelledBeforePayment => Outcome::CancelledBeforePayment,
            Ignored::OtherSource => Outcome::NoChange,
        }
    }
}

impl From<NoGrants> for Outcome {
    fn from(reason: NoGrants) -> Outcome {
        match reason {
            NoGrants::NoRuleForCurrency => Outcome::NoRuleForCurrency,
            NoGrants::NoRuleForEvent => Outcome::NoRuleInForce,
            NoGrants::SwitchedOff => Outcome::SwitchedOff,
        }
    }
}

impl From<NotGranted> for Outcome {
    fn from(reason: NotGranted) -> Outcome {
        match reason {
            NotGranted::NotYetInForce { .. }
            | NotGranted::NoLongerInForce { .. }
            | NotGranted::BeforeCountsFrom { .. }
            | NotGranted::NotEarned(NotEarned::OtherEvent | NotEarned::NotAboveZero) => Outcome::NoRuleInForce,
            NotGranted::NotEarned(NotEarned::NotFirstOrder { .. }) => Outcome::NotFirstOrder,
            NotGranted::NotEarned(NotEarned::NoOrderTier { .. } | NotEarned::NoSpendTier { .. }) => Outcome::NoTier,
            NotGranted::NotEarned(NotEarned::NoWholeStep { .. }) => Outcome::BelowOneStep,
            NotGranted::NotEarned(NotEarned::BelowMinorUnit { .. }) => Outcome::RoundsToNothing,
            NotGranted::NotEarned(NotEarned::BelowMinSpend { .. }) => Outcome::BelowMinSpend,
            NotGranted::OutOfRange { .. } => Outcome::OutOfRange,
            NotGranted::BornExpired { .. } => Outcome::BornExpired,
        }
    }
}

impl From<NotReclaimed> for Outcome {
    fn from(reason: NotReclaimed) -> Outcome {
        match reason {
            NotReclaimed::StoreCredit => Outcome::StoreCredit,
            NotReclaimed::AfterCancellation => Outcome::AfterCancellation,
            NotReclaimed::BeforeFrom { .. } => Outcome::BeforeFrom,
            NotReclaimed::TotalZero => Outcome::TotalZero,
            NotReclaimed::NothingGranted => Outcome::NothingGranted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_their_order_and_names_are_told_apart() {
        for (at, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, at);
            assert_eq!(Outcome::ALL.iter().filter(|other| other.name() == outcome.name()).count(), 1);
        }
        for (at, facts) in FactsOf::ALL.into_iter().enumerate() {
            assert_eq!(facts as usize, at);
        }
    }
}
