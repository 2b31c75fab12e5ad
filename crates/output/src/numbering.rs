//! Numbers values that repeat, so that each is kept once (dictionary encoding with a hash table).
//!
//! The hash table has open addressing with linear probing and is at most half full. Texts are hashed by XXH3-64,
//! numbers by Fibonacci hashing (D. Knuth, The Art of Computer Programming 3, 6.4).

use super::columns::{Column, Key, Texts, Values};
use accrue_kernel::entry::{DerivedEvent, EventId};
use xxhash_rust::xxh3::xxh3_64;

/// 2^64 divided by the golden ratio, made odd: multiplying by it spreads numbers that differ in few bits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Finds the numbers of values, from 0, by their hashes.
struct Numbering {
    /// The number of a value plus one; 0 is a free slot. The length is a power of two.
    slots: Vec<u32>,
    count: u32,
}

impl Default for Numbering {
    fn default() -> Numbering {
        Numbering { slots: vec![0; Numbering::FEW], count: 0 }
    }
}

impl Numbering {
    /// The number of slots of an empty table.
    const FEW: usize = 64;

    fn clear(&mut self) {
        self.empty(Numbering::FEW);
        self.count = 0;
    }

    /// Returns the number of the value with this hash for which `is_same` is true. `None` where there was none: then
    /// the value has the next number. `hash_of` gives the hash of a value that has a number already.
    #[inline]
    fn find_or_add(&mut self, hash: u64, is_same: impl Fn(u32) -> bool, hash_of: impl Fn(u32) -> u64) -> Option<u32> {
        if 2 * self.count as usize >= self.slots.len() {
            self.grow(hash_of);
        }
        match self.find(hash, is_same) {
            Ok(number) => Some(number),
            Err(slot) => {
                self.count += 1;
                self.slots[slot] = self.count;
                None
            }
        }
    }

    /// Returns the number of a value, or else the slot to put it into.
    #[inline]
    fn find(&self, hash: u64, is_same: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mut slot = self.slot(hash);
        loop {
            match self.slots[slot].checked_sub(1) {
                Some(number) if is_same(number) => return Ok(number),
                Some(_) => slot = self.slot(slot as u64 + 1),
                None => return Err(slot),
            }
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        self.empty(2 * self.slots.len());
        for number in 0..self.count {
            let slot = self.find(hash_of(number), |_| false).expect_err("each is there once");
            self.slots[slot] = number + 1;
        }
    }

    fn empty(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

/// The ids of events; each is kept once for a person.
///
/// An id is recognised by the address of its text first: the entries with the same id nearly always have it from the
/// same fact. Only a new address has the text itself compared.
#[derive(Default)]
pub(crate) struct Ids {
    texts: Texts,
    /// The person's addresses of texts.
    by_place: Numbering,
    places: Vec<(Place, Key)>,
    /// The person's texts, by their contents.
    by_text: Numbering,
    /// The number of the person's first text.
    first: u32,
}

/// The address of an id's text.
struct Place {
    prefix: DerivedEvent,
    address: usize,
    length: usize,
}

impl Ids {
    pub(crate) fn clear(&mut self) {
        self.texts.clear();
    }

    pub(crate) fn begin_person(&mut self) {
        self.by_place.clear();
        self.places.clear();
        self.by_text.clear();
        self.first = self.texts.len() as u32;
    }

    /// Returns the key of an id.
    #[inline]
    pub(crate) fn key(&mut self, id: EventId<'_>) -> Key {
        let (prefix, fact) = id.parts();
        let place = Place { prefix, address: fact.as_ptr() as usize, length: fact.len() };
        let hash_of = |known: u32| self.places[known as usize].0.hash();
        let is_same = |known: u32| self.places[known as usize].0.is_same(&place);
        if let Some(known) = self.by_place.find_or_add(place.hash(), is_same, hash_of) {
            return self.places[known as usize].1;
        }
        let key = self.key_of_text(prefix.text(), fact);
        self.places.push((place, key));
        key
    }

    /// Returns the key of a text made of two parts, which is added if the person has no such text yet.
    fn key_of_text(&mut self, prefix: &str, fact: &str) -> Key {
        let (texts, first) = (&mut self.texts, self.first);
        let added = texts.push((prefix, fact));
        let text = |known: u32| texts.at((first + known) as usize);
        let own = texts.get(added);
        match self.by_text.find_or_add(xxh3_64(own), |known| text(known) == own, |known| xxh3_64(text(known))) {
            Some(known) => {
                texts.pop();
                Key::new(first + known)
            }
            None => added,
        }
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }
}

impl Place {
    fn hash(&self) -> u64 {
        (self.address as u64 ^ self.prefix as u64).wrapping_mul(GOLDEN) >> 32
    }

    fn is_same(&self, other: &Place) -> bool {
        (self.prefix, self.address, self.length) == (other.prefix, other.address, other.length)
    }
}

/// A column of instants that repeat, in microseconds since 1970.
#[derive(Default)]
pub(crate) struct Instants {
    keys: Vec<Option<Key>>,
    different: Vec<i64>,
    numbering: Numbering,
    /// The value of the row before, and its key.
    last: Option<(i64, Key)>,
}

impl Instants {
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.different.clear();
        self.numbering.clear();
        self.last = None;
    }

    /// Adds rows, each with its microseconds.
    pub(crate) fn extend(&mut self, instants: impl ExactSizeIterator<Item = Option<i64>>) {
        self.keys.reserve(instants.len());
        for micros in instants {
            let key = micros.map(|micros| match self.last {
                Some((last, key)) if last == micros => key,
                _ => self.key(micros),
            });
            self.keys.push(key);
        }
    }

    pub(crate) fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Numbers(&self.different))
    }

    fn key(&mut self, micros: i64) -> Key {
        let is_same = |known: u32| self.different[known as usize] == micros;
        let hash_of = |known: u32| hash(self.different[known as usize]);
        let number = self.numbering.find_or_add(hash(micros), is_same, hash_of).unwrap_or_else(|| {
            self.different.push(micros);
            self.different.len() as u32 - 1
        });
        let key = Key::new(number);
        self.last = Some((micros, key));
        key
    }
}

/// Hashes microseconds. Multiples of a day have equal low bits, which a small table would look at alone.
fn hash(micros: i64) -> u64 {
    (micros as u64).wrapping_mul(GOLDEN) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_person_are_kept_once_wherever_they_stand() {
        let (fact, cancelled) = (EventId::fact, |id| EventId::derived(DerivedEvent::Cancel, id));
        let (a, elsewhere) = ("a", String::from("a"));
        let mut ids = Ids::default();
        ids.begin_person();
        let given = [fact(a), cancelled(a), fact(a), fact("cancel:a"), fact("b"), fact(&elsewhere)];
        assert_eq!(given.map(|id| ids.key(id).number()), [0, 1, 0, 1, 2, 0]);
        ids.begin_person();
        assert_eq!([fact("b"), fact("b")].map(|id| ids.key(id).number()), [3, 3]);
        assert_eq!(ids.texts().iter().collect::<Vec<_>>(), [&b"a"[..], b"cancel:a", b"b", b"b"]);
    }

    #[test]
    fn instants_are_numbered_as_they_come() {
        let mut instants = Instants::default();
        let day = 86_400_000_000;
        let given: Vec<Option<i64>> =
            (0..5_000).map(|row| (row % 7 != 3).then_some((row * row % 1_511) * day)).collect();
        instants.extend(given.iter().copied());
        let found: Vec<Option<i64>> =
            instants.keys.iter().map(|key| key.map(|key| instants.different[key.index()])).collect();
        assert_eq!(found, given);
        let mut different = instants.different.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), instants.different.len());
    }
}
