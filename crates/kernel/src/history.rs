//! History (docs/spec.md 4): how many orders a person has had, and how much they spent, at each order.

use super::money::{Amount, WideAmount};
use super::program::{Program, Rule};
use super::time::Timestamp;

/// The instants that rules count orders from, besides all orders with the history from before the exports.
#[derive(Clone, Debug)]
pub(crate) struct Epochs(Vec<Timestamp>);

/// The place of an epoch; `None` = all orders.
pub(crate) type Epoch = Option<usize>;

/// The history of one person (orders) or of one account (spend) for each epoch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts<T> {
    all: T,
    since: Vec<T>,
}

/// What the rules look at when an order comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderFigures {
    /// `v`: the value of this order.
    pub(crate) value: Amount,
    /// `n`: orders so far, this one included.
    pub(crate) orders: u64,
    /// `s0`: spend before this order.
    pub(crate) spend_before: WideAmount,
    /// `s`: spend after this order.
    pub(crate) spend: WideAmount,
}

impl Epochs {
    /// Collects the epochs of a program.
    pub(crate) fn of(program: &Program) -> Epochs {
        let mut epochs = Vec::new();
        for from in program.rules.iter().filter_map(Rule::counts_from) {
            if !epochs.contains(&from) {
                epochs.push(from);
            }
        }
        Epochs(epochs)
    }

    /// Returns the place of a rule's `counts_from` among the epochs.
    pub(crate) fn place(&self, counts_from: Option<Timestamp>) -> Epoch {
        self.0.iter().position(|&epoch| Some(epoch) == counts_from)
    }

    /// Adds one order to the counts of every epoch that it is in.
    pub(crate) fn add<T>(&self, counts: &mut Counts<T>, paid_at: Timestamp, mut add: impl FnMut(&mut T)) {
        add(&mut counts.all);
        for (&from, count) in self.0.iter().zip(&mut counts.since) {
            if from <= paid_at {
                add(count);
            }
        }
    }

    /// Returns the epochs that an order is in, each with its place.
    pub(crate) fn of_order(&self, paid_at: Timestamp) -> impl Iterator<Item = (Epoch, Timestamp)> {
        self.0.iter().enumerate().filter(move |(_, from)| **from <= paid_at).map(|(place, &from)| (Some(place), from))
    }
}

impl<T: Clone + Default> Counts<T> {
    /// Starts the counts of a person or account: at `before` for all orders, at zero for a `counts_from`.
    pub(crate) fn start(&mut self, epochs: &Epochs, before: T) {
        self.all = before;
        self.since.clear();
        self.since.resize(epochs.0.len(), T::default());
    }

    /// Returns the count of an epoch.
    pub(crate) fn get(&self, epoch: Epoch) -> &T {
        epoch.map_or(&self.all, |place| &self.since[place])
    }
}
