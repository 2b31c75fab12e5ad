//! `max_reverted` (docs/spec.md 10): facts that return to a state which the book has seen replaced, as where an old
//! export is read after a newer one.

use super::super::Request;
use super::rows::exports;
use super::{GuardName, SHOWN, Tripped};
use crate::facts::FactKind;
use crate::facts::Facts;
use crate::pipeline::Limit;
use crate::resolve::Reverted;

/// Facts of a kind that no share stops.
const FEW: u64 = 20;
/// One row in so many may return to a replaced state.
const ONE_OF: u64 = 100;

/// Checks the facts of each kind that return to a replaced state. The exports' files are the last ones of all.
pub(crate) fn of_reverted(request: &Request<'_>, facts: &Facts, reverted: &[Reverted]) -> Vec<Tripped> {
    FactKind::ALL.into_iter().filter_map(|kind| of_kind(request, facts, reverted, kind)).collect()
}

fn of_kind(request: &Request<'_>, facts: &Facts, reverted: &[Reverted], kind: FactKind) -> Option<Tripped> {
    let own: Vec<&Reverted> = reverted.iter().filter(|reverted| reverted.kind == kind).collect();
    let count = own.len() as u64;
    let rows = exports(facts).filter(|(_, file)| file.kind == kind).map(|(_, file)| file.rows).sum();
    let limit = match request.pipeline.guard.max_reverted {
        Limit::Set(most) if !most.allows(count, rows) => most.to_string(),
        Limit::Standard if count > FEW && ONE_OF * count > rows => format!("{FEW} and {}%", 100 / ONE_OF),
        _ => return None,
    };
    let message = format!(
        "{count} {} in {rows} rows return to a state that a later export had replaced, more than {limit}: is an old export \
         read after a newer one?",
        kind.name()
    );
    let shown = own.iter().take(SHOWN).map(|reverted| described(facts, reverted)).collect();
    Some(Tripped::new(GuardName::MaxReverted, request, message, shown))
}

/// Describes a fact and the row that takes it back.
pub(crate) fn described(facts: &Facts, reverted: &Reverted) -> String {
    let path = exports(facts).nth(reverted.file.get()).map(|(_, file)| file.path.display().to_string());
    format!("{} ({}:{})", reverted.id, path.unwrap_or_default(), reverted.place)
}
