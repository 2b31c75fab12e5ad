//! A shop cut into nights, and a folder in which they are run.

use super::books::{self, Posted};
use crate::oracle::Input;
use crate::oracle::shop::Shop;
use crate::shop_folder::{self, Export, instant};
use accrue::kernel::time::Timestamp;
use accrue::output::TableFormat;
use accrue::pipeline;
use accrue::run::{self, Progress, Request, RunError, Silent};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

type Row = BTreeMap<String, String>;

/// What each night's exports hold, by kind.
pub struct Nights {
    program: String,
    as_of: Timestamp,
    /// Between one night and the next, in microseconds.
    apart: i64,
    nights: Vec<Vec<(String, Vec<Row>)>>,
    /// Whether each run visits everybody.
    pub everyone: bool,
}

/// A folder with a book, an output and each night's exports.
pub struct Shops<'n> {
    home: tempfile::TempDir,
    nights: &'n Nights,
}

impl Nights {
    /// Cuts the rows of each kind into so many nights, each but the first of which brings so many rows once more.
    pub fn of(shop: &Shop, count: usize, overlap: usize) -> Nights {
        let mut kinds: Vec<(String, Vec<Row>)> = Vec::new();
        for input in &shop.inputs {
            match kinds.iter_mut().find(|(kind, _)| *kind == input.kind) {
                Some((_, rows)) => rows.extend(input.rows.iter().cloned()),
                None => kinds.push((input.kind.clone(), input.rows.clone())),
            }
        }
        let night = |night: usize| {
            let of_kind = |(kind, rows): &(String, Vec<Row>)| {
                let (from, to) = (rows.len() * night / count, rows.len() * (night + 1) / count);
                (kind.clone(), rows[from.saturating_sub(overlap)..to].to_vec())
            };
            kinds.iter().map(of_kind).collect()
        };
        let (program, as_of) = (shop.program_toml.clone(), instant(&shop.as_of));
        Nights { program, as_of, apart: 0, nights: (0..count).map(night).collect(), everyone: false }
    }

    /// Lets the nights be so many days apart, the last of them at the shop's as_of.
    pub fn days_apart(self, days: i64) -> Nights {
        Nights { apart: days * 86_400_000_000, ..self }
    }

    /// Lets the first night bring everything, so that for the others there is only time.
    pub fn all_at_first(mut self) -> Nights {
        let (first, others) = self.nights.split_at_mut(1);
        for night in others {
            for (own, rows) in first[0].iter_mut().zip(night) {
                own.1.append(&mut rows.1);
            }
        }
        self
    }

    pub fn with_everyone(self, everyone: bool) -> Nights {
        Nights { everyone, ..self }
    }

    /// Lets the nights have another program.
    pub fn with_program(self, program: String) -> Nights {
        Nights { program, ..self }
    }

    pub fn len(&self) -> usize {
        self.nights.len()
    }

    /// Returns the exports of a night.
    pub fn inputs(&self, night: usize) -> impl Iterator<Item = Input> {
        let input = move |(kind, rows): &(String, Vec<Row>)| {
            let file = format!("{night}-{kind}.csv");
            Input { kind: kind.clone(), file, rows: rows.clone() }
        };
        self.nights[night].iter().map(input)
    }

    fn as_of(&self, night: usize) -> Timestamp {
        let left = (self.len() - 1 - night) as i64;
        self.as_of.plus_micros(-left * self.apart)
    }
}

impl<'n> Shops<'n> {
    pub fn new(nights: &'n Nights) -> Shops<'n> {
        let home = tempfile::tempdir().unwrap();
        for (number, night) in nights.nights.iter().enumerate() {
            let folder = home.path().join(format!("night-{number}"));
            fs::create_dir(&folder).unwrap();
            let exports: Vec<Export> = night.iter().map(|(kind, rows)| Export { kind, rows }).collect();
            shop_folder::write(&folder, &nights.program, &exports);
            let pipeline = fs::read_to_string(folder.join("pipeline.toml")).unwrap();
            let pipeline = pipeline.replace("output = \"out\"", "output = \"../out\"\nbook = \"../book\"");
            fs::write(folder.join("pipeline.toml"), pipeline).unwrap();
        }
        Shops { home, nights }
    }

    /// Runs a night for the first, second, ... time.
    pub fn run(&self, night: usize, time: usize) -> Result<(), String> {
        self.go(night, time, &Silent).map_err(|error| error.to_string())
    }

    pub fn go(&self, night: usize, time: usize, progress: &dyn Progress) -> Result<(), RunError> {
        let (as_of, now) = (self.nights.as_of(night), self.now(night, time));
        run_night(self.home.path(), night, as_of, now, self.nights.everyone, progress)
    }

    /// Gives the nights of a home another program.
    pub fn change_program(&self, program: &str) {
        for night in 0..self.nights.len() {
            fs::write(self.home.path().join(format!("night-{night}/program.toml")), program).unwrap();
        }
    }

    /// Returns a moment of its own for every run.
    pub fn now(&self, night: usize, time: usize) -> Timestamp {
        self.nights.as_of(night).plus_micros((1_000 * night + time) as i64)
    }

    pub fn as_of(&self, night: usize) -> Timestamp {
        self.nights.as_of(night)
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn posted(&self) -> Posted {
        books::read(&self.home.path().join("book"))
    }

    /// Returns the ids of the jobs in all folders that runs have written, sorted; and checks that those are whole.
    pub fn mailed(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for folder in self.folders() {
            let names =
                ["ledger.csv", "ledger.parquet", "balances.csv", "emails.ndjson", "rejects.csv", "summary.json"];
            assert!(names.iter().all(|name| folder.join(name).exists()), "{} is not whole", folder.display());
            ids.extend(books::ids_of_ndjson(&folder.join("emails.ndjson")));
        }
        ids.sort();
        ids
    }

    /// Returns what is the same whomever a run visits: what it has posted and mailed, night by night, and what balances
    /// came to.
    pub fn told(&self) -> Vec<String> {
        let mut folders = self.folders();
        folders.sort();
        let told = |folder: &PathBuf| {
            let files = ["ledger.csv", "balances.csv", "emails.ndjson"];
            let files = files.map(|name| fs::read_to_string(folder.join(name)).unwrap());
            let summary: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(folder.join("summary.json")).unwrap()).unwrap();
            let sums = ["postings", "balances", "people", "funnel"].map(|key| summary[key].to_string());
            format!("{}\n{}{}", folder.file_name().unwrap().display(), files.concat(), sums.join("\n"))
        };
        folders.iter().map(told).collect()
    }

    /// Returns the folders that have appeared.
    pub fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.home.path().join("out")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.')).collect()
    }
}

/// Runs a night of a home.
pub fn run_night(
    home: &Path,
    night: usize,
    as_of: Timestamp,
    now: Timestamp,
    everyone: bool,
    progress: &dyn Progress,
) -> Result<(), RunError> {
    with_night(home, night, as_of, now, progress, |request| {
        run::run(&Request { everyone, ..request.clone() }).map(drop)
    })
}

/// Does something with a night of a home.
pub fn with_night<T>(
    home: &Path,
    night: usize,
    as_of: Timestamp,
    now: Timestamp,
    progress: &dyn Progress,
    go: impl FnOnce(&Request<'_>) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let path = home.join(format!("night-{night}/pipeline.toml"));
    let (pipeline, program) = pipeline::read(&path, None).expect("a pipeline that may run");
    let request = Request {
        pipeline: &pipeline,
        program: &program,
        as_of,
        now,
        out: None,
        format: TableFormat::Csv,
        book: pipeline.book.clone(),
        continuity: Default::default(),
        reread: false,
        everyone: false,
        overrides: Vec::new(),
        progress,
    };
    go(&request)
}
