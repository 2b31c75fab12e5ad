//! The one road of a run (docs/spec.md 9): read, resolve, fan out over people, audit, guard, write.
//!
//! `run` writes a folder and posts; `check` goes the same road and posts nothing. With a book, its facts come before the
//! pipeline's, as far as they are of people of whom something is new or due; these are posted what differs from what is
//! posted already, and all of it is added to the book at the end (`book_session`). `plan` goes the road as well and saves what a
//! run would post; `apply` posts that. `inspect` is everything about a book that is no run. None looks at the clock: the
//! caller has read it once. A fault that stops a run is an `Err`, and
//! then nothing was posted, unless it says that it was; faults of the data are rejects and exceptions in the folder.

mod book_session;
mod completed;
mod completion;
mod continuity;
mod deltas;
mod error;
mod expiring;
mod fan_out;
mod guards;
mod in_order;
pub mod inspect;
mod list_rows;
mod mail;
mod outer_join;
mod piece;
mod places;
pub mod plan;
mod progress;
mod request;
pub mod retroactive;
mod stages;
mod summarise;

pub use book_session::{Everyone, Forward};
pub use completed::Completed;
pub use continuity::{Broken, Continuity};
pub use error::RunError;
pub use guards::GuardName;
pub use progress::{Progress, Silent, Stage};
pub use request::Request;
pub use stages::{Report, check, run};
