//! Settings for reading that hold for all inputs of a run, such as the program's currency and time zone.

use crate::canonical::Keep;
use crate::input::Input;
use accrue_kernel::currency::Currency;
use accrue_kernel::program::Program;
use accrue_kernel::time::LocalCalendar;

/// What all inputs are read by.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The program's.
    pub currency: Currency,
    /// The program's.
    pub zone: &'a LocalCalendar,
    /// Which texts of the rows are kept in memory.
    pub keep: Keep,
    /// The facts of the book, each input a file of it, for look-ups.
    pub kept: &'a [Input],
    /// Asked between two pieces; where it says so, reading ends with `Stopped`.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Asked<'a> {
    /// Returns the zone of an input's times without an offset.
    pub(crate) fn zone_of(&self, input: &Input) -> LocalCalendar {
        input.timezone.map_or_else(|| self.zone.clone(), LocalCalendar::new)
    }

    /// Asks for facts by the currency and zone of a program; nothing stops the reading.
    pub fn of(program: &'a Program, keep: Keep) -> Asked<'a> {
        Asked { currency: program.currency, zone: &program.zone, keep, kept: &[], is_stopped: &|| false }
    }
}
