//! Which texts are the same: for each place of a list, the first place that holds an equal text.
//!
//! Texts are told apart by fingerprints of 128 bits: those are dealt out to partitions that stay in the processor's
//! cache, and there a small table finds the first of each. No text is moved or compared, no table is larger than a cache,
//! nothing is sorted, and each text is fetched once from where it stands.
//!
//! Two different texts with the same fingerprint would be taken for one. Where a partition is one of 2,048, 107 bits
//! decide: for 10 million texts the odds of a single such pair are below 1 in 10^18, for 100 million below 1 in 10^16. And
//! nobody can look for one: fingerprints begin with a seed, made of the names and digests of all files, that whoever
//! chooses an id or an email does not know. It depends on nothing but the files, so the same files give the same result.

use crate::ingest::facts::FileRead;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

/// No place.
pub const NONE: u32 = u32::MAX;

/// Finds equal texts. Keeps its memory from list to list: the lists are long, and fresh memory is dear.
pub struct Same {
    seed: u64,
    spare: Mutex<Vec<Vec<Key>>>,
}

/// Places that are dealt out at a time.
const CHUNK: usize = 1 << 16;
/// Texts that a partition is meant to have: its table then takes 256 KiB.
const PARTITION: usize = 1 << 13;
/// Texts that are dealt out in one round: their keys take 256 MiB.
const ROUND: usize = 1 << 24;

/// A text: what its partition does not say of its fingerprint, and its place.
#[derive(Default)]
struct Key {
    low: u64,
    /// Once its partition is done, the first place of the text instead: so results are written in the order in which
    /// texts are read, not all over the list.
    middle: AtomicU32,
    place: u32,
}

/// The partitions of one round among those of all.
#[derive(Clone, Copy)]
struct Round {
    first: usize,
    count: usize,
    of: usize,
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

/// A text and its first place; free where that is `NONE`.
#[derive(Clone, Copy)]
struct Slot {
    low: u64,
    middle: u32,
    first: u32,
}

impl Same {
    /// Begins with a seed that depends on every byte of the files that the texts are from, if they were read whole.
    pub fn new<'f>(files: impl IntoIterator<Item = &'f FileRead>) -> Same {
        let mut hasher = Xxh3::new();
        for file in files {
            hasher.update(file.digest.as_bytes());
            // All that is known of a file of which some rows were read.
            hasher.update(file.path.as_os_str().as_encoded_bytes());
        }
        Same { seed: hasher.digest(), spare: Mutex::default() }
    }

    /// Returns for each place the first place with an equal text, itself if need be; `NONE` where there is no text.
    pub fn firsts<T: AsRef<str>>(&self, len: usize, text: impl Fn(usize) -> Option<T> + Sync) -> Vec<u32> {
        assert!(len < NONE as usize, "{len} rows of a kind are too many: at most {} can be told apart", NONE - 1);
        let mut firsts = vec![NONE; len];
        for round in Round::all(len) {
            self.play(round, &text, &mut firsts);
        }
        firsts
    }

    /// Finds the first places of the texts in a round's partitions.
    fn play<T: AsRef<str>>(&self, round: Round, text: &(impl Fn(usize) -> Option<T> + Sync), firsts: &mut [u32]) {
        let len = firsts.len();
        let places = |at: usize| at * CHUNK..len.min((at + 1) * CHUNK);
        let undealt = || Undealt { texts: Vec::new(), counts: vec![0; round.count] };
        let chunk = |undealt: &mut Undealt, at: usize| {
            undealt.read(self.seed, round, places(at), text);
            undealt.deal(round, self.spare().pop().unwrap_or_default())
        };
        let chunks: Vec<Chunk> = (0..len.div_ceil(CHUNK)).into_par_iter().map_init(undealt, chunk).collect();
        (0..round.count).into_par_iter().for_each_init(Table::default, |table, partition| {
            table.clear(chunks.iter().map(|chunk| chunk.keys(partition).len()).sum());
            for key in chunks.iter().flat_map(|chunk| chunk.keys(partition)) {
                key.middle.store(table.first(key), Relaxed);
            }
        });
        firsts.par_chunks_mut(CHUNK).zip(chunks).for_each(|(firsts, chunk)| {
            for key in &chunk.keys {
                firsts[key.place as usize % CHUNK] = key.middle.load(Relaxed);
            }
            self.spare().push(chunk.keys);
        });
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Vec<Key>>> {
        self.spare.lock().expect("no thread panics with it")
    }
}

impl Round {
    /// Cuts so many texts into rounds.
    fn all(len: usize) -> impl Iterator<Item = Round> {
        let rounds = len.div_ceil(ROUND);
        let count = (len / rounds.max(1) / PARTITION).next_power_of_two();
        (0..rounds).map(move |round| Round { first: round * count, count, of: rounds * count })
    }

    /// Returns the partition of a fingerprint, by its upper bits; `None` where it is of another round.
    #[inline]
    fn partition(self, fingerprint: u128) -> Option<usize> {
        let partition = (((fingerprint >> 96) as u64 * self.of as u64) >> 32) as usize;
        partition.checked_sub(self.first).filter(|&partition| partition < self.count)
    }
}

impl Undealt {
    fn read<T: AsRef<str>>(
        &mut self,
        seed: u64,
        round: Round,
        places: Range<usize>,
        text: &impl Fn(usize) -> Option<T>,
    ) {
        self.texts.clear();
        self.counts.fill(0);
        for place in places {
            let Some(text) = text(place) else { continue };
            let fingerprint = xxh3_128_with_seed(text.as_ref().as_bytes(), seed);
            if let Some(partition) = round.partition(fingerprint) {
                self.counts[partition] += 1;
                self.texts.push((fingerprint, place as u32));
            }
        }
    }

    /// Deals the texts out to their partitions, in memory that may have held others.
    fn deal(&self, round: Round, mut keys: Vec<Key>) -> Chunk {
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
            let end = &mut ends[round.partition(fingerprint).expect("read for this round")];
            let middle = AtomicU32::new((fingerprint >> 64) as u32);
            keys[*end as usize] = Key { low: fingerprint as u64, middle, place };
            *end += 1;
        }
        Chunk { keys, starts }
    }
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
        self.slots.resize((2 * count).next_power_of_two(), Slot { low: 0, middle: 0, first: NONE });
    }

    /// Returns the place of the first text that equals this one; texts come in the order of places.
    fn first(&mut self, key: &Key) -> u32 {
        let mask = self.slots.len() - 1;
        let middle = key.middle.load(Relaxed);
        let mut at = key.low as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.first == NONE {
                *slot = Slot { low: key.low, middle, first: key.place };
                return key.place;
            }
            if (slot.low, slot.middle) == (key.low, middle) {
                return slot.first;
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
            assert_eq!(same.firsts(texts.len(), |at| texts[at]), [0, NONE, 2, 0, 4, 2, NONE, 7, 4, 0]);
        }
        assert!(Same::new(&[]).firsts(0, |_| Some("")).is_empty());
    }

    #[test]
    fn first_places_are_found_over_many_chunks_and_partitions() {
        let len = 3 * CHUNK + 5;
        let found =
            Same::new(&[]).firsts(len, |place| (place % 7 != 3).then(|| format!("customer-{}", place * 31 % 50_021)));
        let mut seen = vec![NONE; 50_021];
        for (place, &first) in found.iter().enumerate() {
            let expected = &mut seen[place * 31 % 50_021];
            match place % 7 {
                3 => assert_eq!(first, NONE),
                _ if *expected == NONE => *expected = place as u32,
                _ => {}
            }
            assert!(place % 7 == 3 || first == *expected, "{place}");
        }
    }

    #[test]
    fn every_fingerprint_is_in_one_round() {
        let rounds: Vec<Round> = Round::all(3 * ROUND - 5).collect();
        assert_eq!(rounds.len(), 3);
        for fingerprint in (0..1_000_u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15 << 64)) {
            let found = rounds.iter().filter_map(|round| round.partition(fingerprint)).collect::<Vec<_>>();
            assert!(matches!(found[..], [partition] if partition < rounds[0].count), "{fingerprint:x}");
        }
        assert_eq!((Round::all(0).count(), Round::all(1).count(), Round::all(ROUND).count()), (0, 1, 1));
    }
}
