//! NDJSON of which some lines belong to others, as GraphQL's bulk operations write it: a child names its record by
//! `__parentId`, and is anywhere in the file.
//!
//! Of each line only the wanted values are kept, as columns, and the lines are joined once all have been read.

use crate::alike::is_near;
use crate::error::FileFault;
use crate::input::JsonOptions;
use crate::readers::json::join::joined;
use crate::readers::json::joined_rows::Join;
use crate::readers::json::lines::{PARENT, TYPE, lines};
use crate::readers::json::part::{Others, Part, empty, packed};
use crate::readers::json::rows::{Plan, Rows};
use crate::readers::json::seen::Seen;
use crate::readers::near::Members;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text::Text;
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source, TakePiece, WholeFile};
use encoding_rs::Encoding;
use memchr::memmem::Finder;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::Mutex;
use xxhash_rust::xxh3::xxh3_64;

/// The children of which each is a row.
#[derive(Clone, Copy)]
pub(super) struct Children<'a> {
    /// How names call their list.
    list: &'a str,
    /// What their ids are of.
    kind: &'a str,
    /// A list within each child, of whose elements each is a row instead.
    unnest: Option<&'a str>,
}

/// A piece as it is read: its records and the children in it.
struct Both<'p, 'l> {
    records: Rows<'p, 'l>,
    children: Rows<'p, 'l>,
    others: Others,
}

impl<'a> Children<'a> {
    /// Returns the children that rows are made of; `None` where lines that are children are left out.
    pub(super) fn of(json: &'a JsonOptions) -> Option<Children<'a>> {
        let (list, kind, unnest) = json.joined()?;
        Some(Children { list, kind, unnest })
    }
}

/// Reads an NDJSON file and joins children to their records.
pub(super) fn read(
    source: &Source,
    own: Children<'_>,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let prefix = format!("{}.", own.list);
    let (child_id, parent_id) = (format!("{prefix}id"), format!("{prefix}{PARENT}"));
    let names = wanted.columns.iter().map(|(name, _)| name.as_str());
    let (of_children, of_records): (Vec<&str>, Vec<&str>) = names.partition(|name| name.starts_with(&prefix));
    let more = ["id", PARENT, TYPE];
    let text = Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let records = Plan::new((source, encoding), with(of_records, &["id"]), ("", None), &more);
    let children =
        Plan::new((source, encoding), with(of_children, &[&child_id, &parent_id]), (&prefix, own.unnest), &more);
    let mut pieces = Pieces::new(text);
    let parent = Finder::new(PARENT);
    let seen = Mutex::new((Seen::default(), Vec::new()));
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        let (bytes, count) = (piece.bytes.len(), piece.line_breaks + 1);
        let (records, children) = (records.rows(bytes / 2, count / 2), children.rows(bytes / 2, count / 2));
        let mut both = Both { records, children, others: Others::default() };
        for (line, bytes) in lines(&piece) {
            both.read(line, bytes, parent.find(bytes).is_some(), own.kind)?;
        }
        let Both { records, children, others } = both;
        let place = (piece.number, piece.read);
        let (records, members) = records.finish(place)?;
        let (children, members_of_children) = children.finish(place)?;
        let rejects = records.rejects.into_iter().chain(children.rejects).collect();
        let (records, children) = (packed(records.batch), packed(children.batch));
        let mut seen = seen.lock().expect("no thread panics with it");
        seen.0.add(members);
        seen.0.members.add(members_of_children);
        seen.1.push(Part { number: piece.number, records, children, others });
        drop(seen);
        take(Piece { batch: empty(wanted), rejects, number: piece.number, bytes: piece.read })
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let (Seen { pieces: first, members }, parts) = seen.into_inner().expect("no thread panics with it");
    check_kind(own.kind, &parts)?;
    check_parents(own, &parts)?;
    let content = pieces.into_text().finish()?;
    let (list, keep_empty, seed) = (own.list, source.json.keep_empty, xxh3_64(content.digest.as_bytes()));
    let (child_id, parent_id) = (child_id.as_str(), parent_id.as_str());
    let join = Join { source, wanted, list, child_id, parent_id, keep_empty, first, seed };
    let joined = joined(&join, parts, take)?;
    Ok((WholeFile::new(content, first + joined), members))
}

/// Returns names with some that the reader needs.
fn with<'n>(mut names: Vec<&'n str>, needed: &[&'n str]) -> Vec<&'n str> {
    for name in needed {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

impl<'l> Both<'_, 'l> {
    /// Reads a line, which may be a child by the looks of it.
    fn read(&mut self, line: u64, bytes: &'l [u8], looks_like_child: bool, kind: &str) -> Result<(), FileFault> {
        let mut is_child = looks_like_child;
        loop {
            let rows = if is_child { &mut self.children } else { &mut self.records };
            if let Err(why) = rows.walk(bytes) {
                rows.refuse(line, bytes, &why, "line");
                self.others.unread.meet();
                return Ok(());
            }
            if rows.told(1).is_some() == is_child {
                break;
            }
            rows.forget();
            is_child = !is_child;
        }
        if is_child { self.child(line, bytes, kind) } else { self.record(line, bytes) }
    }

    fn record(&mut self, line: u64, bytes: &[u8]) -> Result<(), FileFault> {
        let is_good = self.records.settle(line, bytes)?;
        let id = self.records.told(0).unwrap_or_default();
        self.others.unread.pass(id);
        note(&mut self.others.kinds_of_records, kind_of(id).unwrap_or_default());
        if !is_good {
            self.others.lost.push(id.to_owned());
        }
        Ok(())
    }

    fn child(&mut self, line: u64, bytes: &[u8], kind: &str) -> Result<(), FileFault> {
        let of_id = self.children.told(0).and_then(kind_of);
        let own = of_id.or_else(|| self.children.told(2)).unwrap_or_default();
        note(&mut self.others.kinds, own);
        let parent = self.children.told(1).unwrap_or_default();
        self.others.unread.pass(parent);
        if own != kind {
            self.children.forget();
            return Ok(());
        }
        note(&mut self.others.kinds_of_parents, kind_of(parent).unwrap_or_default());
        if !self.children.settle(line, bytes)? {
            let parent = self.children.told(1).unwrap_or_default();
            self.others.damaged.push(parent.to_owned());
        }
        Ok(())
    }
}

fn note(kinds: &mut BTreeSet<String>, kind: &str) {
    if !kinds.contains(kind) {
        kinds.insert(kind.to_owned());
    }
}

/// Refuses a kind that no line has, where some have one of nearly the same name or none that can be told.
fn check_kind(kind: &str, parts: &[Part]) -> Result<(), FileFault> {
    let kinds = || parts.iter().flat_map(|part| &part.others.kinds);
    if kinds().any(|other| other == kind) {
        return Ok(());
    }
    if let Some(near) = kinds().find(|other| is_near(kind, other)) {
        return Err(FileFault::NoKind { kind: kind.to_owned(), near: near.clone() });
    }
    match kinds().any(String::is_empty) {
        true => Err(FileFault::UntoldKind { kind: kind.to_owned() }),
        false => Ok(()),
    }
}

/// Refuses children whose parents are children themselves.
fn check_parents(own: Children<'_>, parts: &[Part]) -> Result<(), FileFault> {
    let others = || parts.iter().map(|part| &part.others);
    let is_of_records = |kind: &String| others().any(|others| others.kinds_of_records.contains(kind));
    let is_of_children = |kind: &String| others().any(|others| others.kinds.contains(kind));
    let mut parents = others().flat_map(|others| &others.kinds_of_parents).filter(|kind| !kind.is_empty());
    match parents.find(|kind| is_of_children(kind) && !is_of_records(kind)) {
        Some(parent) => {
            let (list, kind, parent) = (own.list.to_owned(), own.kind.to_owned(), parent.clone());
            Err(FileFault::Grandchildren { list, kind, parent })
        }
        None => Ok(()),
    }
}

/// Returns what an id is of: `LineItem` of `gid://shopify/LineItem/7?x=1`.
pub(super) fn kind_of(id: &str) -> Option<&str> {
    let mut parts = id.strip_prefix("gid://")?.split('/');
    parts.nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_what_it_is_of() {
        assert_eq!(kind_of("gid://shopify/LineItem/7?x=1"), Some("LineItem"));
        assert_eq!(kind_of("gid://shopify/LineItem"), Some("LineItem"));
        for other in ["7", "gid://shopify", "shopify/LineItem/7", ""] {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }
}
