//! What a pattern or a folder may bring along: regular files that lie below it, by links too, and nothing else.
//!
//! Whoever may put files into a folder of exports could else have any file read that this program may read: by a link
//! to it. A path that the pipeline names is no find, and is followed wherever it leads.

use crate::error::FileFault;
use accrue_files::oddity;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder, as it is named and as links lead to it.
pub(super) struct Below {
    named: PathBuf,
    real: Option<PathBuf>,
}

impl Below {
    pub(super) fn new(folder: &Path) -> Below {
        let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Below { named: named.to_path_buf(), real: named.canonicalize().ok() }
    }

    /// Returns the folder that the part of a pattern without signs names.
    pub(super) fn of_pattern(pattern: &str) -> Below {
        let fixed = pattern.find(['*', '?', '[']).map_or(pattern, |sign| &pattern[..sign]);
        Below::new(Path::new(
            fixed.rsplit_once('/').map_or("", |(folder, _)| if folder.is_empty() { "/" } else { folder }),
        ))
    }

    /// Refuses what was found there and leads elsewhere, or is neither a folder nor a regular file.
    pub(super) fn check(&self, found: &Path) -> Result<(), FileFault> {
        let Ok(metadata) = found.metadata() else { return Err(self.lost(found)) };
        if let Some(what) = oddity(metadata.file_type()) {
            return Err(FileFault::NotRegular { file: found.to_path_buf(), what });
        }
        let target = found.canonicalize()?;
        match self.real.as_ref().is_some_and(|folder| target.starts_with(folder)) {
            true => Ok(()),
            false => Err(FileFault::LinkOutside { link: self.link(found), folder: self.named.clone(), target }),
        }
    }

    fn lost(&self, found: &Path) -> FileFault {
        match fs::symlink_metadata(found) {
            Ok(metadata) if metadata.is_symlink() => FileFault::LostLink(found.to_path_buf()),
            // It was there a moment ago.
            _ => FileFault::Missing,
        }
    }

    /// Returns the link on the way to what was found that leads out of the folder; itself where none is found.
    fn link(&self, found: &Path) -> PathBuf {
        let ways: Vec<&Path> = found.ancestors().take_while(|way| *way != self.named).collect();
        let leads_out = |way: &&Path| {
            let is_below = |target: PathBuf| self.real.as_ref().is_some_and(|folder| target.starts_with(folder));
            way.is_symlink() && !way.canonicalize().is_ok_and(is_below)
        };
        ways.into_iter().rev().find(leads_out).unwrap_or(found).to_path_buf()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_folder_of_a_pattern_is_what_stands_before_its_first_sign() {
        let folder = |pattern: &str| Below::of_pattern(pattern).named.display().to_string();
        assert_eq!(folder("x/y/orders*.csv"), "x/y");
        assert_eq!(folder("x/d?/orders.csv"), "x");
        assert_eq!(folder("*.csv"), ".");
        assert_eq!(folder("/*.csv"), "/");
        assert_eq!(folder("/x/[ab]/c"), "/x");
    }

    #[test]
    fn links_are_followed_below_the_folder_only() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::create_dir_all(path("in/day")).unwrap();
        fs::create_dir(path("elsewhere")).unwrap();
        for name in ["in/day/a.csv", "secret", "elsewhere/b.csv"] {
            fs::write(path(name), "x").unwrap();
        }
        symlink("day", path("in/..data")).unwrap();
        symlink("..data/a.csv", path("in/a.csv")).unwrap();
        symlink("../secret", path("in/secret.csv")).unwrap();
        symlink("../elsewhere", path("in/out")).unwrap();
        symlink("nowhere", path("in/lost.csv")).unwrap();
        symlink("circle.csv", path("in/circle.csv")).unwrap();
        symlink("in", path("latest")).unwrap();
        for folder in ["in", "latest"] {
            let below = Below::new(&path(folder));
            let said = |name: &str| below.check(&path(folder).join(name)).err().map(|fault| fault.to_string());
            let shown = |name: &str| path(name).display().to_string();
            assert_eq!((said("a.csv"), said("day/a.csv"), said("..data")), (None, None, None));
            let out = |link: &str, target: &str| {
                let (link, target) = (shown(&format!("{folder}/{link}")), path(target).canonicalize().unwrap());
                Some(format!(
                    "`{link}` is a link that leads out of `{}`, to `{}`: name that file in a `path`, or remove the link",
                    shown(folder),
                    target.display()
                ))
            };
            assert_eq!(said("secret.csv"), out("secret.csv", "secret"));
            assert_eq!(said("out/b.csv"), out("out", "elsewhere/b.csv"));
            let lost = |name: &str| {
                Some(format!(
                    "`{}` is a link that leads to no file: mend or remove it",
                    shown(&format!("{folder}/{name}"))
                ))
            };
            assert_eq!(said("lost.csv"), lost("lost.csv"));
            assert_eq!(said("circle.csv"), lost("circle.csv"));
        }
    }
}
