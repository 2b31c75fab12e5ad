//! Reads the ledger person by person: its rows in the order of customer ids, range by range.
//!
//! Every row group of the ledger is sorted by customer id; a range merges the rows of its groups. Large files are read
//! row group by row group, when a range asks for them. Small files, such as those of one night, have people of all
//! ranges and are read once and held. Where few people are wanted, only their rows are read (`keys`).

mod columns;
mod event_id;
pub(crate) mod keys;
pub(crate) mod person;

use super::BookError;
use accrue_delta::Snapshot;
use accrue_kernel::entry::Entry;
use accrue_kernel::program::RuleIndex;
use columns::{Columns, RunNumbers, Source};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The largest number of rows of a file that is held in memory.
const HELD: u64 = 1 << 17;

/// The rows of the ledger, or those of some people, found by customer id.
#[derive(Default)]
pub struct Posted {
    groups: Vec<Group>,
}

struct Group {
    rows: Rows,
    /// The first and the last customer id; `None` where the file's statistics do not have them.
    ends: Option<(String, String)>,
}

enum Rows {
    Held(Arc<Columns>),
    OnDisk(Source),
}

/// The postings of a range of people, person by person.
#[derive(Default)]
pub struct PostedRange {
    groups: Vec<Arc<Columns>>,
    /// For each group, the numbers that its own rules have in `rules`.
    rule_numbers: Vec<Vec<RuleIndex>>,
    /// Each row as its group and its number there, in the order of customer ids.
    rows: Vec<(u32, u32)>,
    rules: Vec<String>,
}

impl Posted {
    pub(super) fn of(ledger: Option<&Snapshot>) -> Result<Posted, BookError> {
        Posted::opened(ledger, None)
    }

    pub(super) fn of_runs(ledger: Option<&Snapshot>, numbers: BTreeMap<String, u32>) -> Result<Posted, BookError> {
        Posted::opened(ledger, Some(&Arc::new(numbers)))
    }

    fn opened(ledger: Option<&Snapshot>, runs: Option<&RunNumbers>) -> Result<Posted, BookError> {
        let mut groups = Vec::new();
        for file in ledger.into_iter().flat_map(Snapshot::files) {
            let path = ledger.expect("it has files").place(file);
            let is_held = file.rows().is_some_and(|rows| rows <= HELD);
            for (source, ends) in columns::sources(&path)? {
                let source = Source { runs: runs.cloned(), ..source };
                let rows = if is_held { Rows::Held(Arc::new(source.read()?)) } else { Rows::OnDisk(source) };
                groups.push(Group { rows, ends });
            }
        }
        Ok(Posted { groups })
    }

    /// Reads the postings of the people after `after` and up to `up_to` (`None`: from the first, to the last).
    ///
    /// Entries name rules by index: those of `rules` first, then rules that are not in it; [`PostedRange::rules`] has
    /// all.
    ///
    /// # Errors
    /// Where a row group cannot be read, or has a row that is no posting.
    pub fn range(&self, after: Option<&str>, up_to: Option<&str>, rules: &[String]) -> Result<PostedRange, BookError> {
        let mut range = PostedRange::without_rows(rules);
        for group in self.groups.iter().filter(|group| group.may_have(after, up_to)) {
            let columns = group.columns()?;
            let rows = columns.rows_of(after, up_to);
            if !rows.is_empty() {
                range.add(columns, rows);
            }
        }
        range.sort();
        Ok(range)
    }

    /// Opens a ledger file of one run, in which no person is in two row groups.
    ///
    /// # Errors
    /// Where the footer cannot be read or has other columns.
    pub fn of_file(path: &Path) -> Result<Posted, BookError> {
        let groups =
            columns::sources(path)?.into_iter().map(|(source, ends)| Group { rows: Rows::OnDisk(source), ends });
        Ok(Posted { groups: groups.collect() })
    }

    /// Returns the number of row groups.
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// Reads one row group, by its number from 0; rules as in [`Posted::range`].
    ///
    /// # Errors
    /// As [`Posted::range`].
    ///
    /// # Panics
    /// Where there is no such row group.
    pub fn group(&self, number: usize, rules: &[String]) -> Result<PostedRange, BookError> {
        let mut range = PostedRange::without_rows(rules);
        let columns = self.groups[number].columns()?;
        let rows = columns.rows_of(None, None);
        range.add(columns, rows);
        Ok(range)
    }

    /// Reads the postings of one person; rules as in [`Posted::range`].
    ///
    /// # Errors
    /// As [`Posted::range`].
    pub fn of_person(&self, id: &str, rules: &[String]) -> Result<PostedRange, BookError> {
        let mut range = PostedRange::without_rows(rules);
        for group in self.groups.iter().filter(|group| group.may_have_one(id)) {
            let columns = group.columns()?;
            let rows = columns.rows_of_one(id);
            if !rows.is_empty() {
                range.add(columns, rows);
            }
        }
        Ok(range)
    }

    /// Divides all people into ranges of about `rows` rows: returns the last customer id of each range but the last.
    pub fn bounds(&self, rows: usize) -> Vec<&str> {
        let ends = self.groups.iter().filter_map(|group| Some((group.ends.as_ref()?.1.as_str(), group.row_count())));
        let mut groups: Vec<(&str, usize)> = ends.collect();
        groups.sort_unstable();
        let mut bounds = Vec::new();
        let mut count = 0;
        for (last, own) in groups {
            count += own;
            if count >= rows && bounds.last() != Some(&last) {
                bounds.push(last);
                count = 0;
            }
        }
        bounds
    }
}

impl Group {
    fn columns(&self) -> Result<Arc<Columns>, BookError> {
        match &self.rows {
            Rows::Held(held) => Ok(held.clone()),
            Rows::OnDisk(source) => Ok(Arc::new(source.read()?)),
        }
    }

    fn row_count(&self) -> usize {
        match &self.rows {
            Rows::Held(held) => held.row_count(),
            Rows::OnDisk(source) => source.row_count(),
        }
    }

    fn may_have_one(&self, id: &str) -> bool {
        self.ends.as_ref().is_none_or(|(first, last)| (first.as_str()..=last.as_str()).contains(&id))
    }

    fn may_have(&self, after: Option<&str>, up_to: Option<&str>) -> bool {
        self.ends.as_ref().is_none_or(|(first, last)| {
            after.is_none_or(|after| last.as_str() > after) && up_to.is_none_or(|up_to| first.as_str() <= up_to)
        })
    }
}

impl PostedRange {
    /// Returns a range without postings.
    pub fn without_rows(rules: &[String]) -> PostedRange {
        PostedRange { rules: rules.to_vec(), ..PostedRange::default() }
    }

    /// Returns the ids of all rules, which entries name by index.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    /// Returns the customer id of a row, by its number from 0; `None` after the last row.
    pub fn id_at(&self, at: usize) -> Option<&str> {
        self.rows.get(at).map(|&row| self.id_of(row))
    }

    /// Returns the customer id of the last row; `None` without rows.
    pub fn last_id(&self) -> Option<&str> {
        self.rows.last().map(|&row| self.id_of(row))
    }

    /// Replaces `into` by the entries of the person whose rows begin at `at`; returns where the rows of the next person
    /// begin.
    ///
    /// # Panics
    /// Where `at` is after the end of the rows.
    pub fn fill<'p>(&'p self, at: usize, into: &mut Vec<Entry<'p>>) -> usize {
        into.clear();
        let end = self.end_of_person(at);
        into.extend(self.rows[at..end].iter().map(|&row| self.entry(row)));
        end
    }

    /// Does as [`PostedRange::fill`], and gives each entry the number of the run that has posted it; `u32::MAX` where
    /// the ledger was not opened with the run of the row ([`Book::posted_with_runs`](super::Book::posted_with_runs)).
    ///
    /// # Panics
    /// Where `at` is after the end of the rows.
    pub fn fill_with_runs<'p>(&'p self, at: usize, into: &mut Vec<(u32, Entry<'p>)>) -> usize {
        into.clear();
        let end = self.end_of_person(at);
        let run = |(group, row): (u32, u32)| self.groups[group as usize].run(row as usize);
        into.extend(self.rows[at..end].iter().map(|&row| (run(row), self.entry(row))));
        end
    }

    /// Returns where the rows end of the person whose rows begin at `at`.
    fn end_of_person(&self, at: usize) -> usize {
        let id = self.id_at(at);
        let end = self.rows[at..].iter().position(|&row| Some(self.id_of(row)) != id);
        end.map_or(self.rows.len(), |count| at + count)
    }

    fn entry(&self, (group, row): (u32, u32)) -> Entry<'_> {
        let entry = self.groups[group as usize].entry(row as usize);
        let number = |own: RuleIndex| self.rule_numbers[group as usize][own.index()];
        Entry { rule: entry.rule.map(number), ..entry }
    }

    fn id_of(&self, (group, row): (u32, u32)) -> &str {
        self.groups[group as usize].customer_id(row as usize)
    }

    fn add(&mut self, columns: Arc<Columns>, rows: Range<usize>) {
        let rules = &mut self.rules;
        let number = |rule: &String| columns::number_of(rule, rules);
        self.rule_numbers.push(columns.rules().iter().map(number).collect());
        let group = self.groups.len() as u32;
        self.rows.extend(rows.map(|row| (group, row as u32)));
        self.groups.push(columns);
    }

    /// Sorts the rows of several groups, each of which is sorted, by customer id (a stable sort, which finds the sorted
    /// runs).
    fn sort(&mut self) {
        if self.groups.len() > 1 {
            let mut rows = std::mem::take(&mut self.rows);
            rows.sort_by(|&one, &other| self.id_of(one).cmp(self.id_of(other)));
            self.rows = rows;
        }
    }
}
