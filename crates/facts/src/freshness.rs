//! How new an input is: when the newest of its accepted facts happened.

use crate::table::Table;
use crate::{Facts, PerTable, Row};
use accrue_kernel::time::Instant;

impl Facts {
    /// Returns when the newest accepted fact of an input (by its number in the pipeline) happened, as far as that is not
    /// after `until`: a slip of the year does not make an old export a new one.
    pub fn newest(&self, input: u32, until: Instant) -> Option<Instant> {
        self.newest_in(|file| self.files[file as usize].input == input, until)
    }

    /// Likewise of some files, by their numbers in `files`.
    pub fn newest_in(&self, is_wanted: impl Fn(u32) -> bool, until: Instant) -> Option<Instant> {
        let newest = self.per_table(Newest { is_wanted, until });
        newest.into_array().into_iter().flatten().max()
    }
}

struct Newest<W> {
    is_wanted: W,
    until: Instant,
}

impl<W: Fn(u32) -> bool> PerTable for Newest<W> {
    type Found = Option<Instant>;

    fn table<R: Row>(&mut self, table: &Table<R>) -> Option<Instant> {
        let own = table.pieces().filter(|(_, batch)| (self.is_wanted)(batch.file));
        let times = own.flat_map(|(rows, _)| rows).filter_map(|row| row.own_time().get());
        times.filter(|&at| at <= self.until).max()
    }
}
