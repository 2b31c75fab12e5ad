//! Damaged exports: each file of a shop is damaged in several ways, in every format; nothing panics, and either each
//! row is accounted for, or the file is named and nothing is posted. From a seed, so that what fails can be repeated.

use super::damage::{Damage, Dice, damaged, other, put};
use super::shop::Shop;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Output;

const SEED: u64 = 1313;
const CHECK: &str = "check made/pipeline.toml --as-of 2025-01-01 --json";
const RUN: &str = "run made/pipeline.toml --as-of 2025-01-01 --json";
/// Of so many damages one is followed by a run, which takes ten times as long as a check.
const RUN_EVERY: usize = 3;
const KINDS: [&str; 4] = ["orders", "registrations", "refunds", "redemptions"];

/// Words of the libraries that read files, which say nothing to those who have them.
const OF_LIBRARIES: [&str; 12] = [
    "EOF",
    "External",
    "Parquet error",
    "argument error",
    "Arrow",
    "deflate",
    "frame descriptor",
    "invalid type",
    "expected ident",
    "expected value",
    "column 1",
    "utf-8 sequence",
];

/// How a file is packed.
#[derive(Clone, Copy, Debug)]
enum Packed {
    No,
    Gzip,
    Zstd,
}

/// A damaged file of a shop.
struct Case<'s> {
    shop: &'s Shop,
    name: String,
    what: String,
    bytes: Vec<u8>,
    /// How many rows it has, where that is plain.
    rows: Option<usize>,
    is_run: bool,
}

/// Makes a shop with a book, whose exports are of a format.
fn shop(format: &str, packed: Packed) -> Shop {
    let shop = Shop::new();
    shop.succeed(&format!("generate made --orders 200 --redemptions --format {format}"));
    shop.replace("made/pipeline.toml", "output = ", "book = \"book\"\noutput = ");
    for kind in KINDS {
        // A file is recognised by its content, whatever its name.
        let path = shop.path(&format!("made/{kind}.{format}"));
        let bytes = pack(&fs::read(&path).unwrap(), packed);
        put(&path, &bytes);
    }
    shop
}

fn pack(bytes: &[u8], packed: Packed) -> Vec<u8> {
    match packed {
        Packed::No => bytes.to_vec(),
        Packed::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        Packed::Zstd => {
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
            encoder.include_checksum(true).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
    }
}

/// Returns another export, of the same length where it can be.
fn other_export(whole: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    if whole.starts_with(b"PAR1") {
        return other(whole, others);
    }
    let other = others.iter().find(|other| other[..] != whole[..])?;
    Some(other.iter().copied().cycle().take(whole.len()).collect())
}

/// Returns the rows of a damaged CSV file, unless quotes or other ends of lines came into it.
fn rows(format: &str, packed: Packed, bytes: &[u8]) -> Option<usize> {
    let is_plain = matches!((format, packed), ("csv", Packed::No)) && !bytes.iter().any(|byte| b"\"\r".contains(byte));
    let has_text = |line: &&[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace() && *byte != b',');
    is_plain.then(|| bytes.split(|&byte| byte == b'\n').filter(has_text).count() - 1)
}

fn cases<'s>(shop: &'s Shop, (format, packed): (&str, Packed), dice: &mut Dice) -> Vec<Case<'s>> {
    let names = KINDS.map(|kind| format!("{kind}.{format}"));
    let whole = names.each_ref().map(|name| fs::read(shop.path(&format!("made/{name}"))).unwrap());
    let damages = [[Damage::Flipped; 12].as_slice(), &[Damage::Cut; 4], &[Damage::Random, Damage::Other]].concat();
    let mut cases = Vec::new();
    for (name, whole_file) in names.iter().zip(&whole) {
        for (number, &damage) in damages.iter().enumerate() {
            let bytes = match damage {
                Damage::Other => other_export(whole_file, &whole),
                damage => damaged(damage, whole_file, &[], dice),
            };
            cases.extend(bytes.map(|bytes| Case {
                shop,
                name: name.clone(),
                what: format!("{packed:?} {name} {damage:?} {number}"),
                rows: rows(format, packed, &bytes),
                bytes,
                is_run: number % RUN_EVERY == 0 || damage == Damage::Other,
            }));
        }
    }
    cases
}

#[test]
fn each_row_of_a_damaged_export_is_accounted_for_or_the_file_is_named_and_nothing_is_posted() {
    let forms = [
        ("csv", Packed::No),
        ("csv", Packed::Gzip),
        ("csv", Packed::Zstd),
        ("ndjson", Packed::No),
        ("ndjson", Packed::Gzip),
        ("parquet", Packed::No),
    ];
    let shops = forms.map(|(format, packed)| shop(format, packed));
    let mut dice = Dice(SEED);
    let cases: Vec<Case<'_>> = shops.iter().zip(forms).flat_map(|(shop, form)| cases(shop, form, &mut dice)).collect();
    let codes: Vec<i32> = cases.par_iter().map(expect_accounted_for).collect();
    // Or the damage would be none.
    assert!([0, 3].iter().all(|code| codes.iter().filter(|found| *found == code).count() > 50), "{codes:?}");
}

/// Types a check, and for some damages a run; returns the exit code.
fn expect_accounted_for(case: &Case<'_>) -> i32 {
    let Case { what, name, .. } = case;
    let shop = case.shop.copy();
    put(&shop.path(&format!("made/{name}")), &case.bytes);
    let checked = shop.command(CHECK).output().unwrap();
    let code = expect_told(case, &checked);
    if !case.is_run {
        return code;
    }
    let run = shop.command(RUN).output().unwrap();
    assert_eq!(expect_told(case, &run), code, "{what}: a run says something else than a check");
    match code {
        0 => expect_listed(&shop, &run, what),
        _ => assert!(!shop.path("made/out").exists() && !shop.path("made/book/ledger").exists(), "{what}: posted"),
    }
    code
}

/// Checks what a command says; returns its exit code.
fn expect_told(case: &Case<'_>, output: &Output) -> i32 {
    let Case { what, name, .. } = case;
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("{what}: a signal: {said}"));
    assert!(!said.contains("panicked"), "{what}: {said}");
    let of_library = OF_LIBRARIES.iter().find(|word| said.contains(**word));
    assert!(of_library.is_none(), "{what}: says {of_library:?}: {said}");
    match code {
        0 => expect_sums(case, &serde_json::from_slice(&output.stdout).unwrap()),
        3 | 5 => assert!(said.contains(name) && said.ends_with("nothing was posted\n"), "{what}: {code}: {said}"),
        _ => panic!("{what}: exit code {code}: {said}"),
    }
    code
}

/// Checks that every row of each file is a fact, says something of one, or is rejected.
fn expect_sums(case: &Case<'_>, summary: &Value) {
    let mut rejected = 0;
    for input in summary["inputs"].as_array().unwrap() {
        let number = |name: &str| input[name].as_u64().unwrap();
        rejected += number("rejected");
        let told: u64 = ["rejected", "facts", "repeated", "newer_versions"].map(number).iter().sum();
        assert_eq!(number("rows"), told, "{}: {input}", case.what);
        let is_damaged = input["path"].as_str().unwrap().ends_with(&case.name);
        if let Some(rows) = case.rows.filter(|_| is_damaged) {
            assert_eq!(number("rows"), rows as u64, "{}: {input}", case.what);
        }
    }
    assert_eq!(summary["rejects"]["count"].as_u64(), Some(rejected), "{}", case.what);
}

/// Checks that the folder of a run lists as many rejects as its summary counts.
fn expect_listed(shop: &Shop, run: &Output, what: &str) {
    let summary: Value = serde_json::from_slice(&run.stdout).unwrap();
    let folders: Vec<PathBuf> =
        fs::read_dir(shop.path("made/out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let rejects = csv::Reader::from_path(folders[0].join("rejects.csv")).unwrap().into_records().count();
    assert_eq!(summary["rejects"]["count"].as_u64(), Some(rejects as u64), "{what}");
}
