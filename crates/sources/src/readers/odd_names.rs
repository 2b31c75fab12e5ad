//! Files that a glob would pass over without a word, because their names are not UTF-8.

use glob::Pattern;
use std::fs;
use std::path::PathBuf;

const SIGNS: [char; 3] = ['*', '?', '['];

/// Finds a file or folder that a glob means and cannot name: its name is not UTF-8.
pub(super) fn unnameable(glob: &str) -> Option<PathBuf> {
    let starts = glob.char_indices().filter(|&(at, _)| at == 0 || glob[..at].ends_with('/')).map(|(at, _)| at);
    starts
        .filter_map(|start| {
            let part = glob[start..].split('/').next().filter(|part| part.contains(SIGNS))?;
            let pattern = Pattern::new(part).ok()?;
            // Two stars stand for folders at any depth.
            let above = if part == "**" { format!("{}**", &glob[..start]) } else { glob[..start].to_owned() };
            let above = folders(&above).into_iter().chain(folders(&glob[..start]));
            let is_last = start + part.len() == glob.len();
            above.into_iter().find_map(|folder| odd_name(folder, &pattern, is_last))
        })
        .next()
}

fn folders(glob: &str) -> Vec<PathBuf> {
    match glob.trim_end_matches('/') {
        "" if glob.is_empty() => vec![PathBuf::from(".")],
        "" => vec![PathBuf::from("/")],
        plain if !plain.contains(SIGNS) => vec![PathBuf::from(plain)],
        pattern => glob::glob(pattern).map_or_else(|_| Vec::new(), |found| found.flatten().collect()),
    }
}

/// Finds a name in a folder, of a folder only unless the pattern is the last part of a glob.
fn odd_name(folder: PathBuf, pattern: &Pattern, is_last: bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut odd: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_str().is_none() && pattern.matches(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .filter(|path| is_last || path.is_dir())
        .collect();
    odd.sort();
    odd.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn a_name_that_is_not_utf_8_is_found_in_each_part_of_a_glob() {
        let home = tempfile::tempdir().unwrap();
        let odd = |name: &[u8]| home.path().join(OsStr::from_bytes(name));
        let found = |glob: &str| unnameable(&format!("{}/{glob}", home.path().display()));
        fs::write(odd(b"orders_caf\xe9.csv"), "x").unwrap();
        fs::create_dir(odd(b"caf\xe9")).unwrap();
        assert_eq!(found("orders*.csv"), Some(odd(b"orders_caf\xe9.csv")));
        assert_eq!(found("*/orders.csv"), Some(odd(b"caf\xe9")));
        assert_eq!(found("**/orders.csv"), Some(odd(b"caf\xe9")));
        assert_eq!(found("refunds*.csv"), None);
        assert_eq!(found("orders.csv"), None);
    }

    #[test]
    fn two_stars_mean_folders_at_any_depth() {
        let home = tempfile::tempdir().unwrap();
        let odd = home.path().join("2024/06").join(OsStr::from_bytes(b"caf\xe9"));
        fs::create_dir_all(&odd).unwrap();
        // No folder, and no name that the glob means.
        fs::write(home.path().join(OsStr::from_bytes(b"M\xe4rz.pdf")), "x").unwrap();
        let found = |glob: &str| unnameable(&format!("{}/{glob}", home.path().display()));
        assert_eq!(found("**/orders.csv"), Some(odd.clone()));
        assert_eq!(found("2024/**/orders*.csv"), Some(odd));
        assert_eq!(found("2024/*/orders.csv"), None);
    }
}
