//! Exceptions (docs/spec.md 8): facts that are odd but count, and amounts that remain open. Amounts are in minor units.

use super::currency::Currency;
use super::entry::SourceId;
use super::facts::FactRef;
use super::money::Amount;

/// Why a fact is odd.
///
/// The kernel reports what odd facts do to credit: `Unbacked`, `Uncollected`, `OverRefund`, `OverRestore`,
/// `BornExpired`, `OutOfRange` and `NoRuleForCurrency`. The caller finds the others: they are about rows, and change
/// no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A redemption or adjustment took more than the lots held, and debt is not carried (docs/spec.md 5.5).
    Unbacked,
    /// A refund could not reclaim all that it should, and debt is not carried (docs/spec.md 5.5).
    Uncollected,
    /// A refund names an order that no export holds (docs/spec.md 2).
    UnknownOrder,
    /// A redemption names a card that no registration holds (docs/spec.md 2).
    UnknownCard,
    /// The refunds of an order exceed its total (docs/spec.md 5.4).
    OverRefund,
    /// A refund restores more than the redemptions of its order took (docs/spec.md 5.3).
    OverRestore,
    /// A grant was not made because its expiry is not after its own instant (docs/spec.md 5.1).
    BornExpired,
    /// A grant was not made because it would be 1,000,000,000 major units or more (docs/spec.md 4).
    OutOfRange,
    /// An order is in a currency that no rule is in; the kernel reports each such order (docs/spec.md 4).
    NoRuleForCurrency,
    /// Two rows of one file have one id, no `updated_at`, and another customer, order or time.
    ConflictingRows,
    /// A version of a refund or redemption names another order than the version before it.
    Moved,
    /// A person without a registration has many email addresses.
    ManyAddresses,
    /// An order says that more was refunded than its refunds come to.
    UndatedRefund,
    /// A refund names an order of which a row was rejected, and no other row stands.
    RefundOfRejectedOrder,
    /// More of an order was paid with credit than its total.
    CreditAboveTotal,
    /// The items of an order cost more than its total and its credit together.
    ItemsAboveTotal,
    /// An order was paid more than a day before it was placed.
    PaidBeforePlaced,
    /// A refund was made more than a day before its order was placed.
    RefundBeforeOrder,
    /// A version of an order says that less was refunded than the version before it.
    RefundedAmountFell,
}

/// One odd fact of one person; the fact counts all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception<'a> {
    /// Why the fact is odd.
    pub reason: Reason,
    /// The currency of the amount.
    pub currency: Currency,
    /// The event that is odd.
    pub source_id: SourceId<'a>,
    /// The amount that could not be taken, reclaimed, restored or granted, or by which one figure exceeds the other.
    ///
    /// At least zero, in minor units. For `Unbacked` and `Uncollected` it is the part that is still open at as_of.
    /// `None` for reasons without an amount, such as `NoRuleForCurrency`, and for an amount that does not fit.
    pub amount: Option<Amount>,
    /// The place of the fact in the caller's list.
    pub fact: FactRef,
}

impl Exception<'_> {
    /// Lowers an open item by up to `amount`; returns by how much.
    pub(crate) fn lower(&mut self, amount: Amount) -> Amount {
        let open = self.amount.unwrap_or_default();
        let lowered = open.min(amount);
        self.amount = Some(open - lowered);
        lowered
    }
}

impl Reason {
    /// All reasons in their order.
    pub const ALL: [Reason; 19] = [
        Reason::Unbacked,
        Reason::Uncollected,
        Reason::UnknownOrder,
        Reason::UnknownCard,
        Reason::OverRefund,
        Reason::OverRestore,
        Reason::BornExpired,
        Reason::OutOfRange,
        Reason::NoRuleForCurrency,
        Reason::ConflictingRows,
        Reason::Moved,
        Reason::ManyAddresses,
        Reason::UndatedRefund,
        Reason::RefundOfRejectedOrder,
        Reason::CreditAboveTotal,
        Reason::ItemsAboveTotal,
        Reason::PaidBeforePlaced,
        Reason::RefundBeforeOrder,
        Reason::RefundedAmountFell,
    ];

    /// Returns the name that the list of exceptions uses, such as `over_refund`.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Unbacked => "unbacked",
            Reason::Uncollected => "uncollected",
            Reason::UnknownOrder => "unknown_order",
            Reason::UnknownCard => "unknown_card",
            Reason::OverRefund => "over_refund",
            Reason::OverRestore => "over_restore",
            Reason::BornExpired => "born_expired",
            Reason::OutOfRange => "out_of_range",
            Reason::NoRuleForCurrency => "no_rule_for_currency",
            Reason::ConflictingRows => "conflicting_rows",
            Reason::Moved => "moved",
            Reason::ManyAddresses => "many_addresses",
            Reason::UndatedRefund => "undated_refund",
            Reason::RefundOfRejectedOrder => "refund_of_rejected_order",
            Reason::CreditAboveTotal => "credit_above_total",
            Reason::ItemsAboveTotal => "items_above_total",
            Reason::PaidBeforePlaced => "paid_before_placed",
            Reason::RefundBeforeOrder => "refund_before_order",
            Reason::RefundedAmountFell => "refunded_amount_fell",
        }
    }

    /// Returns what has happened, in a few words for people.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Unbacked => "more credit was taken than the balance held",
            Reason::Uncollected => "a refund could not take back all that its order earned",
            Reason::UnknownOrder => "it names an order that no export has",
            Reason::UnknownCard => "it names a card that no registration has",
            Reason::OverRefund => "the refunds of an order are above its total",
            Reason::OverRestore => "more credit was to go back than the order was paid with",
            Reason::BornExpired => "credit would have expired before it was given",
            Reason::OutOfRange => "a reward would have been 1,000,000,000 or more",
            Reason::NoRuleForCurrency => "orders are in a currency that no rule is in",
            Reason::ConflictingRows => "rows of one file contradict each other",
            Reason::Moved => "a newer version names another order",
            Reason::ManyAddresses => "one customer id has ten or more email addresses",
            Reason::UndatedRefund => "an order says more was refunded than its refunds do",
            Reason::RefundOfRejectedOrder => "a refund names an order whose row was rejected",
            Reason::CreditAboveTotal => "more credit was used than the order's total",
            Reason::ItemsAboveTotal => "items cost more than the order's total and credit",
            Reason::PaidBeforePlaced => "an order was paid over a day before it was placed",
            Reason::RefundBeforeOrder => "a refund was made over a day before its order",
            Reason::RefundedAmountFell => "a newer version says that less was refunded",
        }
    }
}
