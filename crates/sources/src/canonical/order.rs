//! Which of a row's faults is its reject: the first in the order of the file's columns.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use accrue_facts::FactKind;
use accrue_facts::columns::{self, Need};

/// Returns the fault whose column comes first in the file. A column that the file does not have comes after all others.
pub(super) fn first(kind: FactKind, faults: Vec<Fault>, cells: &Cells) -> Option<Fault> {
    let position = |name: &str| cells.columns.schema_ref().index_of(name).unwrap_or(usize::MAX);
    let place = |fault: &Fault| match fault.column() {
        // The row has no owner: its place is the first column that could name one.
        "" => owners(kind).map(position).min().unwrap_or(usize::MAX),
        column => position(column),
    };
    faults.into_iter().min_by_key(place)
}

fn owners(kind: FactKind) -> impl Iterator<Item = &'static str> {
    columns::columns(kind).iter().filter(|column| column.need == Need::Owner).map(|column| column.name)
}
