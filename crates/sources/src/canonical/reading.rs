//! What values are read by: the settings of a file and of the whole run.

use crate::input::Input;
use accrue_facts::ids::IdCheck;
use accrue_facts::{FileIndex, Time};
use accrue_kernel::currency::Currency;
use accrue_kernel::time::LocalCalendar;
use std::collections::BTreeSet;

/// What a file's values are read by.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The program's.
    pub currency: Currency,
    /// Of times without an offset.
    pub zone: &'a LocalCalendar,
    /// The decimal mark of amounts: `.` or `,`.
    pub decimal: u8,
    pub keep: Keep,
    /// Columns of the file that also have decimal commas, so that `1.000` may be thousands.
    pub commas: &'a BTreeSet<&'static str>,
    /// Of rows that have no `updated_at`.
    pub updated_at: Time,
    pub doubts: Doubts,
    /// The file.
    pub file: FileIndex,
}

/// Which texts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All texts of the canonical columns.
    Everything,
    /// Not those that only tell where and how people are written to.
    NoContacts,
}

/// Which values are judged by more than their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubts {
    pub ids: IdCheck,
    /// Whether facts may be of any year.
    pub any_time: bool,
    /// Whether instants were made by a mapping or by an earlier run: then nothing here tells how they were written.
    pub are_instants_made: bool,
}

impl Doubts {
    /// Returns what is doubted of an input's files. Rows that an earlier run has accepted are not doubted.
    pub(crate) fn of(input: &Input) -> Doubts {
        let ids = match input.values.literal_ids {
            _ if input.kept_since.is_some() => IdCheck::Nothing,
            true => IdCheck::Characters,
            false => IdCheck::Everything,
        };
        let any_time = input.values.any_time || input.kept_since.is_some();
        let are_instants_made = input.mapping.is_some() || input.kept_since.is_some();
        Doubts { ids, any_time, are_instants_made }
    }
}
