//! Children, dealt out to buckets: each has some consecutive records and their children, wherever these are.

use crate::packed::Packed;
use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::UInt32Type;
use std::sync::Mutex;

/// The column of the record that a child belongs to, by its number. No member's name begins with this character.
pub(super) const RECORD: &str = "\u{1}record";

/// The most buckets. The children of one are unpacked together.
const BUCKETS: usize = 64;
/// Rows that are packed together: enough to be packed well, few enough to wait unpacked.
const FULL: usize = 1 << 10;

/// Some consecutive records and their children.
pub(super) struct Bucket {
    /// The number of its first part among those of the file.
    pub(super) first_part: usize,
    /// The number of its first record, and of the first one after it.
    pub(super) first: u32,
    end: u32,
    pub(super) records: Vec<Packed>,
    children: Mutex<Children>,
}

/// Children in no order, the rows of each line together.
#[derive(Default)]
struct Children {
    waiting: Vec<RecordBatch>,
    packed: Vec<Packed>,
}

/// Returns the buckets of a file's records, which are numbered from 0.
pub(super) fn buckets(mut records: Vec<Packed>) -> Vec<Bucket> {
    let parts = records.len().div_ceil(BUCKETS).max(1);
    let (mut first_part, mut first) = (0, 0);
    let mut buckets = Vec::new();
    while !records.is_empty() {
        let rest = records.split_off(parts.min(records.len()));
        let own = std::mem::replace(&mut records, rest);
        let end = first + own.iter().map(Packed::rows).sum::<usize>() as u32;
        buckets.push(Bucket { first_part, first, end, records: own, children: Mutex::default() });
        (first_part, first) = (first_part + parts, end);
    }
    buckets
}

/// Gives each bucket its part of children, which are in the order of their records.
pub(super) fn deal(buckets: &[Bucket], children: &RecordBatch) {
    let records = children.column_by_name(RECORD).expect("it is known").as_primitive::<UInt32Type>();
    let mut from = 0;
    while from < records.len() {
        let at = buckets.partition_point(|bucket| bucket.end <= records.value(from));
        let to = records.values().partition_point(|record| *record < buckets[at].end);
        buckets[at].children.lock().expect("no thread panics with it").add(children.slice(from, to - from));
        from = to;
    }
}

impl Bucket {
    /// Returns the children.
    pub(super) fn take_children(&mut self) -> Vec<RecordBatch> {
        let Children { waiting, packed } = std::mem::take(self.children.get_mut().expect("no thread panics with it"));
        packed.iter().map(Packed::unpack).chain(waiting).collect()
    }
}

impl Children {
    fn add(&mut self, rows: RecordBatch) {
        self.waiting.push(rows);
        if self.waiting.iter().map(RecordBatch::num_rows).sum::<usize>() >= FULL {
            let together = concat_batches(self.waiting[0].schema_ref(), &self.waiting);
            self.packed.push(Packed::new(&together.expect("rows of the same columns")));
            self.waiting.clear();
        }
    }
}
