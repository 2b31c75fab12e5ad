//! The rows that a look-up searches: one row a key, with the columns that are taken.

use crate::mapping::column::Column;
use accrue_facts::guest::lower_email;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The rows that a look-up searches: one row a key.
pub(crate) struct Found {
    pub(super) rows: BTreeMap<String, u32>,
    /// What is taken, by its name.
    pub(super) columns: Vec<(String, Column)>,
    /// Keys whose rows there cannot be used, and why.
    pub(super) unusable: BTreeMap<String, String>,
    /// Whether the keys are emails of facts, which are compared in lower case.
    pub(super) is_email: bool,
}

impl Found {
    /// Returns the row of a key.
    pub(super) fn row(&self, key: &str) -> Option<u32> {
        let key = if self.is_email { lower_email(key) } else { Cow::Borrowed(key) };
        self.rows.get(&*key).copied()
    }

    /// Says why the rows that have a key cannot be used.
    pub(super) fn unusable(&self, key: &str) -> Option<&str> {
        self.unusable.get(key).map(String::as_str)
    }
}
