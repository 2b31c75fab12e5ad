//! What is kept beside the accepted rows of a batch while they are read.

use accrue_facts::{Extras, Time};

/// What is kept beside the accepted rows of a batch.
pub(crate) struct Beside {
    rows: usize,
    /// As far as the last row that has a time: later ones have none.
    pub(super) updated: Vec<Time>,
    /// The first is [`Extras::NONE`], which most orders share.
    pub(super) extras: Vec<Extras>,
}

impl Default for Beside {
    fn default() -> Beside {
        Beside { rows: 0, updated: Vec::new(), extras: vec![Extras::NONE] }
    }
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

    /// Returns the index of what the order has besides its row.
    #[inline]
    pub(super) fn extras(&mut self, extras: Extras) -> u32 {
        if extras == Extras::NONE {
            return 0;
        }
        self.extras.push(extras);
        self.extras.len() as u32 - 1
    }
}
