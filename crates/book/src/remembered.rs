//! What a run's record tells later runs to compare themselves with (docs/spec.md 10): what inputs are usually like, and how much
//! credit is about.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What guards compare a run with: the state once the run is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    pub inputs: Vec<SeenInput>,
    pub credit: Vec<SeenCredit>,
    /// The balances of all people; `None` in books of versions that did not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balances: Option<Vec<SeenBalance>>,
}

/// The balances of all people in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBalance {
    pub currency: String,
    /// Those with any entry.
    pub people: u64,
    /// The sum, as a plain decimal.
    pub balance: String,
}

/// What the book has seen of an input of the pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenInput {
    pub kind: String,
    /// As the pipeline file has it.
    pub path: String,
    /// How many inputs before it in the pipeline have the same kind and path.
    pub among: u64,
    pub rows: u64,
    /// Rows that were rejected since they have no owner.
    pub unowned: u64,
    /// Rows with a value, by canonical column.
    pub filled: BTreeMap<String, u64>,
}

/// Credit in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCredit {
    pub currency: String,
    /// People with a balance above zero.
    pub holders: u64,
    /// What was granted on each of the last days, as plain decimals, by the number of the day in UTC since 1970-01-01.
    pub granted: BTreeMap<i64, String>,
}

impl SeenInput {
    /// Returns what tells inputs apart.
    pub fn key(&self) -> (&str, &str, u64) {
        (&self.kind, &self.path, self.among)
    }

    pub fn is_of(&self, other: &SeenInput) -> bool {
        self.key() == other.key()
    }

    /// Returns what was seen before and what is seen now, together.
    pub fn plus(&self, now: &SeenInput) -> SeenInput {
        let mut filled = self.filled.clone();
        for (column, count) in &now.filled {
            *filled.entry(column.clone()).or_default() += count;
        }
        SeenInput { rows: self.rows + now.rows, unowned: self.unowned + now.unowned, filled, ..self.clone() }
    }
}
