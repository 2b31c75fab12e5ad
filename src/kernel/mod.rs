//! The kernel: SPEC 1 and 3 to 6 as a pure function, `(events, program, as_of) -> entries`.

pub mod currency;
pub mod entry;
pub mod exception;
pub mod facts;
pub mod money;
pub mod outcome;
pub mod program;
pub mod time;
