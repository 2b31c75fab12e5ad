//! Writes the pipeline and the program of a made-up shop.

use super::table::ending;
use super::{GenerateError, Options};
use std::fs;
use std::path::Path;

pub(crate) const PIPELINE: &str = "pipeline.toml";

/// All five methods, one shared expiry of 365 days, clawback from the first day: about 2.2 ledger rows an order.
const PROGRAM: &str = include_str!("program.toml");

/// Writes `program.toml` and `pipeline.toml`.
pub(crate) fn write(options: &Options, dir: &Path) -> Result<(), GenerateError> {
    for (name, text) in [("program.toml", PROGRAM), (PIPELINE, &pipeline(options))] {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|source| GenerateError::Write { path, source })?;
    }
    Ok(())
}

fn pipeline(options: &Options) -> String {
    let Options { orders, people, seed, .. } = options;
    let mut text = format!(
        "# A generated shop: {orders} orders of {people} people, seed {seed}, from 2023-01-01 to 2024-12-31.\n\
         # Its credit on the day after: accrue run pipeline.toml --as-of 2025-01-01\n\
         program = \"program.toml\"\n\
         output = \"out\"\n"
    );
    let kinds = ["orders", "registrations", "refunds", "redemptions"];
    for kind in &kinds[..if options.redemptions { 4 } else { 3 }] {
        let files = if options.files == 1 { "" } else { "-*" };
        let ending = ending(options.format);
        text += &format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{kind}{files}.{ending}\"\n");
    }
    text
}
