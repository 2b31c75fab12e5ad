//! The order of the files of a glob: names with their numbers as numbers, a bare name before its numbered copies.
//!
//! Where rows have no `updated_at`, the later read wins, so that a second download, `orders_export (1).csv`, must come
//! after the first one, `orders_export.csv`. The order is total: what is equal otherwise is ordered by its bytes.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Compares paths, folder by folder.
pub(super) fn compare(one: &Path, other: &Path) -> Ordering {
    let names = |path: &Path| path.components().map(|part| part.as_os_str().as_bytes().to_vec()).collect::<Vec<_>>();
    let (one, other) = (names(one), names(other));
    let pairs = one.iter().zip(&other).map(|(one, other)| by_name(one, other));
    pairs.fold(Ordering::Equal, Ordering::then).then(one.len().cmp(&other.len()))
}

fn by_name(one: &[u8], other: &[u8]) -> Ordering {
    let ((one_stem, one_ending), (other_stem, other_ending)) = (split(one), split(other));
    let (one_stem, other_stem) = (copy_last(one_stem), copy_last(other_stem));
    natural(&one_stem, &other_stem).then_with(|| natural(one_ending, other_ending)).then_with(|| one.cmp(other))
}

/// Splits a name before its endings, such as `.csv` or `.ndjson.gz`: what begins with a letter after a dot.
fn split(name: &[u8]) -> (&[u8], &[u8]) {
    let mut end = name.len();
    while let Some(dot) = name[..end].iter().rposition(|&byte| byte == b'.') {
        let ending = &name[dot + 1..end];
        let is_ending =
            ending.first().is_some_and(u8::is_ascii_alphabetic) && ending.iter().all(u8::is_ascii_alphanumeric);
        if dot == 0 || !is_ending {
            break;
        }
        end = dot;
    }
    name.split_at(end)
}

/// Puts the mark of a copy behind the name, where `Copy of orders` has it before.
fn copy_last(stem: &[u8]) -> Cow<'_, [u8]> {
    match stem.strip_prefix(b"Copy of ") {
        Some(name) => [name, b" - Copy"].concat().into(),
        None => stem.into(),
    }
}

/// Compares names with every run of digits as a number.
fn natural(mut one: &[u8], mut other: &[u8]) -> Ordering {
    loop {
        let (Some(first), Some(second)) = (one.first(), other.first()) else { return one.len().cmp(&other.len()) };
        let (one_end, other_end) = (digits(one), digits(other));
        let (ordering, ends) = match (one_end, other_end) {
            (0, _) | (_, 0) => (first.cmp(second), (1, 1)),
            ends => (by_value(&one[..ends.0], &other[..ends.1]), ends),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
        (one, other) = (&one[ends.0..], &other[ends.1..]);
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn by_value(one: &[u8], other: &[u8]) -> Ordering {
    let plain = |number: &[u8]| number.iter().position(|&digit| digit != b'0').unwrap_or(number.len());
    let (one, other) = (&one[plain(one)..], &other[plain(other)..]);
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Checks that names are in order, each before all that follow.
    fn assert_rising(names: &[&str]) {
        for (at, one) in names.iter().enumerate() {
            for (after, other) in names.iter().enumerate() {
                assert_eq!(compare(Path::new(one), Path::new(other)), at.cmp(&after), "{one} and {other}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(names in prop::collection::vec("(Copy of )?[o0-2 .(/c-]{0,6}", 3)) {
            let mut paths: Vec<&Path> = names.iter().map(Path::new).collect();
            let parts = |path: &Path| path.components().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
            for (one, other) in paths.iter().zip(&paths[1..]) {
                prop_assert_eq!(compare(one, other), compare(other, one).reverse());
                prop_assert_eq!(compare(one, other) == Ordering::Equal, parts(one) == parts(other));
            }
            paths.sort_by(|one, other| compare(one, other));
            prop_assert!(compare(paths[0], paths[2]) != Ordering::Greater);
        }
    }

    #[test]
    fn numbers_are_numbers() {
        assert_rising(&["a1.csv", "a2.csv", "a9.csv", "a10.csv", "a100.csv", "b1.csv"]);
        assert_rising(&["orders-2024-1-9.csv", "orders-2024-1-10.csv", "orders-2024-10-1.csv"]);
        assert_rising(&["a1.csv", "a2-3.csv", "a2-12.csv", "a18446744073709551616.csv", "a18446744073709551617.csv"]);
    }

    #[test]
    fn a_bare_name_comes_before_its_copies() {
        let copies = ["o.csv", "o (1).csv", "o (2).csv", "o (10).csv"];
        assert_rising(&copies);
        for copies in [
            ["o.csv.gz", "o (1).csv.gz", "o (2).csv", "o (10).csv.zst"],
            ["o.csv", "o-1.csv", "o-2.csv", "o-10.csv"],
            ["o.csv", "o_1.csv", "o_2.csv", "o_10.csv"],
            ["o.csv", "o1.csv", "o2.csv", "o10.csv"],
            ["o.csv", "o.csv.1", "o.csv.2", "o.csv.10"],
            ["o.csv", "o - Copy.csv", "o - Copy (2).csv", "o - Copy (3).csv"],
            ["o.csv", "o copy.csv", "o copy 2.csv", "o copy 10.csv"],
            ["o.csv", "Copy of o.csv", "o_final.csv", "p.csv"],
            ["o.2024-01-09.csv", "o.2024-01-09 (1).csv", "o.2024-01-09 (2).csv", "o.2024-01-10.csv"],
            ["o.CSV", "o.csv", "o (1).CSV", "o (1).csv"],
        ] {
            assert_rising(&copies);
        }
    }

    #[test]
    fn folders_are_compared_one_by_one_and_what_is_equal_by_its_bytes() {
        assert_rising(&["d/9/z.csv", "d/10/a.csv", "d 2/a.csv"]);
        assert_rising(&["d01/z.csv", "d1/a.csv"]);
        assert_rising(&["a01.csv", "a1.csv", "a001 (1).csv"]);
        assert_rising(&["a", "a/b", "b"]);
    }
}
