//! Generates a shop and runs accrue on it, for the benchmarks.

use crate::measure::{self, Used};
use accrue::generate::Format;
use accrue::generate::{self, Options};
use std::fs;
use std::path::Path;

pub const SEED: u64 = 1;
/// The end of every generated shop.
pub const AS_OF: &str = "2025-01-01T00:00:00Z";
/// What a program says that mails nobody.
const NO_MAILS: &str = "\n[emails]\nreceived = false\nredeemed = false\nexpiring = false\nrefunded = false\n";

/// Makes the shop anew and returns the size of its exports.
pub fn generate(orders: u64, format: Format, mails: bool, dir: &Path) -> u64 {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("a folder of an earlier run can be removed");
    }
    let options = Options { seed: SEED, format, ..Options::new(orders) };
    let generated = generate::generate(&options, dir).expect("a shop can be written");
    if !mails {
        let program = dir.join("program.toml");
        let text = fs::read_to_string(&program).expect("a shop has a program");
        fs::write(&program, text + NO_MAILS).expect("its program can be changed");
    }
    generated.exports.iter().map(|file| size(file)).sum()
}

/// Runs the program on it, with options beside those that every run has.
pub fn run(dir: &Path, options: &[&str]) -> Used {
    let [out, pipeline] = ["out", "pipeline.toml"].map(|name| dir.join(name).display().to_string());
    let arguments = ["run", "--as-of", AS_OF, "--out", &out].into_iter().chain(options.iter().copied());
    measure::run(Path::new(env!("CARGO_BIN_EXE_accrue")), arguments.chain([pipeline.as_str()]), &dir.join("log"))
}

pub fn size(path: &Path) -> u64 {
    if path.is_file() {
        return path.metadata().expect("a file has a size").len();
    }
    let entries = fs::read_dir(path).expect("a folder can be listed");
    entries.map(|entry| size(&entry.expect("an entry of a folder").path())).sum()
}
