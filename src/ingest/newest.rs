//! How new an input is: when the newest of its accepted facts happened.

use super::canonical::Canonical;
use super::facts::Facts;
use super::table::Table;
use crate::kernel::time::Instant;

impl Facts {
    /// Returns when the newest accepted fact of an input (by its number in the pipeline) happened, as far as that is not
    /// after `until`: a slip of the year does not make an old export a new one.
    pub fn newest(&self, input: u32, until: Instant) -> Option<Instant> {
        self.newest_in(|file| self.files[file as usize].input == input, until)
    }

    /// Likewise of some files, by their numbers in `files`.
    pub fn newest_in(&self, is_wanted: impl Fn(u32) -> bool, until: Instant) -> Option<Instant> {
        let newest = [
            newest_of(&self.orders, &is_wanted, until),
            newest_of(&self.registrations, &is_wanted, until),
            newest_of(&self.refunds, &is_wanted, until),
            newest_of(&self.redemptions, &is_wanted, until),
            newest_of(&self.adjustments, &is_wanted, until),
        ];
        newest.into_iter().flatten().max()
    }
}

fn newest_of<R: Canonical>(table: &Table<R>, is_wanted: &impl Fn(u32) -> bool, until: Instant) -> Option<Instant> {
    let own = table.pieces().filter(|(_, batch)| is_wanted(batch.file));
    let times = own.flat_map(|(rows, _)| rows).filter_map(|row| row.own_time().get());
    times.filter(|&at| at <= until).max()
}
