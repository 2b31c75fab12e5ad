//! Shops out of a seed: the exports of a shop of any size, for demos, tests and benchmarks, with a pipeline and a
//! program that `accrue run` takes at once.
//!
//! Writes the canonical columns of docs/spec.md 2. Knows no rule about credit: what the exports lead to is for the rest of the
//! crate to say. Makes no late, repeated or corrected rows; one order in 100,000 has a negative amount, to be rejected.
//!
//! Invariants: the same options give the same bytes on any machine (whole numbers only, see `dice`); what an order is
//! depends on the seed and its number alone, so format and number of files change no row; rows of a kind are in time
//! order, and all times lie in the two years of `calendar`; memory does not grow with the orders, but for refunds that
//! are still to come and, with redemptions, one number per person.

mod calendar;
mod cell;
mod dice;
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

use orders::Orders;
use people::People;
use purses::Purses;
use refunds::PendingRefunds;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tables::Tables;

/// The formats in which a shop can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text in rows with commas between the values.
    Csv,
    /// Text with one JSON object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

/// How large a shop, and how it is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of orders to make, over the whole two years.
    pub orders: u64,
    /// Who the orders are spread over, each having at least one as far as they go; four in five register.
    pub people: u64,
    /// What all chance comes from: another seed gives another shop.
    pub seed: u64,
    /// The format of the exports.
    pub format: Format,
    /// About every third order is paid for in part with credit.
    pub redemptions: bool,
    /// Files per kind, each of an equal share of the time.
    pub files: u32,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The path of `pipeline.toml`, which the shop is run with.
    pub pipeline: PathBuf,
    /// The exports, by kind and then in time order.
    pub exports: Vec<PathBuf>,
    /// The number of rows in the exports of orders.
    pub orders: u64,
    /// The number of rows in the exports of registrations.
    pub registrations: u64,
    /// The number of rows in the exports of refunds.
    pub refunds: u64,
    /// The number of rows in the exports of redemptions; zero where the shop has none.
    pub redemptions: u64,
}

/// Why no shop was written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum GenerateError {
    #[error("cannot write `{path}`: {source}", path = path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("`{path}` is not empty: name a new or empty folder", path = .0.display())]
    NotEmpty(PathBuf),
    #[error("`{path}` is not a folder: name a new or empty one", path = .0.display())]
    NotAFolder(PathBuf),
    #[error("a shop without people has no orders: ask for at least 1 person")]
    NoPeople,
    #[error("stopped by a signal")]
    Stopped,
    #[error("exports of no file: ask for at least 1 file per kind")]
    NoFiles,
}

impl Options {
    /// Returns the usual shop: ten orders a person, seed 1, one CSV file per kind, no redemptions.
    pub fn new(orders: u64) -> Options {
        let people = (orders / 10).max(1);
        Options { orders, people, seed: 1, format: Format::Csv, redemptions: false, files: 1 }
    }
}

/// Writes a shop's exports, `pipeline.toml` and `program.toml` into a new or empty folder.
pub fn generate(options: &Options, dir: &Path) -> Result<Generated, GenerateError> {
    generate_unless(options, dir, &|| false)
}

/// Does that, and removes what it has written where `is_stopped` says so before all is written.
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
