//! Finds the instant of the newest accepted fact of an input, so that a guard can refuse an export that is too old.

use crate::table::Table;
use crate::{Facts, FileIndex, InputIndex, PerTable, Row};
use accrue_kernel::time::Timestamp;

impl Facts {
    /// Returns the instant of the newest accepted fact of an input , of those not after `until`. `None` without any.
    ///
    /// Facts after `until` are left out so that one mistyped year does not make an old export look new.
    pub fn newest(&self, input: InputIndex, until: Timestamp) -> Option<Timestamp> {
        self.newest_in(|file| self.files[file.get()].input == input, until)
    }

    /// Returns the same as [`Facts::newest`] for some files, by their index in `files`.
    pub fn newest_in(&self, is_wanted: impl Fn(FileIndex) -> bool, until: Timestamp) -> Option<Timestamp> {
        let newest = self.per_table(Newest { is_wanted, until });
        newest.into_array().into_iter().flatten().max()
    }
}

struct Newest<W> {
    is_wanted: W,
    until: Timestamp,
}

impl<W: Fn(FileIndex) -> bool> PerTable for Newest<W> {
    type Found = Option<Timestamp>;

    fn table<R: Row>(&mut self, table: &Table<R>) -> Option<Timestamp> {
        let own = table.pieces().filter(|(_, batch)| (self.is_wanted)(batch.file));
        let times = own.flat_map(|(rows, _)| rows).filter_map(|row| row.own_time().get());
        times.filter(|&at| at <= self.until).max()
    }
}
