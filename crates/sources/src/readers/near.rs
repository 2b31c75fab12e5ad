//! Names that are spelled alike: a renamed column must not be taken for one that is not there.

use crate::alike::is_near;
use crate::error::FileFault;
use crate::readers::wanted::Wanted;
use std::collections::BTreeMap;

/// Which members the objects of an NDJSON file have.
#[derive(Debug, Default)]
pub struct Members {
    /// The number of objects whose members are counted.
    pub objects: u64,
    /// By name.
    pub counts: BTreeMap<String, Count>,
}

/// In how many objects a member is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub objects: u64,
    /// Those in which it is not null.
    pub values: u64,
}

impl Members {
    /// Counts a member of an object.
    #[inline]
    pub fn count(&mut self, name: &str, is_null: bool) {
        let one = Count { objects: 1, values: u64::from(!is_null) };
        match self.counts.get_mut(name) {
            Some(count) => count.add(one),
            None => {
                self.counts.insert(name.to_owned(), one);
            }
        }
    }

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
    }

    /// Tells whether any object has a member, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.counts.contains_key(name)
    }

    /// Tells whether any object has a member that is not null.
    pub fn has_value(&self, name: &str) -> bool {
        self.counts.get(name).is_some_and(|count| count.values > 0)
    }

    /// Returns the members that most objects have.
    pub fn common(&self) -> impl Iterator<Item = &str> {
        let is_common = |(_, count): &(&String, &Count)| count.objects * 2 > self.objects;
        self.counts.iter().filter(is_common).map(|(name, _)| name.as_str())
    }
}

impl Count {
    fn add(&mut self, other: Count) {
        self.objects += other.objects;
        self.values += other.values;
    }
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
