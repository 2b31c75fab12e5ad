//! The cases that the kernel alone cannot compute, each with its reason. Any other case must give its ledger.

/// Why the kernel alone does not compute a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The case is about rows that the program reads and the second implementation does not.
    Reading,
    /// A run of the case is refused, which the kernel never does.
    Refused,
}

/// The skipped cases by file and heading.
pub const CASES: &[(&str, &str, Reason)] = &[
    ("entries", "Time goes forward", Reason::Refused),
    ("entries", "A book is not computed for the future", Reason::Refused),
    ("exports", "The order of columns is free and unknown columns are ignored", Reason::Reading),
    ("exports", "Blanks around a value do not count", Reason::Reading),
    ("exports", "A value of blanks is no value", Reason::Reading),
    ("exports", "Ids are text", Reason::Reading),
    ("exports", "One kind of fact may come in several files", Reason::Reading),
    ("exports", "An amount without a currency is in the program's", Reason::Reading),
    ("exports", "The reward is for the goods, not for shipping and tax", Reason::Reading),
    ("rejects", "A required value is missing", Reason::Reading),
    ("rejects", "An amount is not a number", Reason::Reading),
    ("rejects", "A time is not a time", Reason::Reading),
    ("rejects", "An amount is negative where none may be", Reason::Reading),
    ("rejects", "A balance cannot be set below zero", Reason::Reading),
    ("rejects", "A refund by an unknown method", Reason::Reading),
    ("rejects", "An adjustment that is neither `by` nor `to`", Reason::Reading),
    ("rejects", "A currency that does not exist", Reason::Reading),
    ("rejects", "A refund has the decimals of its order's currency", Reason::Reading),
    ("rejects", "`void` is yes or no", Reason::Reading),
    ("rejects", "An order of nobody", Reason::Reading),
    ("rejects", "A redemption of nobody", Reason::Reading),
    ("rejects", "An id that a spreadsheet has cut", Reason::Reading),
    ("rejects", "A customer who is nobody", Reason::Reading),
    ("rejects", "A time that no fact is of", Reason::Reading),
    ("rejects", "A row with several faults is one reject", Reason::Reading),
    ("rejects", "A rejected correction leaves the version before it", Reason::Reading),
    ("rejects", "Text after a closing quote rejects every line that the value reached over", Reason::Reading),
    ("rejects", "The rest of a quoted text after such a value is no row", Reason::Reading),
    ("rejects", "A file that ends within a quoted value rejects every line from there on", Reason::Reading),
    ("rejects", "Rows of separators and blanks are no rows", Reason::Reading),
    ("rejects", "A file without a required column stops the run", Reason::Reading),
    ("rejects", "More rejects than the guard allows stop the run", Reason::Reading),
    ("rule_versions", "Two versions of a method in force at once are refused", Reason::Refused),
    ("rule_versions", "The thresholds of tiers rise", Reason::Refused),
    ("rule_versions", "Five tiers are the most", Reason::Refused),
    ("rule_versions", "A reward of nothing is refused", Reason::Refused),
    ("rule_versions", "An amount of a rule has no more decimals than its currency", Reason::Refused),
    ("rule_versions", "A registration earns in the program's currency only", Reason::Refused),
    ("rule_versions", "A change of the past is refused by an ordinary run", Reason::Refused),
    ("time", "A time with an offset is that instant", Reason::Reading),
];
