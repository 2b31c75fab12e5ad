//! The figures in a run's record with which later runs compare their own (docs/spec.md 10): usual sizes of inputs, and
//! the sum of all credit.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What guards compare later runs with: the state once the run is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The inputs of the pipeline.
    pub inputs: Vec<SeenInput>,
    /// The credit in each currency.
    pub credit: Vec<SeenCredit>,
    /// The balances of all people in each currency; `None` in books of versions that did not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balances: Option<Vec<SeenBalance>>,
}

/// The balances of all people in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBalance {
    /// The currency code.
    pub currency: String,
    /// The number of people with any entry in it.
    pub people: u64,
    /// The sum of the balances, as a plain decimal.
    pub balance: String,
}

/// What the book has seen of an input of the pipeline. The first three fields identify the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenInput {
    /// The name of the kind of facts.
    pub kind: String,
    /// The path as the pipeline file has it.
    pub path: String,
    /// The number of inputs before it in the pipeline with the same kind and path.
    pub among: u64,
    /// The number of data rows.
    pub rows: u64,
    /// The number of rows that were rejected because they have no owner.
    pub unowned: u64,
    /// The number of rows with a value, by canonical column.
    pub filled: BTreeMap<String, u64>,
}

/// The credit in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCredit {
    /// The currency code.
    pub currency: String,
    /// The number of people with a balance above zero.
    pub holders: u64,
    /// The amounts granted on each of the last days, as plain decimals, by the day (UTC, counted since 1970-01-01).
    pub granted: BTreeMap<i64, String>,
}

impl SeenInput {
    /// Returns what identifies the input.
    pub fn key(&self) -> (&str, &str, u64) {
        (&self.kind, &self.path, self.among)
    }

    /// Tells whether both are of the same input.
    pub fn is_of(&self, other: &SeenInput) -> bool {
        self.key() == other.key()
    }

    /// Returns the counts of both together.
    pub fn plus(&self, now: &SeenInput) -> SeenInput {
        let mut filled = self.filled.clone();
        for (column, count) in &now.filled {
            *filled.entry(column.clone()).or_default() += count;
        }
        SeenInput { rows: self.rows + now.rows, unowned: self.unowned + now.unowned, filled, ..self.clone() }
    }
}
