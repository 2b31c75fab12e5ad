//! What happens to the lots of one person in one currency (5), entry by entry.
//!
//! Invariants: `remaining` of a lot is the sum of the entries on it and never below zero; `owed` is the sum of the
//! entries on the pseudo-lot and never above zero; only with `carry` is it anything but zero.

use super::Exception;
use super::money::Currency;
use super::program::{Method, Program, Reclaim};
use super::time::Instant;

/// The kinds of entries, in the order of section 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Grant,
    Clawback,
    Redeem,
    Restore,
    Expire,
    Settle,
    Adjust,
}

/// One amount of credit given at one moment, with one expiry (1).
pub struct Lot {
    pub method: Method,
    pub origin_id: String,
    pub granted: i128,
    pub made_at: Instant,
    pub expires_at: Option<Instant>,
    pub remaining: i128,
    pub reclaim: Reclaim,
    /// All that ever expired of it.
    pub expired: i128,
    /// The part of `expired` that was already counted as reclaimed (5.4).
    pub expired_reclaimed: i128,
    /// "the total to have been reclaimed" by the refunds so far (5.4).
    pub to_have_been_reclaimed: i128,
}

impl Lot {
    pub fn is_live(&self, at: Instant) -> bool {
        self.expires_at.is_none_or(|expires_at| at < expires_at)
    }
}

/// One movement on one lot, before movements with the same identity are summed (6).
#[derive(Debug, Clone)]
pub struct Movement {
    pub kind: Kind,
    pub source_id: String,
    pub method: Method,
    pub origin_id: String,
    pub amount: i128,
    pub effective_at: Instant,
    pub expires_at: Option<Instant>,
    pub rule: String,
}

/// 5.5: "an open item with person, source and amount": debt that is reported, not booked.
pub struct OpenItem {
    pub reason: &'static str,
    pub source_id: String,
    /// What is still open.
    pub amount: i128,
    /// The lot of which it could not be reclaimed.
    pub lot: Option<usize>,
}

/// What one redemption that named an order took (5.3).
pub struct Taking {
    pub order_id: String,
    pub amount: i128,
    /// In the order of taking.
    pub parts: Vec<Part>,
}

pub struct Part {
    pub place: Place,
    /// What was not yet restored.
    pub unrestored: i128,
}

#[derive(Clone, Copy)]
pub enum Place {
    Lot(usize),
    /// BookSession to `owed`.
    Owed,
    OpenItem(usize),
}

/// A lot to be made.
pub struct Grant {
    pub method: Method,
    pub origin_id: String,
    pub amount: i128,
    pub expires_at: Option<Instant>,
    pub rule: String,
    pub reclaim: Reclaim,
}

pub struct Account<'a> {
    pub program: &'a Program,
    pub customer_id: String,
    pub currency: Currency,
    pub lots: Vec<Lot>,
    /// Zero or below.
    pub owed: i128,
    pub takings: Vec<Taking>,
    pub open_items: Vec<OpenItem>,
    pub movements: Vec<Movement>,
    pub exceptions: Vec<Exception>,
}

impl<'a> Account<'a> {
    pub fn new(program: &'a Program, customer_id: &str, currency: Currency) -> Account<'a> {
        Account {
            program,
            customer_id: customer_id.to_string(),
            currency,
            lots: Vec::new(),
            owed: 0,
            takings: Vec::new(),
            open_items: Vec::new(),
            movements: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    /// 5.7: "the balance (`owed` included)".
    pub fn balance(&self) -> i128 {
        self.lots.iter().map(|lot| lot.remaining).sum::<i128>() + self.owed
    }

    /// Makes a lot, which repays debt first; its origin is the event that makes it.
    ///
    /// 5.1: "A grant that would be born expired is not made, and is counted."
    pub fn make_lot(&mut self, grant: Grant, at: Instant) {
        if grant.expires_at.is_some_and(|expires_at| expires_at <= at) {
            self.report("born_expired", &grant.origin_id, grant.amount);
            return;
        }
        let index = self.lots.len();
        self.lots.push(Lot {
            method: grant.method,
            origin_id: grant.origin_id.clone(),
            granted: grant.amount,
            made_at: at,
            expires_at: grant.expires_at,
            remaining: 0,
            reclaim: grant.reclaim,
            expired: 0,
            expired_reclaimed: 0,
            to_have_been_reclaimed: 0,
        });
        self.book(index, Kind::Grant, &grant.origin_id, grant.amount, at);
        self.movements.last_mut().expect("the grant").rule = grant.rule;
        self.settle(index, at);
    }

    /// 5.5: "the next credit that arrives in that currency (a lot made; what a restore brings back) repays it first, in
    /// the same instant: a `settle` entry of `-x` on that lot and one of `+x` on `owed`"; 6: its source is "the lot's
    /// origin id". What arrives is all that remains of the lot or, after a restore, `arrived` of it.
    pub fn settle_arrived(&mut self, index: usize, arrived: i128, at: Instant) {
        let repaid = arrived.min(-self.owed);
        let origin_id = self.lots[index].origin_id.clone();
        self.book(index, Kind::Settle, &origin_id, -repaid, at);
        self.book_owed(Kind::Settle, &origin_id, repaid, at);
    }

    fn settle(&mut self, index: usize, at: Instant) {
        self.settle_arrived(index, self.lots[index].remaining, at);
    }

    /// Takes up to `amount` from the lots in the order of redemption, and returns what each gave.
    ///
    /// 5.2: "earliest `expires_at` first (never last), then earliest made, then by method list, then origin id; with
    /// `[redemption] order = "oldest"`: earliest made, then method list, then origin id. One `redeem` entry per lot
    /// touched."
    pub fn take(&mut self, kind: Kind, source_id: &str, amount: i128, at: Instant) -> Vec<(usize, i128)> {
        let mut order: Vec<usize> = (0..self.lots.len()).filter(|index| self.lots[*index].remaining > 0).collect();
        order.sort_by_key(|index| {
            let lot = &self.lots[*index];
            let expiry = (lot.expires_at.is_none(), lot.expires_at);
            let soonest = if self.program.oldest_first { None } else { Some(expiry) };
            (soonest, lot.made_at, lot.method, lot.origin_id.clone())
        });
        let mut left = amount;
        let mut taken = Vec::new();
        for index in order {
            let part = left.min(self.lots[index].remaining);
            if part > 0 {
                self.book(index, kind, source_id, -part, at);
                taken.push((index, part));
                left -= part;
            }
        }
        taken
    }

    /// Books or reports what no lot could cover.
    ///
    /// 5.5: "`carry = false` (default): a balance never goes below zero; the amount is reported as an exception ... an
    /// open item with person, source and amount. `carry = true`: it is booked to the pseudo-lot `owed`".
    pub fn owe(&mut self, kind: Kind, source_id: &str, amount: i128, lot: Option<usize>, at: Instant) -> Place {
        if self.program.carry {
            self.book_owed(kind, source_id, -amount, at);
            return Place::Owed;
        }
        let reason = if kind == Kind::Clawback { "uncollected" } else { "unbacked" };
        self.open_items.push(OpenItem { reason, source_id: source_id.to_string(), amount, lot });
        Place::OpenItem(self.open_items.len() - 1)
    }

    /// 3: "Before any event at instant t is applied, every lot with `expires_at <= t` expires." 5.1: "At `expires_at`
    /// what remains leaves: one `expire` entry", whose source is "the lot's origin id" (6).
    pub fn expire(&mut self, at: Instant) {
        for index in 0..self.lots.len() {
            let lot = &mut self.lots[index];
            if let Some(expires_at) = lot.expires_at
                && expires_at <= at
            {
                let (origin_id, remaining) = (lot.origin_id.clone(), lot.remaining);
                lot.expired += remaining;
                self.book(index, Kind::Expire, &origin_id, -remaining, expires_at);
            }
        }
    }

    /// Moves an amount on a lot.
    pub fn book(&mut self, index: usize, kind: Kind, source_id: &str, amount: i128, at: Instant) {
        let lot = &mut self.lots[index];
        lot.remaining += amount;
        assert!(lot.remaining >= 0, "a lot below zero");
        let movement = Movement {
            kind,
            source_id: source_id.to_string(),
            method: lot.method,
            origin_id: lot.origin_id.clone(),
            amount,
            effective_at: at,
            expires_at: lot.expires_at,
            rule: String::new(),
        };
        self.write(movement);
    }

    /// Moves an amount on the pseudo-lot of debt; 6: its origin is empty.
    pub fn book_owed(&mut self, kind: Kind, source_id: &str, amount: i128, at: Instant) {
        self.owed += amount;
        assert!(self.owed <= 0, "owed above zero");
        let movement = Movement {
            kind,
            source_id: source_id.to_string(),
            method: Method::Owed,
            origin_id: String::new(),
            amount,
            effective_at: at,
            expires_at: None,
            rule: String::new(),
        };
        self.write(movement);
    }

    fn write(&mut self, movement: Movement) {
        if movement.amount != 0 {
            self.movements.push(movement);
        }
    }

    /// Reports a fact that is odd but counts (8).
    pub fn report(&mut self, reason: &str, source_id: &str, amount: i128) {
        self.exceptions.push(Exception {
            reason: reason.to_string(),
            customer_id: self.customer_id.clone(),
            currency: self.currency.code.to_string(),
            source_id: source_id.to_string(),
            amount: self.currency.show(amount),
        });
    }
}
