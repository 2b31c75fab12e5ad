//! What is told of each different text, told at every place of it.

use crate::same::NONE;
use accrue_facts::prefetch::{AT_A_TIME, prefetch};
use rayon::prelude::*;

/// Places that one word of bits stands for.
const WORD: usize = u64::BITS as usize;

/// Which of some consecutive places are the first of their text, and how many such are before them all.
struct Word {
    bits: u64,
    before: u32,
}

/// Replaces the first place of each text by what `of_texts` has for that text, in the order of first places. `NONE` stays.
pub fn tell(firsts: &mut [u32], of_texts: &[u32]) {
    let words = words(firsts);
    // In three steps over a few places: the first place becomes the text's number, and that what is told of it.
    firsts.par_chunks_mut(AT_A_TIME).for_each(|firsts| {
        firsts.iter().filter(|&&first| first != NONE).for_each(|&first| prefetch(&words[first as usize / WORD]));
        for first in firsts.iter_mut().filter(|first| **first != NONE) {
            *first = number(&words, *first);
            prefetch(&of_texts[*first as usize]);
        }
        firsts.iter_mut().filter(|first| **first != NONE).for_each(|first| *first = of_texts[*first as usize]);
    });
}

fn words(firsts: &[u32]) -> Vec<Word> {
    let bits = |(word, own): (usize, &[u32])| {
        let is_first = |(at, &first): (usize, &u32)| u64::from(first as usize == WORD * word + at) << at;
        Word { bits: own.iter().enumerate().map(is_first).sum(), before: 0 }
    };
    let mut words: Vec<Word> = firsts.par_chunks(WORD).enumerate().map(bits).collect();
    let mut before = 0;
    for word in &mut words {
        word.before = before;
        before += word.bits.count_ones();
    }
    words
}

/// Returns how many different texts come before the one that begins at a place.
fn number(words: &[Word], first: u32) -> u32 {
    let (word, at) = (&words[first as usize / WORD], first as usize % WORD);
    word.before + (word.bits & ((1 << at) - 1)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_told_of_its_text() {
        let firsts: Vec<u32> = (0..1_000).map(|place| if place % 13 == 4 { NONE } else { place - place % 3 }).collect();
        let different: Vec<u32> = (0..1_000).filter(|&place| firsts[place as usize] == place).collect();
        let told = different.iter().map(|first| 7 * first).collect::<Vec<_>>();
        // Texts of which the first place was taken out are told of nowhere.
        let mut found: Vec<u32> =
            firsts.iter().map(|&first| if different.contains(&first) { first } else { NONE }).collect();
        let expected: Vec<u32> = found.iter().map(|&first| if first == NONE { NONE } else { 7 * first }).collect();
        tell(&mut found, &told);
        assert_eq!(found, expected);
        tell(&mut [], &[]);
    }
}
