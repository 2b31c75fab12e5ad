//! Exceptions (docs/spec.md 8): facts that are odd but count, and amounts that remain open. Amounts are in minor units.

use super::currency::Currency;
use super::entry::SourceId;
use super::facts::FactRef;
use super::money::Amount;

/// Why a fact is odd.
///
/// The caller finds `UnknownOrder`, `UnknownCard`, `ConflictingRows`, `Moved`, `ManyAddresses` and `UndatedRefund`; the
/// kernel reports the others.
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
    /// The amount that could not be taken, reclaimed, restored or granted, or by which refunds exceed the total.
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
    pub const ALL: [Reason; 13] = [
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
        }
    }
}
