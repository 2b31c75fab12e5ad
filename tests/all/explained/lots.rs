//! The lots and the debt of one person in one currency, as the checker keeps them.

use super::figures::{Checked, Decimals, number, same, text};
use serde_json::Value;

/// What a lot holds, and what has become of it.
#[derive(Clone, Debug)]
pub struct Lot {
    pub method: String,
    pub origin_id: String,
    pub rule: Option<String>,
    pub made_at: String,
    pub expires_at: Option<String>,
    pub granted: i128,
    pub remaining: i128,
    pub expired: i128,
    pub reclaimable: i128,
    /// What could not be collected of it: source and amount.
    pub open: Vec<usize>,
}

/// Something that is open: its reason, its source and how much.
#[derive(Clone, Debug)]
pub struct Open {
    pub reason: &'static str,
    pub source_id: String,
    pub amount: i128,
}

/// A change, as its entry has it.
#[derive(Clone, Debug)]
pub struct Moved {
    pub lot: Option<usize>,
    pub kind: String,
    pub source_id: String,
    pub amount: i128,
    pub at: String,
}

pub struct Account {
    pub decimals: Decimals,
    pub oldest_first: bool,
    pub lots: Vec<Lot>,
    pub owed: i128,
    pub balance: i128,
    pub open: Vec<Open>,
    pub moved: Vec<Moved>,
}

const METHODS: [&str; 7] =
    ["first_order", "per_order", "registration", "order_history", "spend_history", "refund_credit", "adjustment"];

impl Account {
    /// Makes a change, and compares it with the one that is told.
    pub fn make(&mut self, told: Option<&Value>, at: &str, own: Moved) -> Checked {
        let told = told.ok_or_else(|| format!("a change is not told: {own:?}"))?;
        self.balance += own.amount;
        let left = match own.lot {
            Some(lot) => {
                self.lots[lot].remaining += own.amount;
                self.lots[lot].remaining
            }
            None => {
                self.owed -= own.amount;
                self.owed
            }
        };
        if left < 0 {
            return Err(format!("a lot or the debt is below zero after {own:?}"));
        }
        same("lot", told["lot"].as_u64(), own.lot.map(|lot| lot as u64 + 1))?;
        same("kind", text(told, "kind")?, own.kind.as_str())?;
        same("source", text(told, "source_id")?, own.source_id.as_str())?;
        same("amount", self.decimals.amount(told, "amount")?, own.amount)?;
        same("left", self.decimals.amount(told, "left")?, left)?;
        same("balance after", self.decimals.amount(told, "balance_after")?, self.balance)?;
        let (method, origin_id) =
            own.lot.map_or(("owed", ""), |lot| (self.lots[lot].method.as_str(), self.lots[lot].origin_id.as_str()));
        same("method", text(told, "method")?, method)?;
        same("origin", text(told, "origin_id")?, origin_id)?;
        self.moved.push(Moved { at: at.to_owned(), ..own });
        Ok(())
    }

    /// Returns the lot that is spent next.
    pub fn next(&self) -> Option<usize> {
        let holding = (0..self.lots.len()).filter(|&lot| self.lots[lot].remaining > 0);
        holding.min_by_key(|&number| {
            let lot = &self.lots[number];
            let method = METHODS.iter().position(|method| *method == lot.method);
            // Instants sort as their texts do; what never ends comes last.
            let end = lot.expires_at.clone().unwrap_or_else(|| "~".to_owned());
            let first = if self.oldest_first { lot.made_at.clone() } else { end };
            (first, lot.made_at.clone(), method, lot.origin_id.clone().into_bytes(), number)
        })
    }

    /// Spends an amount; returns what no lot covers.
    pub fn spend<'v>(
        &mut self,
        amount: i128,
        (kind, source_id, at): (&str, &str, &str),
        told: &mut impl Iterator<Item = &'v Value>,
        mut taken: impl FnMut(usize, i128),
    ) -> Checked<i128> {
        let mut rest = amount;
        while rest > 0 {
            let Some(lot) = self.next() else { break };
            let part = rest.min(self.lots[lot].remaining);
            let (kind, source_id) = (kind.to_owned(), source_id.to_owned());
            let own = Moved { lot: Some(lot), kind, source_id, amount: -part, at: String::new() };
            self.make(told.next(), at, own)?;
            taken(lot, part);
            rest -= part;
        }
        Ok(rest)
    }

    /// Lets credit that has arrived in a lot repay debt.
    pub fn settle<'v>(
        &mut self,
        lot: usize,
        arrived: i128,
        at: &str,
        told: &mut impl Iterator<Item = &'v Value>,
    ) -> Checked {
        let repaid = self.owed.min(arrived);
        if repaid > 0 {
            let source_id = self.lots[lot].origin_id.clone();
            for (lot, amount) in [(Some(lot), -repaid), (None, repaid)] {
                let (kind, source_id) = ("settle".to_owned(), source_id.clone());
                self.make(told.next(), at, Moved { lot, kind, source_id, amount, at: String::new() })?;
            }
        }
        Ok(())
    }

    /// Leaves an amount open, or owes it; compares it with what is told.
    pub fn leave_open<'v>(
        &mut self,
        amount: i128,
        (reason, kind, source_id, at): (&'static str, &str, &str, &str),
        carries: bool,
        step: &Value,
        told: &mut impl Iterator<Item = &'v Value>,
    ) -> Checked<Option<usize>> {
        if amount == 0 {
            same("uncovered", step["uncovered"].is_null(), true)?;
            return Ok(None);
        }
        same("uncovered", self.decimals.amount(&step["uncovered"], "amount")?, amount)?;
        let becomes = if carries { "debt" } else { reason };
        same("what is uncovered becomes", text(&step["uncovered"], "becomes")?, becomes)?;
        let source_id = source_id.to_owned();
        if carries {
            let own = Moved { lot: None, kind: kind.to_owned(), source_id, amount: -amount, at: String::new() };
            self.make(told.next(), at, own)?;
            return Ok(None);
        }
        self.open.push(Open { reason, source_id, amount });
        Ok(Some(self.open.len() - 1))
    }

    /// Fails where a lot holds something that has ended at an instant, or before it.
    pub fn expect_nothing_ended(&self, at: &str) -> Checked {
        let ended = |lot: &&Lot| lot.remaining > 0 && lot.expires_at.as_deref().is_some_and(|end| end <= at);
        match self.lots.iter().find(ended) {
            Some(lot) => Err(format!("{lot:?} has ended at {at} and holds something")),
            None => Ok(()),
        }
    }

    /// Lets the lot of a step expire.
    pub fn expire(&mut self, step: &Value, at: &str) -> Checked {
        let lot = number(step, "lot")? as usize - 1;
        let own = self.lots.get_mut(lot).ok_or("no such lot")?;
        same("the instant of an expiry", Some(at), own.expires_at.as_deref())?;
        let amount = own.remaining;
        own.expired += amount;
        let source_id = own.origin_id.clone();
        let own = Moved { lot: Some(lot), kind: "expire".to_owned(), source_id, amount: -amount, at: String::new() };
        self.make(step["moves"].get(0), at, own)
    }
}
