//! What is said where nobody has what somebody asks for: why the fact belongs to nobody, or which ids are near.

use super::origins::{Place, fact_ref};
use super::rejected::Rejected;
use super::wanted::{Wanted, names};
use crate::book::BookError;
use crate::facts::table::Table;
use crate::facts::text_columns::{redemption, refund};
use crate::facts::{FactKind, Origin, Row, Time};
use crate::kernel::facts::FactRow;
use crate::kernel::program::{Program, RedemptionSource, RefundSource};
use crate::kernel::time::Timestamp;
use crate::resolve::People;
use crate::run::RunError;
use crate::run::find::{Column, nearest_in_facts, nearest_kept, person_columns};
use crate::run::inspect::InspectFault;
use crate::sources::input::Input;
use crate::text::visible;

/// Finds the rejected row of a kind that names an id.
pub(super) type FindRejected<'n> = dyn Fn(FactKind, &str) -> Result<Option<Rejected>, BookError> + 'n;

/// What is known of the facts among which something is not found.
pub(super) struct Nobody<'n> {
    pub wanted: &'n Wanted,
    pub people: &'n People,
    pub program: &'n Program,
    pub as_of: Timestamp,
    /// Names the place of a row as it was read.
    pub place: &'n dyn Fn(Origin) -> Place,
    /// Finds the rejected row that names a fact.
    pub rejected: &'n FindRejected<'n>,
}

impl Nobody<'_> {
    /// Returns the fault, with the nearest ids among those of the facts.
    pub(super) fn among_facts(&self) -> Result<InspectFault, BookError> {
        if let Some(fault) = self.of_nobody()? {
            return Ok(fault);
        }
        let (what, id, columns) = asked(self.wanted);
        let nearest = nearest_in_facts(id, columns, self.people.facts());
        Ok(InspectFault::Nobody { what, id: id.to_owned(), nearest })
    }

    /// Returns the fault, with the nearest ids among those of the facts that a book has.
    pub(super) fn among_kept(&self, kept: &[Input]) -> Result<InspectFault, RunError> {
        if let Some(fault) = self.of_nobody()? {
            return Ok(fault);
        }
        let (what, id, columns) = asked(self.wanted);
        Ok(InspectFault::Nobody { what, id: id.to_owned(), nearest: nearest_kept(id, columns, kept)? })
    }

    /// Returns the fault of a fact that there is and that belongs to nobody.
    fn of_nobody(&self) -> Result<Option<InspectFault>, BookError> {
        use FactKind::{Adjustments, Orders, Redemptions, Refunds, Registrations};
        let (what, id, _) = asked(self.wanted);
        let kinds: &[FactKind] = match self.wanted {
            Wanted::Person(_) => &[Registrations],
            Wanted::Order(_) => &[Orders],
            Wanted::Refund(_) => &[Refunds],
            Wanted::Entry { .. } => &[Orders, Refunds, Redemptions, Adjustments, Registrations],
        };
        let ids: Vec<&str> = match self.wanted {
            Wanted::Entry { .. } => names(id).collect(),
            _ => vec![id],
        };
        for (kind, name) in ids.iter().flat_map(|name| kinds.iter().map(move |kind| (*kind, *name))) {
            if let Some(why) = self.why(kind, name)? {
                return Ok(Some(InspectFault::OfNobody { what, id: id.to_owned(), why }));
            }
        }
        Ok(None)
    }

    /// Returns why a fact belongs to nobody; `None` where there is no such fact.
    fn why(&self, kind: FactKind, id: &str) -> Result<Option<String>, BookError> {
        let facts = self.people.facts();
        let found = match kind {
            FactKind::Orders => newest(&facts.orders, id),
            FactKind::Registrations => newest(&facts.registrations, id),
            FactKind::Refunds => newest(&facts.refunds, id),
            FactKind::Redemptions => newest(&facts.redemptions, id),
            FactKind::Adjustments => newest(&facts.adjustments, id),
        };
        let Some((row, is_void)) = found else {
            let rejected = (self.rejected)(kind, id)?;
            return Ok(rejected.map(|own| format!("its row {own}")));
        };
        let place = self.place_of(kind, row);
        if is_void {
            return Ok(Some(format!("{place} withdraws it (`void`)")));
        }
        let at = row.get();
        let order = |named: Option<&str>| self.order(named.unwrap_or_default());
        Ok(match kind {
            FactKind::Refunds if self.program.refunds_from == RefundSource::Orders => {
                Some(format!("{place} is not used, since the program takes refunds from orders (`from` in [refunds])"))
            }
            FactKind::Refunds => {
                match self.people.rejects().iter().find(|own| self.is_at((own.file, own.place), kind, row)) {
                    Some(reject) => Some(format!("its row {place} is rejected: {}", visible(&reject.message))),
                    None => Some(format!("{place} refunds {}", order(facts.refunds.text(at, refund::ORDER))?)),
                }
            }
            FactKind::Redemptions if self.program.redemption.from == RedemptionSource::Orders => Some(format!(
                "{place} is not used, since the program takes redemptions from orders (`from` in [redemption])"
            )),
            FactKind::Redemptions => match facts.redemptions.text(at, redemption::CARD) {
                Some(card) => Some(format!("{place} names the card {card:?}, which no registration has")),
                None => Some(format!("{place} names {}", order(facts.redemptions.text(at, redemption::ORDER))?)),
            },
            FactKind::Registrations if facts.registrations.rows[at].registered_at > self.as_of.into() => {
                Some(format!("{place} registers later than the page, which is as of {}", self.as_of))
            }
            FactKind::Orders | FactKind::Adjustments | FactKind::Registrations => None,
        })
    }

    /// Says what is wrong with an order that another fact names.
    fn order(&self, id: &str) -> Result<String, BookError> {
        let order = format!("the order {id:?}");
        Ok(match newest(&self.people.facts().orders, id) {
            Some((row, true)) => format!("{order}, which {} withdraws (`void`)", self.place_of(FactKind::Orders, row)),
            Some((_, false)) => format!("{order}, which belongs to nobody"),
            None => match (self.rejected)(FactKind::Orders, id)? {
                Some(rejected) => format!("{order}, of which the row {rejected}"),
                None => format!("{order}, which no export has"),
            },
        })
    }

    fn is_at(&self, (file, place): (crate::facts::FileIndex, u64), kind: FactKind, row: FactRow) -> bool {
        let origin = self.people.origin(fact_ref(kind, row));
        (origin.file, origin.place) == (file, place)
    }

    fn place_of(&self, kind: FactKind, row: FactRow) -> String {
        let Place { file, row, run, .. } = (self.place)(self.people.origin(fact_ref(kind, row)));
        let run = run.map(|run| format!(" of run {run}")).unwrap_or_default();
        format!("{}:{row}{run}", visible(&file))
    }
}

/// Returns what is asked for, its id, and the columns that have such ids.
fn asked(wanted: &Wanted) -> (&'static str, &str, &'static [Column]) {
    use FactKind::{Adjustments, Orders, Redemptions, Refunds, Registrations};
    match wanted {
        Wanted::Person(id) | Wanted::Entry { customer_id: Some(id), .. } => ("person", id, person_columns(id)),
        Wanted::Order(id) => ("order", id, &[(Orders, "order_id")]),
        Wanted::Refund(id) => ("refund", id, &[(Refunds, "refund_id")]),
        Wanted::Entry { customer_id: None, entry } => {
            const ALL: &[Column] = &[
                (Orders, "order_id"),
                (Refunds, "refund_id"),
                (Redemptions, "redemption_id"),
                (Adjustments, "adjustment_id"),
                (Registrations, "customer_id"),
            ];
            ("entry", &entry.source_id, ALL)
        }
    }
}

/// Returns the newest version of a fact, and whether it withdraws the fact.
fn newest<R: Row>(table: &Table<R>, id: &str) -> Option<(FactRow, bool)> {
    let age = |row: &usize| -> (Time, usize) { (table.updated_at(*row), *row) };
    let row = (0..table.rows.len()).filter(|&row| table.id(row) == id).max_by_key(age)?;
    Some((FactRow::new(row as u32), table.rows[row].is_void()))
}
