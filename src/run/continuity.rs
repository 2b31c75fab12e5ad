//! The options `--begin` and `--restored`, and the errors about a book that is missing or older than it was.

/// What the caller says about the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Continuity {
    /// It is as the last run has left it, or nothing was ever posted.
    #[default]
    Unbroken,
    /// A new book is to begin, whatever was posted before.
    Begin,
    /// The book was restored from an older copy.
    Restored,
}

/// Why a run may not go on with a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Broken {
    #[error(
        "the book {book} is missing: {evidence}; bring the book back (is its disk mounted?), or begin a new one with `--begin`, which posts and mails everything again"
    )]
    Missing { book: String, evidence: Evidence },
    #[error(
        "the book {book} is older than it was: its last run is number {last}, and {evidence}; bring the newest copy back, or, if it is lost, go on from this one with `--restored`, once: what was posted since then is posted again"
    )]
    Older { book: String, last: i64, evidence: Evidence },
    #[error(
        "{book} is another book than the one whose last run was {run_id}, as {head} says: bring that one back, or, if this one is to stay, go on with it with `--restored`, once"
    )]
    Another { book: String, run_id: String, head: String },
    #[error("the book {book} has begun already, its last run is number {last}: leave out `--begin`")]
    Begun { book: String, last: i64 },
    #[error("there is no run in the book {book} to go on from: leave out `--restored`, or begin with `--begin`")]
    NothingRestored { book: String },
}

/// What shows that there was more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Evidence {
    #[error("{head} says that {run_id} was posted to it")]
    Head { head: String, run_id: String },
    #[error("{folder} is the folder of a later run")]
    Folder { folder: String },
}

impl Broken {
    /// Tells whether other options are all that is needed.
    pub fn is_usage(&self) -> bool {
        matches!(self, Broken::Begun { .. } | Broken::NothingRestored { .. })
    }
}

impl Continuity {
    /// Returns the option's name.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Continuity::Unbroken => None,
            Continuity::Begin => Some("begin"),
            Continuity::Restored => Some("restored"),
        }
    }
}
