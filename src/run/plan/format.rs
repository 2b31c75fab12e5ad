//! The format of a plan file: the contents of `plan.json`, and the names of the other members.

use super::PlanFault;
use crate::book::{Base, RunRecord};
use crate::delta::damage::of_json;
use crate::reports::plan::PlanReport;
use serde::{Deserialize, Serialize};

/// The format that this version writes; raised whenever an older version could not apply it.
pub(crate) const FORMAT: u32 = 1;

/// The first member: the plan itself.
pub(crate) const PLAN: &str = "plan.json";
/// The report, for people.
pub(crate) const REPORT: &str = "report.txt";
/// Where the files of the run's folder are.
pub(crate) const FOLDER: &str = "folder/";
/// Where the rows are that are added to the book's tables, a file called after each; the postings are in the folder.
pub(crate) const TABLES: &str = "tables/";

#[derive(Serialize, Deserialize)]
pub(crate) struct Plan {
    pub format: u32,
    /// What is to be posted; none where it was made without a book.
    pub posting: Option<Posting>,
    pub report: PlanReport,
}

/// The run of a plan, ready to be posted.
#[derive(Serialize, Deserialize)]
pub(crate) struct Posting {
    /// The book's folder.
    pub book: String,
    /// What the book was when the plan was made.
    pub base: Base,
    /// The pipeline file: what it says when the plan is applied decides where folders may be written.
    #[serde(default)]
    pub pipeline: String,
    /// The folder that it is to write.
    pub place: String,
    /// Its moment of posting is that of planning, and its folder empty, until it is posted.
    pub record: RunRecord,
}

impl Plan {
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a plan is plain data") + "\n"
    }

    /// Reads `plan.json`.
    ///
    /// # Errors
    /// A newer format is a fault of its own; otherwise, what is wrong with the text.
    pub(crate) fn parse(text: &[u8]) -> Result<Result<Plan, String>, PlanFault> {
        #[derive(Deserialize)]
        struct Only {
            format: u32,
        }
        match serde_json::from_slice::<Only>(text) {
            Ok(Only { format }) if format > FORMAT => Err(PlanFault::TooNew { found: format, known: FORMAT }),
            _ => Ok(serde_json::from_slice(text).map_err(|error| format!("{PLAN}: {}", of_json(&error, text)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        match Plan::parse(text.as_bytes()) {
            Ok(Ok(_)) => panic!("a plan"),
            Ok(Err(what)) => what,
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn a_newer_format_is_told_from_a_text_that_is_no_plan() {
        let newer = fault("{\"format\": 2, \"steps\": []}");
        assert_eq!(newer, "the plan has format 2, and this version of accrue knows 1: use a newer one");
        assert!(fault("{\"format\": 1}").starts_with("plan.json: it has no `report`"));
        assert!(fault("[]").starts_with("plan.json: "));
    }
}
