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
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};
use std::collections::BTreeSet;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Rows that are handed over together.
const ROWS: usize = 1 << 14;

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
#[derive(Default)]
pub(super) struct Keyed {
    pub(super) batch: Option<RawBatch>,
    lines: Vec<u64>,
    ids: String,
    ends: Vec<usize>,
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

/// A row of a part, by the numbers of both.
type Place = (u32, u32);

/// A child beside its record, or a record without children.
struct Pair {
    line: u64,
    record: Place,
    child: Option<Place>,
}

/// The records by their ids.
struct Index<'p> {
    parts: &'p [Part],
    /// By the hash of the id.
    places: Vec<(u64, Place)>,
}

impl Part {
    pub(super) fn new(number: usize) -> Part {
        let (records, children) = (Keyed::default(), Keyed::default());
        Part { number, records, children, kinds: BTreeSet::new(), lost: Vec::new(), damaged: Vec::new() }
    }
}

impl Keyed {
    /// Takes note of the id of a line.
    pub(super) fn add(&mut self, line: u64, id: &str) {
        self.lines.push(line);
        self.ids.push_str(id);
        self.ends.push(self.ids.len());
    }

    fn id(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.ids[start..self.ends[at]]
    }

    fn places(&self) -> &[u64] {
        self.batch.as_ref().map_or(&[], |batch| &batch.places)
    }

    /// Returns the id of a row.
    fn id_of_row(&self, row: u32) -> &str {
        let line = self.places()[row as usize];
        self.id(self.lines.partition_point(|&other| other < line))
    }

    /// Returns the ids of all rows.
    fn row_ids(&self) -> impl Iterator<Item = (u32, u64, &str)> {
        let mut at = 0;
        (0..).zip(self.places()).map(move |(row, &line)| {
            while self.lines[at] < line {
                at += 1;
            }
            (row, line, self.id(at))
        })
    }
}

impl<'p> Index<'p> {
    fn new(parts: &'p [Part]) -> Index<'p> {
        let of_part = |(number, part): (u32, &'p Part)| {
            let ids = part.records.row_ids().filter(|(_, _, id)| !id.is_empty());
            ids.map(move |(row, _, id)| (xxh3_64(id.as_bytes()), (number, row)))
        };
        let mut places: Vec<(u64, Place)> = (0..).zip(parts).flat_map(of_part).collect();
        places.par_sort_unstable();
        Index { parts, places }
    }

    /// Returns the records that have an id.
    fn find(&self, id: &str) -> impl Iterator<Item = Place> {
        let hash = xxh3_64(id.as_bytes());
        let first = self.places.partition_point(|(other, _)| *other < hash);
        let alike = self.places[first..].iter().take_while(move |(other, _)| *other == hash).map(|(_, place)| *place);
        alike.filter(move |&(part, row)| self.parts[part as usize].records.id_of_row(row) == id)
    }
}

/// Joins the parts of a file and hands the rows over; returns in how many pieces.
pub(super) fn joined(join: &Join, mut parts: Vec<Part>, take: TakePiece) -> Result<usize, FileFault> {
    parts.sort_by_key(|part| part.number);
    let (pairs, rejects) = pairs(join, &parts);
    let columns = columns(join, &parts);
    let repeated = Repeated::of(join.source.path);
    let hand_over = |(at, pairs): (usize, &[Pair])| {
        let batch = batch(join, &columns, pairs, &repeated)?;
        take(Piece { number: join.first + at, batch, rejects: Vec::new(), bytes: 0 })
    };
    pairs.par_chunks(ROWS).enumerate().try_for_each(hand_over)?;
    let count = pairs.len().div_ceil(ROWS);
    if rejects.is_empty() {
        return Ok(count);
    }
    let batch = batch(join, &columns, &[], &repeated)?;
    take(Piece { number: join.first + count, batch, rejects, bytes: 0 })?;
    Ok(count + 1)
}

/// Finds the record of each child.
fn pairs(join: &Join, parts: &[Part]) -> (Vec<Pair>, Vec<Reject>) {
    let index = Index::new(parts);
    let mut rejects = Vec::new();
    let lost: BTreeSet<&str> = parts.iter().flat_map(|part| &part.lost).map(String::as_str).collect();
    let mut left_out: BTreeSet<Place> = BTreeSet::new();
    for place in parts.iter().flat_map(|part| &part.damaged).flat_map(|id| index.find(id)) {
        if left_out.insert(place) {
            let message = format!("one of its `{}` cannot be read: it is left out with all of them", join.list);
            rejects.push(reject(join, parts, place, join.list, message));
        }
    }
    let mut pairs: Vec<Pair> = Vec::new();
    let mut orphan = 0;
    for (number, part) in (0..).zip(parts) {
        for (row, line, id) in part.children.row_ids() {
            let mut records = index.find(id);
            match (records.next(), records.next()) {
                (None, _) if lost.contains(id) || orphan == line => {}
                (None, _) => {
                    orphan = line;
                    let message = "no record of the file has this id: export records and children together".to_owned();
                    rejects.push(join.source.reject(line, PARENT, id.as_bytes(), message));
                }
                (Some(record), None) => pairs.push(Pair { line, record, child: Some((number, row)) }),
                (Some(_), Some(_)) => {
                    for place in index.find(id).filter(|place| left_out.insert(*place)) {
                        let message = "several records have this id, and nobody can tell whose the children are: read \
                                       each export by itself";
                        rejects.push(reject(join, parts, place, "id", message.to_owned()));
                    }
                }
            }
        }
    }
    pairs.retain(|pair| !left_out.contains(&pair.record));
    if join.keep_empty {
        add_childless(parts, &left_out, &mut pairs);
    }
    (pairs, rejects)
}

/// Adds the records that have no children.
fn add_childless(parts: &[Part], left_out: &BTreeSet<Place>, pairs: &mut Vec<Pair>) {
    let mut has_child: Vec<Vec<bool>> = parts.iter().map(|part| vec![false; part.records.places().len()]).collect();
    for &(part, row) in pairs.iter().map(|pair| &pair.record).chain(left_out) {
        has_child[part as usize][row as usize] = true;
    }
    for (number, (part, has_child)) in (0..).zip(parts.iter().zip(&has_child)) {
        let childless = (0..).zip(part.records.places()).zip(has_child).filter(|(_, has_child)| !**has_child);
        pairs.extend(childless.map(|((row, &line), _)| Pair { line, record: (number, row), child: None }));
    }
    pairs.sort_by_key(|pair| pair.line);
}

fn reject(join: &Join, parts: &[Part], (part, row): Place, column: &str, message: String) -> Reject {
    let records = &parts[part as usize].records;
    let value = if column == "id" { records.id_of_row(row) } else { "" };
    join.source.reject(records.places()[row as usize], column, value.as_bytes(), message)
}

/// A wanted column: whether it is one of the children's, and its values, part by part, with a null behind them.
struct Column {
    name: String,
    is_of_children: bool,
    values: Vec<ArrayRef>,
}

fn columns(join: &Join, parts: &[Part]) -> Vec<Column> {
    let column = |name: &String| {
        let is_of_children = name.strip_prefix(join.list).is_some_and(|below| below.starts_with('.'));
        let of_part = |part: &Part| {
            let keyed = if is_of_children { &part.children } else { &part.records };
            let batch = keyed.batch.as_ref().expect("a part that has been read");
            Arc::clone(batch.columns.column_by_name(name).expect("a wanted column"))
        };
        let values = parts.iter().map(of_part).chain([new_null_array(&DataType::Utf8, 1)]).collect();
        Column { name: name.clone(), is_of_children, values }
    };
    join.wanted.columns.iter().map(|(name, _)| column(name)).collect()
}

fn batch(join: &Join, columns: &[Column], pairs: &[Pair], repeated: &Repeated) -> Result<RawBatch, FileFault> {
    let mut bytes = 0;
    let arrays = columns.iter().map(|column| {
        let null = (column.values.len() - 1, 0);
        let at = |pair: &Pair| {
            let place = if column.is_of_children { pair.child } else { Some(pair.record) };
            place.map_or(null, |(part, row)| (part as usize, row as usize))
        };
        let indices: Vec<(usize, usize)> = pairs.iter().map(at).collect();
        let length = |&(part, row): &(usize, usize)| column.values[part].as_string::<i32>().value_length(row) as u64;
        bytes += indices.iter().map(length).sum::<u64>();
        repeated.check(bytes)?;
        let values: Vec<&dyn Array> = column.values.iter().map(|values| &**values).collect();
        Ok(interleave(&values, &indices)?)
    });
    let arrays = arrays.collect::<Result<Vec<ArrayRef>, FileFault>>()?;
    repeated.count(bytes)?;
    debug_assert_eq!(arrays.len(), join.wanted.columns.len(), "every wanted column is of one side");
    let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, DataType::Utf8, true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(pairs.len()));
    let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    Ok(RawBatch { columns, places: pairs.iter().map(|pair| pair.line).collect() })
}
