//! Why a run took an entry back whole: which fact or which program made it so.

use super::origins::Origins;
use super::wanted::names;
use crate::book::RunRecord;
use crate::facts::{FactKind, undated_refund};
use crate::kernel::entry::{Entry, Kind, MadeBy, Method};
use crate::kernel::facts::FactRef;
use crate::reports::explain::model::{FactTold, TakenBack};
use crate::resolve::{People, Rank};

/// What causes are looked for in.
pub(super) struct Causes<'c> {
    pub people: &'c People,
    /// The rank of the person whose entries they are; `None` for somebody without facts.
    pub rank: Option<Rank>,
    /// The person's own facts.
    pub own: &'c [FactRef],
    pub origins: &'c Origins<'c>,
    pub runs: &'c [&'c RunRecord],
}

impl Causes<'_> {
    /// Returns why a run took an entry back; `None` where nothing tells.
    pub(super) fn of(&self, entry: &Entry<'_>, run: i64) -> Option<TakenBack> {
        let newest: Vec<(FactRef, FactTold)> = fact_ids(entry)
            .into_iter()
            .filter_map(|(kind, id)| self.origins.newest(kind, &id))
            .flat_map(|fact| [Some(fact), self.order_of(fact)])
            .flatten()
            .map(|fact| (fact, self.origins.told(fact)))
            .collect();
        let none = TakenBack { run, reason: "", owner: None, facts: Vec::new() };
        if let Some((_, told)) = newest.iter().find(|(fact, _)| self.origins.is_void(*fact)) {
            return Some(TakenBack { reason: "void", facts: vec![told.clone()], ..none });
        }
        if let Some((fact, told)) = newest.iter().find(|(fact, _)| self.people.owner_of(*fact) != self.rank) {
            let owner = self.people.owner_of(*fact);
            let facts = if told.run == Some(run) { vec![told.clone()] } else { self.registration(owner, run) };
            let owner = owner.map(|rank| self.people.id(rank).to_owned());
            return Some(TakenBack { reason: "owner_changed", owner, facts, ..none });
        }
        let is_changed =
            |told: &FactTold| told.run == Some(run) && told.superseded.iter().any(|own| !own.said.is_empty());
        if let Some((_, told)) = newest.iter().find(|(_, told)| is_changed(told)) {
            return Some(TakenBack { reason: "changed_fact", facts: vec![told.clone()], ..none });
        }
        if self.has_new_program(run) {
            return Some(TakenBack { reason: "program", ..none });
        }
        let facts: Vec<FactTold> =
            self.own.iter().map(|fact| self.origins.told(*fact)).filter(|told| told.run == Some(run)).collect();
        (!facts.is_empty()).then_some(TakenBack { reason: "other_fact", facts, ..none })
    }

    /// Returns the newest version of the order that a fact names.
    fn order_of(&self, fact: FactRef) -> Option<FactRef> {
        self.origins.newest(FactKind::Orders, self.people.order_named_by(fact)?)
    }

    /// Returns the registration of a person, if a run took it in.
    fn registration(&self, rank: Option<Rank>, run: i64) -> Vec<FactTold> {
        let newest = rank.and_then(|rank| self.origins.newest(FactKind::Registrations, self.people.id(rank)));
        let told = newest.map(|fact| self.origins.told(fact));
        told.into_iter().filter(|told| told.run == Some(run)).collect()
    }

    fn has_new_program(&self, run: i64) -> bool {
        let program = |number: i64| {
            let own = self.runs.iter().find(|own| own.number == number);
            own.map(|own| (&own.program.sha256, own.calculation, &own.time_zones))
        };
        program(run - 1).is_some_and(|before| Some(before) != program(run))
    }
}

/// Returns the kinds and ids of the facts that an entry comes from: of its source, then of its lot.
pub(super) fn fact_ids(entry: &Entry<'_>) -> Vec<(FactKind, String)> {
    let (source, origin) = (entry.source_id.0.to_string(), entry.origin_id.0.to_string());
    let source_kind = match entry.kind {
        Kind::Redeem => Some(FactKind::Redemptions),
        Kind::Clawback | Kind::Restore => Some(FactKind::Refunds),
        Kind::Adjust => Some(FactKind::Adjustments),
        Kind::Grant | Kind::Expire | Kind::Settle => kind_of(entry.method),
    };
    let of_source = source_kind.into_iter().flat_map(|kind| facts_named(kind, &source));
    let of_origin = kind_of(entry.method).into_iter().flat_map(|kind| facts_named(kind, &origin));
    let mut ids: Vec<(FactKind, String)> = Vec::new();
    for own in of_source.chain(of_origin) {
        if !ids.contains(&own) {
            ids.push(own);
        }
    }
    ids
}

fn kind_of(method: Method) -> Option<FactKind> {
    match method.made_by() {
        MadeBy::Registration => Some(FactKind::Registrations),
        MadeBy::Order => Some(FactKind::Orders),
        MadeBy::Refund => Some(FactKind::Refunds),
        MadeBy::Adjustment => Some(FactKind::Adjustments),
        MadeBy::Debt => None,
    }
}

/// Returns the fact of an id, and the orders that the id of a derived event may name.
fn facts_named(kind: FactKind, id: &str) -> Vec<(FactKind, String)> {
    let derived = names(id).skip(1).flat_map(|name| [(kind, name.to_owned()), (FactKind::Orders, name.to_owned())]);
    let undated = undated_refund::order_of(id).map(|order| (FactKind::Orders, order.to_owned()));
    [(kind, id.to_owned())].into_iter().chain(derived).chain(undated).collect()
}
