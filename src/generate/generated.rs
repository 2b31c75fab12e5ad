//! The result of generating a shop: paths and counts, or the error.

use std::io;
use std::path::PathBuf;

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
