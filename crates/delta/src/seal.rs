//! Seals of commits: each begins with the digest of its own file, so that a bit that flips in a log is noticed.
//!
//! The digest stands at a fixed place, as the first member of the first line, and is taken with zeros in that place.

use super::action::{CommitInfo, Line};
use super::digest;

/// What a sealed commit begins with, right before its digest.
const BEGINNING: &str = "{\"commitInfo\":{\"digest\":\"";
/// What stands in the digest's place while it is taken.
const UNSEALED: &str = "00000000000000000000000000000000";

/// What a file of lines says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    Whole,
    Broken,
    /// It is of another program, or of a version that did not seal.
    Missing,
}

/// Returns the text of a commit, of which the first line says who made it.
pub fn sealed(lines: &[Line]) -> String {
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

pub fn seal(text: &str) -> Seal {
    let Some(told) = text.strip_prefix(BEGINNING) else { return Seal::Missing };
    // A place that is cut or no text of digits is broken as well.
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
