//! A case's files in a folder of their own, and a run of the binary on them.

use super::case::{Export, Run};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Where the runs of one case take place.
pub struct Shop {
    folder: TempDir,
    has_book: bool,
}

/// How a run ended.
pub enum Outcome {
    /// The folder it wrote.
    Written(PathBuf),
    Stopped {
        exit: Option<i32>,
        stderr: String,
        /// Whether it left a folder behind all the same.
        has_written: bool,
    },
}

impl Shop {
    pub fn open(has_book: bool) -> Shop {
        Shop { folder: tempfile::tempdir().unwrap(), has_book }
    }

    /// Writes program, pipeline and exports of a run and runs them.
    pub fn run(&self, number: usize, run: &Run) -> Outcome {
        let folder = self.folder.path().join(format!("run-{number}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("program.toml"), &run.program).unwrap();
        fs::write(folder.join("pipeline.toml"), self.pipeline(run)).unwrap();
        for (export, name) in run.exports.iter().zip(names(&run.exports)) {
            fs::write(folder.join(name), &export.csv).unwrap();
        }
        accrue(&folder, &run.as_of)
    }

    fn pipeline(&self, run: &Run) -> String {
        let mut text = "program = \"program.toml\"\noutput = \"out\"\n".to_owned();
        if self.has_book {
            text += "book = \"../book\"\n";
        }
        for (export, name) in run.exports.iter().zip(names(&run.exports)) {
            write!(text, "\n[[input]]\nkind = \"{}\"\npath = \"{name}\"\n", export.kind).unwrap();
        }
        text + "\n" + &run.pipeline
    }
}

/// Names the files of a run after their kinds, numbered where there are several of one.
fn names(exports: &[Export]) -> Vec<String> {
    let of_kind = |kind: &str, exports: &[Export]| exports.iter().filter(|export| export.kind == kind).count();
    let name = |(at, export): (usize, &Export)| match of_kind(&export.kind, exports) {
        1 => format!("{}.csv", export.kind),
        _ => format!("{}-{}.csv", export.kind, of_kind(&export.kind, &exports[..=at])),
    };
    exports.iter().enumerate().map(name).collect()
}

fn accrue(folder: &Path, as_of: &str) -> Outcome {
    let out = folder.join("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_accrue"));
    command.arg("run").arg(folder.join("pipeline.toml")).args(["--as-of", as_of, "--format", "csv", "--threads", "1"]);
    let output = command.arg("--out").arg(&out).output().unwrap();
    if output.status.success() {
        return Outcome::Written(out);
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Outcome::Stopped { exit: output.status.code(), stderr, has_written: out.exists() }
}
