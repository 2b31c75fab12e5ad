//! Which kept rows must be looked at again, given what is new: so that a run does not read everything there is.
//!
//! Every row is about a fact and mostly about a person, which may be told by a customer id, an email or a card; a refund
//! is about an order besides. Rows that are about the same thing belong together, and so does what belongs to one of them:
//! all versions of a fact, whomever it belonged to, all registrations with an email that orders go by, and everybody's
//! whole history. Whoever has a row that belongs together with nothing new has the same facts as before.
//!
//! Three steps: [`Links::read`] takes the keys of all kept rows, which are kept beside them ([`COLUMNS`]); [`Links::together`]
//! follows them from what is new; [`Links::rows`] says which rows these are.
//!
//! Not here: versions, and whose a fact is in the end: that is for `resolve` to say, of the rows that are read.
//!
//! **Invariants.** It may take too much and never too little: keys are of all rows, whether they count or not, and texts
//! with the same key are taken for one. An email of a registration holds rows together only where some order goes by that
//! email, and a card where some redemption goes by that card: so a placeholder that thousands have links nobody.

mod changed;
mod key;
mod key_set;

pub use changed::Since;
pub use key::{Key, RowKeys, row_keys};
pub use key_set::KeySet;

use super::columns::Need;
use super::error::{FileFault, IngestError};
use super::facts::{Facts, Row};
use super::input::{FactKind, Input};
use super::readers::{self, Part, Piece as RawPiece, Wanted};
use super::table::Table;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use rayon::prelude::*;
use std::sync::Mutex;

/// The columns that keep the keys of a row.
pub const COLUMNS: [&str; 3] = ["key_1", "key_2", "key_3"];

/// The keys of all rows of some files.
pub struct Links {
    files: Vec<File>,
}

/// The keys of a file's rows, piece by piece.
struct File {
    kind: FactKind,
    pieces: Vec<Piece>,
    /// Rows that no run has looked at, or whose time has come.
    changed: Vec<u32>,
}

/// Some rows one after the other, and their keys column by column.
struct Piece {
    first_row: u32,
    keys: [Vec<Key>; 3],
}

impl Links {
    /// Reads the keys of kept rows, each input being a Parquet file of canonical columns, and which of them a run must look
    /// at by themselves.
    pub fn read(inputs: &[Input], since: &Since) -> Result<Links, IngestError> {
        let file = |input: &Input| File::read(input, since).map_err(|fault| fault.in_file_of(input, &input.path));
        Ok(Links { files: inputs.par_iter().map(file).collect::<Result<_, _>>()? })
    }

    /// Takes the keys of rows that are read, all of which are new.
    pub(super) fn of(facts: &Facts) -> Links {
        let files = vec![
            File::of(&facts.orders),
            File::of(&facts.registrations),
            File::of(&facts.refunds),
            File::of(&facts.redemptions),
            File::of(&facts.adjustments),
        ];
        Links { files }
    }

    /// Returns, file by file, the rows of facts that are among these too.
    pub fn versions_of(&self, facts: &Facts) -> Vec<Vec<u32>> {
        let own = Links::of(facts);
        let ids: KeySet = own.pieces().flat_map(|piece| piece.keys[0].iter().copied()).collect();
        self.rows_where(|piece| places_in(&piece.keys[0], &ids).collect())
    }

    /// Returns the keys of everything that belongs together with new facts, with what has changed by itself, or with
    /// some further keys.
    pub fn together(&mut self, new: &Facts, further: impl IntoIterator<Item = Key>) -> KeySet {
        let mut new = Links::of(new);
        let standing_in: KeySet = self.standing_in().chain(new.standing_in()).collect();
        self.forget_idle(&standing_in);
        new.forget_idle(&standing_in);
        let mut found = KeySet::new();
        let mut next: KeySet = further.into_iter().chain(self.of_changed()).collect();
        next.extend(new.pieces().flat_map(|piece| piece.keys.iter().flatten().copied()));
        let pieces: Vec<&Piece> = self.pieces().collect();
        while !next.is_empty() {
            // Only what was found last can lead on.
            let beside: Vec<Key> = pieces.par_iter().flat_map_iter(|piece| piece.beside(&next)).collect();
            found.extend(next.iter());
            next = beside.into_iter().filter(|&key| !found.contains(key)).collect();
        }
        found
    }

    /// Returns, file by file, the rows that are about any of these.
    pub fn rows(&self, keys: &KeySet) -> Vec<Vec<u32>> {
        self.rows_where(|piece| {
            let mut rows: Vec<usize> = piece.keys.iter().flat_map(|column| places_in(column, keys)).collect();
            rows.sort_unstable();
            rows.dedup();
            rows
        })
    }

    fn rows_where(&self, wanted: impl Fn(&Piece) -> Vec<usize> + Sync) -> Vec<Vec<u32>> {
        let of_piece = |piece: &Piece| -> Vec<u32> {
            wanted(piece).into_iter().map(|place| piece.first_row + place as u32).collect()
        };
        self.files.iter().map(|file| file.pieces.par_iter().map(of_piece).collect::<Vec<_>>().concat()).collect()
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.files.iter().flat_map(|file| &file.pieces)
    }

    /// Returns the guests and cards that facts are about, other than registrations.
    fn standing_in(&self) -> impl Iterator<Item = Key> {
        let facts = self.files.iter().filter(|file| file.kind != FactKind::Registrations);
        let keys = facts.flat_map(|file| &file.pieces).flat_map(|piece| &piece.keys[1]);
        keys.copied().filter(|key| key.stands_in())
    }

    /// Forgets emails and cards of registrations that stand in for nobody.
    fn forget_idle(&mut self, standing_in: &KeySet) {
        let registrations = self.files.iter_mut().filter(|file| file.kind == FactKind::Registrations);
        let columns = registrations.flat_map(|file| &mut file.pieces).flat_map(|piece| &mut piece.keys[1..]);
        for key in columns.flatten().filter(|key| !standing_in.contains(**key)) {
            *key = Key::NONE;
        }
    }

    fn of_changed(&self) -> impl Iterator<Item = Key> {
        let of_row = |(file, row): (&File, u32)| {
            let after = file.pieces.partition_point(|piece| piece.first_row <= row);
            let piece = &file.pieces[after - 1];
            piece.keys.iter().map(|column| column[(row - piece.first_row) as usize]).collect::<Vec<_>>()
        };
        let changed = self.files.iter().flat_map(|file| file.changed.iter().map(move |&row| (file, row)));
        changed.flat_map(of_row)
    }
}

impl File {
    fn read(input: &Input, since: &Since) -> Result<File, FileFault> {
        let columns = COLUMNS.iter().map(|name| ((*name).to_owned(), Need::Required)).collect();
        let wanted = Wanted { columns, ..Wanted::default() };
        let pieces = Mutex::new(Vec::new());
        let take = |raw: RawPiece| {
            let first_row = raw.batch.places[0] as u32 - 1;
            let keys = COLUMNS.map(|name| kept(&raw.batch.columns, name));
            pieces.lock().expect("no thread panics with it").push(Piece { first_row, keys });
            Ok(())
        };
        readers::read_part(&input.path, &wanted, Part::All, &take)?;
        let mut pieces = pieces.into_inner().expect("no thread panics with it");
        pieces.sort_unstable_by_key(|piece| piece.first_row);
        Ok(File { kind: input.kind, pieces, changed: changed::rows(input, since)? })
    }

    /// Takes the keys of rows that are read.
    fn of<R: Row>(table: &Table<R>) -> File {
        let mut keys = [const { Vec::new() }; 3];
        for row in 0..table.rows.len() {
            for (column, key) in keys.iter_mut().zip(row_keys(R::KIND, |column| table.text(row, column))) {
                column.push(key);
            }
        }
        File { kind: R::KIND, pieces: vec![Piece { first_row: 0, keys }], changed: Vec::new() }
    }
}

impl Piece {
    /// Returns the keys of the rows that have one of these.
    fn beside(&self, keys: &KeySet) -> Vec<Key> {
        let rows = self.keys.iter().flat_map(|column| places_in(column, keys));
        rows.flat_map(|row| self.keys.iter().map(move |column| column[row])).collect()
    }
}

/// Returns the places in a column that hold one of some keys.
fn places_in<'c>(column: &'c [Key], keys: &'c KeySet) -> impl Iterator<Item = usize> + 'c {
    column.iter().enumerate().filter(|(_, key)| keys.contains(**key)).map(|(place, _)| place)
}

fn kept(columns: &RecordBatch, name: &str) -> Vec<Key> {
    let keys = columns.column_by_name(name).expect("a column that was asked for").as_primitive::<Int64Type>();
    keys.iter().map(|number| number.map_or(Key::NONE, Key::kept)).collect()
}
