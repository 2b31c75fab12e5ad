//! Whose the rows of the ledger are, and which of them end in some time: two columns of it, to find the rows of few people.

use super::super::BookError;
use super::columns::{self, Source};
use super::{Group, Posted, Rows};
use crate::delta::{ReadingBuilder, Snapshot};
use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
use std::ops::Range;
use std::sync::Arc;

/// Rows that are looked at together, from one expiry to the next.
const BATCH: usize = 1 << 14;

/// A row group whose rows are not read.
pub struct PostedGroup(Source);

/// Whose the rows of a row group are.
pub struct PostedKeys<K> {
    group: PostedGroup,
    /// Rows of one person that follow one another: the person's key, and the first row.
    runs: Vec<(K, u32)>,
    /// The keys of those with a row that is due.
    pub due: Vec<K>,
}

/// The rows of some people in a row group.
pub struct PostedRows(Group);

impl PostedGroup {
    pub(in crate::book) fn all(ledger: Option<&Snapshot>) -> Result<Vec<PostedGroup>, BookError> {
        let mut groups = Vec::new();
        for file in ledger.into_iter().flat_map(Snapshot::files) {
            let path = ledger.expect("it has files").place(file);
            groups.extend(columns::sources(&path)?.into_iter().map(|(source, _)| PostedGroup(source)));
        }
        Ok(groups)
    }

    /// Reads whose the rows are, and who has one that expires at an instant, in microseconds, that is due.
    pub fn keys<K: Copy + PartialEq>(
        self,
        key: impl Fn(&str) -> K,
        is_due: impl Fn(i64) -> bool,
    ) -> Result<PostedKeys<K>, BookError> {
        // Each text then is looked at once.
        let file = self.0.file.clone().with_numbered_texts("customer_id")?;
        let group = |rows: ReadingBuilder| rows.with_row_groups(vec![self.0.number]).with_batch_size(BATCH);
        let (mut runs, mut due): (Vec<(K, u32)>, Vec<K>) = (Vec::new(), Vec::new());
        let mut row = 0;
        for batch in file.batches(&["customer_id", "expires_at"], group)? {
            let batch = batch?;
            let column = |name: &str| batch.column_by_name(name).expect("a column that was asked for");
            let ids = column("customer_id").as_dictionary::<Int32Type>();
            let texts = ids.values().as_string::<i32>();
            let expiring = column("expires_at").as_primitive::<TimestampMicrosecondType>();
            let mut start = 0;
            for same in ids.keys().values().chunk_by(|one, next| one == next) {
                let own = key(texts.value(same[0] as usize));
                if runs.last().is_none_or(|(last, _)| *last != own) {
                    runs.push((own, row + start as u32));
                }
                let mut expiries = (start..start + same.len()).filter(|&at| expiring.is_valid(at));
                if expiries.any(|at| is_due(expiring.value(at))) {
                    due.push(own);
                }
                start += same.len();
            }
            row += batch.num_rows() as u32;
        }
        Ok(PostedKeys { group: self, runs, due })
    }
}

impl<K: Copy> PostedKeys<K> {
    /// Reads the rows of some people, where there are any.
    pub fn read(self, is_wanted: impl Fn(K) -> bool) -> Result<Option<PostedRows>, BookError> {
        let ends = self.runs.iter().skip(1).map(|(_, first)| *first as usize).chain([self.group.0.row_count()]);
        let runs = self.runs.iter().zip(ends).filter(|((key, _), _)| is_wanted(*key));
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for ((_, first), end) in runs {
            match ranges.last_mut() {
                Some(last) if last.end == *first as usize => last.end = end,
                _ => ranges.push(*first as usize..end),
            }
        }
        if ranges.is_empty() {
            return Ok(None);
        }
        let rows = Rows::Held(Arc::new(self.group.0.read_ranges(ranges)?));
        Ok(Some(PostedRows(Group { rows, ends: None })))
    }
}

impl Posted {
    /// Holds what is posted to some people.
    pub fn of_rows(rows: impl IntoIterator<Item = PostedRows>) -> Posted {
        Posted { groups: rows.into_iter().map(|PostedRows(group)| group).collect() }
    }
}
