//! How the expressions of a mapping use its look-ups.

use crate::mapping::columns::Reading;
use crate::mapping::exact::{Level, ReadContext, Scope};
use crate::mapping::fault::{MappingFault, Reason, quoted};
use crate::mapping::lookup::KeyHere;
use crate::mapping::table::Table;
use crate::mapping::{Mapped, Written};
use accrue_facts::moment::BareDate;
use std::cell::RefCell;

impl Mapped {
    /// Returns the look-up that gives a column.
    pub(super) fn lookup_of(&self, name: &str) -> Option<&KeyHere> {
        self.lookups.iter().find(|here| name.starts_with(&here.prefix))
    }

    /// Checks that look-ups take what an expression speaks of.
    pub(super) fn check_taken(&self, written: &Written) -> Result<(), MappingFault> {
        for name in written.needed.iter().chain(&written.optional) {
            let Some(here) = self.lookup_of(name) else { continue };
            if here.taken.iter().all(|taken| *taken != name[here.prefix.len()..]) {
                let taken = quoted(&here.taken);
                return Err(written.fault(Reason::NotTaken { column: name.clone(), taken }));
            }
        }
        Ok(())
    }

    /// Returns the columns that an expression speaks of, and the keys of the look-ups that give some of them.
    pub(super) fn sources(&self, written: &Written) -> Vec<String> {
        let sources = written.sources();
        let keys = sources.iter().filter_map(|name| Some(self.lookup_of(name)?.key.text.clone()));
        keys.chain(sources.iter().cloned()).collect()
    }

    /// Gives rows the columns of the look-ups, one after the other: a key may use what an earlier one gives.
    pub(super) fn look_up(&self, table: &mut Table, reading: &Reading<'_>) -> Result<(), MappingFault> {
        for (here, found) in self.lookups.iter().zip(reading.found) {
            let aggregations = RefCell::new(Vec::new());
            let context = ReadContext { zone: reading.zone, bare_date: BareDate::Start, decimal: reading.decimal };
            let (columns, names) = (&table.holds, Some(table.names.as_slice()));
            let scope = Scope { columns, names, keys: &[], level: Level::Row, context, aggregations: &aggregations };
            let key = scope.exact(&here.key.expr).map_err(|reason| here.key.fault(reason))?;
            let (node, holds) = (key.node, key.holds);
            table.look_up(here, (&node, holds), found)?;
        }
        Ok(())
    }
}
