//! A short text within a record, so that reading the record reads the text too, without another access to memory.

/// The length in bytes of the longest text that fits.
const MOST: usize = 13;

/// A text of at most 13 bytes, or a mark that it is longer and is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortText {
    /// Greater than `MOST` for a longer text.
    length: u8,
    bytes: [u8; MOST],
}

impl ShortText {
    /// Keeps a text, or the mark if it is longer than 13 bytes.
    #[inline]
    pub fn new(text: &str) -> ShortText {
        let mut bytes = [0; MOST];
        match bytes.get_mut(..text.len()) {
            Some(start) => start.copy_from_slice(text.as_bytes()),
            None => return ShortText { length: u8::MAX, bytes },
        }
        ShortText { length: text.len() as u8, bytes }
    }

    /// Tells whether the text is here.
    #[inline]
    pub fn is_short(&self) -> bool {
        usize::from(self.length) <= MOST
    }

    /// Returns the text; `None` where it is elsewhere.
    #[inline]
    pub fn get(&self) -> Option<&str> {
        self.bytes().map(|bytes| str::from_utf8(bytes).expect("made of a text"))
    }

    /// Returns the bytes of the text; `None` where it is elsewhere.
    #[inline]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.get(..usize::from(self.length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_up_to_13_bytes() {
        for text in ["", "1001", "é".repeat(6).as_str(), "1234567890123"] {
            assert_eq!(ShortText::new(text).get(), Some(text));
        }
        assert_eq!(ShortText::new("12345678901234").get(), None);
        assert_eq!(ShortText::new(&"é".repeat(7)).get(), None);
        assert_eq!(ShortText::new(&"x".repeat(300)).get(), None);
    }
}
