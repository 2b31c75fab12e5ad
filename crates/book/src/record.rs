//! The record of a run: what its commit of the ledger says of it, as JSON. Records are read by later versions, so
//! fields are only added.

use super::{Base, Kept, Remembered, Withdrawn};
use accrue_delta::damage::of_json;
use accrue_delta::is_file_name;
use accrue_kernel::time::Timestamp;
use accrue_output::mode::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;

/// Everything that later runs and people need to know of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The version of accrue that made the run.
    pub accrue: String,
    /// The number of the run, from 1 without gaps.
    pub number: i64,
    /// The name of the run: see [`RunName`](accrue_output::run_name::RunName).
    pub run_id: String,
    /// The instant for which the run computed.
    #[serde(with = "instant")]
    pub as_of: Timestamp,
    /// The clock when the run was posted.
    #[serde(with = "instant")]
    pub posted_at: Timestamp,
    /// How the run was planned; `None` where it was posted directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<PlannedRecord>,
    /// The name of the pipeline file; empty in books of versions that did not keep it.
    #[serde(default)]
    pub pipeline: String,
    /// The program that the run used.
    pub program: ProgramRecord,
    /// The version of the calculation.
    pub calculation: u32,
    /// The version of the time zone data.
    pub time_zones: String,
    /// The files that the run has read, without those that it skipped.
    pub inputs: Vec<TakenIn>,
    /// The names of guards that the run was told to ignore; also `begin` or `restored`, where the book was not the one
    /// of the last run.
    pub overrides: Vec<String>,
    /// The name of the file of its jobs in the table of emails.
    pub emails: String,
    /// The run's folder.
    pub folder: FolderRecord,
    /// The state of the book just before the run was posted: with the run's facts, without the run.
    pub base: Base,
    /// What guards compare later runs with; `None` in books of versions that did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<Remembered>,
    /// Files of facts of runs that were never posted.
    #[serde(default, skip_serializing_if = "Withdrawn::is_empty")]
    pub withdrawn: Withdrawn,
    /// The summary of the run, as in `summary.json`.
    pub summary: Value,
}

/// How a run was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRecord {
    /// The clock when the plan was made: the run's rows and folder have this time.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// Whether the plan was allowed to change the past.
    pub backfill: bool,
}

/// The program of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramRecord {
    /// The path of the program file.
    pub path: String,
    /// SHA-256 of the text, in hex.
    pub sha256: String,
    /// The text of the program file.
    pub text: String,
}

/// A file of an export. The book has its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenIn {
    /// The name of the kind of its facts.
    pub kind: String,
    /// The path of the file.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// A digest of the settings by which it was read.
    pub settings: String,
    /// The number of its data rows.
    pub rows: u64,
    /// The instant of its newest fact.
    #[serde(with = "maybe_instant")]
    pub newest: Option<Timestamp>,
}

/// The folder of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FolderRecord {
    /// The path where the folder was to appear. It is for people: nothing is written to a path because a record names
    /// it.
    pub place: String,
    /// What the book keeps of the folder.
    pub kept: Kept,
    /// The mode of the folder.
    #[serde(default)]
    pub mode: Mode,
}

impl FolderRecord {
    /// Returns the record of a folder.
    pub fn of(place: &Path, kept: Kept, mode: Mode) -> FolderRecord {
        FolderRecord { place: place.to_string_lossy().into_owned(), kept, mode }
    }
}

impl RunRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// A text for people, where the record has other fields, or a name in it is not the plain name of a file.
    pub fn read(record: Value) -> Result<RunRecord, String> {
        let record: RunRecord = serde_json::from_value(record).map_err(|error| of_json(&error, b""))?;
        record.check_names()?;
        Ok(record)
    }

    /// Checks that all names that become parts of paths are plain names of files, so that none leads out of its folder.
    ///
    /// # Errors
    /// A text for people that quotes the name.
    pub fn check_names(&self) -> Result<(), String> {
        let Kept { name, files } = &self.folder.kept;
        let kept = (!name.is_empty()).then_some(name).into_iter().chain(files.iter().map(|file| &file.name));
        let withdrawn = self.withdrawn.values().flatten();
        let mut names = [&self.run_id, &self.emails].into_iter().chain(kept).chain(withdrawn);
        match names.find(|name| !is_file_name(name)) {
            None => Ok(()),
            Some(name) => Err(format!("{name:?} is not a plain name of a file")),
        }
    }
}

/// Instants as texts that people read.
mod instant {
    use accrue_kernel::time::Timestamp;
    use chrono::DateTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(instant: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(instant)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        let parsed = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        Ok(Timestamp::from_micros(parsed.timestamp_micros()))
    }
}

mod maybe_instant {
    use accrue_kernel::time::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Told(#[serde(with = "super::instant")] Timestamp);

    pub(super) fn serialize<S: Serializer>(instant: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        instant.map(Told).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<Told>::deserialize(from)?.map(|told| told.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SeenCredit, SeenInput};
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was() {
        let at = Timestamp::from_micros(1_714_564_800_123_456);
        let file = TakenIn {
            kind: "orders".to_owned(),
            path: "exports/orders.csv".to_owned(),
            bytes: 12,
            sha256: "ab".to_owned(),
            settings: "cd".to_owned(),
            rows: 3,
            newest: Some(at),
        };
        let granted = [(19_844, "12.50".to_owned())].into();
        let credit = SeenCredit { currency: "USD".to_owned(), holders: 2, granted };
        let record = RunRecord {
            accrue: "1".to_owned(),
            number: 7,
            run_id: "run-7".to_owned(),
            as_of: at,
            posted_at: at,
            planned: Some(PlannedRecord { at, backfill: true }),
            pipeline: "nightly.toml".to_owned(),
            program: ProgramRecord { path: "p".to_owned(), sha256: "ef".to_owned(), text: "[program]".to_owned() },
            calculation: 1,
            time_zones: "2025b".to_owned(),
            inputs: vec![file.clone(), TakenIn { newest: None, ..file }],
            overrides: vec!["max_people".to_owned()],
            emails: "run-7.parquet".to_owned(),
            folder: FolderRecord { place: "/out/x".to_owned(), kept: Kept::default(), mode: Mode::of_folder(0o755) },
            base: Base::default(),
            remembered: Some(Remembered { inputs: vec![SeenInput::default()], credit: vec![credit], balances: None }),
            withdrawn: Withdrawn::from([("orders".to_owned(), vec!["run-6.parquet".to_owned()])]),
            summary: Value::Null,
        };
        let told = serde_json::to_value(&record).unwrap();
        assert_eq!(told["as_of"], "2024-05-01T12:00:00.123456Z");
        assert_eq!(serde_json::from_value::<RunRecord>(told).unwrap(), record);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let text = r#"{"accrue":"1","number":1,"run_id":"run-1","as_of":"2024-05-01T12:00:00Z",
            "posted_at":"2024-05-01T12:00:00Z","program":{"path":"p","sha256":"ef","text":""},"calculation":1,
            "time_zones":"2025b","inputs":[],"overrides":[],"emails":"run-1.parquet",
            "folder":{"draft":"","place":"/out","kept":{"name":"run-1","files":[{"name":"ledger.csv","bytes":1}]}},
            "base":{"run":0,"tables":{}},"withdrawn":{"orders":["run-0.parquet"]},"summary":null}"#;
        RunRecord::read(serde_json::from_str(text).unwrap()).unwrap();
        for name in ["run-1\"", "run-1.parquet", "ledger.csv", "run-0.parquet", "\"name\":\"run-1\""] {
            for bad in ["/etc/x", "..", "a/b", "../x", ".hidden", ""] {
                let bad = match name {
                    "run-1\"" => text.replacen("\"run_id\":\"run-1\"", &format!("\"run_id\":\"{bad}\""), 1),
                    "\"name\":\"run-1\"" if bad.is_empty() => continue,
                    "\"name\":\"run-1\"" => text.replacen(name, &format!("\"name\":\"{bad}\""), 1),
                    name => text.replacen(name, bad, 1),
                };
                let fault = RunRecord::read(serde_json::from_str(&bad).unwrap()).unwrap_err();
                assert!(fault.ends_with("is not a plain name of a file"), "{fault}");
            }
        }
    }
}
