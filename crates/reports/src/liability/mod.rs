//! What a shop owes in store credit, and how that has changed (docs/spec.md 11): tables of a book's postings for
//! periods of local days, as they were known after a run.
//!
//! A [`Tally`] takes the postings, one person after the other, and keeps sums only; [`Sums`] of several ranges of
//! people are merged. [`Liability`] has the tables that follow. They are shown as [text](Liability::text), as
//! [JSON](Liability::to_json) and as a [page](Liability::to_html); [`queries`](Liability::queries) compute them again.
//!
//! **Invariants.** All amounts are face value, in minor units, exact. Amounts of several currencies are never added,
//! and credit and debt are never netted. The tables depend on the postings up to the known run only: later runs change
//! no byte of them.

mod by_class;
mod classes;
mod corrections;
mod flow;
mod json;
mod largest;
mod page;
mod parts;
mod periods;
mod queries;
mod report;
mod rollforward;
mod standing;
mod table;
mod tables;
mod tally;
mod text;
mod text_table;

pub use classes::{Classes, DEBT};
pub use periods::{Period, Periods, months};
pub use report::{Head, Liability};
pub use table::{Cell, Column, Holds, Row, Table};
pub use tally::{Sums, Tally, Terms};
