//! Children beside their records: which line belongs to which, and the rows of both.

use crate::error::FileFault;
use crate::raw::RawBatch;
use crate::readers::json::lines::PARENT;
use crate::readers::swollen::Repeated;
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source, TakePiece};
use accrue_facts::Reject;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Schema};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use std::collections::BTreeSet;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A row of a part, by the numbers of both.
type Place = (u32, u32);

/// No record.
const NOWHERE: Place = (u32::MAX, 0);

/// What a piece of a file has of records and of children.
pub(super) struct Part {
    number: usize,
    pub(super) records: Keyed,
    pub(super) children: Keyed,
    /// What the ids of children are of.
    pub(super) kinds: BTreeSet<String>,
    /// The ids of records that were rejected.
    pub(super) lost: Vec<String>,
    /// The ids of the records of children that were rejected.
    pub(super) damaged: Vec<String>,
}

/// Rows, and for each line that has some, the id of the record that it is, or that it belongs to.
pub(super) struct Keyed {
    pub(super) batch: Option<RawBatch>,
    /// The first line of the piece, from which its lines are counted.
    first: u64,
    lines: Vec<u32>,
    /// The number of each line's id: the children of a record often follow each other.
    numbers: Vec<u32>,
    ids: String,
    ends: Vec<u32>,
}

/// By what children are joined.
pub(super) struct Join<'a> {
    pub(super) source: &'a Source<'a>,
    /// How names call the children.
    pub(super) list: &'a str,
    pub(super) wanted: &'a Wanted,
    pub(super) keep_empty: bool,
    /// The number of the first piece to hand over.
    pub(super) first: usize,
}

/// A child beside its record, or a record without children.
struct Pair {
    line: u64,
    record: Place,
    child: Option<u32>,
}

/// The records by their ids.
struct Index<'r> {
    records: &'r [Keyed],
    /// By the hash of the id.
    places: Vec<(u64, Place)>,
}

/// What has been found out about the lines of a file.
#[derive(Default)]
struct Found {
    /// Of each row of children, part by part.
    records: Vec<Vec<Place>>,
    left_out: BTreeSet<Place>,
    rejects: Vec<Reject>,
}

impl Part {
    pub(super) fn new(number: usize, first_line: u64) -> Part {
        let (records, children) = (Keyed::new(first_line), Keyed::new(first_line));
        Part { number, records, children, kinds: BTreeSet::new(), lost: Vec::new(), damaged: Vec::new() }
    }
}

impl Keyed {
    fn new(first: u64) -> Keyed {
        Keyed { batch: None, first, lines: Vec::new(), numbers: Vec::new(), ids: String::new(), ends: Vec::new() }
    }

    /// Takes note of the id of a line.
    pub(super) fn add(&mut self, line: u64, id: &str) {
        if self.ends.is_empty() || self.id(self.ends.len() - 1) != id {
            self.ids.push_str(id);
            self.ends.push(self.ids.len() as u32);
        }
        self.numbers.push(self.ends.len() as u32 - 1);
        // A piece has fewer lines than that.
        self.lines.push((line - self.first) as u32);
    }

    /// Returns the ids, each once for all lines in a row that have it.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|number| self.id(number))
    }

    fn id(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.ids[start as usize..self.ends[number] as usize]
    }

    fn places(&self) -> &[u64] {
        self.batch.as_ref().map_or(&[], |batch| &batch.places)
    }

    /// Returns the id of a row.
    fn id_of_row(&self, row: u32) -> &str {
        let line = self.places()[row as usize] - self.first;
        let at = self.lines.partition_point(|&other| u64::from(other) < line);
        self.id(self.numbers[at] as usize)
    }

    /// Returns number, line and id of all rows.
    fn rows(&self) -> impl Iterator<Item = (u32, u64, &str)> {
        let mut at = 0;
        (0..).zip(self.places()).map(move |(row, &line)| {
            while u64::from(self.lines[at]) < line - self.first {
                at += 1;
            }
            (row, line, self.id(self.numbers[at] as usize))
        })
    }

    fn column(&self, name: &str) -> &ArrayRef {
        let batch = self.batch.as_ref().expect("a part that has been read");
        batch.columns.column_by_name(name).expect("a wanted column")
    }
}

impl<'r> Index<'r> {
    fn new(records: &'r [Keyed]) -> Index<'r> {
        let of_part = |(number, records): (u32, &'r Keyed)| {
            let ids = records.rows().filter(|(_, _, id)| !id.is_empty());
            ids.map(move |(row, _, id)| (xxh3_64(id.as_bytes()), (number, row)))
        };
        let mut places: Vec<(u64, Place)> = (0..).zip(records).flat_map(of_part).collect();
        places.par_sort_unstable();
        Index { records, places }
    }

    /// Returns the records that have an id.
    fn find(&self, id: &str) -> impl Iterator<Item = Place> {
        let hash = xxh3_64(id.as_bytes());
        let first = self.places.partition_point(|(other, _)| *other < hash);
        let alike = self.places[first..].iter().take_while(move |(other, _)| *other == hash).map(|(_, place)| *place);
        alike.filter(move |&(part, row)| self.records[part as usize].id_of_row(row) == id)
    }
}

/// Joins the parts of a file and hands the rows over, a piece a part and one more; returns how many.
pub(super) fn joined(join: &Join, mut parts: Vec<Part>, take: TakePiece) -> Result<usize, FileFault> {
    parts.sort_by_key(|part| part.number);
    let lost: BTreeSet<String> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.lost)).collect();
    let damaged: Vec<String> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.damaged)).collect();
    let (records, children): (Vec<Keyed>, Vec<Keyed>) =
        parts.into_iter().map(|part| (part.records, part.children)).unzip();
    let found = find_records(join, &records, &children, &lost, &damaged);
    let Found { records: of_children, left_out, rejects } = found;
    let childless = if join.keep_empty { childless(&records, &of_children, &left_out) } else { Vec::new() };
    let count = children.len();
    let repeated = Repeated::of(join.source.path);
    // Each part of the children is let go once its rows are made.
    let hand_over = |(at, (children, of_rows)): (usize, (Keyed, Vec<Place>))| {
        let rows = (0..).zip(children.places()).zip(&of_rows);
        let rows = rows.filter(|(_, record)| **record != NOWHERE && !left_out.contains(record));
        let child = |((row, &line), &record): ((u32, &u64), &Place)| Pair { line, record, child: Some(row) };
        let mut pairs: Vec<Pair> = rows.map(child).collect();
        if let Some(rows) = childless.get(at) {
            let line = |row: u32| records[at].places()[row as usize];
            pairs.extend(rows.iter().map(|&row| Pair { line: line(row), record: (at as u32, row), child: None }));
            pairs.sort_by_key(|pair| pair.line);
        }
        let batch = batch(join, &records, Some(&children), &pairs, &repeated)?;
        take(Piece { number: join.first + at, batch, rejects: Vec::new(), bytes: 0 })
    };
    let parts: Vec<(Keyed, Vec<Place>)> = children.into_iter().zip(of_children).collect();
    parts.into_par_iter().enumerate().try_for_each(hand_over)?;
    let batch = batch(join, &records, None, &[], &repeated)?;
    take(Piece { number: join.first + count, batch, rejects, bytes: 0 })?;
    Ok(count + 1)
}

/// Finds the record of each child.
fn find_records(
    join: &Join,
    records: &[Keyed],
    children: &[Keyed],
    lost: &BTreeSet<String>,
    damaged: &[String],
) -> Found {
    let index = Index::new(records);
    let mut found = Found::default();
    for place in damaged.iter().flat_map(|id| index.find(id)) {
        if found.left_out.insert(place) {
            let message = format!("one of its `{}` cannot be read: it is left out with all of them", join.list);
            found.rejects.push(reject(join, records, place, join.list, message));
        }
    }
    let mut orphan = 0;
    for part in children {
        let mut of_rows = Vec::with_capacity(part.places().len());
        for (_, line, id) in part.rows() {
            let mut with_id = index.find(id);
            of_rows.push(match (with_id.next(), with_id.next()) {
                (Some(record), None) => record,
                (None, _) => {
                    if !lost.contains(id) && std::mem::replace(&mut orphan, line) != line {
                        let message = "no record of the file has this id: export records and children together";
                        found.rejects.push(join.source.reject(line, PARENT, id.as_bytes(), message.to_owned()));
                    }
                    NOWHERE
                }
                (Some(_), Some(_)) => {
                    for place in index.find(id).filter(|place| found.left_out.insert(*place)) {
                        let message = "several records have this id, and nobody can tell whose the children are: read \
                                       each export by itself";
                        found.rejects.push(reject(join, records, place, "id", message.to_owned()));
                    }
                    NOWHERE
                }
            });
        }
        found.records.push(of_rows);
    }
    found
}

/// Returns the records that have no children, part by part.
fn childless(records: &[Keyed], of_children: &[Vec<Place>], left_out: &BTreeSet<Place>) -> Vec<Vec<u32>> {
    let mut has_child: Vec<Vec<bool>> = records.iter().map(|part| vec![false; part.places().len()]).collect();
    let places = of_children.iter().flatten().filter(|place| **place != NOWHERE);
    for &(part, row) in places.chain(left_out) {
        has_child[part as usize][row as usize] = true;
    }
    let rows =
        |has_child: Vec<bool>| (0..).zip(has_child).filter(|(_, has_child)| !has_child).map(|(row, _)| row).collect();
    has_child.into_iter().map(rows).collect()
}

fn reject(join: &Join, records: &[Keyed], (part, row): Place, column: &str, message: String) -> Reject {
    let records = &records[part as usize];
    let value = if column == "id" { records.id_of_row(row) } else { "" };
    join.source.reject(records.places()[row as usize], column, value.as_bytes(), message)
}

/// Makes rows of pairs; without children there are none.
fn batch(
    join: &Join,
    records: &[Keyed],
    children: Option<&Keyed>,
    pairs: &[Pair],
    repeated: &Repeated,
) -> Result<RawBatch, FileFault> {
    let null = new_null_array(&DataType::Utf8, 1);
    // Records mostly stand near their children.
    let parts = || pairs.iter().map(|pair| pair.record.0 as usize);
    let (first, end) = (parts().min().unwrap_or_default(), parts().max().map_or(0, |last| last + 1));
    let mut bytes = 0;
    let mut arrays = Vec::new();
    for (name, _) in &join.wanted.columns {
        let is_of_children = name.strip_prefix(join.list).is_some_and(|below| below.starts_with('.'));
        let (values, indices): (Vec<&ArrayRef>, Vec<(usize, usize)>) = match (is_of_children, children) {
            (true, Some(children)) => {
                let at = |pair: &Pair| pair.child.map_or((1, 0), |row| (0, row as usize));
                (vec![children.column(name), &null], pairs.iter().map(at).collect())
            }
            (true, None) => (vec![&null], Vec::new()),
            (false, _) => {
                let values = records[first..end].iter().map(|part| part.column(name)).chain([&null]);
                let at = |pair: &Pair| (pair.record.0 as usize - first, pair.record.1 as usize);
                (values.collect(), pairs.iter().map(at).collect())
            }
        };
        let length = |&(part, row): &(usize, usize)| values[part].as_string::<i32>().value_length(row) as u64;
        bytes += indices.iter().map(length).sum::<u64>();
        repeated.check(bytes)?;
        let values: Vec<&dyn Array> = values.iter().map(|values| &***values).collect();
        arrays.push(interleave(&values, &indices)?);
    }
    repeated.count(bytes)?;
    let names = join.wanted.columns.iter().map(|(name, _)| name);
    let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(pairs.len()));
    let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    Ok(RawBatch { columns, places: pairs.iter().map(|pair| pair.line).collect() })
}
