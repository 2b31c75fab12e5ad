//! The faults of plans: why one cannot be made, read or applied.

use std::path::PathBuf;

/// What is wrong with a plan, or with making one.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PlanFault {
    #[error("a backfill changes what a book has posted, and {}", .0)]
    NothingPosted(&'static str),
    #[error("the plan was made without a book, so that there is nothing to post it to: plan with the pipeline's book")]
    WithoutBook,
    #[error("{what}, so that the plan is stale: plan again")]
    Stale { what: String },
    #[error("the plan is posted already, as run {number}: nothing is left to do")]
    Applied { number: i64 },
    #[error(
        "the plan is to write {place}, and a plan is only followed to where a run of its pipeline would write ({why}): name the folder with `--out`"
    )]
    Place { place: String, why: String },
    #[error(
        "a plan names the {what} by its path, and {path} is not UTF-8, so that it could not be applied: give it a path in UTF-8",
        path = .path.display()
    )]
    NotUtf8 { what: &'static str, path: PathBuf },
    #[error("the plan has format {found}, and this version of accrue knows {known}: use a newer one")]
    TooNew { found: u32, known: u32 },
}
