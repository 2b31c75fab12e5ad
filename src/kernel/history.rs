//! History (SPEC 4): how many orders a person has had, and how much they spent, at each order.

use super::money::{Amount, Total};
use super::program::Program;
use super::time::Instant;

/// The instants that rules count orders from; `None` = all orders, with the history from before the exports.
#[derive(Clone, Debug)]
pub struct Epochs(Vec<Option<Instant>>);

/// The history of one person (orders) or of one account (spend) for each epoch.
#[derive(Clone, Debug, Default)]
pub struct Counts<T>(Vec<T>);

/// What the rules look at when an order comes.
#[derive(Clone, Copy, Debug)]
pub struct OrderFigures {
    /// `v`: the value of this order.
    pub value: Amount,
    /// `n`: orders so far, this one included.
    pub orders: u64,
    /// `s0`: spend before this order.
    pub spend_before: Total,
    /// `s`: spend after this order.
    pub spend: Total,
}

impl Epochs {
    /// Collects the epochs of a program, all orders being the first.
    pub fn of(program: &Program) -> Epochs {
        let mut epochs = vec![None];
        for rule in &program.rules {
            if !epochs.contains(&rule.counts_from()) {
                epochs.push(rule.counts_from());
            }
        }
        Epochs(epochs)
    }

    /// Returns the place of a rule's `counts_from` among the epochs.
    pub fn index(&self, counts_from: Option<Instant>) -> usize {
        self.0.iter().position(|&epoch| epoch == counts_from).unwrap_or(0)
    }

    /// Adds one order to the counts of every epoch that it is in.
    pub fn add<T>(&self, counts: &mut Counts<T>, paid_at: Instant, mut add: impl FnMut(&mut T)) {
        for (epoch, count) in self.0.iter().zip(&mut counts.0) {
            if epoch.is_none_or(|from| from <= paid_at) {
                add(count);
            }
        }
    }
}

impl<T: Clone + Default> Counts<T> {
    /// Starts the counts of a person or account: at `before` for all orders, at zero for a `counts_from`.
    pub fn start(&mut self, epochs: &Epochs, before: T) {
        self.0.clear();
        self.0.resize(epochs.0.len(), T::default());
        self.0[0] = before;
    }

    /// Returns the count of an epoch.
    pub fn get(&self, epoch: usize) -> &T {
        &self.0[epoch]
    }
}
