//! Columns and values of made-up exports. Times are seconds since 1970, money is cents.

/// A column of an export.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub name: &'static str,
    pub holds: Holds,
    /// Whether values repeat often enough for Parquet to number them.
    pub repeats: bool,
}

/// What its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    Time,
    Money,
}

/// A value of a row. Texts need no quoting in any format: letters, digits and ` @.:_-` only.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Text(&'a str),
    /// Seconds since 1970.
    Time(i64),
    /// Cents.
    Money(i64),
    Null,
}
