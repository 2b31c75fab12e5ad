//! Pages in HTML: one file each, that needs nothing else.
//!
//! [`Page`] is a report as plain data: a title, what it is about ([`Stamp`]), and sections of [`Block`]s such as texts,
//! tables and charts. [`Page::to_html`] makes the page. A page with a layout of its own extends `base.html` and is made
//! by `written`.
//!
//! ```
//! use accrue_reports::page::{Block, Column, Page, Row, Section, Stamp, Table};
//!
//! let table = Table {
//!     caption: "Balances".to_owned(),
//!     columns: vec![Column::text("person"), Column::number("balance")],
//!     rows: vec![Row::of(["mia", "15.85"]), Row::total(["all", "15.85"])],
//!     note: None,
//! };
//! let page = Page {
//!     title: "Outstanding credit".to_owned(),
//!     lead: None,
//!     stamps: vec![Stamp::new("as of", "2024-07-01 00:00 America/New_York")],
//!     sections: vec![Section {
//!         id: "balances",
//!         heading: "Balances".to_owned(),
//!         blocks: vec![Block::Table(table)],
//!     }],
//! };
//! assert!(page.to_html().contains("<td class=\"number\">15.85</td>"));
//! ```
//!
//! **Invariants.** A page asks for nothing from outside and has no script; its policy forbids both. Every text is
//! escaped, and characters that show nothing are shown as escapes. Links lead within the page. The stamps are at the
//! foot of every printed page. Every table has a caption and heads, every chart a title, a description and its exact
//! numbers beneath it. Numbers come in as whole numbers, and places in a drawing are whole thousandths. The same
//! values, the same bytes.

mod bars;
mod chart;
mod columns;
mod document;
mod render;
mod scale;
mod table;
#[cfg(test)]
mod tests;

pub use bars::{Bar, Bars};
pub use chart::Measure;
pub use columns::{Columns, Stack};
pub use document::{Block, Figure, Page, Section, Stamp};
pub use table::{Column, Row, Table};
