//! Digests of the footers of Parquet files. A footer says where the values are and their bounds, so that readers skip
//! row groups; the checksums of pages do not cover it.

use super::digest;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

/// The size in bytes of the end of a Parquet file: the length of the metadata in 4 bytes, then `PAR1`.
const END: u64 = 8;

/// Returns the digest of a Parquet file's metadata and the 8 bytes that follow it.
///
/// # Errors
/// `InvalidData` where the file is too short, and where it cannot be read.
pub(crate) fn digest_of(file: &File) -> io::Result<String> {
    let bytes = file.metadata()?.len();
    let too_short = || io::Error::new(ErrorKind::InvalidData, "it is too short for a Parquet file");
    let mut end = [0; END as usize];
    file.read_exact_at(&mut end, bytes.checked_sub(END).ok_or_else(too_short)?)?;
    let metadata = u32::from_le_bytes([end[0], end[1], end[2], end[3]]);
    let start = bytes.checked_sub(END + u64::from(metadata)).ok_or_else(too_short)?;
    let mut footer = vec![0; (bytes - start) as usize];
    file.read_exact_at(&mut footer, start)?;
    Ok(digest::of_bytes(&footer))
}
