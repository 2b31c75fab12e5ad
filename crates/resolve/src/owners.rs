//! Who owns an email or a card number (docs/spec.md 2): the earliest registered, then the smallest id, among the registrations
//! of which any version had it.

use crate::same::{NONE, Same};
use crate::versions::Newest;
use accrue_facts::guest::lower_email;
use accrue_facts::table::Table;
use accrue_facts::text_columns::registration;
use accrue_facts::{RegistrationRow, Time};
use accrue_kernel::time::Instant;
use std::borrow::Cow;

/// The registrations that exist at as_of.
pub struct Registered<'a> {
    table: &'a Table<RegistrationRow>,
    newest: Newest,
    as_of: Time,
}

/// What a registration is known by besides its id.
#[derive(Clone, Copy)]
pub enum Known {
    ByEmail,
    ByCard,
}

impl<'a> Registered<'a> {
    pub fn new(same: &Same, table: &'a Table<RegistrationRow>, as_of: Instant) -> Registered<'a> {
        Registered { table, newest: Newest::of(same, table), as_of: as_of.into() }
    }

    /// Returns the newest versions of the registrations.
    pub fn into_newest(self) -> Newest {
        self.newest
    }

    pub fn row_count(&self) -> usize {
        self.table.rows.len()
    }

    /// Returns the customer id of a row that is the newest version of a registration that exists.
    pub fn id(&self, row: usize) -> Option<&'a str> {
        (self.newest_version(row)? == row).then(|| self.table.id(row))
    }

    /// Returns the newest version of a row's registration, where that exists.
    fn newest_version(&self, row: usize) -> Option<usize> {
        let newest = self.newest.of_row(row) as usize;
        let version = &self.table.rows[newest];
        (!version.void && version.registered_at <= self.as_of).then_some(newest)
    }

    /// Returns for each wanted text its holder: the row of the registration that owns it, or, where none does,
    /// `row_count` plus the first index among the wanted with the same text. `NONE` where nothing is wanted.
    pub fn holders<'t>(
        &self,
        same: &Same,
        known: Known,
        wanted_count: usize,
        wanted: impl Fn(usize) -> Option<Cow<'t, str>> + Sync,
    ) -> Vec<u32>
    where
        'a: 't,
    {
        if wanted_count == 0 {
            return Vec::new();
        }
        let row_count = self.row_count();
        let text = |place: usize| match place.checked_sub(row_count) {
            None => {
                self.newest_version(place)?;
                self.table.text(place, known.column()).map(|text| known.compared(text))
            }
            Some(place) => wanted(place),
        };
        let mut places = same.firsts(row_count + wanted_count, |place| text(place).map(into_bytes));
        let owners = self.owners(&places[..row_count]);
        let mut holders = places.split_off(row_count);
        for holder in &mut holders {
            *holder = owners.get(*holder as usize).copied().unwrap_or(*holder);
        }
        holders
    }

    /// Returns for each row that is the first with some text the registration that owns that text.
    fn owners(&self, firsts: &[u32]) -> Vec<u32> {
        let mut owners = vec![NONE; firsts.len()];
        for (row, &first) in firsts.iter().enumerate() {
            let (Some(owner), Some(candidate)) = (owners.get_mut(first as usize), self.newest_version(row)) else {
                continue;
            };
            if *owner == NONE || self.seniority(candidate) < self.seniority(*owner as usize) {
                *owner = candidate as u32;
            }
        }
        owners
    }

    fn seniority(&self, row: usize) -> (Time, &str) {
        (self.table.rows[row].registered_at, self.table.id(row))
    }
}

impl Known {
    fn column(self) -> usize {
        match self {
            Known::ByEmail => registration::EMAIL,
            Known::ByCard => registration::CARD,
        }
    }

    /// Returns a text as it is compared: emails in Unicode lower case.
    pub fn compared(self, text: &str) -> Cow<'_, str> {
        match self {
            Known::ByEmail => lower_email(text),
            Known::ByCard => text.into(),
        }
    }
}

/// Returns the bytes of a text, copied only if it was.
pub fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => text.as_bytes().into(),
        Cow::Owned(text) => text.into_bytes().into(),
    }
}
