//! Where commands may write: never into a book, whose files only runs and housekeeping write.

use std::path::{self, Component, Path, PathBuf};

/// A place that cannot be written to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overlap {
    #[error(
        "the `output` {output} and the `book` {book} are one folder, or one is in the other: whoever clears the output away would take the book along; give each a folder of its own, such as `book = \"book\"` and `output = \"out\"`"
    )]
    Output { output: String, book: String },
    #[error("{place} is in the book {book}, where only runs write: name another place")]
    InBook { place: String, book: String },
}

impl Overlap {
    /// Tells whether another option is all that is needed.
    pub fn is_usage(&self) -> bool {
        matches!(self, Overlap::InBook { .. })
    }
}

/// Checks that neither of a pipeline's output and its book is in the other.
pub(crate) fn expect_apart(output: &Path, book: &Path) -> Result<(), Overlap> {
    let (inner, outer) = (resolved(output), resolved(book));
    if inner.starts_with(&outer) || outer.starts_with(&inner) {
        return Err(Overlap::Output { output: output.display().to_string(), book: book.display().to_string() });
    }
    Ok(())
}

/// Checks that a place, which somebody has named, is not in a book.
pub(crate) fn expect_outside(place: &Path, book: &Path) -> Result<(), Overlap> {
    if resolved(place).starts_with(resolved(book)) {
        return Err(Overlap::InBook { place: place.display().to_string(), book: book.display().to_string() });
    }
    Ok(())
}

/// Returns an absolute path without links and `..`, also where its end is not there yet.
pub(crate) fn resolved(place: &Path) -> PathBuf {
    let absolute = path::absolute(place).unwrap_or_else(|_| place.to_path_buf());
    // A `..` behind a folder that is not there leads to links that are.
    as_far_as_there(&without_parents(&as_far_as_there(&absolute)))
}

/// Follows the links of the part of a path that is there.
fn as_far_as_there(path: &Path) -> PathBuf {
    for there in path.ancestors() {
        if let Ok(found) = there.canonicalize() {
            return found.join(path.strip_prefix(there).expect("a beginning of it"));
        }
    }
    path.to_path_buf()
}

fn without_parents(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            part => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn one_folder_in_the_other_is_noticed_by_whatever_path() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        fs::create_dir_all(at("data/book")).unwrap();
        symlink(at("data"), at("link")).unwrap();
        for (output, book) in [
            ("out", "out"),
            ("out", "out/book"),
            ("data/book/runs", "data/book"),
            ("link", "data/book"),
            ("x/../link/book/new", "data/book"),
            ("data/new/..", "link/book"),
        ] {
            assert!(expect_apart(&at(output), &at(book)).is_err(), "{output} and {book}");
        }
        for (output, book) in [("out", "book"), ("out2", "out"), ("data/out", "data/book"), ("link/out", "data/book")] {
            assert_eq!(expect_apart(&at(output), &at(book)), Ok(()), "{output} and {book}");
        }
        assert!(expect_outside(&at("link/book/orders/b.parquet"), &at("data/book")).is_err());
        assert_eq!(expect_outside(&at("link/book.csv"), &at("data/book")), Ok(()));
    }
}
