//! What is wrong with a mapping itself: such a fault stops the run before anything is posted.

use crate::mapping::exact::expr_type::ExprType;

/// A fault of a mapping, or of a file that does not have what the mapping refers to.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum MappingFault {
    #[error("{key} = \"{expression}\": {reason}")]
    Expression { key: String, expression: String, reason: Reason },
    #[error("types.{column} = \"time:{pattern}\": is not a pattern of strftime: write e.g. `time:%m/%d/%Y %H:%M`")]
    Pattern { column: String, pattern: String },
    #[error("{key} refers to column `{column}`, which the file does not have{}", did_you_mean(.nearest))]
    UnknownColumn { key: String, column: String, nearest: Option<String> },
    #[error("the key of look-up `{lookup}` holds {holds} there: a key must be text or a whole number")]
    NoKey { lookup: String, holds: &'static str },
    #[error("has none of the columns {}, which the mapping calls `{alias}`", quoted(.names))]
    NoAlias { alias: String, names: Vec<String> },
    #[error("`each` of `split` is not a regular expression that is known here: {0}")]
    SplitPattern(String),
    #[error("`split` splits texts only, and column `{column}` holds {holds} in the file")]
    SplitNoText { column: String, holds: &'static str },
    #[error("`number` of `split` is `{0}`, and the file has a column of that name: choose another")]
    SplitNumber(String),
    #[error(
        "`across_files` puts the rows of all files together, and column `{column}` holds {first} in one and {other} in another: export it alike in all of them"
    )]
    Unalike { column: String, first: &'static str, other: &'static str },
    #[error(
        "column `{column}` holds {holds} in the file, which cannot be read as {wanted}: change or drop its `types`"
    )]
    Unreadable { column: String, holds: &'static str, wanted: &'static str },
    #[error(
        "{count} rows or groups cannot be computed, the first: {first}; the expressions of this mapping do not suit the file"
    )]
    Incomputable { count: usize, first: String },
    #[error("column `{0}` cannot be read: it holds more than there is room for: export the file in several parts")]
    Column(String),
}

/// What is wrong with one expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Reason {
    #[error("is not an expression of SQL: {0}")]
    Syntax(String),
    #[error("is not a regular expression that is known here: {0}")]
    Pattern(String),
    #[error("'{0}' is not a pattern of times: write it as a text, such as time(x, '%d.%m.%Y %H:%M')")]
    NoTimePattern(String),
    #[error("the time pattern '{pattern}' {why}: {remedy}")]
    TimePattern { pattern: String, why: &'static str, remedy: &'static str },
    #[error("the pattern and the group of `regexp_extract` are written out, such as regexp_extract(x, '#([0-9]+)', 1)")]
    ExtractPattern,
    #[error(
        "`refuse` takes a text and, written out, what is wrong with it: refuse(currency, 'is not the currency of the order')"
    )]
    Refuse,
    #[error("the pattern has {groups} groups, and no group {group}")]
    NoSuchGroup { group: usize, groups: usize },
    #[error("`optional` takes the name of one column, such as optional(\"Paid at\")")]
    Optional,
    #[error("`optional` is about columns of files, and `{0}` is defined here: write `optional` in its definition")]
    OptionalDefinition(String),
    #[error("is defined by itself: {}", by_itself(.0))]
    Circle(Vec<String>),
    #[error("no expression uses it: leave it out")]
    Unused,
    #[error(
        "has more than {0} words, signs and values with the definitions that it uses: use fewer definitions in each other"
    )]
    Large(usize),
    #[error("the decimals that are rounded to are written as a number, such as round(x, 2)")]
    Decimals,
    #[error("the separator of `concat_ws` is written as a text, such as concat_ws('-', x, y)")]
    Separator,
    #[error("refers to column `{column}`, which the file does not have{}", did_you_mean(.nearest))]
    UnknownColumn { column: String, nearest: Option<String> },
    #[error("a cast to {0} can lose what it casts: say what the column holds in `types` instead")]
    Cast(String),
    #[error("`{0}` is not available in mappings: only what is exact and the same on every row is (docs/mappings.md)")]
    Unavailable(String),
    #[error(
        "`{what}` is {holds} and is used as {wanted}: say what the column holds in `types`, e.g. types = {{ {example} }}"
    )]
    WrongKind { what: String, holds: ExprType, wanted: &'static str, example: String },
    #[error("puts {0} and {1} together: say in `types` what the columns hold so that both are of one kind")]
    Mixed(ExprType, ExprType),
    #[error("writes {0} as text, which has no one way to do that: leave the column as text (no `types`)")]
    Unwritable(ExprType),
    #[error("'{0}' is not a time: write e.g. '2024-05-01' or '2024-05-01 12:00'")]
    Time(String),
    #[error("the number {0} has more than 15 digits: write it shorter")]
    LongNumber(String),
    #[error("a product would have {0} decimals, more than 20: round its factors first, e.g. round(x, 4)")]
    ManyDecimals(u8),
    #[error("an aggregate needs `group_by`, and `where` never has one")]
    StrayAggregate,
    #[error("an aggregate stands inside another, or has no column in it")]
    EmptyAggregate,
    #[error("with `group_by` every column is an aggregate: write e.g. first({0}) or min({0})")]
    NotAggregate(String),
    #[error("refers to `{column}`, and the look-up takes only {taken}: add it to `take`")]
    NotTaken { column: String, taken: String },
    #[error("a key must be text or a whole number, and this is {0}: say in `types` what the column holds")]
    NoKey(ExprType),
    #[error("a condition must be true or false, and this is {0}")]
    NotCondition(ExprType),
}

impl MappingFault {
    /// Tells whether the file does not have what the mapping refers to, so that the export may be at fault.
    pub fn is_of_file(&self) -> bool {
        match self {
            MappingFault::UnknownColumn { .. } | MappingFault::NoAlias { .. } | MappingFault::Unalike { .. } => true,
            MappingFault::Expression { reason, .. } => matches!(reason, Reason::UnknownColumn { .. }),
            _ => false,
        }
    }

    /// Returns what is wrong with an expression, where that is the fault.
    pub(super) fn into_reason(self) -> Option<Reason> {
        match self {
            MappingFault::Expression { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Says that a column cannot be brought into a form that expressions are computed over.
    pub(super) fn unreadable(column: &str) -> MappingFault {
        MappingFault::Column(column.to_owned())
    }
}

/// Returns names as a message lists them.
pub(super) fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Says how a definition leads back to itself; the first name is the last one too.
fn by_itself(names: &[String]) -> String {
    let names_used: Vec<String> = names[1..].iter().map(|name| format!("refers to `{name}`")).collect();
    format!("`{}` {}", names[0], names_used.join(", which "))
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
