//! A set of keys that is asked about nearly all keys of a book, and has few of them.
//!
//! A hash table with open addressing and linear probing, at most half full. In front of it a Bloom filter with one hash
//! function and 8 bits for each slot answers most questions from the processor's cache. There is no removal.

use crate::key::Key;

/// A set of [`Key`]s; [`Key::NONE`] is never in it.
pub struct KeySet {
    /// The number is a power of two; `Key::NONE` marks a free slot.
    slots: Vec<Key>,
    len: usize,
    /// Eight bits for each slot; a bit that is not set says that a key is not there.
    filter: Vec<u64>,
}

/// The number of slots of an empty set.
const LEAST: usize = 1 << 10;

impl KeySet {
    /// Returns an empty set.
    pub fn new() -> KeySet {
        KeySet::with_slots(LEAST)
    }

    fn with_slots(count: usize) -> KeySet {
        KeySet { slots: vec![Key::NONE; count], len: 0, filter: vec![0; count / 8] }
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether the set has no key.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the keys in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Key> {
        self.slots.iter().copied().filter(|&key| key != Key::NONE)
    }

    /// Tells whether a key is in the set; false for [`Key::NONE`].
    #[inline]
    pub fn contains(&self, key: Key) -> bool {
        let (word, bit) = self.bit(key);
        self.filter[word] & bit != 0 && key != Key::NONE && self.slots[self.slot(key)] == key
    }

    /// Adds a key; does nothing for [`Key::NONE`].
    pub fn insert(&mut self, key: Key) {
        if key == Key::NONE {
            return;
        }
        if 2 * (self.len + 1) > self.slots.len() {
            let mut larger = KeySet::with_slots(4 * self.slots.len());
            larger.extend(self.iter());
            *self = larger;
        }
        let slot = self.slot(key);
        if self.slots[slot] == Key::NONE {
            self.slots[slot] = key;
            self.len += 1;
            let (word, bit) = self.bit(key);
            self.filter[word] |= bit;
        }
    }

    /// Returns the slot that has a key, or the free slot for it.
    #[inline]
    fn slot(&self, key: Key) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key.hash() & mask;
        while self.slots[slot] != key && self.slots[slot] != Key::NONE {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Returns the word and the bit of the filter for a key. It is taken from the key's upper bits, as the lower ones
    /// choose the slot.
    #[inline]
    fn bit(&self, key: Key) -> (usize, u64) {
        let bit = (key.0 >> 32) as usize;
        ((bit / 64) & (self.filter.len() - 1), 1 << (bit % 64))
    }
}

impl Default for KeySet {
    fn default() -> KeySet {
        KeySet::new()
    }
}

impl Extend<Key> for KeySet {
    fn extend<I: IntoIterator<Item = Key>>(&mut self, keys: I) {
        keys.into_iter().for_each(|key| self.insert(key));
    }
}

impl<'k> FromIterator<&'k Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = &'k Key>>(keys: I) -> KeySet {
        keys.into_iter().copied().collect()
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> KeySet {
        let mut set = KeySet::new();
        set.extend(keys);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_keys_that_were_added_and_no_others() {
        let key = |number: u64| Key::order(&number.to_string());
        let set: KeySet = (0..10_000).chain(0..100).map(key).collect();
        assert_eq!(set.len(), 10_000);
        assert!((0..10_000).all(|number| set.contains(key(number))));
        assert!(!(10_000..50_000).any(|number| set.contains(key(number))));
    }

    #[test]
    fn no_key_is_never_there() {
        let mut set: KeySet = [Key::NONE].into_iter().collect();
        assert!(set.is_empty() && !set.contains(Key::NONE));
        set.insert(Key(1));
        // Both would be in the same places of the filter.
        assert!(set.contains(Key(1)) && !set.contains(Key::NONE) && !set.contains(Key(1 + (1 << 40))));
    }
}
