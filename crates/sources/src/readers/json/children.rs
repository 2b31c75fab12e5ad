//! NDJSON of which some lines belong to others, as GraphQL's bulk operations write it: a child names its record by
//! `__parentId`, and stands anywhere in the file.
//!
//! Of each line only the wanted values are kept, as columns, and the lines are joined once all have been read.

use crate::alike::is_near;
use crate::error::FileFault;
use crate::input::JsonOptions;
use crate::raw::RawBatch;
use crate::readers::json::Seen;
use crate::readers::json::join::{Join, LineIds, Others, Part, joined};
use crate::readers::json::lines::{PARENT, TYPE, lines};
use crate::readers::json::rows::{Plan, Rows};
use crate::readers::near::Members;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text::Text;
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source, TakePiece, WholeFile};
use arrow::array::{RecordBatch, new_empty_array};
use arrow::datatypes::{DataType, Field, Schema};
use encoding_rs::Encoding;
use memchr::memmem::Finder;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

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
    of_records: LineIds,
    of_children: LineIds,
    others: Others,
}

impl<'a> Children<'a> {
    /// Returns the children that rows are made of; `None` where lines that are children are left out.
    pub(super) fn of(json: &'a JsonOptions) -> Option<Children<'a>> {
        let unnest = json.unnest.as_deref()?;
        let (list, rest) = unnest.split_once('.').map_or((unnest, None), |(list, rest)| (list, Some(rest)));
        let (list, kind) = json.children.iter().find(|(own, _)| own == list)?;
        Some(Children { list, kind, unnest: rest })
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
    let names = wanted.columns.iter().map(|(name, _)| name.as_str());
    let (of_children, of_records) = names.partition(|name: &&str| name.starts_with(&prefix));
    let more = ["id", PARENT, TYPE];
    let records = Plan::new(source, of_records, ("", None), &more);
    let children = Plan::new(source, of_children, (&prefix, own.unnest), &more);
    let text = Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let mut pieces = Pieces::new(text);
    let parent = Finder::new(PARENT);
    let seen = Mutex::new((Seen::default(), Vec::new()));
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        let (bytes, count) = (piece.bytes.len(), piece.line_breaks + 1);
        let (records, children) = (records.rows(bytes / 2, count / 2), children.rows(bytes / 2, count / 2));
        let (of_records, of_children) = (LineIds::new(), LineIds::new());
        let mut both = Both { records, children, of_records, of_children, others: Others::default() };
        for (line, bytes) in lines(&piece) {
            both.read(line, bytes, parent.find(bytes).is_some(), own.kind)?;
        }
        let Both { records, children, of_records, of_children, others } = both;
        let place = (piece.number, piece.read);
        let (records, members) = records.finish(encoding, place)?;
        let (children, members_of_children) = children.finish(encoding, place)?;
        let rejects = records.rejects.into_iter().chain(children.rejects).collect();
        let records = of_records.of_rows(&records.batch, piece.first_line);
        let children = of_children.of_rows(&children.batch, piece.first_line);
        let part = Part { number: piece.number, records, children, others };
        let mut seen = seen.lock().expect("no thread panics with it");
        seen.0.add(members);
        seen.0.members.add(members_of_children);
        seen.1.push(part);
        drop(seen);
        take(Piece { batch: empty(wanted), rejects, number: piece.number, bytes: piece.read })
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let (Seen { pieces: count, members }, parts) = seen.into_inner().expect("no thread panics with it");
    check_kind(own.kind, &parts)?;
    let join = Join { source, list: own.list, wanted, keep_empty: source.json.keep_empty, first: count };
    check_parents(own, &parts)?;
    let joined = joined(&join, parts, take)?;
    let content = pieces.into_text().finish()?;
    Ok((WholeFile::new(content, count + joined), members))
}

impl<'l> Both<'_, 'l> {
    /// Reads a line, which may be a child by the looks of it.
    fn read(&mut self, line: u64, bytes: &'l [u8], looks_like_child: bool, kind: &str) -> Result<(), FileFault> {
        let mut is_child = looks_like_child;
        loop {
            let rows = if is_child { &mut self.children } else { &mut self.records };
            if let Err(why) = rows.walk(bytes) {
                rows.refuse(line, bytes, &why, "line");
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
        let id = self.records.told(0).unwrap_or_default().to_owned();
        match self.records.settle(line, bytes)? {
            true => self.of_records.add(line, &id),
            false => self.others.lost.push(id),
        }
        Ok(())
    }

    fn child(&mut self, line: u64, bytes: &[u8], kind: &str) -> Result<(), FileFault> {
        let of_id = self.children.told(0).and_then(kind_of);
        let own = of_id.or_else(|| self.children.told(2)).unwrap_or_default();
        if !self.others.kinds.contains(own) {
            self.others.kinds.insert(own.to_owned());
        }
        if own != kind {
            self.children.forget();
            return Ok(());
        }
        let parent = self.children.told(1).unwrap_or_default().to_owned();
        match self.children.settle(line, bytes)? {
            true => self.of_children.add(line, &parent),
            false => self.others.damaged.push(parent),
        }
        Ok(())
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
    let kind = |id: String| kind_of(&id).map(str::to_owned);
    let of_records: BTreeSet<String> = parts.iter().flat_map(|part| part.records.ids().filter_map(kind)).collect();
    let mut parents = parts.iter().flat_map(|part| part.children.ids().filter_map(kind));
    let is_child =
        |kind: &String| !of_records.contains(kind) && parts.iter().any(|part| part.others.kinds.contains(kind));
    match parents.find(is_child) {
        Some(parent) => Err(FileFault::Grandchildren { list: own.list.to_owned(), kind: own.kind.to_owned(), parent }),
        None => Ok(()),
    }
}

/// Returns what an id is of: `LineItem` of `gid://shopify/LineItem/7?x=1`.
pub(super) fn kind_of(id: &str) -> Option<&str> {
    let mut parts = id.strip_prefix("gid://")?.split('/');
    parts.nth(1)
}

/// Returns no rows, with all columns.
fn empty(wanted: &Wanted) -> RawBatch {
    let fields: Vec<Field> = wanted.columns.iter().map(|(name, _)| Field::new(name, DataType::Utf8, true)).collect();
    let arrays = fields.iter().map(|field| new_empty_array(field.data_type())).collect();
    let columns = RecordBatch::try_new_with_options(
        Arc::new(Schema::new(fields)),
        arrays,
        &arrow::array::RecordBatchOptions::new().with_row_count(Some(0)),
    );
    RawBatch { columns: columns.expect("empty columns"), places: Vec::new() }
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
