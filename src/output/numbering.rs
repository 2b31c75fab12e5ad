//! Values that come again, each kept once and told by its number.

use super::columns::{Column, NO_KEY, Texts, Values};
use crate::kernel::entry::{EventId, Prefix};
use xxhash_rust::xxh3::xxh3_64;

/// Spreads numbers that differ in few bits over all bits: 2^64 by the golden ratio, which is odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Finds the numbers of values by their hashes: open addressing, at most half full.
#[derive(Default)]
struct Numbering {
    /// One more than the number of a value; 0 is free.
    slots: Vec<u32>,
}

impl Numbering {
    /// Forgets all values and makes room for so many.
    fn begin(&mut self, most: usize) {
        self.slots.clear();
        self.slots.resize((2 * most).next_power_of_two(), 0);
    }

    /// Returns the number of the value that `is_same` recognises by its number, or else the slot to put it into.
    #[inline]
    fn find(&self, hash: u64, is_same: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot].checked_sub(1) {
                Some(number) if is_same(number) => return Ok(number),
                Some(_) => slot = (slot + 1) & mask,
                None => return Err(slot),
            }
        }
    }

    fn put(&mut self, slot: usize, number: u32) {
        self.slots[slot] = number + 1;
    }
}

/// The ids of events. Each is kept once a person.
///
/// They are told by where their texts stand, as long as they stand where they stood before: nearly always, since the entries
/// that have an id have it from one fact. Only then are they looked at.
#[derive(Default)]
pub struct Ids {
    texts: Texts,
    /// The person's places, by what they are.
    by_place: Numbering,
    places: Vec<Place>,
    /// The person's texts, by what they say.
    by_text: Numbering,
    /// The number of the person's first text.
    first: u32,
}

/// Where an id stands, and its number.
struct Place {
    prefix: Prefix,
    address: usize,
    length: usize,
    number: u32,
}

impl Ids {
    pub fn clear(&mut self) {
        self.texts.clear();
    }

    /// Begins a person who has at most so many different ids.
    pub fn begin_person(&mut self, most: usize) {
        self.by_place.begin(most);
        self.places.clear();
        self.by_text.begin(most);
        self.first = self.texts.len() as u32;
    }

    /// Returns the number of an id.
    #[inline]
    pub fn number(&mut self, id: EventId<'_>) -> u32 {
        let (prefix, fact) = id.parts();
        let (address, length) = (fact.as_ptr() as usize, fact.len());
        let hash = (address as u64 ^ prefix as u64).wrapping_mul(GOLDEN) >> 32;
        let is_same = |place: u32| {
            let place = &self.places[place as usize];
            (place.prefix, place.address, place.length) == (prefix, address, length)
        };
        match self.by_place.find(hash, is_same) {
            Ok(place) => self.places[place as usize].number,
            Err(slot) => {
                let number = self.number_of_text(prefix.text(), fact);
                self.by_place.put(slot, self.places.len() as u32);
                self.places.push(Place { prefix, address, length, number });
                number
            }
        }
    }

    /// Returns the number of a text made of two parts.
    fn number_of_text(&mut self, prefix: &str, fact: &str) -> u32 {
        let (texts, first) = (&mut self.texts, self.first);
        let added = texts.push((prefix, fact));
        let text = texts.get(added as usize);
        let is_same = |number: u32| texts.get((first + number) as usize) == text;
        match self.by_text.find(xxh3_64(text), is_same) {
            Ok(number) => {
                texts.pop();
                first + number
            }
            Err(slot) => {
                self.by_text.put(slot, added - first);
                added
            }
        }
    }

    pub fn texts(&self) -> &Texts {
        &self.texts
    }
}

/// A column of instants that come again, in microseconds.
#[derive(Default)]
pub struct Instants {
    keys: Vec<u32>,
    different: Vec<i64>,
    numbering: Numbering,
    /// What the row before had, and its number.
    last: Option<(i64, u32)>,
}

impl Instants {
    pub fn clear(&mut self) {
        self.keys.clear();
        self.different.clear();
        self.last = None;
    }

    /// Adds rows, each with its microseconds.
    pub fn extend(&mut self, instants: impl ExactSizeIterator<Item = Option<i64>>) {
        self.keys.reserve(instants.len());
        for micros in instants {
            let key = micros.map_or(NO_KEY, |micros| match self.last {
                Some((last, key)) if last == micros => key,
                _ => self.number(micros),
            });
            self.keys.push(key);
        }
    }

    pub fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Numbers(&self.different))
    }

    fn number(&mut self, micros: i64) -> u32 {
        if self.different.is_empty() || 2 * self.different.len() >= self.numbering.slots.len() {
            self.make_room();
        }
        let key = self.find(micros).unwrap_or_else(|slot| {
            let number = self.different.len() as u32;
            self.different.push(micros);
            self.numbering.put(slot, number);
            number
        });
        self.last = Some((micros, key));
        key
    }

    fn make_room(&mut self) {
        self.numbering.begin(2 * self.different.len().max(256));
        for number in 0..self.different.len() {
            let slot = self.find(self.different[number]).expect_err("each is there once");
            self.numbering.put(slot, number as u32);
        }
    }

    fn find(&self, micros: i64) -> Result<u32, usize> {
        // Multiples of a day differ in bits that a table of this size would not look at.
        let hash = (micros as u64).wrapping_mul(GOLDEN) >> 32;
        self.numbering.find(hash, |number| self.different[number as usize] == micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_person_are_kept_once_wherever_they_stand() {
        let (fact, cancelled) = (EventId::fact, |id| EventId::derived(Prefix::Cancel, id));
        let (a, elsewhere) = ("a", String::from("a"));
        let mut ids = Ids::default();
        ids.begin_person(6);
        let given = [fact(a), cancelled(a), fact(a), fact("cancel:a"), fact("b"), fact(&elsewhere)];
        assert_eq!(given.map(|id| ids.number(id)), [0, 1, 0, 1, 2, 0]);
        ids.begin_person(2);
        assert_eq!([fact("b"), fact("b")].map(|id| ids.number(id)), [3, 3]);
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
            instants.keys.iter().map(|&key| instants.different.get(key as usize).copied()).collect();
        assert_eq!(found, given);
        let mut different = instants.different.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), instants.different.len());
    }
}
