//! The message for an id that nobody has, with similar ids.

use super::wanted::Wanted;
use crate::book::{BookError, TableName, texts};
use crate::facts::table::Table;
use crate::facts::{FactKind, Facts, Row};
use crate::pipeline::nearest_few;
use crate::run::inspect::InspectFault;
use crate::sources::input::Input;
use std::collections::BTreeSet;

/// How many ids are named.
const NAMED: usize = 3;
/// How much of an id that is named must be as in the one that was asked for.
const LIKE: f64 = 0.6;

/// Returns the fault, with the nearest ids among those of facts.
pub(super) fn of_facts(wanted: &Wanted, facts: &Facts) -> InspectFault {
    let (_, _, column, kinds) = asked(wanted);
    let mut ids = BTreeSet::new();
    for &kind in kinds {
        match kind {
            FactKind::Orders => add(&facts.orders, column, &mut ids),
            FactKind::Registrations => add(&facts.registrations, column, &mut ids),
            FactKind::Refunds => add(&facts.refunds, column, &mut ids),
            FactKind::Redemptions => add(&facts.redemptions, column, &mut ids),
            FactKind::Adjustments => add(&facts.adjustments, column, &mut ids),
        }
    }
    fault(wanted, &ids)
}

/// Returns the fault, with the nearest ids among those of the facts that a book has.
pub(super) fn of_kept(wanted: &Wanted, kept: &[Input]) -> Result<InspectFault, BookError> {
    let (_, _, column, kinds) = asked(wanted);
    let mut ids = BTreeSet::new();
    for input in kept.iter().filter(|input| kinds.contains(&input.kind)) {
        texts(&input.path, TableName::Facts(input.kind).fields(), column, |id| {
            if !ids.contains(id) {
                ids.insert(id.to_owned());
            }
        })?;
    }
    Ok(fault(wanted, &ids))
}

/// Returns what is asked for, its id, and the column and the kinds of facts that have such ids.
fn asked(wanted: &Wanted) -> (&'static str, &str, &'static str, &'static [FactKind]) {
    use FactKind::{Adjustments, Orders, Redemptions, Refunds, Registrations};
    const WITH_CUSTOMER: &[FactKind] = &[Registrations, Orders, Redemptions, Adjustments];
    match wanted {
        Wanted::Person(id) => ("person", id, "customer_id", WITH_CUSTOMER),
        Wanted::Order(id) => ("order", id, "order_id", &[Orders]),
        Wanted::Refund(id) => ("refund", id, "refund_id", &[Refunds]),
        Wanted::Entry { customer_id: Some(id), .. } => ("person", id, "customer_id", WITH_CUSTOMER),
        Wanted::Entry { customer_id: None, entry } => ("entry", &entry.source_id, "order_id", &[Orders]),
    }
}

fn add<R: Row>(table: &Table<R>, column: &str, ids: &mut BTreeSet<String>) {
    let Some(column) = R::TEXTS.iter().position(|name| *name == column) else { return };
    for id in (0..table.rows.len()).filter_map(|row| table.text(row, column)) {
        if !ids.contains(id) {
            ids.insert(id.to_owned());
        }
    }
}

fn fault(wanted: &Wanted, ids: &BTreeSet<String>) -> InspectFault {
    let (what, id, _, _) = asked(wanted);
    // A fact that belongs to nobody has the very id.
    let others = ids.iter().map(String::as_str).filter(|other| *other != id);
    let nearest = nearest_few(id, others, LIKE, NAMED);
    let nearest = nearest.into_iter().map(str::to_owned).collect();
    InspectFault::Nobody { what, id: id.to_owned(), nearest }
}
