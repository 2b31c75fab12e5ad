//! How new an input is: when the newest of its accepted facts happened.

use super::canonical::Canonical;
use super::facts::Facts;
use super::table::Table;
use crate::kernel::time::Instant;

impl Facts {
    /// Returns when the newest accepted fact of an input (by its number in the pipeline) happened, as far as that is not
    /// after `until`: a slip of the year does not make an old export a new one.
    pub fn newest(&self, input: u32, until: Instant) -> Option<Instant> {
        let newest = [
            self.newest_of(&self.orders, input, until),
            self.newest_of(&self.registrations, input, until),
            self.newest_of(&self.refunds, input, until),
            self.newest_of(&self.redemptions, input, until),
            self.newest_of(&self.adjustments, input, until),
        ];
        newest.into_iter().flatten().max()
    }

    fn newest_of<R: Canonical>(&self, table: &Table<R>, input: u32, until: Instant) -> Option<Instant> {
        let own = table.pieces().filter(|(_, batch)| self.files[batch.file as usize].input == input);
        let times = own.flat_map(|(rows, _)| rows).filter_map(|row| row.own_time().get());
        times.filter(|&at| at <= until).max()
    }
}
