//! From the rows of files to those of canonical columns, step by step: read, looked up, filtered, made.

use crate::mapping::columns::Reading;
use crate::mapping::exact::{Level, ReadContext, Scope};
use crate::mapping::fault::MappingFault;
use crate::mapping::file_rows::FileRows;
use crate::mapping::mapped::Mapped;
use crate::mapping::mapped_rows::MappedRows;
use crate::mapping::table::{Finished, Table};
use accrue_facts::moment::BareDate;
use std::cell::RefCell;

impl Mapped {
    /// Turns all rows of one file, or of several whose rows are put together, into rows of canonical columns, and
    /// rejects what does not fit.
    ///
    /// A row made of a group has the file and place of the group's first row. Rejects are in the order of files and
    /// places.
    pub(crate) fn map(&self, files: Vec<FileRows>, reading: &Reading<'_>) -> Result<MappedRows, MappingFault> {
        self.made(self.read(files, reading)?, reading)
    }

    /// Reads the columns that the mapping refers to; `None` where there are no rows.
    pub(super) fn read(&self, files: Vec<FileRows>, reading: &Reading<'_>) -> Result<Option<Table>, MappingFault> {
        let has_rows = files.iter().any(|rows| !rows.raw.is_empty());
        has_rows.then(|| Table::read(self, files, reading)).transpose()
    }

    /// Makes canonical rows of the columns that were read.
    pub(super) fn made(&self, table: Option<Table>, reading: &Reading<'_>) -> Result<MappedRows, MappingFault> {
        let Some(mut table) = table else { return Ok(MappedRows::default()) };
        self.look_up(&mut table, reading)?;
        let plan = self.exact(&table.holds, Some(&table.names), (reading.zone, reading.decimal))?;
        for (filter, written) in plan.filters.iter().zip(&self.filters) {
            table.keep(filter, &self.sources(written))?;
        }
        let expiries = table.expiries;
        let made = if self.keys.is_empty() { table.rows(&plan) } else { table.facts(&plan) };
        let Finished { batches, rejects, left_out, repeated, in_others } = made?;
        Ok(MappedRows { batches, rejects, left_out, repeated, in_others, expiries })
    }

    /// Gives rows the columns of the look-ups, one after the other: a key may use what an earlier one gives.
    fn look_up(&self, table: &mut Table, reading: &Reading<'_>) -> Result<(), MappingFault> {
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
