//! Which texts are the same: for each place of a list, the first place that holds an equal text.
//!
//! Texts are hashed and dealt out, by the hash's upper half, to partitions whose table stays in the processor's cache;
//! there the lower half tells them apart. Then each text is compared with the one it was put to, and the few that
//! differ are put right by sorting. So a hash only ever saves time: the answer is the same with a poor one.

use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// No place.
pub const NONE: u32 = u32::MAX;

/// A hash of a text.
pub type Hash = fn(&[u8]) -> u64;

/// Places that are hashed at a time.
const CHUNK: usize = 1 << 18;
/// Texts of a partition: its table then has 256 KiB at most.
const PARTITION: usize = 1 << 14;
/// More partitions would make the dealing slower than what the smaller tables save.
const MOST_PARTITIONS: usize = 1 << 12;

/// A text within its partition: the lower half of its hash, and its place.
#[derive(Clone, Copy)]
struct Key {
    hash: u32,
    place: u32,
}

/// The texts of consecutive places, dealt out to partitions, each in the order of places.
struct Chunk {
    keys: Vec<Key>,
    starts: Vec<u32>,
}

/// Returns for each place the first place with an equal text, itself if need be; `NONE` where there is no text.
pub fn firsts<T: AsRef<str> + Send>(hash: Hash, len: usize, text: impl Fn(usize) -> Option<T> + Sync) -> Vec<u32> {
    assert!(len < NONE as usize, "{len} rows: at most {} can be read at a time", NONE - 1);
    let partitions = (len / PARTITION).next_power_of_two().min(MOST_PARTITIONS);
    let chunk = |at: usize| Chunk::new(hash, at * CHUNK..len.min((at + 1) * CHUNK), partitions, &text);
    let chunks: Vec<Chunk> = (0..len.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
    let firsts: Vec<AtomicU32> = (0..len).map(|_| AtomicU32::new(NONE)).collect();
    (0..partitions)
        .into_par_iter()
        .for_each_init(Vec::new, |table, partition| first_of_partition(&chunks, partition, table, &firsts));
    drop(chunks);
    let mut firsts: Vec<u32> = firsts.into_iter().map(AtomicU32::into_inner).collect();
    part_unequal(&mut firsts, &text);
    firsts
}

impl Chunk {
    fn new<T: AsRef<str>>(
        hash: Hash,
        places: Range<usize>,
        partitions: usize,
        text: &impl Fn(usize) -> Option<T>,
    ) -> Chunk {
        let mut hashes = Vec::with_capacity(places.len());
        hashes.extend(places.filter_map(|place| Some((hash(text(place)?.as_ref().as_bytes()), place as u32))));
        // The upper half times the count, without its lower 32 bits, is the partition.
        let partition = |hash: u64| (((hash >> 32) * partitions as u64) >> 32) as usize;
        let mut starts = vec![0; partitions + 1];
        for &(hash, _) in &hashes {
            starts[partition(hash) + 1] += 1;
        }
        for at in 0..partitions {
            starts[at + 1] += starts[at];
        }
        let mut ends = starts.clone();
        let mut keys = vec![Key { hash: 0, place: NONE }; hashes.len()];
        for (hash, place) in hashes {
            let end = &mut ends[partition(hash)];
            keys[*end as usize] = Key { hash: hash as u32, place };
            *end += 1;
        }
        Chunk { keys, starts }
    }

    fn partition(&self, at: usize) -> &[Key] {
        &self.keys[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// Finds the first place of each hash of a partition; keys come in the order of places.
fn first_of_partition(chunks: &[Chunk], partition: usize, table: &mut Vec<Key>, firsts: &[AtomicU32]) {
    let count: usize = chunks.iter().map(|chunk| chunk.partition(partition).len()).sum();
    let mask = (2 * count).next_power_of_two() - 1;
    table.clear();
    table.resize(mask + 1, Key { hash: 0, place: NONE });
    for key in chunks.iter().flat_map(|chunk| chunk.partition(partition)) {
        let mut slot = key.hash as usize & mask;
        while table[slot].place != NONE && table[slot].hash != key.hash {
            slot = (slot + 1) & mask;
        }
        if table[slot].place == NONE {
            table[slot] = *key;
        }
        firsts[key.place as usize].store(table[slot].place, Relaxed);
    }
}

/// Gives the texts that only share a hash with the text of their first place first places of their own.
fn part_unequal<T: AsRef<str> + Send>(firsts: &mut [u32], text: &(impl Fn(usize) -> Option<T> + Sync)) {
    let stray = |(place, &first): (usize, &u32)| {
        if first == NONE || first as usize == place {
            return None;
        }
        let (one, other) = (text(place)?, text(first as usize)?);
        (one.as_ref() != other.as_ref()).then_some((one, place as u32))
    };
    let mut unequal: Vec<(T, u32)> = firsts.par_iter().enumerate().with_min_len(CHUNK).filter_map(stray).collect();
    unequal.sort_unstable_by(|(one, at), (other, other_at)| one.as_ref().cmp(other.as_ref()).then(at.cmp(other_at)));
    for same in unequal.chunk_by(|(one, _), (other, _)| one.as_ref() == other.as_ref()) {
        for (_, place) in same {
            firsts[*place as usize] = same[0].1;
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
