//! Names that are spelled alike: a renamed column must not be taken for one that is not there.

use crate::alike::is_near;
use crate::error::FileFault;
use crate::readers::wanted::Wanted;
use std::collections::BTreeMap;

/// Which members the records of a JSON file have.
#[derive(Debug, Default)]
pub struct Members {
    /// The number of objects whose members are counted.
    pub objects: u64,
    /// By name.
    pub counts: BTreeMap<String, Count>,
    /// Those of the objects within them that paths lead into, by the path with a dot at its end.
    pub below: BTreeMap<String, Members>,
}

/// In how many objects a member is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub objects: u64,
    /// Those in which it is not null.
    pub values: u64,
}

impl Members {
    /// Returns the same with names that every object has, since the file's place gives them.
    pub fn with_all<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Members {
        let all = Count { objects: self.objects, values: self.objects };
        self.counts.extend(names.map(|name| (name.to_owned(), all)));
        self
    }

    /// Adds what other objects of the file have.
    pub fn add(&mut self, other: Members) {
        self.objects += other.objects;
        for (name, count) in other.counts {
            self.counts.entry(name).or_default().add(count);
        }
        for (path, members) in other.below {
            self.below.entry(path).or_default().add(members);
        }
    }

    /// Tells whether any record has a member, or a path leads to one, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.of(name).next().is_some()
    }

    /// Tells whether any record has a member, or a path leads to one, that is not null.
    pub fn has_value(&self, name: &str) -> bool {
        self.of(name).any(|count| count.values > 0)
    }

    /// Returns the number of objects at a path.
    pub fn objects_at(&self, path: &str) -> u64 {
        self.below.get(&format!("{path}.")).map_or(0, |members| members.objects)
    }

    fn of<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Count> {
        let below = |(path, members): (&String, &'m Members)| members.counts.get(name.strip_prefix(path.as_str())?);
        self.counts.get(name).into_iter().chain(self.below.iter().filter_map(below))
    }

    /// Returns the members that most of the objects around them have, as paths.
    pub fn common(&self) -> impl Iterator<Item = String> {
        let own = self.common_names().map(str::to_owned);
        let of = |(path, members): (&String, &Members)| -> Vec<String> {
            members.common_names().map(|name| format!("{path}{name}")).collect()
        };
        own.chain(self.below.iter().flat_map(of))
    }

    fn common_names(&self) -> impl Iterator<Item = &str> {
        let is_common = |(_, count): &(&String, &Count)| count.objects * 2 > self.objects;
        self.counts.iter().filter(is_common).map(|(name, _)| name.as_str())
    }
}

impl Count {
    /// Adds an object that has the member.
    pub(super) fn add_one(&mut self, is_null: bool) {
        self.add(Count { objects: 1, values: u64::from(!is_null) });
    }

    fn add(&mut self, other: Count) {
        self.objects += other.objects;
        self.values += other.values;
    }
}

/// Finds another name for a path that leads nowhere: the first of its parts that no record has was renamed.
pub(crate) fn near_path(path: &str, members: &Members, is_used: impl Fn(&str) -> bool) -> Option<String> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let lost = ends.map(|end| &path[..end]).find(|part| !members.has_value(part) && members.objects_at(part) == 0)?;
    members.common().find(|other| !is_used(other) && is_near(lost, other))
}

/// Refuses a file that lacks a column and has another of nearly the same name.
pub(super) fn check_near<'n>(
    wanted: &Wanted,
    has: impl Fn(&str) -> bool,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Result<(), FileFault> {
    let is_other = |name: &&str| wanted.columns.iter().all(|(column, _)| column != name);
    for column in wanted.unlike.iter().filter(|column| !has(column)) {
        if let Some(near) = names.clone().filter(is_other).find(|name| is_near(column, name)) {
            return Err(FileFault::NearColumn { column: (*column).to_owned(), near: near.to_owned() });
        }
    }
    Ok(())
}
