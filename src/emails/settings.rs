//! Which emails a program sends (docs/spec.md 7): plain values, filled by `pipeline` from a program file.

use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub received: bool,
    pub redeemed: bool,
    /// Days before an expiry to remind, ascending; empty = off.
    pub expiring_days_before: Vec<u32>,
    pub refunded: bool,
    /// Postings that took effect more than this many days before as_of send nothing.
    pub quiet_after_days: u32,
    /// A folder of the shop's own templates, already joined to the program's folder.
    pub templates: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            received: true,
            redeemed: true,
            expiring_days_before: vec![3],
            refunded: true,
            quiet_after_days: 7,
            templates: None,
        }
    }
}
