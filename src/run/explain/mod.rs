//! Why a balance, an order, a refund or an entry is what it is (docs/spec.md 11): one person's facts, out of a book or
//! out of whole exports, are computed once more while a trace listens.
//!
//! `wanted` finds the person, `nobody` says why there is none, `origins` where facts come from and what earlier
//! versions of them said, `person` lets the kernel compute, `causes` finds why entries were taken back, `mails` why
//! nothing was sent. The figures and how they are shown are in `reports::explain`. Nothing is posted here.

mod book;
mod causes;
mod exports;
mod mails;
mod nobody;
mod origins;
mod person;
mod postings;
mod rejected;
mod wanted;

pub use book::{BookQuestion, of_book};
pub use exports::of_exports;
pub use wanted::Wanted;
