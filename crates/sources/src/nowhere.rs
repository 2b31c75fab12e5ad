//! Names of a mapping that no object of an NDJSON file has: an object need not have all members, so that a renamed one
//! would be null in every row.

use crate::alike::is_near;
use crate::error::FileFault;
use crate::mapping::{Mapped, Use};
use crate::readers::Members;
use accrue_facts::columns::Need;

/// Finds the names of a mapping that no row has; those that `optional` may lack are not among them.
///
/// # Errors
/// Where a name feeds what every fact must have, or another name of most rows is nearly the same.
pub(crate) fn check(mapped: &Mapped, members: &Members) -> Result<Vec<String>, FileFault> {
    if members.objects == 0 {
        return Ok(Vec::new());
    }
    let is_nowhere = |name: &String| !members.has(name);
    let uses = mapped.uses();
    // A name that is null wherever it is, beside another of nearly the same name, was renamed too.
    for Use { key, name, .. } in uses.iter().filter(|used| !members.has_value(&used.name)) {
        if let Some(near) = near(name, mapped, members) {
            return Err(FileFault::Renamed { key: key.clone(), name: name.clone(), near });
        }
    }
    let lost_owners = lost_owners(&uses, &is_nowhere);
    let is_needed = |used: &&Use| match used.need {
        Need::Required => is_nowhere(&used.name),
        Need::Owner => lost_owners && is_nowhere(&used.name),
        Need::Optional => false,
    };
    if let Some(Use { key, name, .. }) = uses.iter().find(is_needed) {
        return Err(FileFault::Nowhere { key: key.clone(), name: name.clone() });
    }
    Ok(mapped
        .wanted()
        .into_iter()
        .filter(|(_, need)| *need == Need::Required)
        .map(|(name, _)| name)
        .filter(is_nowhere)
        .collect())
}

/// Refuses a condition that has left out every row because of a name that none has.
pub(crate) fn check_filter(mapped: &Mapped, nowhere: &[String]) -> Result<(), FileFault> {
    let uses = mapped.uses();
    let of_filter = uses.iter().find(|used| used.key == "where" && nowhere.contains(&used.name));
    match of_filter {
        Some(Use { key, name, .. }) => Err(FileFault::Nowhere { key: key.clone(), name: name.clone() }),
        None => Ok(()),
    }
}

fn near(name: &str, mapped: &Mapped, members: &Members) -> Option<String> {
    let wanted = mapped.wanted();
    let is_used = |other: &str| wanted.iter().any(|(name, _)| name == other);
    members.common().find(|other| !is_used(other) && is_near(name, other)).map(str::to_owned)
}

/// Tells whether every expression that tells a fact's owner has a name that is nowhere.
fn lost_owners(uses: &[Use], is_nowhere: &impl Fn(&String) -> bool) -> bool {
    let mut owners = uses.iter().filter(|used| used.need == Need::Owner).map(|used| used.key.as_str()).peekable();
    let is_lost = |key: &str| uses.iter().any(|used| used.key == key && is_nowhere(&used.name));
    owners.peek().is_some() && owners.all(is_lost)
}
