//! Exceptions (SPEC 8): facts that are odd but stand.

use super::currency::Currency;
use super::entry::SourceId;
use super::facts::FactRef;
use super::money::Amount;

/// Why a fact is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A redemption or adjustment took more than the balance held.
    Unbacked,
    /// A refund could not reclaim what its order had granted.
    Uncollected,
    /// A refund names an order that no export holds.
    UnknownOrder,
    /// A redemption names a card that no registration holds.
    UnknownCard,
    /// The refunds of an order exceed its total.
    OverRefund,
    /// A restore gives back more than the order's redemptions took.
    OverRestore,
    /// A grant would have expired before it was made.
    BornExpired,
    /// A grant would have been 1,000,000,000 or more.
    OutOfRange,
    /// Orders in a currency that no rule is in.
    NoRuleForCurrency,
    /// Two rows of one file have one id, no `updated_at`, and another customer, order or time.
    ConflictingRows,
    /// A version names another order than the one before it.
    Moved,
    /// A person without a registration has many email addresses.
    ManyAddresses,
}

/// One odd fact of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception<'a> {
    pub reason: Reason,
    pub currency: Currency,
    pub source_id: SourceId<'a>,
    /// What could not be taken, reclaimed, restored or granted; for refunds what exceeds the total.
    /// `None` where it is too large for an amount.
    pub amount: Option<Amount>,
    pub fact: FactRef,
}

impl Exception<'_> {
    /// Lowers an open item by up to `amount`; returns by how much.
    pub fn lower(&mut self, amount: Amount) -> Amount {
        let open = self.amount.unwrap_or_default();
        let lowered = open.min(amount);
        self.amount = Some(open - lowered);
        lowered
    }
}

impl Reason {
    pub const ALL: [Reason; 12] = [
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
    ];

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
        }
    }
}
