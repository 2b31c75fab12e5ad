//! A file's text as UTF-8: without its byte order mark, and transcoded where it is in another encoding.

use crate::error::FileFault;
use crate::readers::open::{Content, Opened};
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::io::{self, Read};

/// The text of an open file. In a UTF-8 file wrong bytes are left for the reader to find; in any other each wrong
/// sequence has become U+FFFD.
pub struct Text {
    opened: Opened,
    /// Bytes read to look for a byte order mark, and not handed on yet.
    head: Vec<u8>,
    encoding: &'static Encoding,
    transcoder: Option<Decoder>,
}

impl Text {
    /// Begins the text of a file; a byte order mark is believed more than `encoding`.
    pub fn new(mut opened: Opened, encoding: &'static Encoding) -> io::Result<Text> {
        let mut head = Vec::new();
        opened.by_ref().take(3).read_to_end(&mut head)?;
        let (encoding, mark) = Encoding::for_bom(&head).unwrap_or((encoding, 0));
        head.drain(..mark);
        let transcoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Text { opened, head, encoding, transcoder })
    }

    /// Returns the encoding that the file turned out to have.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    pub fn bytes_read(&self) -> u64 {
        self.opened.bytes_read()
    }

    /// Appends about `count` bytes of text; returns whether the file has ended.
    pub fn fill(&mut self, buffer: &mut Vec<u8>, count: usize) -> io::Result<bool> {
        let Some(decoder) = &mut self.transcoder else {
            buffer.append(&mut self.head);
            let read = self.opened.by_ref().take(count as u64).read_to_end(buffer)?;
            return Ok(read < count);
        };
        let mut raw = std::mem::take(&mut self.head);
        let read = self.opened.by_ref().take(count as u64).read_to_end(&mut raw)?;
        let ended = read < count;
        let most = decoder.max_utf8_buffer_length(raw.len()).expect("a buffer's text has a length");
        let start = buffer.len();
        buffer.resize(start + most, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(&raw, &mut buffer[start..], ended);
        buffer.truncate(start + written);
        Ok(ended)
    }

    pub fn finish(self) -> Result<Content, FileFault> {
        self.opened.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: &'static Encoding, count: usize) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut text = Text::new(Opened::new(file.path()).unwrap(), encoding).unwrap();
        let mut buffer = Vec::new();
        while !text.fill(&mut buffer, count).unwrap() {}
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn other_encodings_become_utf_8_however_the_bytes_are_cut() {
        let utf_16: Vec<u8> = "\u{feff}é,𝄞\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for count in 1..9 {
            assert_eq!(text(b"caf\xe9,\x80", encoding_rs::WINDOWS_1252, count), "café,€");
            assert_eq!(text(b"\x83e\x83X\x83g", encoding_rs::SHIFT_JIS, count), "テスト");
            assert_eq!(text(&utf_16, UTF_8, count), "é,𝄞\n");
            assert_eq!(text(b"\xef\xbb\xbfa,b", encoding_rs::WINDOWS_1252, count), "a,b");
            assert_eq!(text(b"a", UTF_8, count), "a");
            assert_eq!(text(b"", UTF_8, count), "");
        }
    }

    #[test]
    fn bytes_that_are_not_of_the_encoding_are_marked() {
        assert_eq!(text(b"a\x83,b", encoding_rs::SHIFT_JIS, 64), "a\u{fffd},b");
    }
}
