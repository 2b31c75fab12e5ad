//! Children beside their records: which child belongs to which record, and the rows of both.
//!
//! Lines are in any order. So the records are found by an index of fingerprints, the children are dealt out to
//! buckets of consecutive records, and rows are made bucket by bucket: in the order of the records, and those of a
//! record in the order of its children.

use crate::error::FileFault;
use crate::packed::Packed;
use crate::readers::json::dealt::{Bucket, RECORD, buckets, deal};
use crate::readers::json::index::Index;
use crate::readers::json::joined_rows::{Join, JoinedRows, LeftOut, sorted};
use crate::readers::json::lines::PARENT;
use crate::readers::json::part::{Others, Part, empty, lines, texts, with_column};
use crate::readers::swollen::Repeated;
use crate::readers::{Piece, TakePiece};
use accrue_facts::Reject;
use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// What has been found out about records and children.
struct Found {
    /// By the number of the record.
    left_out: BTreeMap<u32, LeftOut>,
    orphans: Vec<Reject>,
}

/// Joins the parts of a file and hands the rows over, a piece a part and one more; returns how many.
pub(super) fn joined(join: &Join, mut parts: Vec<Part>, take: TakePiece) -> Result<usize, FileFault> {
    parts.sort_by_key(|part| part.number);
    let count = parts.len();
    let (mut records, mut children, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        records.push(part.records);
        children.push(part.children);
        others.push(part.others);
    }
    let (index, repeated) = Index::new(&records, join.seed);
    let found = Found { left_out: left_out(&index, &mut others), orphans: Vec::new() };
    let lost: BTreeSet<String> = others.into_iter().flat_map(|others| others.lost).collect();
    let buckets = buckets(records);
    let Found { left_out, orphans } = dealt(join, (&index, &lost), children, &buckets, found);
    drop(index);
    take(Piece { batch: empty(join.wanted), rejects: orphans, number: join.first + count, bytes: 0 })?;
    let swollen = Repeated::of(join.source.path);
    let rows = JoinedRows { join, left_out: &left_out, repeated: &repeated, swollen: &swollen };
    buckets.into_par_iter().try_for_each(|bucket| hand_over(&rows, bucket, take))?;
    Ok(count + 1)
}

/// Finds the records that are left out for the lines that could not be read.
fn left_out(index: &Index, others: &mut [Others]) -> BTreeMap<u32, LeftOut> {
    for at in 1..others.len() {
        let (before, after) = others.split_at_mut(at);
        before[at - 1].unread.meet_next(&after[0].unread);
    }
    let mut left_out = BTreeMap::new();
    for others in others {
        for (ids, why) in [(&others.unread.beside, LeftOut::Beside), (&others.damaged, LeftOut::Damaged)] {
            let records = ids.iter().flat_map(|id| index.find(id));
            left_out.extend(records.map(|record| (record.number, why)));
        }
    }
    left_out
}

/// Finds the record of each child and deals the children out.
fn dealt(
    join: &Join,
    (index, lost): (&Index, &BTreeSet<String>),
    children: Vec<Packed>,
    buckets: &[Bucket],
    found: Found,
) -> Found {
    let found = Mutex::new(found);
    children.into_par_iter().for_each(|part| {
        let rows = part.unpack();
        drop(part);
        let own = find(join, (index, lost), &rows);
        deal(buckets, &with_records(join, rows, &own.of_rows));
        let mut found = found.lock().expect("no thread panics with it");
        found.orphans.extend(own.orphans);
        found.left_out.extend(own.several.into_iter().map(|number| (number, LeftOut::Several)));
    });
    found.into_inner().expect("no thread panics with it")
}

/// The records of the children of a part.
#[derive(Default)]
struct OfPart {
    /// The record of each row that has one, and the row.
    of_rows: Vec<(u32, u32)>,
    /// Records that have the same id as others and have children.
    several: BTreeSet<u32>,
    orphans: Vec<Reject>,
}

/// Finds the records of the children of a part.
fn find(join: &Join, (index, lost): (&Index, &BTreeSet<String>), rows: &RecordBatch) -> OfPart {
    let (parents, lines) = (texts(rows, join.parent_id), lines(rows));
    let mut own = OfPart::default();
    let mut last = ("", index.find(""));
    let mut orphan = 0;
    for row in 0..rows.num_rows() {
        let (parent, line) = (parents.value(row), lines.value(row));
        // The children of a record often follow each other.
        if last.0 != parent {
            last = (parent, index.find(parent));
        }
        match last.1 {
            [record] => own.of_rows.push((record.number, row as u32)),
            [] => {
                if !lost.contains(parent) && std::mem::replace(&mut orphan, line) != line {
                    let message = "no record of the file has this id: export records and children together";
                    own.orphans.push(join.source.reject(line, PARENT, parent.as_bytes(), message.to_owned()));
                }
            }
            several => own.several.extend(several.iter().map(|record| record.number)),
        }
    }
    own.of_rows.sort_unstable();
    own
}

/// Returns the rows that have a record, in the order of the records.
fn with_records(join: &Join, mut rows: RecordBatch, of_rows: &[(u32, u32)]) -> RecordBatch {
    // It has done its work, unless the mapping names it.
    if join.wanted.columns.iter().all(|(name, _)| name != join.parent_id) {
        let at = rows.schema_ref().index_of(join.parent_id).expect("a column that was read");
        rows.remove_column(at);
    }
    let order: UInt32Array = of_rows.iter().map(|(_, row)| *row).collect();
    let records: UInt32Array = of_rows.iter().map(|(record, _)| *record).collect();
    let ordered = take_record_batch(&rows, &order).expect("rows of the same columns");
    with_column(&ordered, RECORD, Arc::new(records))
}

/// Hands over the rows of a bucket, a piece a part.
fn hand_over(rows: &JoinedRows, mut bucket: Bucket, take: TakePiece) -> Result<(), FileFault> {
    let children = bucket.take_children();
    let sorted = sorted(&children);
    let (mut rest, mut first) = (sorted.as_slice(), bucket.first);
    for (number, records) in (rows.join.first + bucket.first_part..).zip(bucket.records) {
        let records = records.unpack();
        let end = first + records.num_rows() as u32;
        let (own, others) = rest.split_at(rest.partition_point(|child| child.record < end));
        let (batch, rejects) = rows.of(&records, first, (&children, own))?;
        take(Piece { number, batch, rejects, bytes: 0 })?;
        (rest, first) = (others, end);
    }
    Ok(())
}
