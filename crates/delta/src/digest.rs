//! Digests of files: XXH3 in 128 bits, in hex, as `xxhsum -H2` prints them.
//!
//! They find damage, not forgery: whoever can write to a table can write its log too, so that a cryptographic hash
//! would not find more. It would take longer than all other work on the bytes.

use std::io::{self, Read, Write};
use std::path::Path;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// The number of bytes that are read at a time: they stay in a core's cache until they are digested.
pub const BUFFER: usize = 1 << 18;

/// A reader or writer that computes the digest of all bytes that go through it.
pub struct Digesting<T> {
    inner: T,
    hasher: Box<Xxh3>,
}

/// Returns the digest of some bytes, as 32 hex digits.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(xxh3_128(bytes))
}

/// Returns the digest of a file, as 32 hex digits.
///
/// # Errors
/// As [`accrue_files::open`], and where the file cannot be read.
pub fn of_file(path: &Path) -> io::Result<String> {
    Digesting::of(accrue_files::open(path)?).read_to_end()
}

impl<T> Digesting<T> {
    /// Wraps a reader or writer.
    pub fn of(inner: T) -> Digesting<T> {
        Digesting { inner, hasher: Box::default() }
    }

    /// Returns the reader or writer, and the digest of all bytes that went through.
    pub fn finish(self) -> (T, String) {
        (self.inner, hex(self.hasher.digest128()))
    }
}

impl<T: Read> Digesting<T> {
    /// Reads the rest and returns the digest of all bytes.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn read_to_end(mut self) -> io::Result<String> {
        let mut buffer = vec![0; BUFFER];
        while self.read(&mut buffer)? > 0 {}
        Ok(self.finish().1)
    }
}

impl<T: Read> Read for Digesting<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

impl<T: Write> Write for Digesting<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hex(digest: u128) -> String {
    format!("{digest:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `a,b\n1,2\n`, as xxhsum prints it.
    const DIGEST: &str = "16d51c327d7d2547a793f8d7bbc4457a";

    #[test]
    fn the_digest_is_that_of_the_bytes_however_they_come() {
        let text = b"a,b\n1,2\n";
        assert_eq!(of_bytes(text), DIGEST);
        let mut written = Digesting::of(Vec::new());
        text.iter().for_each(|&byte| written.write_all(&[byte]).unwrap());
        assert_eq!(written.finish(), (text.to_vec(), DIGEST.to_owned()));
        let mut read = Digesting::of(&text[..]);
        read.read_exact(&mut [0; 3]).unwrap();
        assert_eq!(read.read_to_end().unwrap(), DIGEST);
    }
}
