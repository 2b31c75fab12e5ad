//! Damaged books: each file of one is damaged in several ways, and whatever is typed then, nothing panics, the file is
//! named, and nothing is posted. From a seed, so that what fails can be repeated.

use super::RUN;
use super::shop::Shop;
use accrue::delta::Table;
use insta::assert_snapshot;
use rayon::prelude::*;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Output;

const SEED: u64 = 13;
/// What is typed after each damage.
pub const RUN_ON: &str = "run pipelines/fixture.toml --as-of 2024-07-03";
pub const COMMANDS: [&str; 7] = [
    "verify book",
    "check pipelines/fixture.toml --as-of 2024-07-03 --everyone",
    "balance book --person eva",
    "runs book",
    "output book 1 --out again",
    RUN_ON,
    "maintain book",
];

/// How a file is damaged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Damage {
    /// One bit is another.
    Flipped,
    Cut,
    /// As many bytes, all of them others.
    Random,
    /// Another Parquet file of the same length, with other columns.
    Other,
}

/// Numbers that a seed tells.
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

/// A shop whose book has three runs, two ledgers that were made one, and checkpoints of two tables.
pub fn shop() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(super::ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02");
    for table in ["orders", "ledger"] {
        Table::at(shop.path(&format!("book/{table}"))).newest().unwrap().write_checkpoint().unwrap();
    }
    shop.append(super::ORDERS, "O-2002,ada,,2024-07-02T01:00:00,2024-07-02T01:00:00,,50.00,55.00,\n");
    shop
}

/// Returns every file of the book, as a path below the shop's folder; for the same book in the same order.
pub fn files(shop: &Shop) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![shop.path("book")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Puts bytes in the place of a file that is read-only, and may be one with others.
pub fn put(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

/// Returns a Parquet file with other columns and as many bytes, where the shortest there is is no longer.
pub fn other(whole: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    let other = others.iter().find(|other| other.len() <= whole.len() && other[..] != whole[..])?;
    let footer = u32::from_le_bytes(other[other.len() - 8..][..4].try_into().unwrap()) as usize;
    let (pages, end) = other.split_at(other.len() - 8 - footer);
    let room = vec![0; whole.len() - other.len()];
    Some([pages, &room, end].concat())
}

pub fn damaged(damage: Damage, whole: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut bytes = whole.to_vec();
    match damage {
        Damage::Flipped => bytes[dice.throw(whole.len())] ^= 1 << dice.throw(8),
        Damage::Cut => bytes.truncate(dice.throw(whole.len())),
        Damage::Random => bytes.iter_mut().for_each(|byte| *byte = dice.throw(256) as u8),
        Damage::Other => return whole.starts_with(b"PAR1").then(|| other(whole, others)).flatten(),
    }
    Some(bytes)
}

/// Checks what came of a command; returns its exit code.
pub fn expect_named(what: &str, name: &str, output: &Output) -> i32 {
    let said = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    let code = output.status.code().unwrap_or_else(|| panic!("{what}: a signal"));
    assert!([0, 1, 9].contains(&code), "{what}: exit code {code}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
    assert!(code == 0 || said.contains(name), "{what}: exit code {code} without {name}: {said}");
    code
}

#[test]
fn a_damaged_file_of_a_book_is_named_and_nothing_panics() {
    let whole = shop();
    let files = files(&whole);
    let is_short = |path: &&PathBuf| path.ends_with("balances.parquet") || path.starts_with(whole.path("book/refunds"));
    let is_parquet = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "parquet");
    let others: Vec<Vec<u8>> =
        files.iter().filter(is_short).filter(is_parquet).map(|path| fs::read(path).unwrap()).collect();
    let mut dice = Dice(SEED);
    let damages = [Damage::Flipped, Damage::Flipped, Damage::Flipped, Damage::Cut, Damage::Random, Damage::Other];
    let mut cases = Vec::new();
    for path in &files {
        let (bytes, place) = (fs::read(path).unwrap(), path.strip_prefix(whole.path("")).unwrap());
        for damage in damages {
            cases.extend(damaged(damage, &bytes, &others, &mut dice).map(|bytes| (place, damage, bytes)));
        }
    }
    cases.par_iter().for_each(|(place, damage, bytes)| {
        let shop = whole.copy();
        put(&shop.path(place.to_str().unwrap()), bytes);
        expect_found(&shop, place, &format!("{} {damage:?}", place.display()));
    });
}

/// Types the commands: whatever they do, they do not panic, and where they fail nothing is posted.
fn expect_found(shop: &Shop, place: &Path, what: &str) {
    let name = place.file_name().unwrap().to_string_lossy().into_owned();
    for line in COMMANDS {
        let runs = || fs::read_dir(shop.path("out")).unwrap().count();
        let before = runs();
        let code = expect_named(&format!("{what}: {line}"), &name, &shop.command(line).output().unwrap());
        assert!(code == 0 || runs() == before, "{what}: {line}: posted with exit code {code}");
        if line.starts_with("verify") {
            // One that says what the log says is as good as it was.
            let may_be_sound = name.ends_with(".checkpoint.parquet");
            assert!(code != 0 || may_be_sound, "{what}: verify says that nothing is wrong");
        }
    }
}

/// Returns the first file of the book whose path has these parts.
fn file(shop: &Shop, parts: [&str; 2]) -> PathBuf {
    let has = |path: &&PathBuf| parts.iter().all(|part| path.to_string_lossy().contains(part));
    files(shop).iter().find(has).unwrap_or_else(|| panic!("{parts:?}")).clone()
}

#[test]
fn the_message_says_which_file_is_damaged_and_what_to_do() {
    let damaged = |parts: [&str; 2], lines: &[&str]| {
        let shop = shop();
        let path = file(&shop, parts);
        let mut bytes = fs::read(&path).unwrap();
        // In the first page of a data file; in the text of a log.
        bytes[90] ^= 1;
        put(&path, &bytes);
        lines.iter().map(|line| shop.session(line)).collect::<Vec<_>>().join("\n")
    };
    let (run, check) = (RUN_ON, "check pipelines/fixture.toml --as-of 2024-07-03 --everyone");
    let told = [
        damaged(["book/orders/run-", ".parquet"], &[check, "verify book"]),
        damaged(["book/ledger/run-", ".parquet"], &[check, "balance book", "verify book"]),
        damaged(["book/emails/run-", ".parquet"], &[run, "verify book"]),
        damaged(["book/ledger/_delta_log", "01.json"], &[run, "runs book", "verify book"]),
        damaged(["book/orders/_delta_log", "checkpoint"], &["verify book"]),
        damaged(["book/runs/", "rejects.csv"], &["output book 1 --out again", "verify book"]),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_given_away_is_no_part_of_the_book() {
    let shop = Shop::with_book();
    shop.succeed("plan pipelines/fixture.toml --as-of 2024-07-01 --save first.plan");
    shop.succeed("apply first.plan");
    shop.append(super::ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("run pipelines/fixture.toml --as-of 2024-07-02");
    for path in files(&shop) {
        let mode = fs::metadata(&path).unwrap().mode();
        assert_eq!(mode & 0o222, 0, "{}", path.display());
    }
    for folder in fs::read_dir(shop.path("out")).unwrap() {
        for path in fs::read_dir(folder.unwrap().path()).unwrap().map(|file| file.unwrap().path()) {
            let found = fs::metadata(&path).unwrap();
            assert_eq!((found.nlink(), found.mode() & 0o200), (1, 0o200), "{}", path.display());
            // As somebody does who writes the table anew in its place.
            fs::write(&path, "mine").unwrap();
        }
    }
    shop.succeed("verify book");
    shop.succeed("output book 1 --out again");
    assert!(fs::read(shop.path("again/ledger.parquet")).unwrap().starts_with(b"PAR1"));
    shop.succeed("maintain book");
    shop.succeed("verify book");
}

#[test]
fn books_of_versions_without_digests_are_gone_on_with_and_named() {
    let shop = shop();
    for path in files(&shop) {
        let is_log = path.extension().is_some_and(|ending| ending == "json");
        match is_log {
            true => put(&path, without_digests(&fs::read_to_string(&path).unwrap()).as_bytes()),
            // What was computed of the logs as they were.
            false if path.to_string_lossy().contains("_delta_log") => fs::remove_file(&path).unwrap(),
            false => {}
        }
    }
    let before = shop.session("verify book");
    shop.succeed(RUN_ON);
    shop.succeed("output book 1 --out again");
    assert_snapshot!([before, shop.session("verify book")].join("\n"));
}

/// Returns a commit as a version wrote it that took no digests.
fn without_digests(text: &str) -> String {
    let strip = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if let Some(info) = line.get_mut("commitInfo").and_then(Value::as_object_mut) {
            ["digest", "previous"].iter().for_each(|name| drop(info.shift_remove(*name)));
        }
        for pointer in ["/add/tags", "/commitInfo/record/folder/kept/files"] {
            let members = match line.pointer_mut(pointer) {
                Some(Value::Array(files)) => files.iter_mut().collect(),
                tags => tags.into_iter().collect::<Vec<_>>(),
            };
            for member in members.into_iter().filter_map(Value::as_object_mut) {
                ["digest", "xxh3_128"].iter().for_each(|name| drop(member.shift_remove(*name)));
            }
        }
        format!("{line}\n")
    };
    text.lines().map(strip).collect()
}
