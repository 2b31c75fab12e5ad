//! Keeps for every group one value, taken from one of its rows. Values that are not used for some time are compressed,
//! where the caller wants that.

use crate::packed::Packed;
use arrow::array::{Array, ArrayRef, DynComparator, RecordBatch, UInt32Array, make_comparator, new_null_array};
use arrow::compute::{SortOptions, interleave, take};
use arrow::datatypes::DataType;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::ops::Range;

/// A piece of values is compressed once so many chunks of rows have come without a look at it.
const IDLE: usize = 4;

/// The values of groups so far.
pub(crate) struct Kept {
    is_packed: bool,
    /// Of each group, the number of its value; `None` of a group without one.
    numbers: Vec<Option<ValueNumber>>,
    pieces: Vec<Piece>,
    count: u32,
    /// The pieces that are not packed.
    plain: BTreeSet<usize>,
    /// One null of the type of the values.
    null: Option<ArrayRef>,
}

/// The number of a value among all that have been kept, from 0.
///
/// It takes four bytes, also as an `Option`: what is kept is the number plus one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ValueNumber {
    plus_one: NonZeroU32,
}

/// Values of a chunk of rows.
struct Piece {
    /// The number of the first one.
    first: u32,
    values: Values,
    /// How many chunks have come since they were looked at.
    idle: usize,
}

enum Values {
    Plain(ArrayRef),
    Packed(Packed),
}

/// The value of a group beside that of one of its rows.
pub(crate) struct Pair<'e, 'k> {
    looked_at: &'e mut LookedAt<'k>,
    number: ValueNumber,
    row: usize,
}

/// The values that are looked at while a chunk of rows goes by.
struct LookedAt<'k> {
    pieces: &'k mut [Piece],
    count: u32,
    input: &'k ArrayRef,
    own: Option<DynComparator>,
    /// By piece.
    others: BTreeMap<usize, DynComparator>,
}

impl Kept {
    /// Begins without values; `is_packed`: values are compressed while unused.
    pub(crate) fn new(groups: usize, is_packed: bool) -> Kept {
        let (pieces, plain) = (Vec::new(), BTreeSet::new());
        Kept { is_packed, numbers: vec![None; groups], pieces, count: 0, plain, null: None }
    }

    /// Goes through a chunk of rows with their groups. The first row of a group gives its value; of each other one
    /// `replaces` says whether it does from then on.
    pub(crate) fn add(
        &mut self,
        input: &ArrayRef,
        rows: impl Iterator<Item = (usize, u32)>,
        mut replaces: impl FnMut(u32, Pair<'_, '_>) -> bool,
    ) {
        self.null.get_or_insert_with(|| new_null_array(input.data_type(), 1));
        let count = self.count;
        let others = BTreeMap::new();
        let mut looked_at = LookedAt { pieces: &mut self.pieces, count, input, own: None, others };
        // The groups that keep a value of this chunk.
        let mut own = Vec::new();
        for (row, group) in rows {
            let number = &mut self.numbers[group as usize];
            if let Some(number) = *number
                && !replaces(group, Pair { looked_at: &mut looked_at, number, row })
            {
                continue;
            }
            if number.is_none_or(|number| number.get() < count) {
                own.push(group);
            }
            // Until the chunk has gone by.
            *number = Some(ValueNumber::new(count + row as u32));
        }
        let others = looked_at.others.into_keys().collect();
        self.put(input, &own, others);
    }

    /// Keeps the values of the groups of a chunk, and packs what was not looked at for long.
    fn put(&mut self, input: &ArrayRef, groups: &[u32], looked_at: BTreeSet<usize>) {
        for at in &looked_at {
            self.pieces[*at].idle = 0;
        }
        self.plain.extend(looked_at);
        if !groups.is_empty() {
            // The table holds its texts until all groups are made: a copy would only take more memory.
            let is_there = !self.is_packed && *input.data_type() == DataType::Utf8;
            let values = if is_there { input.clone() } else { self.taken(input, groups) };
            let count = values.len() as u32;
            self.plain.insert(self.pieces.len());
            self.pieces.push(Piece { first: self.count, values: Values::Plain(values), idle: 0 });
            self.count += count;
        }
        if self.is_packed {
            let pieces = &mut self.pieces;
            self.plain.retain(|at| pieces[*at].stays_plain());
        }
    }

    /// Takes the values of groups out of a chunk, and numbers them anew.
    fn taken(&mut self, input: &ArrayRef, groups: &[u32]) -> ArrayRef {
        let row = |group: &u32| Some(self.numbers[*group as usize]?.get() - self.count);
        let rows: UInt32Array = groups.iter().map(row).collect();
        for (number, group) in (self.count..).zip(groups) {
            self.numbers[*group as usize] = Some(ValueNumber::new(number));
        }
        take(input, &rows, None).expect("rows of the input")
    }

    /// Returns the values of some groups, null where there is none.
    pub(crate) fn values(&self, groups: Range<usize>) -> ArrayRef {
        let mut arrays = vec![self.null.clone().expect("rows come first")];
        let mut known = BTreeMap::new();
        let numbers = &self.numbers[groups];
        // The values of the piece that was looked at last, by their numbers, and its place among the arrays: groups
        // that follow each other mostly have values of one piece.
        let mut last = (0..0, 0);
        let place = |number: &Option<ValueNumber>| {
            let Some(number) = number.map(ValueNumber::get) else { return (0, 0) };
            if !last.0.contains(&number) {
                let at = piece_of(&self.pieces, number);
                let array = *known.entry(at).or_insert_with(|| {
                    arrays.push(self.pieces[at].values());
                    arrays.len() - 1
                });
                let end = self.pieces.get(at + 1).map_or(self.count, |next| next.first);
                last = (self.pieces[at].first..end, array);
            }
            (last.1, (number - last.0.start) as usize)
        };
        let places: Vec<(usize, usize)> = numbers.iter().map(place).collect();
        let arrays: Vec<&dyn Array> = arrays.iter().map(|array| &**array).collect();
        interleave(&arrays, &places).expect("values of one type")
    }
}

impl ValueNumber {
    fn new(number: u32) -> ValueNumber {
        ValueNumber { plus_one: NonZeroU32::new(number.wrapping_add(1)).expect("fewer values are kept") }
    }

    fn get(self) -> u32 {
        self.plus_one.get() - 1
    }
}

impl Piece {
    fn values(&self) -> ArrayRef {
        match &self.values {
            Values::Plain(values) => values.clone(),
            Values::Packed(packed) => packed.unpack().column(0).clone(),
        }
    }

    /// Returns the values, and unpacks them for more looks.
    fn plain(&mut self) -> ArrayRef {
        let values = self.values();
        self.values = Values::Plain(values.clone());
        values
    }

    /// Tells whether the values are left as they are when a chunk has gone by; else they are packed.
    fn stays_plain(&mut self) -> bool {
        self.idle += 1;
        if self.idle <= IDLE {
            return true;
        }
        let columns = RecordBatch::try_from_iter_with_nullable([("", self.values(), true)]);
        self.values = Values::Packed(Packed::new(&columns.expect("one column")));
        false
    }
}

fn piece_of(pieces: &[Piece], number: u32) -> usize {
    pieces.partition_point(|piece| piece.first <= number) - 1
}

impl Pair<'_, '_> {
    /// Compares the group's value with that of the row.
    pub(crate) fn order(&mut self) -> Ordering {
        let LookedAt { pieces, count, input, own, others } = self.looked_at;
        let comparator =
            |kept: &ArrayRef| make_comparator(kept, *input, SortOptions::default()).expect("values have an order");
        let number = self.number.get();
        if number >= *count {
            let own = own.get_or_insert_with(|| comparator(input));
            return own((number - *count) as usize, self.row);
        }
        let at = piece_of(pieces, number);
        let other = others.entry(at).or_insert_with(|| comparator(&pieces[at].plain()));
        other((number - pieces[at].first) as usize, self.row)
    }

    /// Returns the group's value and that of the row, each a row of a column.
    pub(crate) fn both(&self) -> [(ArrayRef, usize); 2] {
        let LookedAt { pieces, count, input, .. } = &*self.looked_at;
        let number = self.number.get();
        let kept = match number.checked_sub(*count) {
            Some(row) => ((*input).clone(), row as usize),
            None => {
                let piece = &pieces[piece_of(pieces, number)];
                (piece.values(), (number - piece.first) as usize)
            }
        };
        [kept, ((*input).clone(), self.row)]
    }
}
