//! The state of one currency while an explanation is built: lots, balance, and events so far.

use super::model::{EventKind, EventTold, Figures, LotTold, Move, Step, Uncovered};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Kind, SourceId};
use accrue_kernel::money::{Amount, WideAmount};
use accrue_kernel::time::{LocalCalendar, Timestamp};
use accrue_kernel::trace::LotOf;
use std::collections::VecDeque;

/// One currency.
pub(super) struct Account {
    pub currency: Currency,
    pub balance: WideAmount,
    pub owed: WideAmount,
    pub lots: Vec<LotTold>,
    /// With their instants.
    pub events: Vec<(Timestamp, EventTold)>,
    /// Of the refund at hand: the lots that could not give all that is due, and what is still to be collected for each.
    shortfalls: VecDeque<(u32, Amount)>,
    /// Of the refund at hand: the lot that gives its own share next.
    own: Option<u32>,
    /// Whether the last step is a restore that goes on.
    pub is_restoring: bool,
}

impl Account {
    pub(super) fn new(currency: Currency) -> Account {
        Account {
            currency,
            balance: WideAmount::ZERO,
            owed: WideAmount::ZERO,
            lots: Vec::new(),
            events: Vec::new(),
            shortfalls: VecDeque::new(),
            own: None,
            is_restoring: false,
        }
    }

    /// Returns an amount as it is shown.
    pub(super) fn shown(&self, amount: impl Into<WideAmount>) -> String {
        amount.into().display(self.currency).to_string()
    }

    /// Begins an event.
    pub(super) fn begin(&mut self, at: Timestamp, event: EventTold) {
        self.events.push((at, event));
        self.shortfalls.clear();
        (self.own, self.is_restoring) = (None, false);
    }

    /// Returns the event at hand.
    pub(super) fn event(&mut self) -> &mut EventTold {
        &mut self.events.last_mut().expect("an event has begun").1
    }

    pub(super) fn add_step(&mut self, step: Step) {
        self.event().steps.push(step);
    }

    /// Takes the change of a lot into account.
    pub(super) fn change_lot(
        &mut self,
        lot: &LotOf<'_>,
        kind: Kind,
        source_id: SourceId<'_>,
        amount: Amount,
        left: Amount,
    ) -> Move {
        self.balance += amount;
        let number = lot.number.number();
        if let Some(own) = self.lots.get_mut(number as usize - 1) {
            own.remaining = left.display(self.currency).to_string();
        }
        Move {
            lot: Some(number),
            kind: kind.name(),
            source_id: source_id.0.to_string(),
            method: lot.method.name(),
            origin_id: lot.origin_id.0.to_string(),
            amount: self.shown(amount),
            left: self.shown(left),
            balance_after: self.shown(self.balance),
        }
    }

    /// Takes a change of the debt into account.
    pub(super) fn change_debt(
        &mut self,
        kind: Kind,
        source_id: SourceId<'_>,
        amount: Amount,
        owed: WideAmount,
    ) -> Move {
        self.balance += amount;
        self.owed = owed;
        Move {
            lot: None,
            kind: kind.name(),
            source_id: source_id.0.to_string(),
            method: "owed",
            origin_id: String::new(),
            amount: self.shown(amount),
            left: self.shown(owed),
            balance_after: self.shown(self.balance),
        }
    }

    /// Adds what leaves a lot at its expiry: an event of its own.
    pub(super) fn expire(&mut self, at: Timestamp, moved: Move, zone: &LocalCalendar) {
        let is_same = |(then, event): &(Timestamp, EventTold)| *then == at && event.event == EventKind::Expiry;
        if !self.events.last().is_some_and(is_same) {
            self.begin(at, super::event::told(at, EventKind::Expiry, String::new(), Figures::Expiry {}, zone));
        }
        let lot = moved.lot.expect("a lot expires");
        self.add_step(Step::Expired { lot, moves: vec![moved] });
    }

    /// Remembers what a refund is to take of a lot, and what others must give instead.
    pub(super) fn reclaim(&mut self, lot: u32, taken: Amount, shortfall: Amount) {
        self.own = taken.is_positive().then_some(lot);
        if shortfall.is_positive() {
            self.shortfalls.push_back((lot, shortfall));
        }
    }

    /// Adds what a refund takes: of the lot itself, or, for the first lot with a shortfall, of another lot.
    pub(super) fn claw_back(&mut self, moved: Move, amount: Amount) {
        if self.own.is_some() && self.own == moved.lot {
            self.own = None;
            if let Some(Step::Reclaimed(reclaimed)) = self.event().steps.last_mut() {
                reclaimed.moves.push(moved);
            }
            return;
        }
        if self.shortfalls.is_empty() {
            // A restore brings credit back to a lot of which something is still uncollected.
            self.move_in_restore(moved);
            return;
        }
        let becomes_debt = moved.lot.is_none().then(|| Uncovered { amount: self.shown(-amount), becomes: "debt" });
        let (moves, uncovered) = self.collected();
        moves.push(moved);
        *uncovered = uncovered.take().or(becomes_debt);
        self.cover(-amount);
    }

    /// Notes what nobody pays of the first lot's shortfall.
    pub(super) fn leave_uncollected(&mut self, amount: Amount, reason: &'static str) {
        if self.shortfalls.is_empty() {
            return;
        }
        let left = Uncovered { amount: self.shown(amount), becomes: reason };
        *self.collected().1 = Some(left);
        self.cover(amount);
    }

    /// Adds a change to the restore at hand, which begins with it if need be.
    pub(super) fn move_in_restore(&mut self, moved: Move) {
        if let Step::Restored { moves, .. } = self.restore() {
            moves.push(moved);
        }
    }

    /// Returns the restore at hand.
    pub(super) fn restore(&mut self) -> &mut Step {
        if !std::mem::replace(&mut self.is_restoring, true) {
            let (amount, settled) = (self.shown(Amount::ZERO), self.shown(Amount::ZERO));
            self.add_step(Step::Restored { limit: None, amount, settled, moves: Vec::new(), lowered: Vec::new() });
        }
        self.event().steps.last_mut().expect("it was added")
    }

    /// Adds a change to the step at hand.
    pub(super) fn add_move(&mut self, moved: Move) {
        match self.event().steps.last_mut() {
            Some(
                Step::Granted { moves, .. }
                | Step::Redeemed { moves, .. }
                | Step::Taken { moves, .. }
                | Step::Restored { moves, .. },
            ) => moves.push(moved),
            _ => unreachable!("a step that moves something has begun"),
        }
    }

    /// Notes what no lot covers of what is spent.
    pub(super) fn leave_uncovered(&mut self, amount: Amount, becomes: &'static str) {
        let left = Uncovered { amount: self.shown(amount), becomes };
        if let Some(Step::Redeemed { uncovered, .. } | Step::Taken { uncovered, .. }) = self.event().steps.last_mut() {
            *uncovered = Some(left);
        }
    }

    fn cover(&mut self, amount: Amount) {
        let Some((_, left)) = self.shortfalls.front_mut() else { return };
        *left -= amount;
        if !left.is_positive() {
            self.shortfalls.pop_front();
        }
    }

    /// Returns the step that collects for the first lot with a shortfall.
    fn collected(&mut self) -> (&mut Vec<Move>, &mut Option<Uncovered>) {
        let &(wanted, shortfall) = self.shortfalls.front().expect("a lot has a shortfall");
        let is_begun = matches!(self.event().steps.last(), Some(Step::Collected { lot, .. }) if *lot == wanted);
        if !is_begun {
            let shortfall = self.shown(shortfall);
            self.add_step(Step::Collected { lot: wanted, shortfall, moves: Vec::new(), uncovered: None });
        }
        match self.event().steps.last_mut() {
            Some(Step::Collected { moves, uncovered, .. }) => (moves, uncovered),
            _ => unreachable!("the last step collects"),
        }
    }
}
