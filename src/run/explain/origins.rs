//! Finds the file and row of each fact, and what earlier versions of the fact said.

use crate::facts::shown::{ShownValue, values};
use crate::facts::table::Table;
use crate::facts::{FactKind, Facts, Origin, PerKind, PerTable, Row, Time, kind_and_row};
use crate::kernel::currency::Currency;
use crate::kernel::facts::{FactRef, FactRow};
use crate::reports::explain::model::{FactTold, Said, VersionTold};
use std::collections::{BTreeMap, BTreeSet};

/// The place of a row in an export.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub file: String,
    pub row: u64,
    pub sha256: Option<String>,
    pub run: Option<i64>,
}

/// The rows of some facts.
pub(super) struct Origins<'f> {
    facts: &'f Facts,
    /// The program's.
    currency: Currency,
    /// By kind: the rows of each fact, all versions of it, from the oldest on.
    versions: PerKind<BTreeMap<&'f str, Vec<FactRow>>>,
    place: &'f dyn Fn(Origin) -> Place,
}

impl<'f> Origins<'f> {
    /// Finds all rows of some facts. `currency` is the program's; `place` names the place of a row as it was read.
    pub(super) fn of(
        facts: &'f Facts,
        currency: Currency,
        wanted: impl Iterator<Item = (FactKind, String)>,
        place: &'f dyn Fn(Origin) -> Place,
    ) -> Origins<'f> {
        let mut ids: [BTreeSet<String>; 5] = Default::default();
        for (kind, id) in wanted {
            ids[kind as usize].insert(id);
        }
        let versions = PerKind {
            orders: versions(&facts.orders, &ids[FactKind::Orders as usize]),
            registrations: versions(&facts.registrations, &ids[FactKind::Registrations as usize]),
            refunds: versions(&facts.refunds, &ids[FactKind::Refunds as usize]),
            redemptions: versions(&facts.redemptions, &ids[FactKind::Redemptions as usize]),
            adjustments: versions(&facts.adjustments, &ids[FactKind::Adjustments as usize]),
        };
        Origins { facts, currency, versions, place }
    }

    /// Tells where a fact comes from.
    pub(super) fn told(&self, fact: FactRef) -> FactTold {
        let (kind, row) = kind_and_row(fact);
        let Place { file, row: at, sha256, run } = self.place_of(kind, row);
        let all = self.versions.get(kind).get(self.facts.id(kind, row));
        let before = all.into_iter().flatten().take_while(|&&other| other != row);
        let now = self.values(kind, row);
        let superseded = before.map(|&other| {
            let Place { file, row: at, run, .. } = self.place_of(kind, other);
            VersionTold { file, row: at, run, said: said(&self.values(kind, other), &now) }
        });
        FactTold { file, row: at, sha256, run, superseded: superseded.collect() }
    }

    fn values(&self, kind: FactKind, row: FactRow) -> Vec<ShownValue> {
        values(self.facts, kind, row.get(), self.currency)
    }

    /// Returns the newest version of one of these facts.
    pub(super) fn newest(&self, kind: FactKind, id: &str) -> Option<FactRef> {
        let row = *self.versions.get(kind).get(id)?.last()?;
        Some(fact_ref(kind, row))
    }

    /// Tells whether a row withdraws its fact.
    pub(super) fn is_void(&self, fact: FactRef) -> bool {
        let facts = self.facts;
        match fact {
            FactRef::Order(row) => facts.orders.rows[row.get()].is_void(),
            FactRef::Registration(row) => facts.registrations.rows[row.get()].is_void(),
            FactRef::Refund(row) => facts.refunds.rows[row.get()].is_void(),
            FactRef::Redemption(row) => facts.redemptions.rows[row.get()].is_void(),
            FactRef::Adjustment(row) => facts.adjustments.rows[row.get()].is_void(),
        }
    }

    fn place_of(&self, kind: FactKind, row: FactRow) -> Place {
        (self.place)(origin(self.facts, kind, row.get()))
    }
}

/// Returns the columns that differ, but for the age of the version.
fn said(then: &[ShownValue], now: &[ShownValue]) -> Vec<Said> {
    let differ = then.iter().zip(now).filter(|((name, then), (_, now))| *name != "updated_at" && then != now);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let told =
        differ.map(|((name, then), (_, now))| Said { column: (*name).to_owned(), then: text(then), now: text(now) });
    told.collect()
}

/// Returns the rows of some facts, each from the oldest version on.
fn versions<'f, R: Row>(table: &'f Table<R>, ids: &BTreeSet<String>) -> BTreeMap<&'f str, Vec<FactRow>> {
    let mut versions: BTreeMap<&str, Vec<FactRow>> = BTreeMap::new();
    if ids.is_empty() {
        return versions;
    }
    for row in 0..table.rows.len() {
        let id = table.id(row);
        if ids.contains(id) {
            versions.entry(id).or_default().push(FactRow::new(row as u32));
        }
    }
    let age = |row: &FactRow| -> (Time, FactRow) { (table.updated_at(row.get()), *row) };
    versions.values_mut().for_each(|rows| rows.sort_by_key(age));
    versions
}

/// Returns the reference to a row of a kind.
pub(super) fn fact_ref(kind: FactKind, row: FactRow) -> FactRef {
    match kind {
        FactKind::Orders => FactRef::Order(row),
        FactKind::Registrations => FactRef::Registration(row),
        FactKind::Refunds => FactRef::Refund(row),
        FactKind::Redemptions => FactRef::Redemption(row),
        FactKind::Adjustments => FactRef::Adjustment(row),
    }
}

fn origin(facts: &Facts, kind: FactKind, row: usize) -> Origin {
    match kind {
        FactKind::Orders => facts.orders.origin(row),
        FactKind::Registrations => facts.registrations.origin(row),
        FactKind::Refunds => facts.refunds.origin(row),
        FactKind::Redemptions => facts.redemptions.origin(row),
        FactKind::Adjustments => facts.adjustments.origin(row),
    }
}

/// Returns where every row was read, file by file.
pub(super) fn all_origins(facts: &Facts) -> Vec<Origin> {
    facts.per_table(AllOrigins).into_array().concat()
}

struct AllOrigins;

impl PerTable for AllOrigins {
    type Found = Vec<Origin>;

    fn table<R: Row>(&mut self, table: &Table<R>) -> Vec<Origin> {
        (0..table.rows.len()).map(|row| table.origin(row)).collect()
    }
}
