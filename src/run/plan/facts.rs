//! Finds the facts that may have changed a person's balance, and which of them are new to the book.

use super::draft::PlanDraft;
use crate::facts::table::Table;
use crate::facts::{FactKind, Row, kind_and_row, undated_refund};
use crate::kernel::entry::{DerivedEvent, Entry, EventId, Kind, MadeBy, Method};
use crate::kernel::facts::FactRow;
use crate::reports::plan::FactReport;
use crate::resolve::{Gathered, PersonFacts, Ranks};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Facts by kind and id.
pub(crate) type Ids = BTreeSet<(FactKind, String)>;

/// Returns the facts that may be why: those of the person that are new to the book, and those that postings name, which
/// may be somebody else's or nobody's by now.
pub(crate) fn ids(draft: &PlanDraft<'_>, customer_id: &str, postings: &[Entry<'_>]) -> Ids {
    let mut ids: Ids = own_new_facts(draft, customer_id);
    for posting in postings {
        ids.extend(named(posting.kind, posting.method, posting.source_id.0, posting.origin_id.0));
    }
    ids
}

fn own_new_facts(draft: &PlanDraft<'_>, customer_id: &str) -> Ids {
    let people = &draft.prepared.people;
    let (Some(unseen), Some(rank)) = (&draft.new, people.rank_of(customer_id)) else {
        return Ids::new();
    };
    let mut gathered = Gathered::new(people);
    gathered.gather(Ranks::one(rank));
    let mut own = PersonFacts::default();
    gathered.fill(rank, &mut own);
    let person = own.person();
    let registration = person.registration.iter().map(|own| own.fact);
    let orders = person.orders.iter().map(|own| own.fact);
    let refunds = person.refunds.iter().map(|own| own.fact);
    let redemptions = person.redemptions.iter().map(|own| own.fact);
    let adjustments = person.adjustments.iter().map(|own| own.fact);
    let all = registration.chain(orders).chain(refunds).chain(redemptions).chain(adjustments).map(kind_and_row);
    let is_new = |&(kind, row): &(FactKind, FactRow)| unseen.get(kind).binary_search(&row).is_ok();
    all.filter(is_new).map(|(kind, row)| (kind, people.facts().id(kind, row).to_owned())).collect()
}

/// Returns the facts that an entry names as its source and as the origin of its lot (docs/spec.md 3, 5, 6).
fn named(kind: Kind, method: Method, source: EventId<'_>, origin: EventId<'_>) -> Ids {
    let own = |kind: FactKind, id: EventId<'_>| vec![(kind, id.to_string())];
    let orders = |id: Option<&str>| id.map(|id| (FactKind::Orders, id.to_owned()));
    let refund = |id: EventId<'_>| own(FactKind::Refunds, id).into_iter().chain(orders(refunded_order(id))).collect();
    let lot = match method.made_by() {
        MadeBy::Order => own(FactKind::Orders, origin),
        MadeBy::Registration => own(FactKind::Registrations, origin),
        MadeBy::Refund => refund(origin),
        MadeBy::Adjustment => own(FactKind::Adjustments, origin),
        MadeBy::Debt => Vec::new(),
    };
    let cause = match kind {
        Kind::Clawback | Kind::Restore => refund(source),
        Kind::Redeem => own(FactKind::Redemptions, source).into_iter().chain(orders(source.redeemed_order())).collect(),
        Kind::Expire => source.restored_by().map(refund).unwrap_or_default(),
        Kind::Adjust => own(FactKind::Adjustments, source),
        Kind::Grant | Kind::Settle => Vec::new(),
    };
    lot.into_iter().chain(cause).collect()
}

/// Returns the order of a cancellation, or of a refund without a row.
fn refunded_order(id: EventId<'_>) -> Option<&str> {
    match id.parts() {
        (DerivedEvent::Cancel, order) => Some(order),
        (DerivedEvent::None, refund) => undated_refund::order_of(refund),
        (DerivedEvent::Order | DerivedEvent::Restore | DerivedEvent::RestoreCancel, _) => None,
    }
}

/// Returns those of some facts that are new to the book, or changed.
pub(crate) fn new_facts(draft: &PlanDraft<'_>, ids: &[Ids]) -> BTreeMap<(FactKind, String), FactReport> {
    let wanted: Ids = ids.iter().flatten().cloned().collect();
    let facts = draft.prepared.people.facts();
    let mut found = BTreeMap::new();
    let Some(unseen) = &draft.new else { return found };
    for kind in FactKind::ALL {
        let wanted: Vec<&str> = wanted.iter().filter(|(of, _)| *of == kind).map(|(_, id)| id.as_str()).collect();
        let new = unseen.get(kind);
        if wanted.is_empty() || new.is_empty() {
            continue;
        }
        let reports = match kind {
            FactKind::Orders => reports_of(&facts.orders, &wanted, new),
            FactKind::Registrations => reports_of(&facts.registrations, &wanted, new),
            FactKind::Refunds => reports_of(&facts.refunds, &wanted, new),
            FactKind::Redemptions => reports_of(&facts.redemptions, &wanted, new),
            FactKind::Adjustments => reports_of(&facts.adjustments, &wanted, new),
        };
        found.extend(reports.into_iter().map(|report| ((kind, report.id.clone()), report)));
    }
    found
}

/// Returns the facts with these ids, which are sorted, that have a new row; one that has an older row too is changed.
fn reports_of<R: Row>(table: &Table<R>, wanted: &[&str], new: &[FactRow]) -> Vec<FactReport> {
    let rows = (0..table.rows.len()).into_par_iter();
    let rows: Vec<usize> = rows.filter(|&row| wanted.binary_search(&table.id(row)).is_ok()).collect();
    let is_new = |row: usize| new.binary_search_by_key(&row, |new| new.get()).is_ok();
    let report = |id: &&str| {
        let versions: Vec<usize> = rows.iter().copied().filter(|&row| table.id(row) == *id).collect();
        let newest =
            versions.iter().copied().filter(|&row| is_new(row)).max_by_key(|&row| (table.updated_at(row), row))?;
        Some(FactReport {
            kind: R::KIND.name().to_owned(),
            id: (*id).to_owned(),
            is_changed: versions.len() > 1,
            is_void: table.rows[newest].is_void(),
        })
    };
    wanted.iter().filter_map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, method: Method, source: EventId<'_>, origin: &str) -> Vec<String> {
        let named = named(kind, method, source, EventId::fact(origin));
        named.iter().map(|(kind, id)| format!("{} {id}", kind.name())).collect()
    }

    #[test]
    fn an_entry_names_what_made_its_lot_and_what_was_done_to_it() {
        let shown = |kind, method, source, origin| shown(kind, method, EventId::fact(source), origin);
        assert_eq!(shown(Kind::Grant, Method::PerOrder, "O-1", "O-1"), ["orders O-1"]);
        assert_eq!(shown(Kind::Grant, Method::Registration, "ann", "ann"), ["registrations ann"]);
        assert_eq!(shown(Kind::Redeem, Method::Registration, "X-1", "ann"), ["registrations ann", "redemptions X-1"]);
        assert_eq!(shown(Kind::Clawback, Method::PerOrder, "R-1", "O-1"), ["orders O-1", "refunds R-1"]);
        assert_eq!(shown(Kind::Expire, Method::Adjustment, "A-1", "A-1"), ["adjustments A-1"]);
        assert_eq!(shown(Kind::Redeem, Method::Owed, "X-1", ""), ["redemptions X-1"]);
    }

    #[test]
    fn what_an_order_tells_of_is_found_by_the_order() {
        let orders = |source: EventId<'_>, kind| {
            let all = shown(kind, Method::Adjustment, source, "A-1");
            all.into_iter().filter(|shown| shown.starts_with("orders")).collect::<Vec<_>>()
        };
        let derived = |event, order| EventId::derived(event, order);
        assert_eq!(orders(derived(DerivedEvent::Cancel, "O-1"), Kind::Clawback), ["orders O-1"]);
        assert_eq!(orders(derived(DerivedEvent::Order, "O-1"), Kind::Redeem), ["orders O-1"]);
        assert_eq!(orders(EventId::fact("refunded:O:1:5.00"), Kind::Clawback), ["orders O:1"]);
        assert_eq!(orders(derived(DerivedEvent::RestoreCancel, "O-1"), Kind::Expire), ["orders O-1"]);
    }
}
