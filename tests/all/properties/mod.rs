//! Layer 2 of the tests: what must hold for every shop, whatever its figures.
//!
//! Shops and programs come from seeds: random small ones with all options on (`oracle::shop`), orders with refunds in
//! parts (`partial_refunds`), and one generated shop of 20,000 orders (`threads`). Nothing here works out what a ledger
//! should say: a ledger is judged by itself (`invariants`), or by another run that must give the same (`same_bytes`,
//! `threads`, `partial_refunds`, `prefix`). `ACCRUE_SEED=N` runs the small shops of one seed alone.

mod exports;
mod invariants;
mod ledger;
mod local_days;
mod partial_refunds;
mod prefix;
mod same_bytes;
mod threads;

use crate::oracle::shop::{self, Shop};
use crate::seeds;
use accrue::kernel::time::Timestamp;

/// Calls `check` with `count` random shops, none of which another layer of the tests has seen.
fn for_shops(count: u64, mut check: impl FnMut(Shop) -> Result<(), String>) {
    for_seeds(count, |seed| {
        let mut shop = shop::shop(seed);
        // All mails, so that they are compared as well.
        shop.program_toml += "[emails]\nquiet_after = { days = 36500 }\n";
        check(shop)
    });
}

/// Calls `check` with `count` seeds.
fn for_seeds(count: u64, check: impl FnMut(u64) -> Result<(), String>) {
    seeds::for_seeds(&seeds::seeds(1_000_000, count), check);
}

/// Later than everything in a random shop.
fn after_everything() -> Timestamp {
    crate::shop_folder::instant("2026-01-01T00:00:00Z")
}
