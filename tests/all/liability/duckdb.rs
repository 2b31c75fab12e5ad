//! The tables of random shops, computed again by DuckDB from the files of their books.
//!
//! Runs where it is asked for, with the Python that `ACCRUE_TEST_PYTHON` names, or `python3`.

use super::{days, report};
use crate::book_delta::python;
use crate::oracle::shop;
use crate::two_nights;
use accrue::run::inspect::BookView;
use accrue::run::liability::write;
use std::process::Command;

const SHOPS: u64 = 25;

#[test]
#[ignore = "needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names"]
fn every_row_and_cent_is_what_duckdb_computes_with_the_sql_beside_it() {
    let python = python();
    let home = tempfile::tempdir().unwrap();
    let mut reports = Vec::new();
    for seed in 6_000_000..6_000_000 + SHOPS {
        let folder = home.path().join(seed.to_string());
        std::fs::create_dir(&folder).unwrap();
        two_nights::run(&shop::shop(seed), &folder).unwrap();
        let past = BookView::open(&folder.join("book")).unwrap();
        for (run, monthly) in [(1, false), (1, true), (2, false), (2, true)] {
            let out = folder.join(format!("report-{run}-{monthly}"));
            let reported = report(&past, days(run), monthly, run, None).unwrap();
            write(&past, &reported, &out).unwrap();
            reports.push((folder.join("book"), out));
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/liability/tables.py");
    let paths = reports.iter().flat_map(|(book, out)| [book, out]);
    let told = Command::new(python).arg(script).args(paths).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), format!("{} tables are the same", 7 * reports.len()));
}
