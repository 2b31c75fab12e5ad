//! Finds the kept rows that a run must read again because of new rows, so that it need not read the whole book.
//!
//! A row has a key for its fact's id, and keys for the person that it names: a customer id, an email or a card. A
//! refund also has the key of its order. Two rows are linked if they share a key; links are followed until no new key
//! is found. So all versions of a fact, all registrations with an email that orders use, and the whole history of a
//! person are found. The facts of a person without a linked row have not changed.
//!
//! Three steps: [`Links::new`] takes the keys of all kept rows, which the book keeps beside the rows;
//! [`Links::together`] follows them from the new rows; [`Links::rows`] returns the rows that have the keys found.
//!
//! Not here: newest versions and owners. They are decided in [`resolve`](crate::resolve), from the rows read.
//!
//! **Invariants.** It may find too many rows, never too few: it takes the keys of all rows, also of old versions, and
//! texts with the same key count as equal. Two registrations with the same email are linked only if some order uses
//! that email; for cards, if some redemption uses the card. So a placeholder that thousands have links nobody.

use accrue_facts::key::{Key, row_keys};
use accrue_facts::key_set::KeySet;
use accrue_facts::table::Table;
use accrue_facts::{FactKind, Facts, FileRow, PerTable, Row};
use rayon::prelude::*;

/// The keys of all rows of some files.
pub struct Links {
    files: Vec<FileKeys>,
}

/// The keys of a file's rows, piece by piece.
pub struct FileKeys {
    /// The kind of facts in the file.
    pub kind: FactKind,
    /// In the order of their rows.
    pub pieces: Vec<KeyPiece>,
    /// The rows with an instant between the last run's as_of and this run's, rising.
    pub due: Vec<FileRow>,
}

/// Some rows one after the other, and their keys column by column.
pub struct KeyPiece {
    /// The first of the rows.
    pub first_row: FileRow,
    /// The columns of keys, each with one key per row: see [`row_keys`].
    pub keys: [Vec<Key>; 3],
}

impl Links {
    /// Takes the keys of kept rows, file by file.
    pub fn new(files: Vec<FileKeys>) -> Links {
        Links { files }
    }

    /// Takes the keys of rows that are read, all of which are new.
    pub(crate) fn of(facts: &Facts) -> Links {
        Links { files: facts.per_table(AllKeys).into_array().into() }
    }

    /// Returns, file by file, the kept rows with the id of one of these facts.
    pub fn versions_of(&self, facts: &Facts) -> Vec<Vec<FileRow>> {
        let own = Links::of(facts);
        let ids: KeySet = own.pieces().flat_map(|piece| piece.keys[0].iter().copied()).collect();
        self.rows_where(|piece| places_in(&piece.keys[0], &ids).collect())
    }

    /// Returns all keys of the rows that have one of some keys.
    pub fn beside(&self, keys: &KeySet) -> KeySet {
        self.pieces().flat_map(|piece| piece.beside(keys)).collect()
    }

    /// Returns the keys of all rows that are linked, in any number of steps, with new facts, with rows that have come
    /// due, or with some further keys.
    pub fn together(&mut self, new: &Facts, further: impl IntoIterator<Item = Key>) -> KeySet {
        let mut new = Links::of(new);
        let standing_in: KeySet = self.standing_in().chain(new.standing_in()).collect();
        self.forget_idle(&standing_in);
        new.forget_idle(&standing_in);
        let mut found = KeySet::new();
        let mut next: KeySet = further.into_iter().chain(self.of_due()).collect();
        next.extend(new.pieces().flat_map(|piece| piece.keys.iter().flatten().copied()));
        let pieces: Vec<&KeyPiece> = self.pieces().collect();
        while !next.is_empty() {
            // Only keys that were found last can lead to new ones.
            let beside: Vec<Key> = pieces.par_iter().flat_map_iter(|piece| piece.beside(&next)).collect();
            found.extend(next.iter());
            next = beside.into_iter().filter(|&key| !found.contains(key)).collect();
        }
        found
    }

    /// Returns, file by file, the rows that have one of these keys.
    pub fn rows(&self, keys: &KeySet) -> Vec<Vec<FileRow>> {
        self.rows_where(|piece| {
            let mut rows: Vec<usize> = piece.keys.iter().flat_map(|column| places_in(column, keys)).collect();
            rows.sort_unstable();
            rows.dedup();
            rows
        })
    }

    fn rows_where(&self, wanted: impl Fn(&KeyPiece) -> Vec<usize> + Sync) -> Vec<Vec<FileRow>> {
        let of_piece = |piece: &KeyPiece| -> Vec<FileRow> {
            wanted(piece).into_iter().map(|place| piece.first_row.plus(place)).collect()
        };
        self.files.iter().map(|file| file.pieces.par_iter().map(of_piece).collect::<Vec<_>>().concat()).collect()
    }

    fn pieces(&self) -> impl Iterator<Item = &KeyPiece> {
        self.files.iter().flat_map(|file| &file.pieces)
    }

    /// Returns the guests and cards that facts are about, other than registrations.
    fn standing_in(&self) -> impl Iterator<Item = Key> {
        let facts = self.files.iter().filter(|file| file.kind != FactKind::Registrations);
        let keys = facts.flat_map(|file| &file.pieces).flat_map(|piece| &piece.keys[1]);
        keys.copied().filter(|key| key.stands_in())
    }

    /// Removes emails and cards that no other fact uses from the keys of registrations.
    fn forget_idle(&mut self, standing_in: &KeySet) {
        let registrations = self.files.iter_mut().filter(|file| file.kind == FactKind::Registrations);
        let columns = registrations.flat_map(|file| &mut file.pieces).flat_map(|piece| &mut piece.keys[1..]);
        for key in columns.flatten().filter(|key| !standing_in.contains(**key)) {
            *key = Key::NONE;
        }
    }

    fn of_due(&self) -> impl Iterator<Item = Key> {
        let of_row = |(file, row): (&FileKeys, FileRow)| {
            let after = file.pieces.partition_point(|piece| piece.first_row <= row);
            let piece = &file.pieces[after - 1];
            piece.keys.iter().map(|column| column[row.get() - piece.first_row.get()]).collect::<Vec<_>>()
        };
        let due = self.files.iter().flat_map(|file| file.due.iter().map(move |&row| (file, row)));
        due.flat_map(of_row)
    }
}

/// Makes the keys of all rows of a table.
struct AllKeys;

impl PerTable for AllKeys {
    type Found = FileKeys;

    fn table<R: Row>(&mut self, table: &Table<R>) -> FileKeys {
        let mut keys = [const { Vec::new() }; 3];
        for row in 0..table.rows.len() {
            for (column, key) in keys.iter_mut().zip(row_keys(R::KIND, |column| table.text(row, column))) {
                column.push(key);
            }
        }
        FileKeys { kind: R::KIND, pieces: vec![KeyPiece { first_row: FileRow::at_place(1), keys }], due: Vec::new() }
    }
}

impl KeyPiece {
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
