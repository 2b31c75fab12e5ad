//! Guards (docs/spec.md 9, 10): limits that stop a run before anything is posted.
//!
//! `inputs` looks at how much was read, `step` at how far as_of is from all that is known, `rows` at what the rows are
//! like, also beside what the book has seen before (`seen`), `posted` at what would be posted, and `corrected` at what
//! corrections of earlier postings would take away. Every guard that trips says what was compared with what, shows up
//! to ten people or rows, and names the command that shows more.

mod corrected;
mod display;
mod inputs;
pub(crate) mod name;
mod posted;
mod reverted;
mod rows;
mod seen;
mod step;
mod tripped;

pub(crate) use corrected::{Corrected, CreditBefore};
pub(crate) use inputs::of_inputs;
pub use name::GuardName;
pub(crate) use posted::{WouldPost, of_totals};
pub(crate) use reverted::{described, of_reverted};
pub(crate) use rows::of_rows;
pub(crate) use seen::of_seen;
pub(crate) use step::of_step;
pub(crate) use tripped::{SHOWN, Tripped};
