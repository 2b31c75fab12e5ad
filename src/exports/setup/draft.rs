//! What `accrue init` knows of a folder: the facts that a pipeline would read, and how they are described.

use super::super::facts::FactsOfFiles;
use super::super::input::PlannedInput;
use super::choice::LeftOut;
use crate::facts::{FactKind, FileIndex};
use crate::kernel::currency::Currency;
use std::collections::BTreeMap;

/// What a folder has.
pub(crate) struct Draft {
    /// What a pipeline would read.
    pub(crate) read: FactsOfFiles,
    /// Files that it would not.
    pub(crate) left_out: Vec<LeftOut>,
    /// Kinds of facts that it has no file of.
    pub(crate) missing: Vec<FactKind>,
}

impl Draft {
    /// Returns the currency of the most orders; `None` where no file of orders names any.
    pub(crate) fn currency(&self) -> Option<Currency> {
        let facts = &self.read.facts;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let names_it = |kind, file: FileIndex| self.read.fills(kind, "currency", file);
        for row in 0..facts.orders.rows.len() {
            if names_it(FactKind::Orders, facts.orders.origin(row).file) {
                *counts.entry(facts.orders.rows[row].currency.code()).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
        Currency::from_code(most.0)
    }

    /// Tells whether there are accepted facts of a kind.
    pub(crate) fn has(&self, kind: FactKind) -> bool {
        self.read.facts.files.iter().any(|file| file.kind == kind && file.filled.accepted > 0)
    }

    /// Returns how many rows of the files of an input are rejected.
    pub(crate) fn rejected(&self, input: usize) -> usize {
        let facts = &self.read.facts;
        facts.rejects.iter().filter(|reject| facts.files[reject.file.get()].input.get() == input).count()
    }

    pub(crate) fn inputs(&self) -> &[PlannedInput] {
        &self.read.inputs
    }
}
