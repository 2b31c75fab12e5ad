//! Joins children to their records: each child becomes a row with the values of its record.

use crate::error::FileFault;
use crate::raw::RawBatch;
use crate::readers::Source;
use crate::readers::json::dealt::RECORD;
use crate::readers::json::part::{LINE, lines, texts};
use crate::readers::swollen::Repeated;
use crate::readers::wanted::Wanted;
use accrue_facts::Reject;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// By what children are joined.
pub(super) struct Join<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) wanted: &'a Wanted,
    /// How names call the children.
    pub(super) list: &'a str,
    /// How they call the id of a child, and that of its record.
    pub(super) child_id: &'a str,
    pub(super) parent_id: &'a str,
    pub(super) keep_empty: bool,
    /// The number of the first piece to hand over.
    pub(super) first: usize,
    /// With what fingerprints begin.
    pub(super) seed: u64,
}

/// Why a record is left out with all of its children.
#[derive(Clone, Copy)]
pub(super) enum LeftOut {
    /// One of them cannot be read.
    Damaged,
    /// A line beside one of its lines cannot be read.
    Beside,
    /// Others have its id.
    Several,
}

/// Makes rows of records and children.
pub(super) struct JoinedRows<'a> {
    pub(super) join: &'a Join<'a>,
    /// By the number of the record.
    pub(super) left_out: &'a BTreeMap<u32, LeftOut>,
    /// The records that have the id and the values of one before them.
    pub(super) repeated: &'a BTreeSet<u32>,
    pub(super) swollen: &'a Repeated,
}

/// A row of a child, in the order of rows.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Child {
    /// The number of its record.
    pub(super) record: u32,
    line: u64,
    /// Where it is. The rows of a line follow each other.
    batch: usize,
    row: usize,
}

/// A row: a record, and the child beside it or none.
struct Pair<'c> {
    record: usize,
    child: Option<&'c Child>,
}

/// Returns the rows of children in the order of their records and lines.
pub(super) fn sorted(children: &[RecordBatch]) -> Vec<Child> {
    let mut sorted = Vec::with_capacity(children.iter().map(RecordBatch::num_rows).sum());
    for (batch, rows) in children.iter().enumerate() {
        let records = rows.column_by_name(RECORD).expect("it was dealt out by it").as_primitive::<UInt32Type>();
        let numbered = records.values().iter().zip(lines(rows).values()).enumerate();
        sorted.extend(numbered.map(|(row, (&record, &line))| Child { record, line, batch, row }));
    }
    sorted.sort_unstable();
    sorted
}

impl JoinedRows<'_> {
    /// Makes rows of records, which are numbered from `first`, and of their children, which are in order.
    pub(super) fn of(
        &self,
        records: &RecordBatch,
        first: u32,
        (children, own): (&[RecordBatch], &[Child]),
    ) -> Result<(RawBatch, Vec<Reject>), FileFault> {
        let ids: Vec<&StringArray> = children.iter().map(|rows| texts(rows, self.join.child_id)).collect();
        let (mut pairs, mut rejects) = (Vec::with_capacity(own.len()), Vec::new());
        let mut own = own.chunk_by(|one, next| one.record == next.record).peekable();
        for (record, number) in (0..records.num_rows()).zip(first..) {
            let its = own.next_if(|its| its[0].record == number).unwrap_or_default();
            if let Some(why) = self.left_out.get(&number) {
                rejects.push(self.reject(records, record, *why));
                continue;
            }
            match once(children, &ids, its) {
                Ok(its) => {
                    let is_empty = its.is_empty() && self.join.keep_empty && !self.repeated.contains(&number);
                    pairs.extend(its.into_iter().map(|child| Pair { record, child: Some(child) }));
                    pairs.extend(is_empty.then_some(Pair { record, child: None }));
                }
                Err(differs) => rejects.push(self.contradiction(children, differs)),
            }
        }
        Ok((self.batch(records, children, &pairs)?, rejects))
    }

    fn reject(&self, records: &RecordBatch, row: usize, why: LeftOut) -> Reject {
        let Join { source, list, .. } = self.join;
        let (column, value, message) = match why {
            LeftOut::Damaged => {
                (*list, "", format!("one of its `{list}` cannot be read: it is left out with all of them"))
            }
            LeftOut::Beside => {
                let message = "a line beside its lines cannot be read, and may be one of them: it is left out with all";
                (*list, "", format!("{message} of its `{list}`"))
            }
            LeftOut::Several => {
                let message = "several records have this id and differ, and nobody can tell whose the children are: \
                               read each export by itself";
                ("id", texts(records, "id").value(row), message.to_owned())
            }
        };
        source.reject(lines(records).value(row), column, value.as_bytes(), message)
    }

    fn contradiction(&self, children: &[RecordBatch], child: &Child) -> Reject {
        let Join { source, list, child_id, .. } = self.join;
        let id = texts(&children[child.batch], child_id).value(child.row);
        let message = format!(
            "another child of the same record has this id and other values: the record is left out with all of its \
             `{list}`; read each export by itself"
        );
        source.reject(child.line, child_id, id.as_bytes(), message)
    }

    fn batch(
        &self,
        records: &RecordBatch,
        children: &[RecordBatch],
        pairs: &[Pair<'_>],
    ) -> Result<RawBatch, FileFault> {
        let Join { wanted, list, .. } = self.join;
        let null = new_null_array(&DataType::Utf8, 1);
        let mut bytes = 0;
        let mut arrays = Vec::new();
        let of_record: Vec<(usize, usize)> = pairs.iter().map(|pair| (0, pair.record)).collect();
        let at = |pair: &Pair<'_>| pair.child.map_or((children.len(), 0), |child| (child.batch, child.row));
        let of_child: Vec<(usize, usize)> = pairs.iter().map(at).collect();
        for (name, _) in &wanted.columns {
            let column = |columns: &RecordBatch| columns.column_by_name(name).expect("a wanted column").clone();
            let (values, places): (Vec<ArrayRef>, _) =
                match name.strip_prefix(list).is_some_and(|below| below.starts_with('.')) {
                    true => (children.iter().map(column).chain([null.clone()]).collect(), &of_child),
                    false => (vec![column(records)], &of_record),
                };
            let length = |&(batch, row): &(usize, usize)| values[batch].as_string::<i32>().value_length(row) as u64;
            bytes += places.iter().map(length).sum::<u64>();
            self.swollen.check(bytes)?;
            let values: Vec<&dyn Array> = values.iter().map(|values| &**values).collect();
            arrays.push(interleave(&values, places)?);
        }
        self.swollen.count(bytes)?;
        let names = wanted.columns.iter().map(|(name, _)| name);
        let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(pairs.len()));
        let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
        let line = |pair: &Pair<'_>| pair.child.map_or_else(|| lines(records).value(pair.record), |child| child.line);
        Ok(RawBatch { columns, places: pairs.iter().map(line).collect() })
    }
}

/// Returns the children of a record, those that are there twice once. `Err` has one whose id another child with
/// other values has.
fn once<'c>(children: &[RecordBatch], ids: &[&StringArray], its: &'c [Child]) -> Result<Vec<&'c Child>, &'c Child> {
    let mut once = Vec::with_capacity(its.len());
    let mut by_id: BTreeMap<&str, &[Child]> = BTreeMap::new();
    for line in its.chunk_by(|one, next| one.line == next.line) {
        let id = ids[line[0].batch].value(line[0].row);
        match by_id.get(id) {
            Some(before) if values(children, before) == values(children, line) => {}
            Some(_) => return Err(&line[0]),
            None => {
                once.extend(line);
                // A child without an id is no other's.
                if !id.is_empty() {
                    by_id.insert(id, line);
                }
            }
        }
    }
    Ok(once)
}

/// Returns the values of the rows of a line.
fn values(children: &[RecordBatch], line: &[Child]) -> Vec<ArrayRef> {
    let rows = &children[line[0].batch];
    let names = rows.schema_ref().fields().iter().zip(rows.columns());
    let values = names.filter(|(field, _)| field.name() != LINE);
    values.map(|(_, column)| column.slice(line[0].row, line.len())).collect()
}
