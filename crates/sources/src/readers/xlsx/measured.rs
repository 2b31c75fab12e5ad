//! What a workbook unpacks to, found by unpacking it: what it says of itself may be wrong.
//!
//! The library makes room for as many texts and shared formulas as a workbook claims to have; claims that cannot be
//! true are refused here.

use super::damage::of_archive;
use super::file::Seekable;
use crate::error::FileFault;
use crate::readers::open::{most_unpacked, too_much_unpacked};
use crate::readers::placed::Placed;
use memchr::memmem;
use parquet::file::reader::Length;
use std::io::{BufReader, Read};
use zip::ZipArchive;

const BUFFER: usize = 1 << 16;
/// What is looked for may lie across two reads; it is shorter than this.
const OVERLAP: usize = 64;
/// More digits has no number of a shared formula.
const FORMULA_DIGITS: usize = 6;

/// Tells whether a sheet of a workbook has formulas.
///
/// # Errors
/// Where it is no archive, is damaged, unpacks to too much, or claims what cannot be.
pub(super) fn has_formulas(file: &Placed) -> Result<bool, FileFault> {
    has_formulas_within(file, most_unpacked(file.len()))
}

fn has_formulas_within(file: &Placed, most: u64) -> Result<bool, FileFault> {
    let mut archive = ZipArchive::new(BufReader::new(Seekable::of(file))).map_err(of_archive)?;
    let (mut left, mut has_formulas) = (most, false);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(of_archive)?;
        let kind = Kind::of(&part.name().map_err(of_archive)?.to_ascii_lowercase());
        let mut buffer = Vec::with_capacity(BUFFER + OVERLAP);
        let (mut size, mut claim) = (0, 0);
        loop {
            buffer.drain(..buffer.len().saturating_sub(OVERLAP));
            let read = part.by_ref().take(BUFFER as u64).read_to_end(&mut buffer);
            let read = read.map_err(|error| of_archive(error.into()))? as u64;
            if read == 0 {
                break;
            }
            size += read;
            left = left.checked_sub(read).ok_or_else(too_much_unpacked)?;
            match kind {
                Kind::Texts => claim = claim.max(claimed(&buffer, b"uniqueCount=").unwrap_or(0)),
                Kind::Sheet => {
                    has_formulas |= has_formula(&buffer);
                    check_formulas(&buffer)?;
                }
                Kind::Other => {}
            }
        }
        if claim > size {
            return Err(FileFault::Xlsx(format!("it says that it has {claim} texts, and there is no room for them")));
        }
    }
    Ok(has_formulas)
}

#[derive(Clone, Copy)]
enum Kind {
    Texts,
    Sheet,
    Other,
}

impl Kind {
    fn of(name: &str) -> Kind {
        match name {
            name if name.ends_with("sharedstrings.xml") => Kind::Texts,
            name if name.contains("worksheets/") => Kind::Sheet,
            _ => Kind::Other,
        }
    }
}

/// Returns the number in quotes that follows a text; one that is too large is the largest.
fn claimed(bytes: &[u8], after: &[u8]) -> Option<u64> {
    let at = memmem::find(bytes, after)? + after.len();
    let digits: Vec<u8> = bytes[at..].iter().skip(1).copied().take_while(u8::is_ascii_digit).collect();
    let number = std::str::from_utf8(&digits).ok()?.parse();
    Some(number.unwrap_or(if digits.is_empty() { 0 } else { u64::MAX }))
}

/// Tells whether an element `f` begins in some bytes, with or without the short name of a namespace.
fn has_formula(bytes: &[u8]) -> bool {
    let is_whole = |at: usize| matches!(bytes.get(at + 2), Some(b'>' | b' ' | b'/' | b'\n' | b'\r' | b'\t'));
    [b"<f", b":f"].into_iter().any(|begin| memmem::find_iter(bytes, begin).any(is_whole))
}

fn check_formulas(bytes: &[u8]) -> Result<(), FileFault> {
    let mut found = memmem::find_iter(bytes, b" si=");
    let digits = |at: usize| bytes[at + 5..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    match found.any(|at| at + 5 < bytes.len() && digits(at) > FORMULA_DIGITS) {
        true => Err(FileFault::Xlsx("it numbers a shared formula higher than any program does".to_owned())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use std::sync::Arc;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn looked_at(parts: &[(&str, &str)], most: u64) -> Result<bool, String> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&zip.finish().unwrap().into_inner()).unwrap();
        has_formulas_within(&Placed::new(Arc::new(file)).unwrap(), most).map_err(|fault| fault.to_string())
    }

    #[test]
    fn what_all_parts_unpack_to_is_counted() {
        let parts = [("a.xml", &*" ".repeat(100_000)), ("b.xml", " ")];
        assert_eq!(looked_at(&parts, 100_001), Ok(false));
        assert_eq!(
            looked_at(&parts, 100_000).unwrap_err(),
            "cannot be read: it unpacks to more than 1024 MB and to more than 256 times its own size: look at what made it"
        );
    }

    #[test]
    fn formulas_are_found_wherever_the_text_is_cut() {
        let sheet = "xl/worksheets/sheet1.xml";
        for at in [0, BUFFER - 3, BUFFER - 2, BUFFER - 1, BUFFER, 3 * BUFFER] {
            let before = " ".repeat(at);
            for formula in ["<f>A1</f>", "<f t=\"shared\" si=\"0\"/>", "<x:f>A1</x:f>"] {
                assert_eq!(looked_at(&[(sheet, &(before.clone() + formula))], 1 << 20), Ok(true));
            }
            assert_eq!(looked_at(&[(sheet, &(before.clone() + "<formula1>A1</formula1>"))], 1 << 20), Ok(false));
            let shared = before + "<f t=\"shared\" si=\"1000000\"/>";
            assert!(looked_at(&[(sheet, &shared)], 1 << 20).unwrap_err().contains("numbers a shared formula"));
        }
    }

    #[test]
    fn no_part_has_more_texts_than_bytes() {
        let texts = |claim: &str| looked_at(&[("xl/sharedStrings.xml", &format!("<sst {claim}></sst>"))], 1 << 20);
        assert_eq!(texts("uniqueCount=\"9\""), Ok(false));
        assert_eq!(texts("uniqueCount='0'"), Ok(false));
        assert!(texts("uniqueCount=\"99\"").is_err());
        assert!(texts("uniqueCount='99999999999999999999999'").is_err());
    }
}
