//! Reads parts of one open file at their places, from several threads: a path that is opened again may lead to another
//! file.

use crate::error::FileFault;
use accrue_files::Stamp;
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A file that is open, with as many bytes as it had then.
#[derive(Clone)]
pub(super) struct Placed {
    file: Arc<File>,
    bytes: u64,
    stamp: Stamp,
}

/// What follows a place in a file.
pub(super) struct From {
    file: Arc<File>,
    at: u64,
}

impl Placed {
    pub(super) fn new(file: Arc<File>) -> io::Result<Placed> {
        let metadata = file.metadata()?;
        Ok(Placed { file, bytes: metadata.len(), stamp: Stamp::of(&metadata) })
    }

    /// Says whether the file is still what it was, to be asked after its last byte was read.
    pub(super) fn expect_unchanged(&self) -> Result<(), FileFault> {
        match self.stamp.has_changed(&Stamp::of(&self.file.metadata()?)) {
            true => Err(FileFault::Changed),
            false => Ok(()),
        }
    }
}

impl Placed {
    /// Reads some of the bytes that follow a place.
    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.file.read_at(buffer, at)
    }
}

impl Length for Placed {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Placed {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(From { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // A damaged file may name more bytes than there is memory for.
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(format!("a part of it would end behind its {} bytes", self.bytes)));
        }
        let mut part = vec![0; length];
        self.file.read_exact_at(&mut part, start)?;
        Ok(part.into())
    }
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
