//! Which emails a program sends (docs/spec.md 7): plain values, filled by `pipeline` from a program file.

use std::path::PathBuf;

/// The `[emails]` section of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether people are told of credit that an order, a registration or an adjustment has granted.
    pub received: bool,
    /// Whether people are told of credit that they have used.
    pub redeemed: bool,
    /// Days before an expiry to remind, ascending; empty = off.
    pub expiring_days_before: Vec<u32>,
    /// Whether people are told of credit given as a refund, and of credit that came back.
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
