//! The values of one record as it is read, and the rows that it makes.

use crate::readers::json::shape::Cell;
use std::borrow::Cow;

/// What is wrong with a record.
pub(super) struct Fault {
    /// Empty where it is the record as a whole.
    pub(super) column: String,
    pub(super) value: String,
    pub(super) message: String,
}

/// A record: its own values, and those of the elements of its lists, level by level.
pub(super) struct Record<'l> {
    levels: Vec<Level<'l>>,
    /// Columns whose values are under the very name of the column.
    exact: Vec<u32>,
    keep_empty: bool,
    /// The first one.
    pub(super) fault: Option<Fault>,
}

/// The elements of lists that are nested equally deep, in their order. The record is the only one of its level.
struct Level<'l> {
    width: usize,
    /// The values of the element that is being read.
    current: Vec<Option<Cow<'l, str>>>,
    /// Those of the elements before it, one after the other.
    values: Vec<Option<Cow<'l, str>>>,
    /// Of each of these, how many elements of the next level there were at its end.
    ends: Vec<usize>,
}

impl<'l> Record<'l> {
    pub(super) fn new(widths: &[usize], keep_empty: bool) -> Record<'l> {
        let level = |&width: &usize| Level { width, current: vec![None; width], values: Vec::new(), ends: Vec::new() };
        Record { levels: widths.iter().map(level).collect(), exact: Vec::new(), keep_empty, fault: None }
    }

    pub(super) fn clear(&mut self) {
        for level in &mut self.levels {
            level.current.fill(None);
            level.values.clear();
            level.ends.clear();
        }
        self.exact.clear();
        self.fault = None;
    }

    pub(super) fn set(&mut self, column: u32, cell: Cell, is_exact: bool, value: Option<Cow<'l, str>>) {
        if is_exact {
            self.exact.push(column);
        } else if self.exact.contains(&column) {
            return;
        }
        self.levels[cell.level].current[cell.at] = value;
    }

    /// Takes note of a fault, unless there is one already.
    pub(super) fn refuse(&mut self, column: impl Into<String>, value: impl Into<String>, message: impl Into<String>) {
        if self.fault.is_none() {
            self.fault = Some(Fault { column: column.into(), value: value.into(), message: message.into() });
        }
    }

    /// Tells whether a value is of some kind.
    pub(super) fn has(&self, is_so: impl Fn(&str) -> bool) -> bool {
        let values = self.levels.iter().flat_map(|level| level.current.iter().chain(&level.values));
        values.flatten().any(|value| is_so(value))
    }

    /// Returns the number of elements that have been read on a level.
    pub(super) fn count(&self, level: usize) -> usize {
        self.levels.get(level).map_or(0, |level| level.ends.len())
    }

    pub(super) fn is_last(&self, level: usize) -> bool {
        level + 1 == self.levels.len()
    }

    /// Forgets the values of the element that is being read.
    pub(super) fn forget_element(&mut self, level: usize) {
        self.levels[level].current.fill(None);
    }

    /// Ends the element that is being read.
    pub(super) fn end_element(&mut self, level: usize) {
        let before = self.levels[level].ends.last().copied().unwrap_or_default();
        self.fill_up(level, before);
        let end = self.count(level + 1);
        let Level { current, values, ends, .. } = &mut self.levels[level];
        values.extend(current.iter_mut().map(Option::take));
        ends.push(end);
    }

    /// Ends the record.
    pub(super) fn end(&mut self) {
        self.fill_up(0, 0);
    }

    /// Gives an element without elements of its own, of which there were some before it, an empty one.
    fn fill_up(&mut self, level: usize, before: usize) {
        if self.keep_empty && !self.is_last(level) && self.count(level + 1) == before {
            self.end_element(level + 1);
        }
    }

    /// Returns the value of one of the record's own columns.
    #[inline]
    pub(super) fn own(&self, at: usize) -> &[u8] {
        bytes(&self.levels[0].current[at])
    }

    /// Calls `each` with what gives the value of a column, for each row of elements in turn.
    pub(super) fn element_rows<'r, E>(
        &'r self,
        cells: &[Cell],
        mut each: impl FnMut(&dyn Fn(usize) -> &'r [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let last = self.levels.len() - 1;
        // Of each level, the element that the row is of.
        let mut rows = vec![0; last + 1];
        for row in 0..self.count(last) {
            rows[last] = row;
            for level in (1..last).rev() {
                while self.levels[level].ends[rows[level]] <= rows[level + 1] {
                    rows[level] += 1;
                }
            }
            each(&|column| {
                let Cell { level, at } = cells[column];
                match level {
                    0 => self.own(at),
                    _ => bytes(&self.levels[level].values[rows[level] * self.levels[level].width + at]),
                }
            })?;
        }
        Ok(())
    }
}

fn bytes<'v>(value: &'v Option<Cow<'_, str>>) -> &'v [u8] {
    value.as_deref().unwrap_or_default().as_bytes()
}
