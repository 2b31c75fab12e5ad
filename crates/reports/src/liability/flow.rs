//! What came, went and was left in one period, of one currency and method.

use accrue_kernel::entry::Kind;
use accrue_kernel::money::{Amount, WideAmount};

/// What came, went and was left in one period. Sums have the signs of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    /// What there was before the first period; zero in all others.
    pub before: WideAmount,
    /// What corrections have changed of the time before the period.
    pub corrections: WideAmount,
    /// The movements of each kind.
    kinds: [WideAmount; Kind::ALL.len()],
    /// Of what was redeemed, that of lots granted before the period.
    pub redeemed_from_opening: WideAmount,
    /// Of what expired, that of lots granted before the period.
    pub expired_from_opening: WideAmount,
    /// The number of people with a lot that is not empty at the end.
    pub people: u64,
    /// The number of lots that are not empty at the end.
    pub lots: u64,
}

impl Flow {
    /// Adds a movement.
    pub(super) fn move_by(&mut self, kind: Kind, amount: Amount) {
        self.kinds[kind as usize] += amount;
    }

    /// Returns the sum of the movements of a kind.
    pub(super) fn kind(&self, kind: Kind) -> WideAmount {
        self.kinds[kind as usize]
    }

    /// Returns how much more there is at the end than at the beginning.
    pub(super) fn change(&self) -> WideAmount {
        self.corrections + self.kinds.iter().copied().sum::<WideAmount>()
    }

    /// Adds the flow of other people.
    pub(super) fn merge(&mut self, other: &Flow) {
        self.before += other.before;
        self.corrections += other.corrections;
        self.kinds.iter_mut().zip(other.kinds).for_each(|(own, theirs)| *own += theirs);
        self.redeemed_from_opening += other.redeemed_from_opening;
        self.expired_from_opening += other.expired_from_opening;
        self.people += other.people;
        self.lots += other.lots;
    }
}
