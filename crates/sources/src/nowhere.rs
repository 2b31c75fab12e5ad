//! Finds names of a mapping that no record of a JSON file has. An object may lack members, so a member that the export
//! has renamed would be null in every row, and no fault would tell.

use crate::error::FileFault;
use crate::input::JsonOptions;
use crate::mapping::{Use, WholeMapping};
use crate::readers::{Members, near_path};
use accrue_facts::columns::Need;

/// Finds the names of a mapping that no row has, except those that are within `optional`.
///
/// # Errors
/// Where a name feeds what every fact must have, or another name of most rows is nearly the same.
pub(crate) fn check(mapped: &WholeMapping, members: &Members, json: &JsonOptions) -> Result<Vec<String>, FileFault> {
    if members.objects == 0 {
        return Ok(Vec::new());
    }
    check_lists(members, json)?;
    // What the elements of a list have is not known where there are none.
    let is_told = |name: &str| {
        let list = lists(json).rfind(|list| name.strip_prefix(list).is_some_and(|below| below.starts_with('.')));
        list.is_none_or(|list| members.objects_at(list) > 0)
    };
    let is_nowhere = |name: &String| !members.has(name) && is_told(name);
    let uses = mapped.uses();
    // A name without a value in any row, beside another of nearly the same name, was renamed too.
    for Use { place, name, .. } in uses.iter().filter(|used| !members.has_value(&used.name)) {
        if let Some(near) = near(name, mapped, members) {
            return Err(FileFault::Renamed { place: place.clone(), name: name.clone(), near });
        }
    }
    let lost_owners = lost_owners(&uses, &is_nowhere);
    let is_needed = |used: &&Use| match used.need {
        Need::Required => is_nowhere(&used.name),
        Need::Owner => lost_owners && is_nowhere(&used.name),
        Need::Optional => false,
    };
    if let Some(Use { place, name, .. }) = uses.iter().find(is_needed) {
        return Err(FileFault::Nowhere { place: place.clone(), name: name.clone() });
    }
    Ok(mapped
        .spoken_of()
        .into_iter()
        .filter(|(_, need)| *need == Need::Required)
        .map(|(name, _)| name)
        .filter(is_nowhere)
        .collect())
}

/// Refuses a condition that has left out every row because it uses a name that no row has.
pub(crate) fn check_filter(mapped: &WholeMapping, nowhere: &[String]) -> Result<(), FileFault> {
    let uses = mapped.uses();
    let of_filter = uses.iter().find(|used| used.key == "where" && nowhere.contains(&used.name));
    match of_filter {
        Some(Use { place, name, .. }) => Err(FileFault::Nowhere { place: place.clone(), name: name.clone() }),
        None => Ok(()),
    }
}

/// Refuses an `unnest` with a list that no record has; a list that is null or empty is one.
pub(crate) fn check_lists(members: &Members, json: &JsonOptions) -> Result<(), FileFault> {
    let mut around = members.objects;
    for list in lists(json) {
        // Records do not have the list of children that are lines of their own.
        let is_of_lines = json.children.iter().any(|(children, _)| children == list);
        if around > 0 && !is_of_lines && !members.has(list) {
            let near =
                near_path(list, members, |_| false).map(|near| format!(" (is it `{near}`?)")).unwrap_or_default();
            return Err(FileFault::NoList { path: list.to_owned(), near });
        }
        around = members.objects_at(list);
    }
    Ok(())
}

/// Returns the paths to the list that is unnested and to the lists on the way to it.
fn lists(json: &JsonOptions) -> impl DoubleEndedIterator<Item = &str> {
    let path = json.unnest.as_deref().unwrap_or_default();
    let ends = path.match_indices('.').map(|(at, _)| at).chain((!path.is_empty()).then_some(path.len()));
    ends.map(|end| &path[..end]).collect::<Vec<_>>().into_iter()
}

fn near(name: &str, mapped: &WholeMapping, members: &Members) -> Option<String> {
    let wanted = mapped.wanted();
    let is_used = |other: &str| {
        let leads_into = |name: &str| name.strip_prefix(other).is_some_and(|below| below.starts_with('.'));
        wanted.iter().any(|(name, _)| name == other || leads_into(name))
    };
    near_path(name, members, is_used)
}

/// Tells whether every expression that tells a fact's owner has a name that is nowhere.
fn lost_owners(uses: &[Use], is_nowhere: &impl Fn(&String) -> bool) -> bool {
    let mut owners = uses.iter().filter(|used| used.need == Need::Owner).map(|used| used.key.as_str()).peekable();
    let is_lost = |key: &str| uses.iter().any(|used| used.key == key && is_nowhere(&used.name));
    owners.peek().is_some() && owners.all(is_lost)
}
