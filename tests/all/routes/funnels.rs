//! Where the rows of each night went, against the second implementation: nights that overlap and repeat.

use super::nights::{Nights, Shops};
use super::{expect_enough, for_shops, same};
use crate::funnels::told;
use crate::oracle::funnel::{self, Counts};
use crate::oracle::shop::Shop;
use crate::oracle::{self, Input};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn every_night_tells_where_its_rows_went() {
    let (mut tried, mut compared) = (0, 0);
    for_shops(25, |shop| {
        tried += 1;
        if rejects_refunds(&shop, &shop.inputs) {
            return Ok(());
        }
        compared += 1;
        [(1, 0), (3, 2), (2, 1_000)].into_iter().try_for_each(|(count, overlap)| compare(&shop, count, overlap))
    });
    expect_enough("without such refunds", tried, compared);
}

fn compare(shop: &Shop, count: usize, overlap: usize) -> Result<(), String> {
    let nights = Nights::of(shop, count, overlap);
    let (shops, mut inputs) = (Shops::new(&nights), Vec::<Input>::new());
    for night in 0..nights.len() {
        let first = inputs.len();
        inputs.extend(nights.inputs(night));
        shops.run(night, 0)?;
        // The order may have had another currency in an earlier night.
        if rejects_refunds(shop, &inputs) {
            return Ok(());
        }
        let expected = funnel::of(&shop.program_toml, &inputs, first, true, &shop.as_of);
        same(&format!("night {night} of {count}"), &expected, &told(&last_summary(&shops)))?;
        shops.run(night, 1)?;
        let repeated: Counts = rows_by_kind(&inputs[first..]);
        same(&format!("night {night} of {count}, repeated"), &repeated, &told(&last_summary(&shops)))?;
    }
    Ok(())
}

/// Tells whether a refund is rejected that its order's currency cannot have: a book knows before that it is a repeated
/// row.
fn rejects_refunds(shop: &Shop, inputs: &[Input]) -> bool {
    let rejects = oracle::compute(&shop.program_toml, inputs, &shop.as_of).rejects;
    rejects.iter().any(|reject| reject.file.contains("refunds") && reject.column == "amount")
}

/// All rows of some inputs, as those of files that are taken in already.
fn rows_by_kind(inputs: &[Input]) -> Counts {
    let mut rows = BTreeMap::new();
    for input in inputs.iter().filter(|input| !input.rows.is_empty()) {
        for name in ["rows", "skipped"] {
            *rows.entry(format!("{} {name}", input.kind)).or_default() += input.rows.len() as u64;
        }
    }
    rows
}

fn last_summary(shops: &Shops<'_>) -> Value {
    let last = shops.folders().into_iter().max().expect("a folder of a run");
    serde_json::from_str(&fs::read_to_string(last.join("summary.json")).unwrap()).unwrap()
}
