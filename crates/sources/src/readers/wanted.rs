//! The columns that are wanted from a file, and how much each is needed.

use crate::input::Format;
use accrue_facts::FactKind;
use accrue_facts::columns::{self, CanonicalType, Column, Need};

/// The name of the column of hashes. No column of a file begins with this character.
pub(crate) const ROW_HASH: &str = "\u{1}row";

/// Columns that decide neither what is paid, nor to whom, nor whether a mail is sent.
const FOR_PEOPLE: [&str; 4] = ["name", "locale", "note", "reason"];

/// The columns that are wanted of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Their names, and how much each is needed.
    pub columns: Vec<(String, Need)>,
    /// The names of those that hold times and may be read as such.
    pub times: Vec<&'static str>,
    /// The names of those that may be absent only where no other name is nearly the same.
    pub unlike: Vec<&'static str>,
    /// Whether every column of the file is wanted, whatever its name.
    pub every: bool,
    /// Whether a hash of each row of a CSV file is wanted too, by which rows that are alike are found.
    pub hashes: bool,
}

impl Wanted {
    /// Columns of a file that has others than the canonical ones.
    pub(crate) fn of_file(mut columns: Vec<(String, Need)>, format: Format) -> Wanted {
        if format.is_json() {
            // A record without a member has null there; a name that none has is looked at by itself.
            columns.iter_mut().for_each(|(_, need)| *need = Need::Optional);
        }
        Wanted { columns, ..Wanted::default() }
    }

    /// The canonical columns of a kind.
    pub fn canonical(kind: FactKind) -> Wanted {
        let columns = columns::columns(kind);
        let holds_time = |column: &&Column| column.holds == CanonicalType::Timestamp;
        let matters = |column: &&Column| !FOR_PEOPLE.contains(&column.name);
        Wanted {
            columns: columns.iter().map(|column| (column.name.to_string(), column.need)).collect(),
            times: columns.iter().filter(holds_time).map(|column| column.name).collect(),
            unlike: columns.iter().filter(matters).map(|column| column.name).collect(),
            every: false,
            hashes: false,
        }
    }

    /// All columns that a file has.
    pub(crate) fn every() -> Wanted {
        Wanted { every: true, ..Wanted::default() }
    }
}
