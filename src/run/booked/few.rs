//! The facts and postings of those of whom something is new or due, and of nobody else.

use super::super::Request;
use super::super::error::RunError;
use super::visit::read;
use crate::book::{Book, BookError, Posted, PostedKeys, RunRecord};
use crate::ingest;
use crate::ingest::facts::Facts;
use crate::ingest::input::Input;
use crate::ingest::links::{Key, KeySet, Links, Since};
use crate::ingest::resolve::{Conflict, Reverted, news};
use crate::kernel::time::Instant;
use rayon::prelude::*;

pub struct Few {
    pub kept: Facts,
    pub posted: Posted,
    pub reverted: Vec<Reverted>,
    pub conflicts: Vec<Conflict>,
}

impl Few {
    /// Finds them, and leaves out what the exports say and the book knows.
    pub fn find(
        request: &Request<'_>,
        book: &Book,
        last: &RunRecord,
        kept: &[Input],
        exports: &mut Facts,
    ) -> Result<Few, RunError> {
        request.progress.begin("finding whom to visit", 0);
        let since = Since { posted: last.as_of, as_of: request.as_of };
        let mut links = Links::read(kept, &since)?;
        let versions = read(request, &some_rows(kept, links.versions_of(exports)))?;
        let news = news(&versions, exports);
        exports.only_new(&news);
        drop(versions);
        let ledger = posted_keys(book, &Windows::of(request, last))?;
        let due = ledger.iter().flat_map(|group| group.due.iter().copied());
        let visited = links.together(exports, due.chain(ingest::keys_of_whole_parts(exports)));
        let kept = read(request, &some_rows(kept, links.rows(&visited)))?;
        Ok(Few { kept, posted: posted(ledger, &visited)?, reverted: news.reverted, conflicts: news.conflicts })
    }
}

/// From when to when lots expire of people with something due: since the last run they have expired, or a reminder of that
/// has begun.
struct Windows(Vec<(Instant, Instant)>);

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

fn posted_keys(book: &Book, windows: &Windows) -> Result<Vec<PostedKeys<Key>>, BookError> {
    let groups = book.posted_groups()?.into_par_iter();
    groups.map(|group| group.keys(Key::person, |expires_at| windows.have(expires_at))).collect()
}

fn posted(ledger: Vec<PostedKeys<Key>>, visited: &KeySet) -> Result<Posted, BookError> {
    let rows = ledger.into_par_iter().map(|keys| keys.read(|key| visited.contains(key)));
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    Ok(Posted::of_rows(rows.into_iter().flatten()))
}

/// Returns inputs of some rows each, without those of none.
fn some_rows(kept: &[Input], rows: Vec<Vec<u32>>) -> Vec<Input> {
    let with_rows = kept.iter().zip(rows).filter(|(_, rows)| !rows.is_empty());
    with_rows.map(|(input, rows)| Input { rows: Some(rows), ..input.clone() }).collect()
}
