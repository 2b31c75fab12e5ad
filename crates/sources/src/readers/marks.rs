//! Where values end: separators and line breaks, a block of bytes at a time. Values are short, so that a search for
//! each of them would take longer to begin than to search.

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// Times a word whose bytes are 0 or 1, has these as the bits of its upper byte: the first byte as the lowest bit.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The places of separators, and of other kinds of bytes, rising.
pub(super) struct Marks<'a, const OTHERS: usize> {
    bytes: &'a [u8],
    separator: u8,
    others: [u8; OTHERS],
    /// Where the block begins that was looked at last.
    block: usize,
    /// What is still to be told of it.
    found: Places,
}

/// A bit for each byte of a block, the first the lowest: set where a mark is.
#[derive(Clone, Copy)]
struct Places {
    separators: u64,
    others: u64,
}

impl<'a, const OTHERS: usize> Marks<'a, OTHERS> {
    pub(super) fn new(bytes: &'a [u8], from: usize, separator: u8, others: [u8; OTHERS]) -> Marks<'a, OTHERS> {
        let found = Places { separators: 0, others: 0 };
        let mut marks = Marks { bytes, separator, others, block: from, found };
        marks.look();
        marks
    }

    /// Passes over all places before one that is not behind them.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        match at - self.block {
            within @ 0..BLOCK => {
                let later = u64::MAX << within;
                self.found = Places { separators: self.found.separators & later, others: self.found.others & later };
            }
            _ => {
                self.block = at;
                self.look();
            }
        }
    }

    /// Tells the places of the separators that come before any other mark, as far as the block goes.
    #[inline]
    pub(super) fn separators(&mut self, mut tell: impl FnMut(usize)) {
        let Places { separators, others } = self.found;
        // All bits below the lowest one.
        let before = others.wrapping_sub(1) & !others;
        let mut next = separators & before;
        while next != 0 {
            tell(self.block + next.trailing_zeros() as usize);
            next &= next - 1;
        }
        self.found.separators &= !before;
    }

    #[inline]
    fn look(&mut self) {
        self.found = places(&self.bytes[self.block..], self.separator, self.others);
    }
}

impl<const OTHERS: usize> Iterator for Marks<'_, OTHERS> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found.separators | self.found.others == 0 {
            if self.bytes.len() - self.block <= BLOCK {
                return None;
            }
            self.block += BLOCK;
            self.look();
        }
        let within = (self.found.separators | self.found.others).trailing_zeros();
        let others = !(1 << within);
        self.found = Places { separators: self.found.separators & others, others: self.found.others & others };
        Some(self.block + within as usize)
    }
}

/// Returns where the marks are in the block that begins with these bytes. Not a part of the loops that ask for it, so
/// that those have room for what each value needs.
#[inline(never)]
fn places<const OTHERS: usize>(bytes: &[u8], separator: u8, others: [u8; OTHERS]) -> Places {
    let mut filled = [0; BLOCK];
    let (block, count) = match bytes.first_chunk() {
        Some(block) => (block, BLOCK),
        None => {
            filled[..bytes.len()].copy_from_slice(bytes);
            (&filled, bytes.len())
        }
    };
    let there = if count == BLOCK { u64::MAX } else { (1 << count) - 1 };
    Places { separators: places_of(block, [separator]) & there, others: places_of(block, others) & there }
}

#[inline]
fn places_of<const KINDS: usize>(block: &[u8; BLOCK], kinds: [u8; KINDS]) -> u64 {
    // A loop that compilers turn into instructions which compare many bytes at once.
    let is_mark = block.map(|byte| kinds.iter().fold(0, |is_mark, kind| is_mark | u8::from(byte == *kind)));
    let (words, _) = is_mark.as_chunks::<8>();
    words.iter().rev().fold(0, |found, word| found << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_is_and_whatever_is_beside_it() {
        // Longer than two blocks.
        let text = "a,,b\n0123456789,\u{ac}\u{8c}-+.\n\n12345678,\n\u{8a},x,".repeat(4);
        let text = text.as_bytes();
        for end in 0..=text.len() {
            for from in 0..=end {
                let is_mark = |&at: &usize| [b',', b'\n'].contains(&text[at]);
                let expected: Vec<usize> = (from..end).filter(is_mark).collect();
                assert_eq!(Marks::new(&text[..end], from, b',', [b'\n']).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn places_before_one_are_passed_over() {
        let text = b"a,,b\n,,3,567,9012,\n,,,x\r".repeat(6);
        for from in 0..text.len() {
            for to in from..=text.len() {
                let mut marks = Marks::new(&text, from, b',', [b'\n', b'\r']);
                let first = marks.next();
                let to = to.max(first.map_or(text.len(), |at| at + 1));
                marks.skip_to(to);
                let expected: Vec<usize> = (to..text.len()).filter(|&at| b",\n\r".contains(&text[at])).collect();
                assert_eq!(marks.collect::<Vec<_>>(), expected, "from {from} to {to}");
            }
        }
    }

    #[test]
    fn separators_are_told_up_to_the_next_other_mark_or_the_end_of_the_block() {
        let text = b"a,b,,c\nd,e,f\n,".repeat(9);
        let mut marks = Marks::new(&text, 0, b',', [b'\n']);
        let mut told = Vec::new();
        loop {
            let before = told.len();
            marks.separators(|at| told.push(at));
            assert!(told[before..].iter().all(|at| text[*at] == b','));
            match marks.next() {
                Some(at) => told.push(at),
                None => break,
            }
        }
        let is_mark = |&at: &usize| b",\n".contains(&text[at]);
        assert_eq!(told, (0..text.len()).filter(is_mark).collect::<Vec<_>>());
    }
}
