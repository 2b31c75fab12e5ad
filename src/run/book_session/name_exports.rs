//! Replaces the file and row of the book, in lines about kept rows, by those of the export that the rows came from.

use crate::book::{self, BookError};
use crate::output::lists::{ExceptionLine, RejectLine};
use std::collections::BTreeMap;
use std::path::Path;

/// The file and row of a line.
type Place<'l> = (&'l mut String, &'l mut u64);

/// Calls the files of the book by the names of the exports that their rows came from.
pub(crate) fn name<'p>(
    kept: impl Iterator<Item = &'p Path>,
    rejects: &mut [RejectLine],
    exceptions: &mut [ExceptionLine],
) -> Result<(), BookError> {
    let mut by_file: BTreeMap<String, (&Path, Vec<Place<'_>>)> =
        kept.map(|path| (path.display().to_string(), (path, Vec::new()))).collect();
    let rejected = rejects.iter_mut().map(|line| (&mut line.file, Some(&mut line.row)));
    let odd = exceptions
        .iter_mut()
        .flat_map(|line| [(&mut line.file, line.row.as_mut()), (&mut line.other_file, line.other_row.as_mut())]);
    for (file, row) in rejected.chain(odd) {
        if let (Some((_, lines)), Some(row)) = (by_file.get_mut(file), row) {
            lines.push((file, row));
        }
    }
    for (path, lines) in by_file.into_values().filter(|(_, lines)| !lines.is_empty()) {
        let rows: Vec<u64> = lines.iter().map(|(_, row)| **row).collect();
        for ((file, row), origin) in lines.into_iter().zip(book::origins(path, &rows)?) {
            (*file, *row) = (origin.file, origin.row);
        }
    }
    Ok(())
}
