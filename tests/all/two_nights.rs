//! A random shop run in two nights into a book: the second brings what the first has not, and is later.

use crate::oracle::shop::Shop;
use crate::shop_folder::{self, Export};
use accrue::kernel::time::Timestamp;
use std::fs;
use std::path::Path;

/// Random shops are full of what guards are for.
const GUARDS: &str = "[guard]\nmax_rejects = \"100%\"\nno_usable_rows = false\nmax_unowned = false\n\
    max_corrected = false\nmax_reverted = false\nlost_columns = false\nmax_step = false\n";

/// Runs the nights in a folder, whose book is `book`; returns what they are as of.
pub fn run(shop: &Shop, folder: &Path) -> Result<[Timestamp; 2], String> {
    let last = shop_folder::instant("2026-01-01T00:00:00Z");
    let nights = [(last.plus_days(-200), 2), (last, 1)];
    for (night, (as_of, part)) in nights.into_iter().enumerate() {
        let exports: Vec<Export> = shop
            .inputs
            .iter()
            .map(|input| Export { kind: &input.kind, rows: &input.rows[..input.rows.len() / part] })
            .collect();
        shop_folder::write(folder, &shop.program_toml, &exports);
        let pipeline = folder.join("pipeline.toml");
        let with_book = format!("book = \"book\"\n{}", fs::read_to_string(&pipeline).unwrap());
        fs::write(&pipeline, with_book + GUARDS).unwrap();
        shop_folder::run_to(folder, as_of, &folder.join(format!("night-{night}")))?;
    }
    Ok(nights.map(|(as_of, _)| as_of))
}
