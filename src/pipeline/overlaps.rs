//! At most one version of a method and currency is in force at any instant (docs/spec.md 4).

use super::fault::Faults;
use super::rules::Draft;

/// Refuses versions of one method and currency that are in force together.
pub(super) fn refuse(drafts: &[Draft<'_>], faults: &Faults<'_>) {
    for (index, later) in drafts.iter().enumerate() {
        for earlier in drafts[..index].iter().filter(|earlier| are_versions_of_one(earlier, later)) {
            if let Some(overlap) = overlap(earlier, later) {
                let (method, currency) =
                    (later.method.name(), later.currency.map_or("?".to_owned(), |c| c.to_string()));
                faults.add_with(
                    later.at,
                    format!(
                        "two `{method}` rules in {currency} are in force {overlap}: `{}` and `{}`",
                        earlier.id, later.id
                    ),
                    remedy(earlier, later),
                );
            }
        }
    }
}

fn are_versions_of_one(one: &Draft<'_>, other: &Draft<'_>) -> bool {
    let known = one.currency.is_some() && one.is_dated && other.is_dated && one.has_a_span() && other.has_a_span();
    known && one.method == other.method && one.currency == other.currency
}

/// Says when both are in force, if ever.
fn overlap(one: &Draft<'_>, other: &Draft<'_>) -> Option<String> {
    let from = [one.from, other.from].into_iter().flatten().max_by_key(|from| from.at);
    let until = [one.until, other.until].into_iter().flatten().min_by_key(|until| until.at);
    match (from, until) {
        (Some(from), Some(until)) if from.at >= until.at => None,
        (Some(from), Some(until)) => Some(format!("from {} until {}", from.written, until.written)),
        (Some(from), None) => Some(format!("from {} on", from.written)),
        (None, Some(until)) => Some(format!("until {}", until.written)),
        (None, None) => Some("at all times".to_owned()),
    }
}

/// Proposes to end the version that begins first where the other begins.
fn remedy(one: &Draft<'_>, other: &Draft<'_>) -> String {
    let start = |draft: &Draft<'_>| draft.from.map(|from| from.at);
    let (first, second) = if start(one) <= start(other) { (one, other) } else { (other, one) };
    match second.from.filter(|_| start(first) < start(second)) {
        Some(from) => format!("end `{}` with `until = {}`", first.id, from.written),
        None => "give both a `from` and an `until` that do not meet, or delete one".to_owned(),
    }
}
