//! Tests of the kernel from outside, as another program uses it.

mod shop;
mod trace;
