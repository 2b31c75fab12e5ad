//! The options of a made-up shop: its size, seed and format.

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

/// The shop that is asked for.
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

impl Options {
    /// Returns the usual shop: ten orders a person, seed 1, one CSV file per kind, no redemptions.
    pub fn new(orders: u64) -> Options {
        let people = (orders / 10).max(1);
        Options { orders, people, seed: 1, format: Format::Csv, redemptions: false, files: 1 }
    }
}
