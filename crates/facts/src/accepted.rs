//! Holds what the reading of all inputs has given: accepted rows, rejects, and the files that they come from.
//!
//! Rows are numbered from 0 within their kind, files from 0 within [`Facts::files`].

use crate::file_read::FileRead;
use crate::kind::{FactKind, PerKind};
use crate::origin::FileIndex;
use crate::reject::Reject;
use crate::rows::{AdjustmentRow, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row};
use crate::seen::Seen;
use crate::table::Table;
use accrue_kernel::facts::FactRow;
use std::collections::BTreeMap;

/// Every accepted row, by kind, in reading order: inputs in pipeline order, files by name, rows in order.
#[derive(Default)]
pub struct Facts {
    /// Accepted orders.
    pub orders: Table<OrderRow>,
    /// Accepted registrations.
    pub registrations: Table<RegistrationRow>,
    /// Accepted refunds.
    pub refunds: Table<RefundRow>,
    /// Accepted redemptions.
    pub redemptions: Table<RedemptionRow>,
    /// Accepted adjustments.
    pub adjustments: Table<AdjustmentRow>,
    /// Rows of all kinds that were left out, in reading order.
    pub rejects: Vec<Reject>,
    /// The files that were read; rows and rejects name a file by its index here.
    pub files: Vec<FileRead>,
    /// Legal but doubtful things in the rows of a file, by index into `files`; a file without any is not here.
    pub seen: BTreeMap<FileIndex, Seen>,
}

impl Facts {
    /// Appends facts that were read later; the indices of their files are raised to follow those of these facts.
    pub fn followed_by(mut self, later: Facts) -> Facts {
        let before = self.files.len();
        self.orders.append(later.orders, before);
        self.registrations.append(later.registrations, before);
        self.refunds.append(later.refunds, before);
        self.redemptions.append(later.redemptions, before);
        self.adjustments.append(later.adjustments, before);
        let moved = |reject: Reject| Reject { file: reject.file.after(before), ..reject };
        self.rejects.extend(later.rejects.into_iter().map(moved));
        self.files.extend(later.files);
        self.seen.extend(later.seen.into_iter().map(|(file, seen)| (file.after(before), seen)));
        self
    }

    /// Keeps only these rows, by kind. The numbers of each kind must rise.
    pub fn only(&mut self, rows: &PerKind<Vec<FactRow>>) {
        self.orders.only(&rows.orders);
        self.registrations.only(&rows.registrations);
        self.refunds.only(&rows.refunds);
        self.redemptions.only(&rows.redemptions);
        self.adjustments.only(&rows.adjustments);
    }

    /// Returns the id of a fact.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn id(&self, kind: FactKind, row: FactRow) -> &str {
        match kind {
            FactKind::Orders => self.orders.id(row.get()),
            FactKind::Registrations => self.registrations.id(row.get()),
            FactKind::Refunds => self.refunds.id(row.get()),
            FactKind::Redemptions => self.redemptions.id(row.get()),
            FactKind::Adjustments => self.adjustments.id(row.get()),
        }
    }

    /// Calls `visit` with the table of each kind and returns its results.
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

/// A function over the tables of all kinds, whose rows have different types.
pub trait PerTable {
    /// The result for one table.
    type Found;

    /// Returns the result for the table of one kind.
    fn table<R: Row>(&mut self, table: &Table<R>) -> Self::Found;
}
