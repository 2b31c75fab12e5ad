//! The order of people: by the bytes of their ids.
//!
//! Sorts by abbreviated keys (C. Nyberg and others, "AlphaSort: A RISC Machine Sort", 1994): eight bytes of each id
//! after the prefix that all ids have in common, as a number. An id itself is read only where these are equal.

use crate::index::Rank;
use accrue_facts::prefetch::{AT_A_TIME, prefetch};
use rayon::prelude::*;

/// Texts one after the other, without an allocation each.
#[derive(Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        &self.bytes[self.start(at)..self.ends[at]]
    }

    /// Begins to fetch a text.
    fn prefetch(&self, at: usize) {
        if let Some(first) = self.bytes.as_bytes().get(self.start(at)) {
            prefetch(first);
        }
    }

    fn start(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.ends[at - 1] }
    }

    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Texts {
        let mut all = Texts::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

/// In the order of the texts, though several threads fetch them.
impl<'a> FromParallelIterator<&'a str> for Texts {
    fn from_par_iter<I: IntoParallelIterator<Item = &'a str>>(texts: I) -> Texts {
        let with = |mut part: Texts, text: &str| {
            part.push(text);
            part
        };
        let parts: Vec<Texts> = texts.into_par_iter().fold(Texts::default, with).collect();
        let mut all = Texts::default();
        for part in parts {
            let start = all.bytes.len();
            all.bytes.push_str(&part.bytes);
            all.ends.extend(part.ends.into_iter().map(|end| start + end));
        }
        all
    }
}

/// Sorts different texts by their bytes; returns them, and the rank of each by its place before.
pub(crate) fn ranked(texts: &Texts) -> (Texts, Vec<Rank>) {
    // The eight bytes after the common prefix nearly always differ, so that few texts are read.
    let skipped = common_prefix(texts);
    let head = |at: usize| big_endian(&texts.get(at).as_bytes()[skipped..]);
    let mut order: Vec<(u64, u32)> = (0..texts.len()).into_par_iter().map(|at| (head(at), at as u32)).collect();
    order.par_sort_unstable_by(|(head, at), (other_head, other_at)| {
        head.cmp(other_head).then_with(|| texts.get(*at as usize).cmp(texts.get(*other_at as usize)))
    });
    let mut ranks = vec![Rank::new(0); order.len()];
    for (order, first_rank) in order.chunks(AT_A_TIME).zip((0..).step_by(AT_A_TIME)) {
        order.iter().for_each(|&(_, at)| prefetch(&ranks[at as usize]));
        for (&(_, at), rank) in order.iter().zip(first_rank..) {
            ranks[at as usize] = Rank::from_number(rank);
        }
    }
    let sorted = order.par_chunks(AT_A_TIME).flat_map_iter(|order| {
        let places = order.iter().map(|&(_, at)| at as usize);
        places.clone().for_each(|at| prefetch(&texts.ends[at]));
        places.clone().for_each(|at| texts.prefetch(at));
        places.map(|at| texts.get(at))
    });
    (sorted.collect(), ranks)
}

/// Returns how many bytes all texts have in common at their beginning.
fn common_prefix(texts: &Texts) -> usize {
    let mut texts = texts.iter().map(str::as_bytes);
    let Some(first) = texts.next() else { return 0 };
    texts.fold(first.len(), |length, text| {
        let is_same = text.len() >= length && text[..length] == first[..length];
        if is_same { length } else { first.iter().zip(text).take_while(|(one, other)| one == other).count() }
    })
}

/// Returns the first eight bytes as a number that sorts as they do, zeros where the text is shorter.
fn big_endian(text: &[u8]) -> u64 {
    let mut head = [0; 8];
    let length = text.len().min(8);
    head[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(texts: &[&str]) -> Vec<String> {
        let (sorted, ranks) = ranked(&texts.iter().copied().collect());
        for (text, rank) in texts.iter().zip(ranks) {
            assert_eq!(sorted.get(rank.get()), *text);
        }
        sorted.iter().map(str::to_string).collect()
    }

    #[test]
    fn texts_are_ranked_by_their_bytes() {
        assert_eq!(sorted(&["cust-10", "cust-9", "cust-100", "cust-"]), ["cust-", "cust-10", "cust-100", "cust-9"]);
        assert_eq!(sorted(&["a\0", "a", "é", "Z", "guest:1"]), ["Z", "a", "a\0", "guest:1", "é"]);
        assert_eq!(sorted(&["customer-000000012", "customer-000000011"]), ["customer-000000011", "customer-000000012"]);
        assert!(sorted(&[]).is_empty());
    }

    #[test]
    fn many_texts_are_ranked_as_few_are() {
        let texts: Vec<String> = (0..5 * AT_A_TIME + 3).map(|at| format!("cust-{}", at * 7_919 % 100_003)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut expected = texts.clone();
        expected.sort_unstable();
        assert_eq!(sorted(&texts), expected);
    }

    #[test]
    fn texts_that_differ_after_eight_bytes_are_told_apart() {
        assert_eq!(
            sorted(&["0123456789b", "0123456789", "x", "0123456789a"])[..3],
            ["0123456789", "0123456789a", "0123456789b"]
        );
    }
}
