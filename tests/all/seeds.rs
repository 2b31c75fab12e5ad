//! Seeds of random shops, for the suites that try many. `ACCRUE_SEED=N` has each of them try that one alone.

use std::io::{self, Write};

/// Returns the seeds that a suite tries: so many from one on, or the one that is asked for, which is said.
pub fn seeds(first: u64, count: u64) -> Vec<u64> {
    match std::env::var("ACCRUE_SEED") {
        Ok(seed) => {
            // Written past the capture of a passing test's output, so that everybody sees that few shops are tried.
            let _ = writeln!(io::stderr(), "ACCRUE_SEED: of {count} shops only that of seed {seed} is tried");
            vec![seed.parse().expect("ACCRUE_SEED is a number")]
        }
        Err(_) => (first..first + count).collect(),
    }
}

/// Calls `check` with each seed, and fails with some of those that it finds fault with.
pub fn for_seeds(seeds: &[u64], mut check: impl FnMut(u64) -> Result<(), String>) {
    let fault = |&seed: &u64| check(seed).err().map(|fault| format!("seed {seed}: {fault}"));
    let faults: Vec<String> = seeds.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{} seeds fail, such as\n{}", faults.len(), faults[..faults.len().min(5)].join("\n"));
}
