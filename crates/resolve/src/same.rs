//! Which texts are the same: for each place of a list, the first place that holds an equal text.
//!
//! A radix-partitioned hash table (S. Manegold, P. Boncz, M. Kersten, "Optimizing Main-Memory Join on Modern Hardware",
//! 2002) over fingerprints of 128 bits. Three steps: each fingerprint goes to a partition by its upper bits; a table
//! for each partition, small enough for the processor's cache, finds the first place of each fingerprint; the results
//! are written in the order of places. No text is moved or compared, and nothing is sorted. Each text is read once;
//! above 16 million texts, which take several rounds, twice.
//!
//! Two different texts with the same fingerprint would be taken for one. Where a partition is one of 2,048, 107 bits
//! decide: for 10 million texts the odds of a single such pair are below 1 in 10^18, for 100 million below 1 in 10^16.
//! And nobody can look for one: fingerprints begin with a seed, made of the names and digests of all files, that
//! whoever chooses an id or an email does not know. It depends on nothing but the files, so the same files give the
//! same result.

use crate::index::Place;
use accrue_facts::FileRead;
use accrue_facts::prefetch::AT_A_TIME;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

/// Finds equal texts. Keeps its memory from list to list: the lists are long, and fresh memory is dear.
pub(crate) struct Same {
    seed: u64,
    spare: Mutex<Vec<Vec<Key>>>,
}

/// Texts of one round that are dealt out at a time: few enough to stay in the processor's cache, and so many that those
/// of one partition are a few cache lines.
const CHUNK: usize = 1 << 16;
/// Texts that a partition is meant to have: its table then takes 256 KiB.
const PARTITION: usize = 1 << 13;
/// Texts that are dealt out in one round: their keys take 256 MiB.
const ROUND: usize = 1 << 24;
/// Places of the longest list: as many rounds as a `u8` tells apart, and few enough for a place to be a `u32`.
const MOST: usize = RoundNumber::MOST * ROUND;

/// A text: its place, and the lower 96 bits of its fingerprint (the partition follows from the upper ones).
#[derive(Default)]
struct Key {
    low: u64,
    /// Replaced by the first place of the text once the partition is done, so that results are written in the order in
    /// which texts are read, not all over the list.
    middle: AtomicU32,
    place: u32,
}

/// How fingerprints are shared out among rounds, and within a round among partitions.
#[derive(Clone, Copy)]
struct Rounds {
    count: usize,
    /// Of each round; a power of two.
    partitions: usize,
}

/// One of the rounds.
#[derive(Clone, Copy)]
struct Round {
    of: Rounds,
    number: RoundNumber,
}

/// The round to which the text of a place belongs; [`RoundNumber::NONE`] of a place without one.
///
/// One byte without a branch to compare it: a look at many places must not wait for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RoundNumber(u8);

impl RoundNumber {
    const FIRST: RoundNumber = RoundNumber(0);
    const NONE: RoundNumber = RoundNumber(u8::MAX);
    /// So many rounds have a number.
    const MOST: usize = RoundNumber::NONE.0 as usize;
}

/// The fingerprints and places of consecutive texts as they come, and how many are in each partition. Reused from chunk
/// to chunk.
struct Undealt {
    texts: Vec<(u128, u32)>,
    counts: Vec<u32>,
}

/// The texts of consecutive places, partition by partition, each in the order of places.
struct Chunk {
    keys: Vec<Key>,
    /// One for each partition, and the end of the last.
    starts: Vec<u32>,
}

/// The different texts of one partition, by the lower bits of their fingerprints.
#[derive(Default)]
struct Table {
    slots: Vec<Slot>,
}

/// A text and its first place; free without one.
#[derive(Clone, Copy)]
struct Slot {
    low: u64,
    middle: u32,
    first: Option<Place>,
}

impl Same {
    /// Begins with a seed that depends on every byte of the files that the texts are from, if they were read whole.
    pub(crate) fn new<'f>(files: impl IntoIterator<Item = &'f FileRead>) -> Same {
        let mut hasher = Xxh3::new();
        for file in files {
            hasher.update(file.digest.as_bytes());
            // All that is known of a file of which some rows were read.
            hasher.update(file.path.as_os_str().as_encoded_bytes());
        }
        Same { seed: hasher.digest(), spare: Mutex::default() }
    }

    /// Returns for each place the first place with an equal text, itself if need be; `None` where there is no text.
    pub(crate) fn firsts<T: AsRef<[u8]>>(
        &self,
        len: usize,
        text: impl Fn(usize) -> Option<T> + Sync,
    ) -> Vec<Option<Place>> {
        self.firsts_apart(len, text, |_| ())
    }

    /// Returns the same as `firsts`. Where there is more than one round, calls `prefetch(place)` shortly before
    /// `text(place)` from the second one on, because texts of one round are then far from each other in memory.
    pub(crate) fn firsts_apart<T: AsRef<[u8]>>(
        &self,
        len: usize,
        text: impl Fn(usize) -> Option<T> + Sync,
        prefetch: impl Fn(usize) + Sync,
    ) -> Vec<Option<Place>> {
        assert!(len <= MOST, "{len} rows of a kind are too many: at most {MOST} can be told apart");
        let rounds = Rounds::of(len);
        // All texts start in the first round, which computes each one's round.
        let mut round_of = vec![RoundNumber::FIRST; len];
        // By all threads, since most of this is waiting for fresh memory.
        let mut firsts: Vec<Option<Place>> = rayon::iter::repeat_n(None, len).collect();
        for number in 0..rounds.count {
            self.play(
                Round { of: rounds, number: RoundNumber(number as u8) },
                &mut round_of,
                &text,
                &prefetch,
                &mut firsts,
            );
        }
        firsts
    }

    /// Finds the first places of the texts that belong to a round.
    fn play<T: AsRef<[u8]>>(
        &self,
        round: Round,
        round_of: &mut [RoundNumber],
        text: &(impl Fn(usize) -> Option<T> + Sync),
        prefetch: &(impl Fn(usize) + Sync),
        firsts: &mut [Option<Place>],
    ) {
        let undealt = || Undealt { texts: Vec::new(), counts: vec![0; round.of.partitions] };
        // Every round has its share of these places, unless most texts are equal: then one round may have them all.
        let places = CHUNK * round.of.count;
        let chunk = |undealt: &mut Undealt, (at, round_of): (usize, &mut [RoundNumber])| {
            let fingerprint = |place| Some(xxh3_128_with_seed(text(place)?.as_ref(), self.seed));
            undealt.read(round, round_of, at * places, fingerprint, prefetch);
            undealt.deal(round.of, self.spare().pop().unwrap_or_default())
        };
        let chunks = round_of.par_chunks_mut(places).enumerate();
        let chunks: Vec<Chunk> = chunks.map_init(undealt, chunk).collect();
        (0..round.of.partitions).into_par_iter().for_each_init(Table::default, |table, partition| {
            table.clear(chunks.iter().map(|chunk| chunk.keys(partition).len()).sum());
            for key in chunks.iter().flat_map(|chunk| chunk.keys(partition)) {
                key.middle.store(table.first(key).number(), Relaxed);
            }
        });
        firsts.par_chunks_mut(places).zip(chunks).enumerate().for_each(|(at, (firsts, chunk))| {
            for key in &chunk.keys {
                firsts[key.place as usize - at * places] = Some(Place::from_number(key.middle.load(Relaxed)));
            }
            self.spare().push(chunk.keys);
        });
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Vec<Key>>> {
        self.spare.lock().expect("no thread panics with it")
    }
}

impl Rounds {
    /// Shares out so many texts.
    fn of(len: usize) -> Rounds {
        let count = len.div_ceil(ROUND);
        Rounds { count, partitions: (len / count.max(1) / PARTITION).next_power_of_two() }
    }

    /// Returns the round of a fingerprint and its partition there, by its upper bits.
    #[inline]
    fn place(self, fingerprint: u128) -> (RoundNumber, usize) {
        let partition = (((fingerprint >> 96) as u64 * (self.count * self.partitions) as u64) >> 32) as usize;
        (RoundNumber((partition / self.partitions) as u8), partition & (self.partitions - 1))
    }
}

impl Undealt {
    /// Reads those of consecutive texts that belong to a round; the first round computes the round of each text.
    fn read(
        &mut self,
        round: Round,
        round_of: &mut [RoundNumber],
        first_place: usize,
        fingerprint: impl Fn(usize) -> Option<u128>,
        prefetch: impl Fn(usize),
    ) {
        self.texts.clear();
        self.counts.fill(0);
        for (first_place, round_of) in (first_place..).step_by(AT_A_TIME).zip(round_of.chunks_mut(AT_A_TIME)) {
            let mut places = [0; AT_A_TIME];
            let own = places_of(round, round_of, &mut places);
            // All texts are read in the first round, one after the other: the processor sees that by itself.
            if round.number != RoundNumber::FIRST {
                own.iter().for_each(|at| prefetch(first_place + at));
            }
            for &at in own {
                let Some(fingerprint) = fingerprint(first_place + at) else {
                    round_of[at] = RoundNumber::NONE;
                    continue;
                };
                let (its_round, partition) = round.of.place(fingerprint);
                round_of[at] = its_round;
                if its_round == round.number {
                    self.counts[partition] += 1;
                    self.texts.push((fingerprint, (first_place + at) as u32));
                }
            }
        }
    }

    /// Deals the texts out to their partitions, in memory that may have held others.
    fn deal(&self, rounds: Rounds, mut keys: Vec<Key>) -> Chunk {
        let starts: Vec<u32> = std::iter::once(0)
            .chain(self.counts.iter().scan(0, |end, count| {
                *end += count;
                Some(*end)
            }))
            .collect();
        let mut ends = starts.clone();
        keys.clear();
        keys.resize_with(self.texts.len(), Key::default);
        for &(fingerprint, place) in &self.texts {
            let end = &mut ends[rounds.place(fingerprint).1];
            let middle = AtomicU32::new((fingerprint >> 64) as u32);
            keys[*end as usize] = Key { low: fingerprint as u64, middle, place };
            *end += 1;
        }
        Chunk { keys, starts }
    }
}

/// Branch-free filter: collects the places that belong to a round.
fn places_of<'p>(round: Round, round_of: &[RoundNumber], places: &'p mut [usize; AT_A_TIME]) -> &'p [usize] {
    let mut count = 0;
    for (at, &its_round) in round_of.iter().enumerate() {
        places[count] = at;
        count += usize::from(its_round == round.number);
    }
    &places[..count]
}

impl Chunk {
    fn keys(&self, partition: usize) -> &[Key] {
        &self.keys[self.starts[partition] as usize..self.starts[partition + 1] as usize]
    }
}

impl Table {
    /// Empties the table and makes room for so many texts.
    fn clear(&mut self, count: usize) {
        self.slots.clear();
        self.slots.resize((2 * count).next_power_of_two(), Slot { low: 0, middle: 0, first: None });
    }

    /// Returns the place of the first text that equals this one; texts come in the order of places.
    fn first(&mut self, key: &Key) -> Place {
        let mask = self.slots.len() - 1;
        let middle = key.middle.load(Relaxed);
        let mut at = key.low as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            let Some(first) = slot.first else {
                let first = Place::from_number(key.place);
                *slot = Slot { low: key.low, middle, first: Some(first) };
                return first;
            };
            if (slot.low, slot.middle) == (key.low, middle) {
                return first;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_the_first_place_whatever_the_seed() {
        let texts =
            [Some("b"), None, Some("a"), Some("b"), Some("c"), Some("a"), None, Some("d"), Some("c"), Some("b")];
        for seed in [0, 1, u64::MAX] {
            let same = Same { seed, spare: Mutex::default() };
            let firsts = same.firsts(texts.len(), |at| texts[at]);
            let firsts: Vec<_> = firsts.into_iter().map(|first| first.map(Place::get)).collect();
            let expected = [Some(0), None, Some(2), Some(0), Some(4), Some(2), None, Some(7), Some(4), Some(0)];
            assert_eq!(firsts, expected);
        }
        assert!(Same::new(&[]).firsts(0, |_| Some("")).is_empty());
    }

    #[test]
    fn first_places_are_found_over_many_chunks_and_partitions() {
        let len = 3 * CHUNK + 5;
        let found =
            Same::new(&[]).firsts(len, |place| (place % 7 != 3).then(|| format!("customer-{}", place * 31 % 50_021)));
        let mut seen = vec![None; 50_021];
        for (place, &first) in found.iter().enumerate() {
            if place % 7 == 3 {
                assert_eq!(first, None);
            } else {
                let expected = *seen[place * 31 % 50_021].get_or_insert(Place::new(place));
                assert_eq!(first, Some(expected), "{place}");
            }
        }
    }

    #[test]
    fn rounds_share_the_texts_out_and_find_the_same() {
        let rounds = Rounds::of(3 * ROUND - 5);
        assert_eq!((rounds.count, rounds.partitions), (3, ROUND / PARTITION));
        assert_eq!((Rounds::of(0).count, Rounds::of(1).count, Rounds::of(ROUND).count), (0, 1, 1));
        // Three chunks, the last of them not full.
        let (same, len) = (Same::new(&[]), 7 * CHUNK + 7);
        let text = |place: usize| (place % 5 != 2).then(|| format!("{}", place % 1_009));
        let (mut firsts, mut round_of) = (vec![None; len], vec![RoundNumber::FIRST; len]);
        let numbers = [0, 1, 2].map(RoundNumber);
        for number in numbers {
            let round = Round { of: Rounds { count: 3, partitions: 4 }, number };
            same.play(round, &mut round_of, &text, &|_| (), &mut firsts);
        }
        assert_eq!(firsts, same.firsts(len, text));
        assert!(numbers.iter().all(|number| round_of.contains(number)) && round_of[2] == RoundNumber::NONE);
    }
}
