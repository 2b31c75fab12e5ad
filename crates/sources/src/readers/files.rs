//! Finds the files that an input's path or glob names, and the format of each by its ending.

use crate::error::FileFault;
use crate::input::Format;
use crate::readers::local::not_local;
use crate::readers::matched::Below;
use crate::readers::odd_names::unnameable;
use crate::readers::{Compression, file_order};
use accrue_files::oddity;
use std::path::{Path, PathBuf};

/// Returns the files that a path or a glob names, in the order of [`file_order`].
///
/// # Errors
/// Where nothing matches, or a folder does, or what is no regular file, or a link that leads out of the pattern's
/// folder, or where a name is not UTF-8.
pub(super) fn files(pattern: &Path) -> Result<Vec<PathBuf>, FileFault> {
    let text = pattern.to_string_lossy();
    // A file that is really there is meant, even if its name has `[` or `*` in it.
    if pattern.exists() || !text.contains(['*', '?', '[']) {
        return file(pattern).map(|path| vec![path]);
    }
    let matches = glob::glob(&text).map_err(|_| FileFault::Pattern)?;
    let found = matches.collect::<Result<Vec<_>, _>>().map_err(|error| FileFault::Io(error.into()))?;
    if let Some(odd) = unnameable(&text) {
        return Err(FileFault::Unnameable(odd));
    }
    let below = Below::of_pattern(&text);
    found.iter().try_for_each(|path| below.check(path))?;
    // A folder beside the files is not an export; a pattern of nothing but folders is a mistake.
    let (folders, mut files): (Vec<_>, Vec<_>) = found.into_iter().partition(|path| path.is_dir());
    match (files.is_empty(), folders.first()) {
        (true, Some(folder)) => return Err(FileFault::Folder(folder.join("*"))),
        (true, None) => return Err(not_local(pattern).map_or(FileFault::NoMatch, FileFault::NotLocal)),
        (false, _) => files.sort_by(|one, other| file_order::compare(one, other)),
    }
    Ok(files)
}

/// Returns the format of a file by its ending, under that of a compression.
pub fn format_of(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = Compression::ENDINGS.iter().find_map(|(ending, _)| name.strip_suffix(ending)).unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "json" => Some(Format::Json),
        "parquet" => Some(Format::Parquet),
        "xlsx" | "xlsm" => Some(Format::Xlsx),
        _ => None,
    }
}

fn file(path: &Path) -> Result<PathBuf, FileFault> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(FileFault::Folder(path.join("*"))),
        Ok(metadata) => match oddity(metadata.file_type()) {
            None => Ok(path.to_path_buf()),
            Some(what) => Err(FileFault::NotRegular { file: path.to_path_buf(), what }),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(not_local(path).map_or(FileFault::Missing, FileFault::NotLocal))
        }
        Err(error) => Err(FileFault::Io(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_names_its_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a10.csv", "a9.csv", "B.csv", "notes.md"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("old.csv")).unwrap();
        let found = files(&folder.path().join("*.csv")).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["B.csv", "a9.csv", "a10.csv", "b.csv"]);
    }

    #[test]
    fn what_leads_to_no_file_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let fault = |name: &str| files(&folder.path().join(name)).unwrap_err().to_string();
        assert_eq!(fault("orders.csv"), "there is no such file: check the input's `path`");
        assert_eq!(fault("*.csv"), "matches no file: check the input's `path`, and whether the export has run");
        assert!(fault("").starts_with("is a folder: name the files in it, such as `"));
        assert!(fault("a[").starts_with("is no pattern of names: "));
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        assert!(fault("s*").ends_with("sub/*`"));
    }

    #[test]
    fn a_file_with_the_signs_of_a_pattern_in_its_name_is_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders[1].csv");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(files(&path).unwrap(), [path]);
    }

    #[test]
    fn the_ending_tells_the_format_under_a_compression() {
        let format = |name: &str| format_of(Path::new(name));
        assert_eq!(format("x/orders.csv"), Some(Format::Csv));
        assert_eq!(format("ORDERS.CSV.GZ"), Some(Format::Csv));
        assert_eq!(format("a.b.jsonl.zst"), Some(Format::Ndjson));
        assert_eq!(format("a.json.gz"), Some(Format::Json));
        assert_eq!(format("a.parquet"), Some(Format::Parquet));
        assert_eq!(format("a.XLSX"), Some(Format::Xlsx));
        assert_eq!(format("a.xlsm.gz"), Some(Format::Xlsx));
        assert_eq!(format("a.xls"), None);
        assert_eq!(format("a.gz"), None);
        assert_eq!(format("orders"), None);
    }
}
