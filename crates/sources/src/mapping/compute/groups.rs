//! Groups rows by keys: rows with equal keys are one fact. Groups are numbered by their first rows, from 0.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// Rows with the same keys. Groups are numbered in the order of their first rows.
#[derive(Default)]
pub(crate) struct Groups {
    /// The group of each row.
    pub of_row: Vec<u32>,
    /// The first row of each group.
    pub firsts: Vec<u32>,
}

/// Puts rows into groups, some rows after the other.
pub(crate) struct Grouping {
    /// Turns keys into bytes. `None` where the key is one text: its own bytes are used then.
    converter: Option<RowConverter>,
    /// The keys of all groups, and where each ends.
    keys: Vec<u8>,
    ends: Vec<usize>,
    /// The group of the text that is null.
    of_null: Option<u32>,
    /// Groups, each with the hash of its keys, by that.
    by_hash: HashTable<(u64, u32)>,
    groups: Groups,
}

impl Grouping {
    /// Begins to group rows by keys of some types; null equals null.
    pub(crate) fn new(types: &[DataType]) -> Result<Grouping, ArrowError> {
        let fields = || types.iter().cloned().map(SortField::new).collect();
        let converter = if *types == [DataType::Utf8] { None } else { Some(RowConverter::new(fields())?) };
        let (keys, ends, by_hash, groups) = (Vec::new(), Vec::new(), HashTable::new(), Groups::default());
        Ok(Grouping { converter, keys, ends, of_null: None, by_hash, groups })
    }

    /// Adds rows by the columns of their keys.
    pub(crate) fn add(&mut self, keys: &[ArrayRef]) -> Result<(), ArrowError> {
        match &self.converter {
            None => keys[0].as_string::<i32>().iter().for_each(|text| self.add_row(text.map(str::as_bytes))),
            Some(converter) => {
                let rows = converter.convert_columns(keys)?;
                rows.iter().for_each(|row| self.add_row(Some(row.as_ref())));
            }
        }
        Ok(())
    }

    fn add_row(&mut self, key: Option<&[u8]>) {
        // The rows of a fact are mostly together.
        let last = self.groups.of_row.last().copied();
        let group = match (key, last) {
            (None, _) => self.of_null.unwrap_or_else(|| self.new_group(&[])),
            (Some(key), Some(last)) if self.is_of(last, key) => last,
            (Some(key), _) => self.group_of(key),
        };
        if key.is_none() {
            self.of_null = Some(group);
        }
        self.groups.of_row.push(group);
    }

    fn group_of(&mut self, key: &[u8]) -> u32 {
        let hash = xxh3_64(key);
        let is_of_key = |(own, group): &(u64, u32)| *own == hash && self.is_of(*group, key);
        if let Some((_, group)) = self.by_hash.find(hash, is_of_key) {
            return *group;
        }
        let group = self.new_group(key);
        self.by_hash.insert_unique(hash, (hash, group), |(hash, _)| *hash);
        group
    }

    /// Tells whether a group has this key, which is not null.
    fn is_of(&self, group: u32, key: &[u8]) -> bool {
        let at = group as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.keys[start..self.ends[at]] == *key && self.of_null != Some(group)
    }

    fn new_group(&mut self, key: &[u8]) -> u32 {
        self.keys.extend_from_slice(key);
        self.ends.push(self.keys.len());
        self.groups.firsts.push(self.groups.of_row.len() as u32);
        self.groups.firsts.len() as u32 - 1
    }

    pub(crate) fn finish(self) -> Groups {
        self.groups
    }
}

impl Groups {
    pub(crate) fn count(&self) -> usize {
        self.firsts.len()
    }
}
