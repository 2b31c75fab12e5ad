//! Reads the values of Arrow columns of any type as texts and as times. It knows nothing of canonical columns.

mod as_text;
mod held;
mod moments;

pub(crate) use as_text::{as_text, value_as_text};
pub(crate) use held::held;
pub(crate) use moments::Moments;

/// What is wrong with a float that is no number, where text is wanted.
pub(crate) const NO_TEXT: &str = "is neither text nor a number: leave it empty (null) where there is nothing to say";
