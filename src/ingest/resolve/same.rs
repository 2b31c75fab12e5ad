//! Which texts are the same: for each place of a list, the first place that holds an equal text.
//!
//! Texts are dealt out, bytes and all, by their hash to partitions that stay in the processor's cache; there a small
//! table finds the first of each. Texts of equal hash are compared, so a hash only ever saves time: the answer is the
//! same with a poor one. No table of all texts, no sorting, and each text is fetched once from where it stands.

use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// No place.
pub const NONE: u32 = u32::MAX;

/// A hash of a text.
pub type Hash = fn(&[u8]) -> u64;

/// Places that are dealt out at a time.
const CHUNK: usize = 1 << 17;
/// Texts that a partition is meant to have: its table then takes 64 KiB.
const PARTITION: usize = 1 << 12;
/// More partitions would make the dealing slower than what their smaller tables save.
const MOST_PARTITIONS: usize = 1 << 12;

/// A text of a chunk: the lower half of its hash, its place, and where it ends in the chunk's bytes.
#[derive(Default)]
struct Key {
    /// Once its partition is done, the first place of the text instead: so results are written in the order in which
    /// texts are read, not all over the list.
    hash: AtomicU32,
    place: u32,
    end: u32,
}

/// Where the keys of a partition begin in a chunk, and where their bytes do.
#[derive(Clone, Copy, Default)]
struct Start {
    key: u32,
    byte: u32,
}

/// The texts of consecutive places as they come: hash, place, end in the bytes. Reused from chunk to chunk.
#[derive(Default)]
struct Undealt {
    keys: Vec<(u64, u32, u32)>,
    bytes: Vec<u8>,
}

/// The texts of consecutive places, partition by partition, each in the order of places.
struct Chunk {
    keys: Vec<Key>,
    bytes: Vec<u8>,
    /// One for each partition, and the end of the last.
    starts: Vec<Start>,
}

/// The first places of the different texts of one partition.
#[derive(Default)]
struct Table<'c> {
    /// By hash, one more than an index into `different`; 0 is free.
    slots: Vec<(u32, u32)>,
    different: Vec<(u32, &'c [u8])>,
}

/// Returns for each place the first place with an equal text, itself if need be; `NONE` where there is no text.
pub fn firsts<T: AsRef<str>>(hash: Hash, len: usize, text: impl Fn(usize) -> Option<T> + Sync) -> Vec<u32> {
    assert!(len < NONE as usize, "{len} rows of a kind are too many: at most {} can be told apart", NONE - 1);
    let partitions = (len / PARTITION).next_power_of_two().min(MOST_PARTITIONS);
    let places = |at: usize| at * CHUNK..len.min((at + 1) * CHUNK);
    let chunk = |undealt: &mut Undealt, at: usize| {
        undealt.read(hash, places(at), &text);
        undealt.deal(partitions)
    };
    let chunks: Vec<Chunk> = (0..len.div_ceil(CHUNK)).into_par_iter().map_init(Undealt::default, chunk).collect();
    (0..partitions).into_par_iter().for_each_init(Table::default, |table, partition| {
        table.clear(chunks.iter().map(|chunk| chunk.count(partition)).sum());
        for (key, text) in chunks.iter().flat_map(|chunk| chunk.texts(partition)) {
            key.hash.store(table.first(key, text), Relaxed);
        }
    });
    let mut firsts = vec![NONE; len];
    firsts.par_chunks_mut(CHUNK).zip(chunks).for_each(|(firsts, chunk)| {
        for key in chunk.keys {
            firsts[key.place as usize % CHUNK] = key.hash.into_inner();
        }
    });
    firsts
}

impl Chunk {
    fn count(&self, partition: usize) -> usize {
        (self.starts[partition + 1].key - self.starts[partition].key) as usize
    }

    /// Returns the texts of a partition with their keys, in the order of places.
    fn texts(&self, partition: usize) -> impl Iterator<Item = (&Key, &[u8])> {
        let [start, end] = [self.starts[partition], self.starts[partition + 1]];
        let mut byte = start.byte as usize;
        self.keys[start.key as usize..end.key as usize].iter().map(move |key| {
            let text = &self.bytes[byte..key.end as usize];
            byte = key.end as usize;
            (key, text)
        })
    }
}

impl Undealt {
    fn read<T: AsRef<str>>(&mut self, hash: Hash, places: Range<usize>, text: &impl Fn(usize) -> Option<T>) {
        self.keys.clear();
        self.bytes.clear();
        for place in places {
            let Some(text) = text(place) else { continue };
            let text = text.as_ref().as_bytes();
            self.bytes.extend_from_slice(text);
            let end = u32::try_from(self.bytes.len()).expect("ids of less than 32 KiB each");
            self.keys.push((hash(text), place as u32, end));
        }
    }

    /// Deals the texts out to partitions, by the upper halves of their hashes.
    fn deal(&self, partitions: usize) -> Chunk {
        let partition = |hash: u64| (((hash >> 32) * partitions as u64) >> 32) as usize;
        let starts = self.starts(partitions, partition);
        let mut ends = starts.clone();
        let mut keys: Vec<Key> = self.keys.iter().map(|_| Key::default()).collect();
        let mut bytes = vec![0; self.bytes.len()];
        let mut start = 0;
        for &(hash, place, end) in &self.keys {
            let text = &self.bytes[start..end as usize];
            start = end as usize;
            let next = &mut ends[partition(hash)];
            bytes[next.byte as usize..][..text.len()].copy_from_slice(text);
            next.byte += text.len() as u32;
            keys[next.key as usize] = Key { hash: AtomicU32::new(hash as u32), place, end: next.byte };
            next.key += 1;
        }
        Chunk { keys, bytes, starts }
    }

    fn starts(&self, partitions: usize, partition: impl Fn(u64) -> usize) -> Vec<Start> {
        let mut starts = vec![Start::default(); partitions + 1];
        let mut start = 0;
        for &(hash, _, end) in &self.keys {
            let next = &mut starts[partition(hash) + 1];
            next.key += 1;
            next.byte += end - start;
            start = end;
        }
        for at in 0..partitions {
            starts[at + 1].key += starts[at].key;
            starts[at + 1].byte += starts[at].byte;
        }
        starts
    }
}

impl<'c> Table<'c> {
    /// Empties the table and makes room for so many texts.
    fn clear(&mut self, count: usize) {
        self.slots.clear();
        self.slots.resize((2 * count).next_power_of_two(), (0, 0));
        self.different.clear();
    }

    /// Returns the place of the first text that equals this one; texts come in the order of places.
    fn first(&mut self, key: &Key, text: &'c [u8]) -> u32 {
        let mask = self.slots.len() - 1;
        let key_hash = key.hash.load(Relaxed);
        let mut slot = key_hash as usize & mask;
        loop {
            let (hash, number) = self.slots[slot];
            if number == 0 {
                self.different.push((key.place, text));
                self.slots[slot] = (key_hash, self.different.len() as u32);
                return key.place;
            }
            if hash == key_hash {
                let (place, other) = self.different[number as usize - 1];
                if text == other {
                    return place;
                }
            }
            slot = (slot + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    const HASHES: [Hash; 4] = [xxh3_64, |_| 0, |bytes| xxh3_64(bytes) & 3, |bytes| xxh3_64(bytes) & 3 << 62];

    #[test]
    fn equal_texts_share_the_first_place_whatever_the_hash() {
        let texts =
            [Some("b"), None, Some("a"), Some("b"), Some("c"), Some("a"), None, Some("d"), Some("c"), Some("b")];
        for hash in HASHES {
            assert_eq!(firsts(hash, texts.len(), |at| texts[at]), [0, NONE, 2, 0, 4, 2, NONE, 7, 4, 0]);
        }
        assert!(firsts(xxh3_64, 0, |_| Some("")).is_empty());
    }

    #[test]
    fn first_places_are_found_over_many_chunks_and_partitions() {
        let len = 3 * CHUNK + 5;
        let found = firsts(xxh3_64, len, |place| (place % 7 != 3).then(|| format!("customer-{}", place * 31 % 50_021)));
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
}
