//! Who owns an email or a card number (docs/spec.md 2): the earliest registered, then the smallest id, among the
//! registrations of which any version had it.

use crate::index::{Place, RowIndex};
use crate::same::Same;
use crate::versions::Newest;
use accrue_facts::guest::lower_email;
use accrue_facts::table::Table;
use accrue_facts::text_columns::registration;
use accrue_facts::{RegistrationRow, Time};
use accrue_kernel::time::Timestamp;
use std::borrow::Cow;

/// The registrations that exist at as_of.
pub(crate) struct Registered<'a> {
    table: &'a Table<RegistrationRow>,
    newest: Newest,
    as_of: Time,
}

/// What a registration is known by besides its id.
#[derive(Clone, Copy)]
pub(crate) enum Known {
    ByEmail,
    ByCard,
}

/// To whom an email or a card leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// The registration that owns it.
    Registration(RowIndex),
    /// No registration owns it: the first among the wanted texts that is the same.
    Nobody(Place),
}

impl<'a> Registered<'a> {
    pub(crate) fn new(same: &Same, table: &'a Table<RegistrationRow>, as_of: Timestamp) -> Registered<'a> {
        Registered { table, newest: Newest::of(same, table), as_of: as_of.into() }
    }

    /// Returns the newest versions of the registrations.
    pub(crate) fn into_newest(self) -> Newest {
        self.newest
    }

    pub(crate) fn row_count(&self) -> usize {
        self.table.rows.len()
    }

    /// Returns the customer id of a row that is the newest version of a registration that exists.
    pub(crate) fn id(&self, row: usize) -> Option<&'a str> {
        (self.newest_version(row)?.get() == row).then(|| self.table.id(row))
    }

    /// Returns the newest version of a row's registration, where that exists.
    fn newest_version(&self, row: usize) -> Option<RowIndex> {
        let newest = self.newest.of_row(row)?;
        let version = &self.table.rows[newest.get()];
        (!version.void && version.registered_at <= self.as_of).then_some(newest)
    }

    /// Returns for each wanted text its holder; `None` where nothing is wanted.
    pub(crate) fn holders<'t>(
        &self,
        same: &Same,
        known: Known,
        wanted_count: usize,
        wanted: impl Fn(usize) -> Option<Cow<'t, str>> + Sync,
    ) -> Vec<Option<Holder>>
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
        let firsts = same.firsts(row_count + wanted_count, |place| text(place).map(into_bytes));
        let owners = self.owners(&firsts[..row_count]);
        let holder = |first: &Option<Place>| {
            let first = (*first)?.get();
            Some(match first.checked_sub(row_count) {
                None => Holder::Registration(owners[first].expect("a registration with the text owns it")),
                Some(wanted) => Holder::Nobody(Place::new(wanted)),
            })
        };
        firsts[row_count..].iter().map(holder).collect()
    }

    /// Returns for each row that is the first with some text the registration that owns that text.
    fn owners(&self, firsts: &[Option<Place>]) -> Vec<Option<RowIndex>> {
        let mut owners: Vec<Option<RowIndex>> = vec![None; firsts.len()];
        for (row, &first) in firsts.iter().enumerate() {
            let (Some(first), Some(candidate)) = (first, self.newest_version(row)) else { continue };
            let owner = &mut owners[first.get()];
            if owner.is_none_or(|owner| self.seniority(candidate) < self.seniority(owner)) {
                *owner = Some(candidate);
            }
        }
        owners
    }

    fn seniority(&self, row: RowIndex) -> (Time, &str) {
        (self.table.rows[row.get()].registered_at, self.table.id(row.get()))
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
    pub(crate) fn compared(self, text: &str) -> Cow<'_, str> {
        match self {
            Known::ByEmail => lower_email(text),
            Known::ByCard => text.into(),
        }
    }
}

/// Returns the bytes of a text, copied only if it was.
pub(crate) fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => text.as_bytes().into(),
        Cow::Owned(text) => text.into_bytes().into(),
    }
}
