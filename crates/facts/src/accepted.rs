//! What the reading of all inputs has given: accepted rows, rejects, and the files that they come from.

use crate::file_read::FileRead;
use crate::kind::PerKind;
use crate::reject::Reject;
use crate::rows::{AdjustmentRow, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row};
use crate::seen::Seen;
use crate::table::Table;
use std::collections::BTreeMap;

/// Every accepted row, by kind, in reading order: inputs in pipeline order, files by name, rows in order.
#[derive(Default)]
pub struct Facts {
    pub orders: Table<OrderRow>,
    pub registrations: Table<RegistrationRow>,
    pub refunds: Table<RefundRow>,
    pub redemptions: Table<RedemptionRow>,
    pub adjustments: Table<AdjustmentRow>,
    pub rejects: Vec<Reject>,
    pub files: Vec<FileRead>,
    /// What the rows of files have shown, by index into `files`.
    pub seen: BTreeMap<u32, Seen>,
}

impl Facts {
    /// Adds what was read later.
    pub fn followed_by(mut self, later: Facts) -> Facts {
        let first_file = self.files.len() as u32;
        self.orders.append(later.orders, first_file);
        self.registrations.append(later.registrations, first_file);
        self.refunds.append(later.refunds, first_file);
        self.redemptions.append(later.redemptions, first_file);
        self.adjustments.append(later.adjustments, first_file);
        let moved = |reject: Reject| Reject { file: first_file + reject.file, ..reject };
        self.rejects.extend(later.rejects.into_iter().map(moved));
        self.files.extend(later.files);
        self.seen.extend(later.seen.into_iter().map(|(file, seen)| (first_file + file, seen)));
        self
    }

    /// Leaves out all rows but these, by their numbers, which rise.
    pub fn only(&mut self, rows: &PerKind<Vec<u32>>) {
        self.orders.only(&rows.orders);
        self.registrations.only(&rows.registrations);
        self.refunds.only(&rows.refunds);
        self.redemptions.only(&rows.redemptions);
        self.adjustments.only(&rows.adjustments);
    }

    /// Returns what is found in the table of each kind.
    pub fn per_table<V: PerTable>(&self, mut visit: V) -> PerKind<V::Found> {
        PerKind {
            orders: visit.table(&self.orders),
            registrations: visit.table(&self.registrations),
            refunds: visit.table(&self.refunds),
            redemptions: visit.table(&self.redemptions),
            adjustments: visit.table(&self.adjustments),
        }
    }
}

/// What is done with the tables of all kinds alike, whose rows have different types.
pub trait PerTable {
    type Found;

    fn table<R: Row>(&mut self, table: &Table<R>) -> Self::Found;
}
