//! Where values end: separators and line breaks, eight bytes at a time. Values are short, so that a search for each of
//! them would take longer to begin than to search.
//!
//! Eight bytes are compared at once in one machine word (SIMD within a register; the exact search for zero bytes of
//! H. S. Warren, "Hacker's Delight", 2nd edition, section 6-1, on the bytes' difference to the one that is wanted).

/// Every byte's lower seven bits.
const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);

/// The places of some kinds of bytes, rising.
pub(super) struct Marks<'a, const KINDS: usize> {
    bytes: &'a [u8],
    /// Eight times each of the bytes looked for.
    wanted: [u64; KINDS],
    /// Where the word begins that was looked at last.
    word: usize,
    /// The upper bit of each byte in it that is one of them and is still to be told.
    found: u64,
}

impl<'a, const KINDS: usize> Marks<'a, KINDS> {
    pub(super) fn new(bytes: &'a [u8], from: usize, wanted: [u8; KINDS]) -> Marks<'a, KINDS> {
        let mut marks = Marks { bytes, wanted: wanted.map(|byte| u64::from_ne_bytes([byte; 8])), word: from, found: 0 };
        marks.look();
        marks
    }

    /// Passes over all places before one that is not behind them.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        match at - self.word {
            within @ 0..8 => self.found &= u64::MAX << (8 * within),
            _ => {
                self.word = at;
                self.look();
            }
        }
    }

    #[inline]
    fn look(&mut self) {
        let rest = &self.bytes[self.word..];
        let Some(word) = rest.first_chunk() else {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.found = self.marks(word) & ((1 << (8 * rest.len())) - 1);
            return;
        };
        self.found = self.marks(*word);
    }

    #[inline]
    fn marks(&self, word: [u8; 8]) -> u64 {
        // The upper bit of each byte that differs: from its lower bits, which carry into it, or its own.
        let differs = |wanted: u64| {
            let difference = u64::from_le_bytes(word) ^ wanted;
            ((difference & LOW) + LOW) | difference
        };
        !(self.wanted.into_iter().fold(u64::MAX, |all, wanted| all & differs(wanted)) | LOW)
    }
}

impl<const KINDS: usize> Iterator for Marks<'_, KINDS> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            if self.bytes.len() - self.word <= 8 {
                return None;
            }
            self.word += 8;
            self.look();
        }
        let at = self.word + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_is_and_whatever_is_beside_it() {
        let text = "a,,b\n0123456789,\u{ac}\u{8c}-+.\n\n12345678,\n\u{8a},x,".as_bytes();
        for end in 0..=text.len() {
            for from in 0..=end {
                let is_mark = |&at: &usize| [b',', b'\n'].contains(&text[at]);
                let expected: Vec<usize> = (from..end).filter(is_mark).collect();
                assert_eq!(Marks::new(&text[..end], from, [b',', b'\n']).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn places_before_one_are_passed_over() {
        let text = b"a,,b\n,,3,567,9012,\n,,,x\r";
        for from in 0..text.len() {
            for to in from..=text.len() {
                let mut marks = Marks::new(text, from, [b',', b'\n', b'\r']);
                let first = marks.next();
                let to = to.max(first.map_or(text.len(), |at| at + 1));
                marks.skip_to(to);
                let expected: Vec<usize> = (to..text.len()).filter(|&at| b",\n\r".contains(&text[at])).collect();
                assert_eq!(marks.collect::<Vec<_>>(), expected, "from {from} to {to}");
            }
        }
    }
}
