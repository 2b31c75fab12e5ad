//! Replaces, for every row, the place of the first equal text by a value that belongs to the distinct text.
//!
//! Distinct texts are numbered by their first places: a bit vector marks the first places, and the number of a text is
//! the rank of its bit (G. Jacobson, "Space-efficient Static Trees and Graphs", 1989). A lookup counts the bits of one
//! word and adds the count before that word.

use crate::index::{Index, Place, recast};
use accrue_facts::prefetch::{AT_A_TIME, prefetch};
use rayon::prelude::*;

/// Places that one word of the bit vector covers.
const WORD: usize = u64::BITS as usize;

/// A bit per place, set where the place is the first of its text; and the number of set bits in all words before.
struct Word {
    bits: u64,
    before: u32,
}

/// Looks up, for each entry, the number of its distinct text and stores `of_texts[number]`. `None` stays `None`.
pub(crate) fn tell<K>(mut firsts: Vec<Option<Place>>, of_texts: &[Index<K>]) -> Vec<Option<Index<K>>> {
    let words = words(&firsts);
    // In three steps over a few places, so that loads overlap: fetch the word, find the number, look up the value.
    firsts.par_chunks_mut(AT_A_TIME).for_each(|firsts| {
        firsts.iter().flatten().for_each(|first| prefetch(&words[first.get() / WORD]));
        for first in firsts.iter_mut().flatten() {
            *first = number(&words, *first);
            prefetch(&of_texts[first.get()]);
        }
        firsts.iter_mut().flatten().for_each(|first| *first = of_texts[first.get()].recast());
    });
    recast(firsts)
}

fn words(firsts: &[Option<Place>]) -> Vec<Word> {
    let bits = |(word, own): (usize, &[Option<Place>])| {
        let is_first = |(at, first): (usize, &Option<Place>)| {
            u64::from(first.is_some_and(|first| first.get() == WORD * word + at)) << at
        };
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
fn number(words: &[Word], first: Place) -> Place {
    let (word, at) = (&words[first.get() / WORD], first.get() % WORD);
    Place::from_number(word.before + (word.bits & ((1 << at) - 1)).count_ones())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Rank;

    #[test]
    fn every_place_is_told_of_its_text() {
        let first = |place: usize| (place % 13 != 4).then(|| Place::new(place - place % 3));
        let is_first = |place: &usize| first(*place) == Some(Place::new(*place));
        let different: Vec<usize> = (0..1_000).filter(is_first).collect();
        let told: Vec<Rank> = different.iter().map(|first| Rank::new(7 * first)).collect();
        // A text whose first place is left out has no value anywhere.
        let is_told = |first: &Place| different.contains(&first.get());
        let firsts: Vec<Option<Place>> = (0..1_000).map(|place| first(place).filter(is_told)).collect();
        let expected: Vec<Option<Rank>> =
            firsts.iter().map(|first| first.map(|first| Rank::new(7 * first.get()))).collect();
        assert_eq!(tell(firsts, &told), expected);
        assert_eq!(tell::<crate::index::OfPerson>(Vec::new(), &[]), []);
    }
}
