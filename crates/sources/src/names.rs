//! Lists the column names of an input's first file.

use crate::error::FileFault;
use crate::input::Input;
use crate::readers::{self, Piece, Wanted};
use std::sync::Mutex;

/// Returns the names of the columns of an input's first file, in its order; of JSON the members of its records, by
/// name.
///
/// # Errors
/// Where the file cannot be read, or has no header.
pub fn names(input: &Input) -> Result<Vec<String>, FileFault> {
    let listed = readers::list(input)?;
    let Some(file) = listed.first() else { return Err(FileFault::NoMatch) };
    let format = file.known_format()?;
    let source = file.source(input, format);
    let found = Mutex::new(Vec::new());
    let take = |piece: Piece| {
        let names = piece.batch.columns.schema().fields().iter().map(|field| field.name().clone()).collect();
        *found.lock().expect("no thread panics with it") = names;
        // The first piece has all of them.
        Err(FileFault::Stopped)
    };
    if format.is_json() {
        let (_, members) = readers::read_file(&source, &Wanted::every(), &|_| Ok(()))?;
        return Ok(members.counts.into_keys().collect());
    }
    match readers::read_file(&source, &Wanted::every(), &take) {
        Ok(_) | Err(FileFault::Stopped) => Ok(found.into_inner().expect("no thread panics with it")),
        Err(fault) => Err(fault),
    }
}
