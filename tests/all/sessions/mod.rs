//! Sessions: the real binary in a clean environment, and what it says, as snapshots.
//!
//! Each test makes a shop of its own (the fixture, under the names it has in the repository), spoils what it is about,
//! types a command and keeps what a user would see: the exit code, stdout, stderr, and every file that is new. What
//! differs from run to run (the folder's path, run ids, the clock) is masked; everything else must stay as it is.

mod across;
mod book;
mod commands;
mod continuity;
mod damage;
mod damaged_exports;
mod data;
mod explaining;
mod faults;
mod files;
mod fixture;
mod foreign;
mod forged;
mod forged_record;
mod forging;
mod formats;
mod guards;
mod inspecting;
mod json;
mod lake;
mod leaving;
mod liability;
mod looking;
mod lookups;
mod odd_books;
mod odd_files;
mod outputs;
mod plans;
mod programs;
mod readme;
mod recognised;
mod rights;
mod sheets;
mod shop;
mod signals;
mod steps;
mod undated;
mod values;
mod versions;
mod visits;
mod width;

use shop::Shop;

const RUN: &str = "run pipelines/fixture.toml --as-of 2024-07-01";
const ORDERS: &str = "fixtures/shop/orders.csv";
const PIPELINE: &str = "pipelines/fixture.toml";
const PROGRAM: &str = "pipelines/programs/fixture.toml";
