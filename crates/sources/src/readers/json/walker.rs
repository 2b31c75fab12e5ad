//! The walk through the JSON of one record: the paths to extract (`Shape`) and its output (`Record`).

use crate::readers::json::record::Record;
use crate::readers::json::scalar::scalar;
use crate::readers::json::shape::{Goal, Shape};
use crate::text_limit::{LIMIT, too_long};
use accrue_facts::ids::is_cut_id;
use serde_json::value::RawValue;

/// The record that is filled, and the shape with the paths of its columns.
pub(super) struct Walker<'w, 'l> {
    pub(super) shape: &'w mut Shape,
    pub(super) record: &'w mut Record<'l>,
    /// The names of the wanted columns.
    pub(super) names: &'w [&'w str],
}

impl<'l> Walker<'_, 'l> {
    /// What was read of an object that turns out to stand for a list is none of its elements.
    pub(super) fn begin_connection(&mut self, object: u32, level: usize, before: Option<usize>) {
        self.record.forget_element(level);
        if before != Some(self.record.count(level + 1)) {
            let path = self.shape.path_of(object);
            self.record.refuse(
                path,
                "{...}",
                "has `edges` or `nodes`, and another list that is to be unnested beside it",
            );
        }
    }

    pub(super) fn take(&mut self, member: u32, goal: Goal, raw: &'l RawValue) {
        let (Some(column), raw) = (goal.column, raw.get()) else { return };
        self.shape.touch(member, raw == "null");
        let name = self.names[column as usize];
        // Written out, the digits that are lost would be zeros.
        let value = match is_cut_id(name, raw) {
            true => Ok(Some(raw.into())),
            false => scalar(name, raw),
        };
        match value {
            Ok(Some(text)) if text.len() > LIMIT => self.record.refuse(name, &*text, too_long(&text)),
            Ok(value) => self.record.set(column, self.shape.cells[column as usize], goal.is_exact, value),
            Err(message) => self.record.refuse(name, raw, message),
        }
    }
}
