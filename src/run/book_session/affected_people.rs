//! Loads facts and postings of affected people only.

use super::super::Request;
use super::super::error::RunError;
use super::super::expiring::{Days, Expiring};
use super::super::progress::Stage;
use super::due_rows::Since;
use super::kept_facts::read;
use super::kept_keys;
use crate::book::{Book, BookError, Ending, Posted, PostedKeys, RunRecord, TableName, texts};
use crate::facts::key::Key;
use crate::facts::key_set::KeySet;
use crate::facts::warnings::keys_of_whole_parts;
use crate::facts::{Facts, FileRow};
use crate::kernel::time::Timestamp;
use crate::resolve::{Conflict, Reverted, news};
use crate::sources::input::Input;
use rayon::prelude::*;
use std::path::Path;

pub(crate) struct AffectedPeople {
    pub kept: Facts,
    pub posted: Posted,
    pub reverted: Vec<Reverted>,
    pub conflicts: Vec<Conflict>,
    /// The credit of all other people that expires soon.
    pub expiring: Expiring,
}

impl AffectedPeople {
    /// Finds affected people, and removes rows from `exports` that the book has already.
    pub(crate) fn find(
        request: &Request<'_>,
        book: &Book,
        last: &RunRecord,
        kept: &[Input],
        exports: &mut Facts,
    ) -> Result<AffectedPeople, RunError> {
        request.progress.stage(Stage::FindingAffected, 0)?;
        let since = Since { posted: last.as_of, as_of: request.as_of };
        let mut links = kept_keys::read(kept, &since)?;
        let read = |kept: &[Input]| read(&request.program.program, request.progress, kept);
        let versions = read(&some_rows(kept, links.versions_of(exports)))?;
        let news = news(&versions, exports);
        news.leave_only_new(exports);
        drop(versions);
        let days = Days::of(&request.program.program.zone, request.as_of, Some(last.as_of));
        let ledger = posted_keys(book, &Windows::of(request, last), &days)?;
        let due = ledger.iter().flat_map(|group| group.due.iter().copied());
        let visited = links.together(exports, due.chain(keys_of_whole_parts(exports)));
        let kept = read(&some_rows(kept, links.rows(&visited)))?;
        let expiring = expiring(&ledger, &visited)?;
        let posted = posted(ledger, &visited)?;
        Ok(AffectedPeople { kept, posted, reverted: news.reverted, conflicts: news.conflicts, expiring })
    }
}

/// Reads what is posted to those who have a row in another ledger's file.
pub(crate) fn posted_to(book: &Book, ledger: &Path) -> Result<Posted, BookError> {
    let mut wanted = KeySet::new();
    texts(ledger, TableName::Ledger.fields(), "customer_id", |id| wanted.insert(Key::person(id)))?;
    let groups = book.posted_groups()?.into_par_iter();
    let keys: Vec<_> =
        groups.map(|group| group.keys(Key::person, |_| false, |_| None)).collect::<Result<_, BookError>>()?;
    posted(keys, &wanted)
}

/// From when to when lots expire of people with something due: since the last run they have expired, or a reminder of
/// that has begun.
struct Windows(Vec<(Timestamp, Timestamp)>);

impl Windows {
    fn of(request: &Request<'_>, last: &RunRecord) -> Windows {
        let ahead = request.program.emails.expiring_days_before.iter().map(|&days| i64::from(days));
        let window = |days| (last.as_of.plus_days(days), request.as_of.plus_days(days));
        Windows([0].into_iter().chain(ahead).map(window).collect())
    }

    fn have(&self, expires_at: i64) -> bool {
        self.0.iter().any(|(after, until)| after.micros() < expires_at && expires_at <= until.micros())
    }
}

fn posted_keys(book: &Book, windows: &Windows, days: &Days) -> Result<Vec<PostedKeys<Key>>, BookError> {
    let day = |expires_at| days.find(Timestamp::from_micros(expires_at));
    let groups = book.posted_groups()?.into_par_iter();
    groups.map(|group| group.keys(Key::person, |expires_at| windows.have(expires_at), day)).collect()
}

/// Adds up what is to expire of those who are not visited: they are posted nothing, so that it is what the ledger has.
fn expiring(ledger: &[PostedKeys<Key>], visited: &KeySet) -> Result<Expiring, BookError> {
    let ending = ledger.par_iter().map(|keys| keys.ending(|key| !visited.contains(key)));
    let ending: Vec<_> = ending.collect::<Result<_, _>>()?;
    let mut ending: Vec<_> = ending.into_iter().flatten().collect();
    let of = |ending: &Ending<Key>| (ending.key, ending.currency, ending.day);
    ending.par_sort_unstable_by_key(of);
    let mut expiring = Expiring::default();
    for own in ending.chunk_by(|one, other| of(one) == of(other)) {
        expiring.add_sum(own[0].currency, own[0].day, own.iter().map(|ending| ending.amount).sum());
    }
    Ok(expiring)
}

fn posted(ledger: Vec<PostedKeys<Key>>, visited: &KeySet) -> Result<Posted, BookError> {
    let rows = ledger.into_par_iter().map(|keys| keys.read(|key| visited.contains(key)));
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    Ok(Posted::of_rows(rows.into_iter().flatten()))
}

/// Returns inputs of some rows each, without those of none.
pub(crate) fn some_rows(kept: &[Input], rows: Vec<Vec<FileRow>>) -> Vec<Input> {
    let with_rows = kept.iter().zip(rows).filter(|(_, rows)| !rows.is_empty());
    with_rows.map(|(input, rows)| Input { rows: Some(rows), ..input.clone() }).collect()
}
