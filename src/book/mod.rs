//! The book: what a shop's runs have taken in and posted, kept from run to run in tables that other programs read too.

pub mod delta;
