//! The figures of the funnel: the key `funnel` of a summary and of the report of a plan (docs/outputs.md).
//!
//! For every kind `rows + added = skipped + rejected + no_owner + left_out + repeated + superseded + void + not_used +
//! facts`; `facts` is the sum of the facts of all currencies, and those are the sums of their outcomes.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the rows of one kind went. Every row of every file is in one of the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindFunnel {
    /// The name of the kind, such as `orders`, or `refunds_told_by_orders`.
    pub kind: String,
    /// The number of rows in all files.
    pub rows: u64,
    /// Facts that mappings make beyond one for each row.
    pub added: u64,
    /// Rows of files that the book has taken in before.
    pub skipped: u64,
    /// Rejected rows, without the next ones.
    pub rejected: u64,
    /// Rows that are rejected because they do not tell whose they are.
    pub no_owner: u64,
    /// Rows that mappings leave out, or put together with others to one fact.
    pub left_out: u64,
    /// Rows that repeat what is known of their fact.
    pub repeated: u64,
    /// Rows that a newer version of the same fact replaces.
    pub superseded: u64,
    /// Facts that are void.
    pub void: u64,
    /// Rows of a kind that the program takes from the orders instead.
    pub not_used: u64,
    /// Facts, new or changed: each has one outcome.
    pub facts: u64,
    /// What becomes of the facts.
    pub currencies: Vec<CurrencyFunnel>,
}

/// What becomes of the facts in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyFunnel {
    /// The currency code: of a refund that of its order, of registrations and refunds of unknown orders the program's.
    pub currency: String,
    /// The number of facts.
    pub facts: u64,
    /// The number of facts for each outcome that any has.
    pub outcomes: BTreeMap<String, u64>,
}

impl KindFunnel {
    /// Returns the counts of rows that tell no fact, each with words for it, in the order in which rows are sorted out.
    pub(crate) fn without_facts(&self) -> [(u64, &'static str); 8] {
        [
            (self.skipped, "skipped"),
            (self.rejected, "rejected"),
            (self.no_owner, "rejected: of nobody"),
            (self.left_out, "left out or put together"),
            (self.repeated, "repeated"),
            (self.superseded, "superseded"),
            (self.void, "void"),
            (self.not_used, "not used"),
        ]
    }

    /// Tells whether every row, and every fact, is in one of the counts.
    pub fn adds_up(&self) -> bool {
        let rows = self.without_facts().iter().map(|(count, _)| count).sum::<u64>() + self.facts;
        let facts: u64 = self.currencies.iter().map(|own| own.facts).sum();
        let is_sum = |own: &CurrencyFunnel| own.outcomes.values().sum::<u64>() == own.facts;
        self.rows + self.added == rows && self.facts == facts && self.currencies.iter().all(is_sum)
    }
}
