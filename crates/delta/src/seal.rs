//! Seals of commits: each commit begins with the digest of its own file, so that damage in a log is noticed.
//!
//! The digest is at a fixed position, as the first member of the first line. It is computed with zeros in its own
//! place.

use super::action::{CommitInfo, Line};
use super::digest;

/// The text of a sealed commit up to its digest.
const BEGINNING: &str = "{\"commitInfo\":{\"digest\":\"";
/// The zeros in the place of the digest while it is computed.
const UNSEALED: &str = "00000000000000000000000000000000";

/// The seal of a file of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// The digest is right.
    Whole,
    /// The digest is wrong, or cut.
    Broken,
    /// There is none: the commit is of another program, or of a version that did not seal.
    Missing,
}

/// Returns the text of a commit with its seal.
///
/// # Panics
/// Where the first action is no `commitInfo`.
pub(crate) fn sealed(lines: &[Line]) -> String {
    let mut lines = lines.to_vec();
    let info = lines[0].commit_info.take().expect("a commit begins with who made it");
    lines[0] = CommitInfo { digest: Some(UNSEALED.to_owned()), ..info }.into();
    let mut text = String::new();
    for line in &lines {
        text += &serde_json::to_string(line).expect("lines are JSON");
        text.push('\n');
    }
    let digest = digest::of_bytes(text.as_bytes());
    text.replace_range(BEGINNING.len()..BEGINNING.len() + digest.len(), &digest);
    text
}

/// Checks the seal of a commit's text.
pub(crate) fn seal(text: &str) -> Seal {
    let Some(told) = text.strip_prefix(BEGINNING) else { return Seal::Missing };
    // A digest that is cut, or has other characters than digits, is broken too.
    let Some((told, rest)) = told.split_at_checked(UNSEALED.len()) else { return Seal::Broken };
    match digest::of_bytes(&[BEGINNING, UNSEALED, rest].concat().into_bytes()) == told {
        true => Seal::Whole,
        false => Seal::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text() -> String {
        let info = CommitInfo { operation: Some("WRITE".to_owned()), record: json!({"a": 1}), ..CommitInfo::default() };
        sealed(&[info.into(), super::super::Txn::new("a", 4).into()])
    }

    #[test]
    fn a_sealed_commit_is_whole_and_reads_as_before() {
        let text = text();
        assert_eq!(seal(&text), Seal::Whole);
        let lines: Vec<Line> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0].commit_info.as_ref().unwrap().record, json!({"a": 1}));
        assert_eq!(lines[1].txn.as_ref().unwrap().version, 4);
    }

    #[test]
    fn no_bit_flips_unnoticed_behind_the_beginning() {
        let whole = text().into_bytes();
        for bit in 8 * BEGINNING.len()..8 * whole.len() {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            // What is no text any more cannot be read at all.
            let found = String::from_utf8(altered).map_or(Seal::Broken, |text| seal(&text));
            assert_eq!(found, Seal::Broken, "bit {bit}");
        }
        for bit in 0..8 * BEGINNING.len() {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(String::from_utf8(altered).map_or(Seal::Broken, |text| seal(&text)), Seal::Whole, "bit {bit}");
        }
    }

    #[test]
    fn texts_that_are_cut_or_not_sealed_are_told_apart() {
        let whole = text();
        assert_eq!(seal(&whole[..BEGINNING.len() + 10]), Seal::Broken);
        assert_eq!(seal(&whole[..whole.len() - 1]), Seal::Broken);
        assert_eq!(seal("{\"commitInfo\":{\"timestamp\":1}}\n"), Seal::Missing);
        assert_eq!(seal("{\"protocol\":{}}\n"), Seal::Missing);
    }
}
