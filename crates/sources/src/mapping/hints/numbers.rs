//! How numbers can be read that plain ones are not: with another decimal mark, or as amounts of money.

use crate::mapping::hints::values_of::ValuesOf;
use crate::mapping::hints::way::Way;
use crate::mapping::money;
use accrue_facts::number::may_be_thousands;

/// Returns the ways in which all values can be read as numbers: of two, the values do not tell which is meant.
pub(super) fn ways(from: ValuesOf<'_>, values: &[&str]) -> Vec<Way> {
    let (mark, other) = (from.mark(), from.other_mark());
    // What is read as it is, is rejected where it may be thousands.
    let is_doubtful =
        |value: &&str| mark == b'.' && money::plain(value, '.').is_some_and(|plain| may_be_thousands(&plain));
    let are_doubtful = values.iter().all(is_doubtful);
    if !are_doubtful && Way::Number(mark).reads_all(values) {
        return Vec::new();
    }
    let ways = [Way::Number(other), Way::Money(mark)].into_iter().take(if are_doubtful { 1 } else { 2 });
    let ways: Vec<Way> = ways.filter(|way| way.reads_all(values)).collect();
    let last = Way::Money(other);
    if ways.is_empty() && last.reads_all(values) { vec![last] } else { ways }
}
