//! An open file to seek in, without moving on for whoever reads it from its beginning to its end meanwhile.

use crate::readers::placed::Placed;
use parquet::file::reader::Length;
use std::io::{self, Read, Seek, SeekFrom};

pub(super) struct Seekable {
    file: Placed,
    at: u64,
}

impl Seekable {
    pub(super) fn of(file: &Placed) -> Seekable {
        Seekable { file: file.clone(), at: 0 }
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
