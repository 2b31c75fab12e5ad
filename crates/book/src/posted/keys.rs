//! Reads only the customer ids and expiries of the ledger, to find the rows of few people and the credit that expires
//! on certain days. Row numbers count from 0 within a row group, instants are microseconds since 1970.

use super::super::BookError;
use super::columns::{self, Source, minor_units};
use super::{Group, Posted, Rows};
use accrue_delta::{ReadingBuilder, Snapshot};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal128Type, Int32Type, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::RowSelection;
use std::ops::Range;
use std::sync::Arc;

/// The number of rows that are read at a time.
const BATCH: usize = 1 << 14;

/// A row group of the ledger. Its rows are read later.
pub struct PostedGroup(Source);

/// The keys of the people of a row group's rows.
pub struct PostedKeys<K> {
    group: PostedGroup,
    /// Runs of rows of one person: the person's key and the number of the first row.
    runs: Vec<(K, u32)>,
    /// The keys of the people with a row whose expiry `is_due` accepts.
    pub due: Vec<K>,
    /// The rows that expire on one of the days asked for, and the number of that day.
    ending: Vec<(u32, u8)>,
}

/// The sum of a person's rows in one currency that expire on one day.
pub struct Ending<K> {
    /// The key of the person.
    pub key: K,
    /// The currency.
    pub currency: Currency,
    /// The number of the day, as the caller has given it.
    pub day: u8,
    /// The sum of the amounts.
    pub amount: WideAmount,
}

/// The rows of some people in a row group.
pub struct PostedRows(Group);

impl PostedGroup {
    pub(crate) fn all(ledger: Option<&Snapshot>) -> Result<Vec<PostedGroup>, BookError> {
        let mut groups = Vec::new();
        for file in ledger.into_iter().flat_map(Snapshot::files) {
            let path = ledger.expect("it has files").place(file);
            groups.extend(columns::sources(&path)?.into_iter().map(|(source, _)| PostedGroup(source)));
        }
        Ok(groups)
    }

    /// Reads the key of the person of each row. Collects the people with a row whose expiry (microseconds since 1970)
    /// is due, and the rows that expire on certain days: `day` returns the number of the day of an expiry, or `None`
    /// for all other days.
    ///
    /// # Errors
    /// Where the row group cannot be read.
    pub fn keys<K: Copy + PartialEq>(
        self,
        key: impl Fn(&str) -> K,
        is_due: impl Fn(i64) -> bool,
        day: impl Fn(i64) -> Option<u8>,
    ) -> Result<PostedKeys<K>, BookError> {
        // As a dictionary, so that each different id is decoded once.
        let file = self.0.file.clone().with_numbered_texts("customer_id")?;
        let group = |rows: ReadingBuilder| rows.with_row_groups(vec![self.0.number]).with_batch_size(BATCH);
        let (mut runs, mut due): (Vec<(K, u32)>, Vec<K>) = (Vec::new(), Vec::new());
        let mut ending = Vec::new();
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
                let mut has_due = false;
                for at in (start..start + same.len()).filter(|&at| expiring.is_valid(at)) {
                    let expires_at = expiring.value(at);
                    has_due = has_due || is_due(expires_at);
                    ending.extend(day(expires_at).map(|day| (row + at as u32, day)));
                }
                if has_due {
                    due.push(own);
                }
                start += same.len();
            }
            row += batch.num_rows() as u32;
        }
        Ok(PostedKeys { group: self, runs, due, ending })
    }

    /// Reads currency and amount of some rows of the group; `rows` are their numbers, ascending.
    fn amounts(&self, rows: impl Iterator<Item = usize>) -> Result<Vec<(Currency, WideAmount)>, BookError> {
        let selection = RowSelection::from_consecutive_ranges(rows.map(|row| row..row + 1), self.0.row_count());
        let some = |rows: ReadingBuilder| {
            rows.with_row_groups(vec![self.0.number]).with_batch_size(BATCH).with_row_selection(selection)
        };
        let mut amounts = Vec::new();
        for batch in self.0.file.batches(&["currency", "amount"], some)? {
            let batch = batch?;
            let column = |name: &str| batch.column_by_name(name).expect("a column that was asked for");
            let (currencies, own) =
                (column("currency").as_string::<i32>(), column("amount").as_primitive::<Decimal128Type>());
            for (code, &amount) in currencies.iter().zip(own.values()) {
                let currency = code.and_then(Currency::from_code);
                let told =
                    currency.and_then(|currency| Some((currency, WideAmount::ZERO + minor_units(amount, currency)?)));
                let none = || BookError::Unreadable {
                    path: self.0.file.path().to_path_buf(),
                    what: format!("{amount} {} is no amount", code.unwrap_or_default()),
                };
                amounts.push(told.ok_or_else(none)?);
            }
        }
        Ok(amounts)
    }
}

impl<K: Copy + PartialEq> PostedKeys<K> {
    /// Sums up the rows of some people that expire on one of the days.
    ///
    /// # Errors
    /// Where the row group cannot be read.
    pub fn ending(&self, is_wanted: impl Fn(K) -> bool) -> Result<Vec<Ending<K>>, BookError> {
        let mut runs = self.runs.iter().peekable();
        let mut key_of = |row: u32| {
            let mut key = None;
            while let Some((own, _)) = runs.next_if(|(_, first)| *first <= row) {
                key = Some(*own);
            }
            key
        };
        let mut last = None;
        let mut rows = Vec::new();
        for &(row, day) in &self.ending {
            last = key_of(row).or(last);
            rows.extend(last.filter(|&key| is_wanted(key)).map(|key| (row, key, day)));
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut ending: Vec<Ending<K>> = Vec::new();
        let amounts = self.group.amounts(rows.iter().map(|(row, ..)| *row as usize))?;
        for ((_, key, day), (currency, amount)) in rows.into_iter().zip(amounts) {
            let own = ending.iter_mut().rev().take_while(|other| other.key == key);
            match own.into_iter().find(|other| (other.currency, other.day) == (currency, day)) {
                Some(own) => own.amount += amount,
                None => ending.push(Ending { key, currency, day, amount }),
            }
        }
        Ok(ending)
    }

    /// Reads the rows of some people; `None` where there are none.
    ///
    /// # Errors
    /// Where the row group cannot be read, or has a row that is no posting.
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
    /// Returns the ledger of some people, from their rows.
    pub fn of_rows(rows: impl IntoIterator<Item = PostedRows>) -> Posted {
        Posted { groups: rows.into_iter().map(|PostedRows(group)| group).collect() }
    }
}
