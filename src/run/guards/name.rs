//! The names of the guards, as the pipeline and `--override` have them.

/// The names of guards, as the pipeline and `--override` have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardName {
    /// An input holds fewer rows than its `min_rows`.
    MinRows,
    /// An input holds nothing as new as its `max_age` asks.
    MaxAge,
    /// as_of is many days after that of the last run and after the newest fact.
    MaxStep,
    /// Many rows are rejected.
    MaxRejects,
    /// All rows of a file are rejected.
    NoUsableRows,
    /// The share of rows without an owner has risen.
    MaxUnowned,
    /// A column has lost its values.
    LostColumns,
    /// Many facts return to a state that a later export had replaced.
    MaxReverted,
    /// Corrections of earlier postings take much credit away.
    MaxCorrected,
    /// The run would add more to balances than the pipeline allows.
    MaxGranted,
    /// The run would take away more than the pipeline allows.
    MaxReclaimed,
    /// The run would post to more people than the pipeline allows.
    MaxPeople,
    /// The run would write more email jobs than the pipeline allows.
    MaxEmails,
}

impl GuardName {
    /// All guards, in the order of the variants.
    pub const ALL: [GuardName; 13] = [
        GuardName::MinRows,
        GuardName::MaxAge,
        GuardName::MaxStep,
        GuardName::MaxRejects,
        GuardName::NoUsableRows,
        GuardName::MaxUnowned,
        GuardName::LostColumns,
        GuardName::MaxReverted,
        GuardName::MaxCorrected,
        GuardName::MaxGranted,
        GuardName::MaxReclaimed,
        GuardName::MaxPeople,
        GuardName::MaxEmails,
    ];

    /// Returns the name in pipelines and after `--override`, such as `max_rejects`.
    pub fn name(self) -> &'static str {
        match self {
            GuardName::MinRows => "min_rows",
            GuardName::MaxAge => "max_age",
            GuardName::MaxStep => "max_step",
            GuardName::MaxRejects => "max_rejects",
            GuardName::NoUsableRows => "no_usable_rows",
            GuardName::MaxUnowned => "max_unowned",
            GuardName::LostColumns => "lost_columns",
            GuardName::MaxReverted => "max_reverted",
            GuardName::MaxCorrected => "max_corrected",
            GuardName::MaxGranted => "max_granted",
            GuardName::MaxReclaimed => "max_reclaimed",
            GuardName::MaxPeople => "max_people",
            GuardName::MaxEmails => "max_emails",
        }
    }

    /// Returns what a run does that passes the guard.
    pub(crate) fn passing(self) -> &'static str {
        match self {
            GuardName::MinRows | GuardName::MaxAge => "the run goes on with the rows that there are",
            GuardName::MaxStep => "all that expires until then expires, and no later run can be as of an earlier time",
            GuardName::MaxRejects | GuardName::NoUsableRows => "the rejected rows stay out, and all others are posted",
            GuardName::MaxUnowned => "orders without an owner stay out, and this share becomes the usual one",
            GuardName::LostColumns => "the empty values count as they are, and this becomes the usual state",
            GuardName::MaxReverted => "the older values count, and credit is changed accordingly",
            GuardName::MaxCorrected => "the credit is taken away",
            GuardName::MaxGranted => "the credit is granted",
            GuardName::MaxReclaimed => "the credit is reclaimed",
            GuardName::MaxPeople => "all of them are posted to",
            GuardName::MaxEmails => "all emails are handed to the sender",
        }
    }
}
