//! Chooses the reader for the format of a file.

use crate::error::FileFault;
use crate::input::{CsvOptions, Format};
use crate::readers::near::Members;
use crate::readers::source::{Source, TakePiece, WholeFile};
use crate::readers::wanted::Wanted;
use crate::readers::{csv, json, parquet, recognise, xlsx};
use encoding_rs::UTF_8;

/// Reads a file by the reader of its format, without what its place says of it.
pub(super) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let utf_16 = recognise::check(source, wanted)?;
    let whole = match (source.format, utf_16) {
        (Format::Csv, None) => csv::read(source, wanted, take)?,
        (Format::Csv, Some(encoding)) => {
            let csv = CsvOptions { encoding, ..source.csv.clone() };
            csv::read(&Source { csv: &csv, ..*source }, wanted, take)?
        }
        (Format::Ndjson | Format::Json, utf_16) => return json::read(source, utf_16.unwrap_or(UTF_8), wanted, take),
        (Format::Parquet, _) => parquet::read(source, wanted, take)?,
        (Format::Xlsx, _) => xlsx::read(source, wanted, take)?,
    };
    Ok((whole, Members::default()))
}
