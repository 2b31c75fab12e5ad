//! Times that are read from where they are in a line, without being copied first.

use accrue_facts::moment::{Moment, SameDays};
use arrow::array::{ArrayRef, TimestampMicrosecondBuilder};
use std::sync::Arc;

/// A column of times that are all written alike: all with an offset, or all without.
pub(super) struct TimeColumn {
    times: TimestampMicrosecondBuilder,
    /// Whether they are instants; known from the first of them on.
    utc: Option<bool>,
    days: SameDays,
}

impl TimeColumn {
    pub(super) fn new(rows: usize) -> TimeColumn {
        TimeColumn { times: TimestampMicrosecondBuilder::with_capacity(rows), utc: None, days: SameDays::default() }
    }

    /// Adds a time or null; returns whether it could.
    ///
    /// What is no time or a bare date, is written with blanks around it or otherwise than those before, cannot be
    /// added.
    #[inline]
    pub(super) fn push(&mut self, value: &[u8]) -> bool {
        if value.is_empty() {
            self.times.append_null();
            return true;
        }
        let (micros, utc) = match self.days.parse(value).filter(|moment| moment.is_in_range()) {
            Some(Moment::Utc(micros)) => (micros, true),
            Some(Moment::Local(micros)) => (micros, false),
            Some(Moment::Day(_)) | None => return false,
        };
        self.times.append_value(micros);
        *self.utc.get_or_insert(utc) == utc
    }

    pub(super) fn finish(mut self) -> ArrayRef {
        let times = self.times.finish();
        Arc::new(if self.utc == Some(false) { times } else { times.with_timezone("UTC") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Moments;

    fn read(values: &[&str]) -> Option<Vec<Option<Moment>>> {
        let mut column = TimeColumn::new(0);
        let fits = values.iter().filter(|value| !column.push(value.as_bytes())).count() == 0;
        let moments = Moments::new("x", &column.finish()).unwrap();
        fits.then(|| (0..values.len()).map(|at| moments.get(at).unwrap()).collect())
    }

    #[test]
    fn times_written_alike_are_read_as_they_would_be_from_texts() {
        let utc = [None, Some(Moment::Utc(1_500_000)), Some(Moment::Utc(0))];
        assert_eq!(read(&["", "1970-01-01T00:00:01.5Z", "1970-01-01 01:00+01:00"]).unwrap(), utc);
        assert_eq!(read(&["1970-01-01 00:01", ""]).unwrap(), [Some(Moment::Local(60_000_000)), None]);
        assert_eq!(read(&["", ""]).unwrap(), [None, None]);
    }

    #[test]
    fn other_values_do_not_fit() {
        for values in [&["1970-01-01"][..], &[" "], &["x"], &["1970-01-01 00:00 "]] {
            assert!(read(values).is_none(), "{values:?}");
        }
        assert!(read(&["1970-01-01 00:00", "1970-01-01 00:00Z"]).is_none());
        assert!(read(&["0001-01-01 00:00+01:00"]).is_none());
    }
}
