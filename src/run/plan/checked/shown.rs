//! The tables of a plan that people and other programs read, and no later run does: they must say what the ledger says.
//!
//! Texts are compared with what a run would write, byte by byte; Parquet as the text that its rows would be.

use super::super::super::book_session::posted_to;
use super::super::super::deltas::Cursor;
use super::super::format::Posting;
use super::unpacked::Unpacked;
use crate::book::{self, Book, BookError, Posted};
use crate::files;
use crate::kernel::currency::Currency;
use crate::kernel::entry::Entry;
use crate::kernel::outcome::Balance;
use crate::output::balances::{self, BalanceRows};
use crate::output::table::{text_begin, text_of};
use crate::output::{TableFormat, ledger as ledger_table};
use crate::pipeline::parse_program;
use crate::reports::lots;
use crate::reports::until::Until;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Bytes of a text that are read at a time.
const CHUNK: u64 = 1 << 16;

/// The text of a table, read as far as it is as expected.
struct Text {
    more: Box<dyn FnMut() -> Result<Option<Vec<u8>>, String>>,
    held: Vec<u8>,
    at: usize,
}

impl Text {
    fn open(path: &Path) -> Result<Text, String> {
        let mut file = files::open(path).map_err(|error| error.to_string())?;
        let more = move || {
            let mut chunk = Vec::new();
            let count = file.by_ref().take(CHUNK).read_to_end(&mut chunk).map_err(|error| error.to_string())?;
            Ok((count > 0).then_some(chunk))
        };
        Ok(Text { more: Box::new(more), held: Vec::new(), at: 0 })
    }

    /// Reads the rows of `balances.parquet`.
    fn of_balances(path: &Path) -> Result<Text, String> {
        book::expect_columns(path, balances::FIELDS).map_err(|error| error.to_string())?;
        let mut batches = book::batches(path, balances::FIELDS).map_err(|error| error.to_string())?;
        let more = move || {
            let rows = batches.next().transpose().map_err(|error: BookError| error.to_string())?;
            Ok(rows.map(|rows| text_of(TableFormat::Ndjson, balances::FIELDS, &rows.rows())))
        };
        Ok(Text { more: Box::new(more), held: Vec::new(), at: 0 })
    }

    /// Goes behind a text, if that comes next.
    fn take(&mut self, wanted: &[u8]) -> Result<bool, String> {
        while self.held.len() - self.at < wanted.len() {
            let Some(more) = (self.more)()? else { break };
            self.held.drain(..self.at);
            self.at = 0;
            self.held.extend(more);
        }
        let is_next = self.held[self.at..].starts_with(wanted);
        self.at += if is_next { wanted.len() } else { 0 };
        Ok(is_next)
    }

    fn is_at_end(&mut self) -> Result<bool, String> {
        while self.held.len() == self.at {
            let Some(more) = (self.more)()? else { return Ok(true) };
            (self.held, self.at) = (more, 0);
        }
        Ok(false)
    }
}

/// Checks the ledger in the format that was asked for, where that is not the one of the book.
pub(crate) fn ledger(unpacked: &Unpacked<'_>, format: TableFormat) -> Result<(), String> {
    if format == TableFormat::Parquet {
        return Ok(());
    }
    let (name, fields) = (format!("ledger.{}", format.ending()), ledger_table::FIELDS);
    let mut text = Text::open(&unpacked.folder.join(&name))?;
    let mut is_same = text.take(&text_begin(format, fields))?;
    for rows in book::batches(&unpacked.ledger(), fields).map_err(|error| error.to_string())? {
        let rows = rows.map_err(|error| error.to_string())?;
        is_same = is_same && text.take(&text_of(format, fields, &rows.rows()))?;
    }
    match is_same && text.is_at_end()? {
        true => Ok(()),
        false => Err(format!("{name} is not what ledger.parquet says")),
    }
}

/// Checks the balances of all who are posted to: what the book has of them, and the postings. Returns the number of
/// rows of each currency.
pub(crate) fn balances(
    posting: &Posting,
    unpacked: &Unpacked<'_>,
    format: TableFormat,
    postings: &Posted,
    book: &Book,
) -> Result<BTreeMap<Currency, u64>, String> {
    let path = unpacked.folder.join(format!("balances.{}", format.ending()));
    let mut stated = match format {
        TableFormat::Parquet => {
            Told { text: Text::of_balances(&path)?, format: TableFormat::Ndjson, rows: BTreeMap::new() }
        }
        format => Told { text: Text::open(&path)?, format, rows: BTreeMap::new() },
    };
    if !stated.text.take(&text_begin(stated.format, balances::FIELDS))? {
        return Err(format!("balances.{} has other columns", format.ending()));
    }
    let before = posted_to(book, &unpacked.ledger()).map_err(|error| error.to_string())?;
    let until = until(posting)?;
    each_person(postings, &before, |id, before, new| stated.take(id, before, new, &until))?;
    match stated.text.is_at_end()? {
        true => Ok(stated.rows),
        false => Err("balances: a row is of somebody who is posted nothing".to_owned()),
    }
}

fn until(posting: &Posting) -> Result<Until, String> {
    let program = &posting.record.program;
    let parsed = parse_program(program.text.clone(), Path::new(&program.path)).map_err(|error| error.to_string())?;
    Ok(Until::instant(parsed.program.zone.moment(posting.record.as_of)))
}

/// Hands out everybody who is posted to: the id, what the book has, and what is posted.
fn each_person(
    postings: &Posted,
    posted: &Posted,
    mut take: impl FnMut(&str, &[Entry<'_>], &[Entry<'_>]) -> Result<(), String>,
) -> Result<(), String> {
    let error = |error: BookError| error.to_string();
    let mut last: Option<String> = None;
    for number in 0..postings.group_count() {
        let group = postings.group(number, &[]).map_err(error)?;
        let posted = posted.range(last.as_deref(), group.last_id(), &[]).map_err(error)?;
        let (mut cursor, mut at) = (Cursor::new(&posted), 0);
        let (mut new, mut old) = (Vec::new(), Vec::new());
        while let Some(id) = group.id_at(at) {
            at = group.fill(at, &mut new);
            // Who has the key of somebody else is read with them.
            while let Some(other) = cursor.id().filter(|other| *other < id) {
                cursor.take(other, &mut old);
            }
            cursor.take(id, &mut old);
            take(id, &old, &new)?;
        }
        last = group.last_id().map(str::to_owned).or(last);
    }
    Ok(())
}

/// The balances in a plan's report.
struct Told {
    text: Text,
    format: TableFormat,
    /// By currency, how many rows there were.
    rows: BTreeMap<Currency, u64>,
}

impl Told {
    /// Reads the rows of a person, which must be what all their entries come to. A currency in which everything is
    /// taken back has a row only where that happens.
    fn take(&mut self, id: &str, before: &[Entry<'_>], new: &[Entry<'_>], until: &Until) -> Result<(), String> {
        let entries: Vec<Entry<'_>> = before.iter().chain(new).copied().collect();
        for balance in lots::balances(&lots::lots(&entries, until)) {
            let Balance { currency, amount, next_expiry } = balance;
            let mut rows = BalanceRows::default();
            rows.push(id, &[balance]);
            let is_moved = new.iter().any(|entry| entry.currency == currency);
            if self.text.take(&text_of(self.format, balances::FIELDS, &rows.rows()))? {
                *self.rows.entry(currency).or_default() += 1;
            } else if is_moved || !amount.is_zero() || next_expiry.is_some() {
                let shown = amount.display(currency).to_string();
                return Err(format!("balances: the row of {id:?} in {} should say {shown}", currency.code()));
            }
        }
        Ok(())
    }
}
