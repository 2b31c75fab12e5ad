//! Reads NDJSON files: one JSON object a line.

use crate::error::FileFault;
use crate::readers::json::rows::{Plan, Rows};
use crate::readers::json::seen::Seen;
use crate::readers::near::Members;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text::Text;
use crate::readers::wanted::Wanted;
use crate::readers::{Source, TakePiece, WholeFile};
use encoding_rs::Encoding;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::sync::Mutex;

/// The member that lines of GraphQL's bulk operations have which belong to another line.
pub(super) const PARENT: &str = "__parentId";
/// The member that says of what kind a line is, where a query has asked for it.
pub(super) const TYPE: &str = "__typename";

/// Reads an NDJSON file. Where some lines are the children of others, children are left out.
pub(super) fn read(
    source: &Source,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let columns = wanted.columns.iter().map(|(name, _)| name.as_str()).collect();
    let has_children = !source.json.children.is_empty();
    let more: &[&str] = if has_children { &[PARENT] } else { &[] };
    let text = Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let plan =
        Plan::new((source, encoding), columns, ("", source.json.unnest.as_deref()), more).with_hashes(wanted.hashes);
    let mut pieces = Pieces::new(text);
    let seen = Mutex::new(Seen::default());
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        let mut rows = plan.rows(piece.bytes.len(), piece.line_breaks + 1);
        for (line, bytes) in lines(&piece) {
            read_line(&mut rows, line, bytes, has_children)?;
        }
        let (made, members) = rows.finish((piece.number, piece.read))?;
        seen.lock().expect("no thread panics with it").add(members);
        take(made)
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let Seen { pieces: count, members } = seen.into_inner().expect("no thread panics with it");
    Ok((WholeFile::new(pieces.into_text().finish()?, count), members))
}

/// Returns the lines of a piece that are not blank, with their numbers.
pub(super) fn lines(piece: &TextPiece) -> impl Iterator<Item = (u64, &[u8])> {
    let lines = (piece.first_line..).zip(piece.bytes.split(|&byte| byte == piece.line_break));
    lines.map(|(line, bytes)| (line, bytes.trim_ascii())).filter(|(_, bytes)| !bytes.is_empty())
}

fn read_line<'l>(rows: &mut Rows<'_, 'l>, line: u64, bytes: &'l [u8], has_children: bool) -> Result<(), FileFault> {
    match rows.walk(bytes) {
        Ok(()) if has_children && rows.told(0).is_some() => rows.forget(),
        Ok(()) => drop(rows.settle(line, bytes)?),
        Err(why) => rows.refuse(line, bytes, &why, "line"),
    }
    Ok(())
}
