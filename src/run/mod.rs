//! The steps of a run (docs/spec.md 9): read, resolve, fan out over people, audit, guard, write.
//!
//! `run` writes a folder and posts. `check` goes through the same stages and posts nothing. With a book, a run reads
//! the kept facts of affected people before the facts of the exports. It posts the difference between their entries and
//! what is posted already, and adds all of it to the book at the end (`book_session`). `plan` saves what a run would
//! post, and `apply` posts that. `inspect` has everything about a book that is no run, and `find` the people in
//! it. No stage reads the clock: the caller has read it once. A fault that stops a run is an `Err`; nothing was posted
//! then, unless the error says so. Faults of the data are rejects and exceptions in the folder.

mod above_total;
mod book_session;
mod completed;
mod completion;
mod context;
mod continuity;
mod deltas;
mod error;
mod expiring;
pub mod explain;
mod fan_out;
pub mod find;
mod funnel;
mod guards;
mod in_order;
pub mod inspect;
pub mod liability;
mod list_rows;
mod mail;
mod missing_facts;
mod outer_join;
mod piece;
mod places;
pub mod plan;
mod progress;
mod request;
pub mod retroactive;
mod run_folder;
mod stages;
mod summarise;

pub use book_session::Forward;
pub use completed::Completed;
pub use continuity::{Broken, Continuity};
pub use error::RunError;
pub use guards::GuardName;
pub use progress::{Progress, Silent, Stage, Step, Stopped};
pub use request::Request;
pub use stages::{Report, check, run};
