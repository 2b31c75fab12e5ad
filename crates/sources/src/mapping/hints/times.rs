//! How times can be read: as a type, or by a pattern that fits all of them.

use crate::mapping::hints::months::written_times;
use crate::mapping::hints::patterns::fitting;
use crate::mapping::hints::values_of::ValuesOf;
use crate::mapping::hints::way::Way;

/// Returns the ways in which all values can be read as times: of two, the values do not tell which is meant.
pub(super) fn ways(from: ValuesOf<'_>, values: &[&str]) -> Vec<Way> {
    let counts = [Way::EpochSeconds, Way::EpochMillis];
    // No function of expressions reads a count.
    let counts = counts.into_iter().filter(|_| from.expression.is_none());
    let types = [Way::Time, Way::ExcelDate(from.mark()), Way::ExcelDate(from.other_mark())].into_iter().chain(counts);
    if let Some(way) = types.into_iter().find(|way| way.reads_all(values)) {
        return vec![way];
    }
    let reads_all = |way: &Way| way.reads_all(values);
    match fitting(|pattern| reads_all(&Way::Pattern(pattern))) {
        Some((pattern, other)) => [Some(pattern), other].into_iter().flatten().map(Way::Pattern).collect(),
        None => {
            let ways = written_times().map(|(language, pattern)| Way::Months(language, pattern));
            ways.into_iter().find(reads_all).into_iter().collect()
        }
    }
}
