//! Mappings (docs/spec.md 9): a file's own columns become canonical ones, by expressions of SQL.
//!
//! A mapping renames, picks, splits, sums and filters; it knows no rule about credit, and what it makes is checked
//! afterwards like any canonical row. Reading files is the readers' work, and judging canonical values `canonical`'s.
//! docs/mappings.md is this room's manual.
//!
//! **Invariants.** Numbers are exact: never binary floating point, never wrapped, never rounded unless the mapping says
//! so. A value that does not fit rejects its row, and with `group_by` the fact that the row belongs to: no fact is made
//! of a part of its rows. A row has at most one reject: the first in the order of the file's columns. Nothing that is
//! not null becomes null. Same columns, same result: rows and groups stay in the order of the file.

mod aliases;
mod clock;
mod column;
mod columns;
mod compute;
mod damaged;
mod definition_use;
mod definitions;
mod exact;
mod excel_date;
mod fault;
mod file_rows;
mod found;
mod hints;
mod key_here;
mod kind;
mod language;
mod lookup;
mod lookup_facts;
mod lookup_use;
mod map_rows;
mod mapped;
mod mapped_rows;
mod money;
mod plan;
mod regular_expression;
mod split;
mod stack;
mod table;
#[cfg(test)]
mod tests;
pub mod time_pattern;
mod value;
mod whole;
mod written;

pub(crate) use clock::{Pattern, by_pattern};
pub(crate) use columns::Reading;
pub use definition_use::{definition_faults, with_shared};
pub use definitions::is_plain_name;
pub use fault::{MappingFault, Reason};
pub(crate) use file_rows::FileRows;
pub(crate) use found::Found;
pub(crate) use hints::advise;
pub use hints::{DECIMAL_COMMA, Hint, WrittenAs, hints};
pub(crate) use lookup::{LookedThrough, LookupTable};
pub use mapped::Mapped;
pub(crate) use mapped::Use;
pub use whole::WholeMapping;
pub(crate) use whole::WholeRows;

/// Says why a text is no expression of a mapping.
pub fn syntax_fault(text: &str) -> Option<String> {
    match language::parse(text) {
        Err(Reason::Syntax(fault)) => Some(fault),
        _ => None,
    }
}

/// Says why a text is no regular expression.
pub fn pattern_fault(text: &str) -> Option<String> {
    regular_expression::read(text).err()
}
