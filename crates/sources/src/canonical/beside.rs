//! Collects what is kept beside the accepted rows of a batch: `updated_at`, and the rarely filled fields of orders.

use accrue_facts::{Extras, ExtrasIndex, Time};

/// What is kept beside the accepted rows of a batch.
#[derive(Default)]
pub(crate) struct Beside {
    rows: usize,
    /// As far as the last row that has a time: later ones have none.
    pub(super) updated: Vec<Time>,
    /// Of the orders that have any.
    pub(super) extras: Vec<Extras>,
}

impl Beside {
    /// Adds a row that is accepted.
    #[inline]
    pub(super) fn add(&mut self, updated_at: Time) {
        if updated_at != Time::NULL {
            self.updated.resize(self.rows, Time::NULL);
            self.updated.push(updated_at);
        }
        self.rows += 1;
    }

    /// Returns where what the order has besides its row is kept; `None` where it has nothing.
    #[inline]
    pub(super) fn extras(&mut self, extras: Extras) -> Option<ExtrasIndex> {
        if extras == Extras::NONE {
            return None;
        }
        self.extras.push(extras);
        Some(ExtrasIndex::new(self.extras.len() - 1))
    }
}
