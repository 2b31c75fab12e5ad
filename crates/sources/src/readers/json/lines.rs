//! NDJSON, one object a line.

use crate::error::FileFault;
use crate::readers::json::check;
use crate::readers::json::rows::Plan;
use crate::readers::near::Members;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text;
use crate::readers::wanted::Wanted;
use crate::readers::{Source, TakePiece, WholeFile};
use encoding_rs::Encoding;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::sync::Mutex;

/// What the lines of a file have shown so far.
#[derive(Default)]
struct Seen {
    pieces: usize,
    members: Members,
}

/// Reads an NDJSON file; a byte order mark is believed more than `encoding`.
pub(in crate::readers) fn read(
    source: &Source,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let plan = Plan::new(source, wanted);
    let text = text::Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let mut pieces = Pieces::new(text);
    let seen = Mutex::new(Seen::default());
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        let mut rows = plan.rows(piece.bytes.len(), piece.line_breaks + 1);
        for (line, bytes) in (piece.first_line..).zip(piece.bytes.split(|&byte| byte == piece.line_break)) {
            let bytes = bytes.trim_ascii();
            if !bytes.is_empty() {
                rows.read(line, bytes)?;
            }
        }
        let (made, members) = rows.finish(encoding, (piece.number, piece.read))?;
        let mut seen = seen.lock().expect("no thread panics with it");
        seen.pieces += 1;
        seen.members.add(members);
        drop(seen);
        take(made)
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let Seen { pieces: count, members } = seen.into_inner().expect("no thread panics with it");
    check(wanted, &members)?;
    Ok((WholeFile { content: pieces.into_text().finish()?, pieces: count, last_line_unended: false }, members))
}
