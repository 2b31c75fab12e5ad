//! Children beside their records: which line belongs to which, and the rows of both.

use crate::error::FileFault;
use crate::packed::Packed;
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
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// A row of a part, by the numbers of both.
type Place = (u32, u32);

/// Records mostly stand near their children: in so many parts at most.
const NEAR: usize = 16;

/// No record.
const NOWHERE: Place = (u32::MAX, 0);

/// What a piece of a file has of records and of children.
pub(super) struct Part {
    pub(super) number: usize,
    pub(super) records: Keyed,
    pub(super) children: Keyed,
    pub(super) others: Others,
}

/// What is known of the lines of a piece that make no rows.
#[derive(Default)]
pub(super) struct Others {
    /// What the ids of children are of.
    pub(super) kinds: BTreeSet<String>,
    /// The ids of records that were rejected.
    pub(super) lost: Vec<String>,
    /// The ids of the records of children that were rejected.
    pub(super) damaged: Vec<String>,
}

/// Rows, packed, and for each the id of the record that it is, or that it belongs to.
pub(super) struct Keyed {
    columns: Packed,
    /// The first line of the piece, from which its lines are counted.
    first: u64,
    /// The line of each row.
    lines: Vec<u32>,
    /// The number of each row's id: the children of a record often follow each other.
    numbers: Vec<u32>,
    ids: Ids,
}

/// The ids of lines as they are read.
pub(super) struct LineIds {
    /// The line and the number of its id.
    lines: Vec<(u64, u32)>,
    ids: Ids,
}

/// Ids one after the other, and where each ends.
#[derive(Default)]
struct Ids {
    /// What all of them begin with, and which the texts lack.
    prefix: String,
    texts: String,
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

/// The records' columns, packed but for those that are at hand.
struct Unpacked<'r> {
    records: &'r [Keyed],
    /// Those of all parts, once children were far from their records.
    all: OnceLock<Vec<RecordBatch>>,
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

impl Ids {
    /// Returns an id without the prefix.
    fn rest(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.texts[start as usize..self.ends[number] as usize]
    }

    fn whole(&self, number: usize) -> String {
        format!("{}{}", self.prefix, self.rest(number))
    }

    fn is(&self, number: usize, id: &str) -> bool {
        id.strip_prefix(self.prefix.as_str()) == Some(self.rest(number))
    }

    /// Keeps what all ids begin with once: of the ids of an API it is most of them.
    fn without_prefix(&self) -> Ids {
        let all = || (0..self.ends.len()).map(|number| self.rest(number));
        let mut prefix = all().next().unwrap_or_default();
        for id in all() {
            while !id.starts_with(prefix) {
                let last = prefix.char_indices().next_back().map_or(0, |(at, _)| at);
                prefix = &prefix[..last];
            }
        }
        let mut short = Ids { prefix: prefix.to_owned(), ..Ids::default() };
        for id in all() {
            short.texts.push_str(&id[prefix.len()..]);
            short.ends.push(short.texts.len() as u32);
        }
        short.texts.shrink_to_fit();
        short
    }
}

impl LineIds {
    pub(super) fn new() -> LineIds {
        LineIds { lines: Vec::new(), ids: Ids::default() }
    }

    /// Takes note of the id of a line.
    pub(super) fn add(&mut self, line: u64, id: &str) {
        let count = self.ids.ends.len();
        if count == 0 || !self.ids.is(count - 1, id) {
            self.ids.texts.push_str(id);
            self.ids.ends.push(self.ids.texts.len() as u32);
        }
        self.lines.push((line, self.ids.ends.len() as u32 - 1));
    }

    /// Gives the rows of a piece, which begins with the line `first`, the ids of their lines.
    pub(super) fn of_rows(self, batch: &RawBatch, first: u64) -> Keyed {
        let mut at = 0;
        let number = |line: &u64| {
            while self.lines[at].0 < *line {
                at += 1;
            }
            self.lines[at].1
        };
        let numbers = batch.places.iter().map(number).collect();
        // A piece has fewer lines than that.
        let lines = batch.places.iter().map(|line| (line - first) as u32).collect();
        Keyed { columns: Packed::new(&batch.columns), first, lines, numbers, ids: self.ids.without_prefix() }
    }
}

impl Keyed {
    fn count(&self) -> usize {
        self.lines.len()
    }

    /// Returns the ids, each once for all lines in a row that have it.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        (0..self.ids.ends.len()).map(|number| self.ids.whole(number))
    }

    fn line(&self, row: u32) -> u64 {
        self.first + u64::from(self.lines[row as usize])
    }

    /// Tells whether a row has an id.
    fn has_id(&self, row: u32, id: &str) -> bool {
        self.ids.is(self.numbers[row as usize] as usize, id)
    }

    /// Returns the id of a row.
    fn id(&self, row: u32) -> String {
        self.ids.whole(self.numbers[row as usize] as usize)
    }

    /// Returns number, line and id of all rows.
    fn rows(&self) -> impl Iterator<Item = (u32, u64, String)> {
        (0..self.count() as u32).map(|row| (row, self.line(row), self.id(row)))
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
        alike.filter(move |&(part, row)| self.records[part as usize].has_id(row, id))
    }
}

/// Joins the parts of a file and hands the rows over, a piece a part and one more; returns how many.
pub(super) fn joined(join: &Join, mut parts: Vec<Part>, take: TakePiece) -> Result<usize, FileFault> {
    parts.sort_by_key(|part| part.number);
    let lost: BTreeSet<String> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.others.lost)).collect();
    let damaged: Vec<String> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.others.damaged)).collect();
    let (records, children): (Vec<Keyed>, Vec<Keyed>) =
        parts.into_iter().map(|part| (part.records, part.children)).unzip();
    let found = find_records(join, &records, &children, &lost, &damaged);
    let Found { records: of_children, left_out, rejects } = found;
    let childless = if join.keep_empty { childless(&records, &of_children, &left_out) } else { Vec::new() };
    let count = children.len();
    let repeated = Repeated::of(join.source.path);
    let unpacked = Unpacked { records: &records, all: OnceLock::new() };
    // Each part of the children is let go once its rows are made.
    let hand_over = |(at, (children, of_rows)): (usize, (Keyed, Vec<Place>))| {
        let rows = (0..).zip(of_rows);
        let rows = rows.filter(|(_, record)| *record != NOWHERE && !left_out.contains(record));
        let child = |(row, record): (u32, Place)| Pair { line: children.line(row), record, child: Some(row) };
        let mut pairs: Vec<Pair> = rows.map(child).collect();
        if let Some(rows) = childless.get(at) {
            let line = |row: u32| records[at].line(row);
            pairs.extend(rows.iter().map(|&row| Pair { line: line(row), record: (at as u32, row), child: None }));
            pairs.sort_by_key(|pair| pair.line);
        }
        let batch = batch(join, &unpacked, Some(children.columns.unpack()), &pairs, &repeated)?;
        take(Piece { number: join.first + at, batch, rejects: Vec::new(), bytes: 0 })
    };
    let parts: Vec<(Keyed, Vec<Place>)> = children.into_iter().zip(of_children).collect();
    parts.into_par_iter().enumerate().try_for_each(hand_over)?;
    let batch = batch(join, &unpacked, None, &[], &repeated)?;
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
        let mut of_rows = Vec::with_capacity(part.count());
        for (_, line, id) in part.rows() {
            let mut with_id = index.find(&id);
            of_rows.push(match (with_id.next(), with_id.next()) {
                (Some(record), None) => record,
                (None, _) => {
                    if !lost.contains(&id) && std::mem::replace(&mut orphan, line) != line {
                        let message = "no record of the file has this id: export records and children together";
                        found.rejects.push(join.source.reject(line, PARENT, id.as_bytes(), message.to_owned()));
                    }
                    NOWHERE
                }
                (Some(_), Some(_)) => {
                    for place in index.find(&id).filter(|place| found.left_out.insert(*place)) {
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
    let mut has_child: Vec<Vec<bool>> = records.iter().map(|part| vec![false; part.count()]).collect();
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
    let value = if column == "id" { records.id(row) } else { String::new() };
    join.source.reject(records.line(row), column, value.as_bytes(), message)
}

impl Unpacked<'_> {
    /// Returns the columns of some parts.
    fn of(&self, parts: Range<usize>) -> Cow<'_, [RecordBatch]> {
        let unpack = |parts: &[Keyed]| parts.iter().map(|part| part.columns.unpack()).collect::<Vec<_>>();
        match parts.len() <= NEAR {
            true => Cow::Owned(unpack(&self.records[parts])),
            false => Cow::Borrowed(&self.all.get_or_init(|| unpack(self.records))[parts]),
        }
    }
}

/// Makes rows of pairs; without children there are none.
fn batch(
    join: &Join,
    unpacked: &Unpacked<'_>,
    children: Option<RecordBatch>,
    pairs: &[Pair],
    repeated: &Repeated,
) -> Result<RawBatch, FileFault> {
    let null = new_null_array(&DataType::Utf8, 1);
    let parts = || pairs.iter().map(|pair| pair.record.0 as usize);
    let (first, end) = (parts().min().unwrap_or_default(), parts().max().map_or(0, |last| last + 1));
    let records = unpacked.of(first..end);
    let mut bytes = 0;
    let mut arrays = Vec::new();
    for (name, _) in &join.wanted.columns {
        let column = |columns: &RecordBatch| columns.column_by_name(name).expect("a wanted column").clone();
        let is_of_children = name.strip_prefix(join.list).is_some_and(|below| below.starts_with('.'));
        let (mut values, indices): (Vec<ArrayRef>, Vec<(usize, usize)>) = match (is_of_children, &children) {
            (true, Some(children)) => {
                let at = |pair: &Pair| pair.child.map_or((1, 0), |row| (0, row as usize));
                (vec![column(children)], pairs.iter().map(at).collect())
            }
            (true, None) => (Vec::new(), Vec::new()),
            (false, _) => {
                let at = |pair: &Pair| (pair.record.0 as usize - first, pair.record.1 as usize);
                (records.iter().map(column).collect(), pairs.iter().map(at).collect())
            }
        };
        values.push(null.clone());
        let length = |&(part, row): &(usize, usize)| values[part].as_string::<i32>().value_length(row) as u64;
        bytes += indices.iter().map(length).sum::<u64>();
        repeated.check(bytes)?;
        let values: Vec<&dyn Array> = values.iter().map(|values| &**values).collect();
        arrays.push(interleave(&values, &indices)?);
    }
    repeated.count(bytes)?;
    let names = join.wanted.columns.iter().map(|(name, _)| name);
    let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(pairs.len()));
    let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    Ok(RawBatch { columns, places: pairs.iter().map(|pair| pair.line).collect() })
}
