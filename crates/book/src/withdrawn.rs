//! Facts of runs that were never posted: they count only if an export has them again.
//!
//! Facts are committed before their run. A run that dies in between, or is overtaken by another, leaves them in the
//! tables. The next run that is posted names their files in its record; from then on they do not count, and they leave
//! the tables.

use std::collections::BTreeMap;

/// The names of withdrawn files, by table.
pub type Withdrawn = BTreeMap<String, Vec<String>>;
