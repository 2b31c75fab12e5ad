//! A file's bytes as they are read: hashed as they are on disk, then unpacked. One that changes meanwhile is given
//! up.

use crate::error::FileFault;
use accrue_files::{self, Stamp};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

const BUFFER: usize = 1 << 18;
/// Bytes that are looked at to tell what a file is.
const HEAD: usize = 1 << 12;
/// What is packed in a file may have so many bytes, or more if the file itself is large in proportion.
const UNPACKED: u64 = 1 << 30;
/// Even gzip of one byte again and again does not come to more than 1032 times.
const TIMES: u64 = 256;
const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// An open file.
pub struct Opened {
    packing: Packing,
    unpacked: u64,
}

enum Packing {
    Plain(Hashed),
    Gzip(Box<flate2::bufread::MultiGzDecoder<BufReader<Hashed>>>),
    Zstd(zstd::Decoder<'static, BufReader<Hashed>>),
}

/// Hashes and counts what is read from a file.
pub(super) struct Hashed {
    file: Arc<File>,
    /// What the file was when it was opened.
    stamp: Stamp,
    hasher: Sha256,
    bytes: u64,
}

/// What a file held, as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// SHA-256, in hex.
    pub digest: String,
    /// The size of the file on disk, in bytes.
    pub bytes: u64,
}

impl Compression {
    pub(crate) const ENDINGS: [(&str, Compression); 2] = [(".gz", Compression::Gzip), (".zst", Compression::Zstd)];

    /// Tells the compression by the file's first bytes; by its ending where these are neither packed nor text.
    fn of(path: &Path, head: Option<&[u8]>) -> Compression {
        match head {
            Some(head) if head.starts_with(GZIP) => Compression::Gzip,
            Some(head) if head.starts_with(ZSTD) => Compression::Zstd,
            Some(head) if head.starts_with(b"PAR1") || (!head.is_empty() && is_text(head)) => Compression::None,
            _ => Compression::by_ending(path),
        }
    }

    fn by_ending(path: &Path) -> Compression {
        let name = path.to_string_lossy().to_lowercase();
        let found = Compression::ENDINGS.iter().find(|(ending, _)| name.ends_with(ending));
        found.map_or(Compression::None, |(_, compression)| *compression)
    }
}

/// Tells whether bytes can be the beginning of a text: they have no control characters but tabs and line ends.
pub(super) fn is_text(head: &[u8]) -> bool {
    !head.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c'))
}

/// Returns the first bytes of a file, unpacked; `None` where they cannot be read.
pub(super) fn head(path: &Path) -> Option<Vec<u8>> {
    let file = accrue_files::open(path).ok()?;
    let raw = raw_head(&file);
    match Compression::of(path, raw.as_deref()) {
        Compression::None => raw,
        packed => {
            let mut head = Vec::new();
            // Of a damaged file there may be some bytes; the fault is said when it is read.
            let _ = Opened::unpacking(file, packed).ok()?.take(HEAD as u64).read_to_end(&mut head);
            Some(head)
        }
    }
}

/// Returns the first bytes of a file as they are on disk, and does not move on in it.
fn raw_head(file: &File) -> Option<Vec<u8>> {
    let (mut head, mut filled) = (vec![0; HEAD], 0);
    loop {
        match file.read_at(&mut head[filled..], filled as u64).ok()? {
            0 => break,
            count => filled += count,
        }
    }
    head.truncate(filled);
    Some(head)
}

/// Reads a file for what it holds alone.
///
/// # Errors
/// Where the file cannot be read, or cannot be unpacked.
pub fn content(path: &Path) -> Result<Content, FileFault> {
    Opened::new(path)?.finish()
}

/// Tells how many bytes of texts a file of some bytes may stand for.
pub(super) fn most_unpacked(bytes: u64) -> u64 {
    UNPACKED.max(bytes.saturating_mul(TIMES))
}

/// Says that what is packed in a file is more than [`most_unpacked`].
pub(super) fn too_much_unpacked() -> io::Error {
    let limits = format!("{} MB and to more than {TIMES} times its own size", UNPACKED >> 20);
    io::Error::new(ErrorKind::FileTooLarge, format!("it unpacks to more than {limits}: look at what made it"))
}

impl Opened {
    pub fn new(path: &Path) -> io::Result<Opened> {
        let file = accrue_files::open(path)?;
        let compression = Compression::of(path, raw_head(&file).as_deref());
        Opened::unpacking(file, compression)
    }

    fn unpacking(file: File, compression: Compression) -> io::Result<Opened> {
        let stamp = Stamp::of(&file.metadata()?);
        let hashed = Hashed { file: Arc::new(file), stamp, hasher: Sha256::new(), bytes: 0 };
        let buffered = |hashed| BufReader::with_capacity(BUFFER, hashed);
        let packing = match compression {
            Compression::None => Packing::Plain(hashed),
            Compression::Gzip => Packing::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(buffered(hashed)))),
            Compression::Zstd => Packing::Zstd(zstd::Decoder::with_buffer(buffered(hashed))?),
        };
        Ok(Opened { packing, unpacked: 0 })
    }

    /// Returns the file itself where it is not packed: reading it by places does not disturb what is read here.
    pub fn plain(&self) -> Option<Arc<File>> {
        match &self.packing {
            Packing::Plain(hashed) => Some(Arc::clone(&hashed.file)),
            _ => None,
        }
    }

    /// Returns how many of the file's bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.hashed().bytes
    }

    fn hashed(&self) -> &Hashed {
        match &self.packing {
            Packing::Plain(hashed) => hashed,
            Packing::Gzip(decoder) => decoder.get_ref().get_ref(),
            Packing::Zstd(decoder) => decoder.get_ref().get_ref(),
        }
    }

    /// Reads what is left, so that the digest is that of the whole file.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it was when it was opened.
    pub fn finish(self) -> Result<Content, FileFault> {
        let mut hashed = match self.packing {
            Packing::Plain(hashed) => hashed,
            Packing::Gzip(decoder) => decoder.into_inner().into_inner(),
            Packing::Zstd(decoder) => decoder.finish().into_inner(),
        };
        let mut buffer = vec![0; BUFFER];
        while hashed.read(&mut buffer)? > 0 {}
        if hashed.stamp.has_changed(&Stamp::of(&hashed.file.metadata()?)) {
            return Err(FileFault::Changed);
        }
        let digest = hashed.hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(Content { digest, bytes: hashed.bytes })
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.packing {
            Packing::Plain(hashed) => return hashed.read(buffer),
            Packing::Gzip(decoder) => decoder.read(buffer).map_err(|error| damaged(error, "gzip"))?,
            Packing::Zstd(decoder) => decoder.read(buffer).map_err(|error| damaged(error, "zstd"))?,
        };
        self.unpacked += count as u64;
        if self.unpacked > most_unpacked(self.bytes_read()) {
            return Err(too_much_unpacked());
        }
        Ok(count)
    }
}

/// Says what to do about a packed file that cannot be unpacked.
fn damaged(error: io::Error, packing: &str) -> io::Error {
    match error.raw_os_error() {
        Some(_) => error,
        None => {
            let message = format!("it is no whole {packing} file, but cut off or damaged: copy or export it again");
            io::Error::new(error.kind(), message)
        }
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&*self.file).read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// Of `a,b\n1,2\n`, as sha256sum prints it.
    const DIGEST: &str = "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470";

    fn read(name: &str, bytes: &[u8]) -> (String, Content) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut opened = Opened::new(&path).unwrap();
        let mut text = String::new();
        opened.read_to_string(&mut text).unwrap();
        (text, opened.finish().unwrap())
    }

    #[test]
    fn plain_and_packed_files_give_the_same_text_and_the_digest_of_the_file() {
        let text = "a,b\n1,2\n";
        let (read_text, content) = read("x.csv", text.as_bytes());
        assert_eq!((read_text.as_str(), content.digest.as_str(), content.bytes), (text, DIGEST, 8));
        let zst = zstd::encode_all(text.as_bytes(), 1).unwrap();
        let (read_text, content) = read("x.csv.zst", &zst);
        assert_eq!((read_text.as_str(), content.bytes), (text, zst.len() as u64));
    }

    #[test]
    fn gzip_files_of_several_members_are_read_to_the_end() {
        let mut packed = Vec::new();
        for part in ["a,b\n", "1,2\n"] {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(part.as_bytes()).unwrap();
            packed.extend(encoder.finish().unwrap());
        }
        let (text, content) = read("x.CSV.GZ", &packed);
        assert_eq!((text.as_str(), content.bytes), ("a,b\n1,2\n", packed.len() as u64));
    }
}
