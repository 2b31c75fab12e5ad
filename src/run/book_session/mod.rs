//! A run into a book (docs/spec.md 6, 9): what is there when it begins, and what it adds at the end.
//!
//! Before anything is read: may this run go on at all (`forward`), and which files are taken in already
//! (`taken_files`)? Once the exports are read: which of their rows are new, and whose facts and postings of the book
//! are wanted (`scope`, `affected_people`)? The book's facts come before those of the exports, so that of two rows of
//! equal age the export's counts. After guards and audit: new facts, jobs, the run itself and its folder (`commit`), in
//! the order that lets no crash lose or repeat anything.

mod affected_people;
mod commit;
mod continuity;
mod due_rows;
mod everyone;
mod fact_writer;
mod forward;
mod kept_facts;
mod kept_keys;
mod name_exports;
mod posting;
mod scope;
mod session;
mod shops;
mod taken_files;
mod totals;

pub(crate) use affected_people::{posted_to, some_rows};
pub(crate) use continuity::Seen;
pub(crate) use due_rows::Since;
pub(crate) use everyone::Everyone;
pub(crate) use fact_writer::FactWriter;
pub use forward::Forward;
pub(crate) use forward::{AHEAD_MICROS, changes};
pub(crate) use kept_facts::read as read_kept;
pub(crate) use kept_keys::read as read_keys;
pub(crate) use posting::{file_name, post, settle};
pub(crate) use session::{BookSession, posted_inputs};
pub(crate) use shops::{OtherShop, expect_same_shop, name_of, pipeline_name};
pub(crate) use taken_files::TakenFiles;
pub(crate) use totals::{remembered as remembered_balances, told_by as told_balances};
