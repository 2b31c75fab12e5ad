//! CSV, and columns of blanks, as text columns (docs/spec.md 10).
//!
//! `head` reads what is above the rows, `record` splits one row after RFC 4180, `lost` finds the lines that a faulty
//! quoted value takes with it, and `rows` makes columns of a piece. Lines without quotes are split where they are.
//! Before all that `wrapped` finds files of which each line is one quoted value, and `unwrapper` unwraps their lines.

mod blanks;
mod described;
mod head;
pub(super) mod lost;
pub(super) mod record;
mod rows;
#[cfg(test)]
mod tests;
pub(super) mod unwrapper;
mod wrapped;

use crate::error::FileFault;
use crate::readers::open::Opened;
use crate::readers::pieces::{Pieces, TextPiece};
use crate::readers::text::Text;
use crate::readers::{Source, TakePiece, Wanted, WholeFile};
use encoding_rs::Encoding;
use rayon::iter::{ParallelBridge, ParallelIterator};
use rows::Rows;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reads a CSV file.
pub(super) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<WholeFile, FileFault> {
    let text = Text::new(Opened::new(source.path)?, source.csv.encoding)?;
    let encoding = text.encoding();
    read_pieces(source, wanted, take, Pieces::new(text), encoding)
}

fn read_pieces(
    source: &Source,
    wanted: &Wanted,
    take: TakePiece,
    mut pieces: Pieces,
    encoding: &'static Encoding,
) -> Result<WholeFile, FileFault> {
    let wrapping = wrapped::unwrap(&mut pieces, source.csv, wanted)?;
    let head = head::read(&mut pieces, source.csv, wrapping.map(|wrapping| wrapping.inner), wanted)?;
    let count = AtomicUsize::new(0);
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        count.fetch_add(1, Ordering::Relaxed);
        take(Rows::read(source, &head, &piece, encoding))
    };
    (&mut pieces).par_bridge().try_for_each(each)?;
    let last_line_unended = pieces.last_line_unended();
    let (content, pieces, lines_unwrapped) = (pieces.into_text().finish()?, count.into_inner(), wrapping.is_some());
    Ok(WholeFile { content, pieces, last_line_unended, lines_unwrapped })
}
