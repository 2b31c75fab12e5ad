//! Which of a row's faults is its reject: the first in the order of the file's columns.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use accrue_facts::FactKind;
use accrue_facts::columns::{self, Need};

/// Returns the fault whose column comes first in the file. A column that the file does not have comes after all others.
pub(super) fn first(kind: FactKind, faults: Vec<Fault>, cells: &Cells) -> Option<Fault> {
    let schema = cells.columns.schema_ref();
    let position = |name: &str| schema.index_of(name).ok();
    let place = |fault: &Fault| match fault.column() {
        // The row has no owner: its place is the first column that could name one.
        "" => owners(kind).filter_map(position).min(),
        column => position(column),
    };
    // Columns that the file has come first.
    faults.into_iter().min_by_key(|fault| place(fault).map_or((true, 0), |place| (false, place)))
}

fn owners(kind: FactKind) -> impl Iterator<Item = &'static str> {
    columns::columns(kind).iter().filter(|column| column.need == Need::Owner).map(|column| column.name)
}
