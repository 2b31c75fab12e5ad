//! Paths of data files in a log: URIs (RFC 3986), relative to the table's folder or absolute.

use super::TableFault;
use std::path::{Component, Path, PathBuf};

/// Replaces every `%` and two hexadecimal digits by the byte; returns the text unchanged where the result is not UTF-8.
pub fn percent_decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Returns the path of a file of a table.
///
/// # Errors
/// `Outside` where it is not below the table's folder.
pub(super) fn place(folder: &Path, uri: &str) -> Result<PathBuf, TableFault> {
    let outside = || TableFault::Outside(uri.to_owned());
    let local = match scheme(uri) {
        Some("file") => percent_decoded(uri["file:".len()..].strip_prefix("//").unwrap_or(&uri["file:".len()..])),
        Some(_) => return Err(outside()),
        None => percent_decoded(uri),
    };
    let path = Path::new(&local);
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(outside());
    }
    if !path.is_absolute() {
        return Ok(folder.join(path));
    }
    let known_as = [std::path::absolute(folder).ok(), folder.canonicalize().ok()];
    let own = known_as.into_iter().flatten().find_map(|known| path.strip_prefix(known).ok());
    own.map(|own| folder.join(own)).ok_or_else(outside)
}

/// Returns the scheme of an absolute URI.
fn scheme(uri: &str) -> Option<&str> {
    let (scheme, _) = uri.split_once(":/")?;
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    (scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && scheme.bytes().all(is_sign)).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_with_two_digits_are_bytes() {
        let decoded = ["a%20b", "caf%C3%a9", "100%", "%4", "%zz", "%ff", "a+b"].map(percent_decoded);
        assert_eq!(decoded, ["a b", "café", "100%", "%4", "%zz", "%ff", "a+b"]);
    }

    #[test]
    fn a_file_is_found_below_the_folder_and_refused_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let inside = |uri: &str| place(folder, uri).unwrap().strip_prefix(folder).unwrap().display().to_string();
        assert_eq!(inside("day=1/a%20b.parquet"), "day=1/a b.parquet");
        assert_eq!(inside("at=12%253A00/a.parquet"), "at=12%3A00/a.parquet");
        assert_eq!(inside(&format!("{}/a.parquet", folder.display())), "a.parquet");
        assert_eq!(inside(&format!("file://{}/a%20b.parquet", folder.display())), "a b.parquet");
        assert_eq!(inside(&format!("file:{}/a.parquet", folder.display())), "a.parquet");
        for uri in ["/elsewhere/a.parquet", "s3://bucket/a.parquet", "../a.parquet", "a/%2e%2e/b.parquet", "file:///a"]
        {
            assert!(matches!(place(folder, uri), Err(TableFault::Outside(named)) if named == uri), "{uri}");
        }
    }
}
