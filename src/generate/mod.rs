//! Makes shops from a seed: exports of any size, for demos, tests and benchmarks, with a pipeline and a program for
//! them.
//!
//! Writes the canonical columns of docs/spec.md 2. Knows no rule about credit: what the exports lead to is for the rest
//! of the crate to say. Makes no late, repeated or corrected rows; one order in 100,000 has a negative amount, to be
//! rejected.
//!
//! Invariants: the same options give the same bytes on any machine (whole numbers only, see `dice`); what an order is
//! depends on the seed and its number alone, so format and number of files change no row; rows of a kind are in time
//! order, and all times lie in the two years of `calendar`; memory does not grow with the orders, but for refunds that
//! are still to come and, with redemptions, one number per person.

mod calendar;
mod cell;
mod dice;
mod generated;
mod options;
mod orders;
mod parquet;
mod people;
mod program;
mod purses;
mod refunds;
mod table;
mod tables;
mod text;

#[cfg(test)]
mod tests;

pub use generated::{GenerateError, Generated};
pub use options::{Format, Options};

use orders::Orders;
use people::People;
use purses::Purses;
use refunds::PendingRefunds;
use std::io::{self, ErrorKind};
use std::path::Path;
use tables::Tables;

/// Writes a shop's exports, `pipeline.toml` and `program.toml` into a new or empty folder.
///
/// # Errors
/// Where options do not go together, the folder is not empty, or a file cannot be written.
pub fn generate(options: &Options, dir: &Path) -> Result<Generated, GenerateError> {
    generate_unless(options, dir, &|| false)
}

/// Does that, and removes what it has written where `is_stopped` says so before all is written.
///
/// # Errors
/// Those of [`generate`], and `Stopped` where `is_stopped` said so.
pub fn generate_unless(
    options: &Options,
    dir: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Generated, GenerateError> {
    check(options)?;
    claim(dir)?;
    write(options, dir, &|| if is_stopped() { Err(GenerateError::Stopped) } else { Ok(()) })
}

/// Asked before every row; an error ends it all.
type GoOn<'g> = &'g dyn Fn() -> Result<(), GenerateError>;

fn write(options: &Options, dir: &Path, go_on: GoOn<'_>) -> Result<Generated, GenerateError> {
    let mut tables = Tables::create(options, dir)?;
    if let Err(error) = fill(options, &mut tables, go_on) {
        if matches!(error, GenerateError::Stopped) {
            tables.remove()?;
        }
        return Err(error);
    }
    let generated = tables.finish(dir.join(program::PIPELINE))?;
    program::write(options, dir)?;
    Ok(generated)
}

fn fill(options: &Options, tables: &mut Tables, go_on: GoOn<'_>) -> Result<(), GenerateError> {
    let people = People::of(options);
    for registration in people.registrations() {
        go_on()?;
        tables.registration(&registration)?;
    }
    trade(options, &people, tables, go_on)
}

/// Lets the two years happen: order by order, with the refunds that fall due in between.
fn trade(options: &Options, people: &People, tables: &mut Tables, go_on: GoOn<'_>) -> Result<(), GenerateError> {
    let mut purses = options.redemptions.then(|| Purses::of(options));
    let mut pending = PendingRefunds::default();
    for mut order in Orders::of(options, people) {
        go_on()?;
        while let Some(refund) = pending.due_before(order.placed_at) {
            tables.refund(&refund)?;
        }
        if let Some(purses) = &mut purses {
            purses.pay(&mut order);
            purses.earn(&order);
        }
        if order.credit > 0 {
            tables.redemption(&order)?;
        }
        pending.add(&order, options.seed);
        tables.order(&order)?;
    }
    while let Some(refund) = pending.due_before(calendar::END) {
        tables.refund(&refund)?;
    }
    Ok(())
}

fn check(options: &Options) -> Result<(), GenerateError> {
    match options {
        Options { people: 0, .. } => Err(GenerateError::NoPeople),
        Options { files: 0, .. } => Err(GenerateError::NoFiles),
        _ => Ok(()),
    }
}

/// Makes the folder, or makes sure that nothing in it could be mixed up with the new shop.
fn claim(dir: &Path) -> Result<(), GenerateError> {
    let cannot = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => GenerateError::NotAFolder(dir.to_owned()),
        _ => GenerateError::Write { path: dir.to_owned(), source },
    };
    std::fs::create_dir_all(dir).map_err(cannot)?;
    match std::fs::read_dir(dir).map_err(cannot)?.next() {
        None => Ok(()),
        Some(_) => Err(GenerateError::NotEmpty(dir.to_owned())),
    }
}
