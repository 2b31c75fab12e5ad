//! Finds people and facts by what somebody types: a customer id, an email, a card number, the id of a guest or of a
//! fact; and where there is none, the ids that are nearest.
//!
//! Every command that takes a person asks [`customer_id`].

mod kept;
mod nearest;
mod person;

pub(in crate::run) use kept::facts_together;
pub(in crate::run) use nearest::{Column, nearest_among, nearest_in_facts, nearest_kept};
pub(in crate::run) use person::{person_columns, person_keys, person_rank};

use super::book_session::posted_inputs;
use super::inspect::{BookView, InspectFault};
use super::{Progress, RunError};
use crate::resolve;

/// Returns the customer id of a person in a book who is named by it, or by an email, a card number or a guest's id.
///
/// # Errors
/// `Nobody` with the nearest ids where nobody is; and where the book cannot be read, its program is refused, or it is
/// stopped.
pub fn customer_id(past: &BookView, text: &str, progress: &dyn Progress) -> Result<String, RunError> {
    let (kept, program) = (posted_inputs(&past.book)?, past.program()?);
    let facts = facts_together(past, &kept, &person_keys(text), &past.last, &program, progress)?;
    let people = resolve::resolve(facts, &program.program, past.as_of());
    if let Some(rank) = person_rank(&people, text) {
        return Ok(people.id(rank).to_owned());
    }
    // Of somebody who has no facts any more there may still be postings.
    if !past.book.postings_of(text)?.rows().is_empty() {
        return Ok(text.to_owned());
    }
    let nearest = nearest_kept(text, person_columns(text), &kept)?;
    Err(InspectFault::Nobody { what: "person", id: text.to_owned(), nearest }.into())
}
