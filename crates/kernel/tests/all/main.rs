//! Tests of the kernel from outside, as another program uses it: the worked cases and the second implementation of the
//! whole program, without files, and the trace.
//!
//! The second implementation and the parser of cases are those of the program's own tests.

mod facts;
mod ledger;
#[path = "../../../../tests/all/oracle/mod.rs"]
mod oracle;
mod program;
mod second;
mod shop;
mod spec;
mod trace;
