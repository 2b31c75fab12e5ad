//! The index of a rule version in a list of rules, as a type of its own.

/// The place of a rule version in a list of them, such as [`Program::rules`](super::program::Program::rules), from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(u32);

impl RuleIndex {
    /// Makes the place of the rule at an index; no program has 2^32 rules.
    pub fn new(index: usize) -> RuleIndex {
        RuleIndex(index as u32)
    }

    /// Returns the index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
