//! Paths that lead to no local file, because they are written for another program: addresses, shells, Windows.

use std::path::{Component, Path};

/// Says what is wrong with a path of which nothing was found; `None` where it is an ordinary path.
pub(super) fn not_local(path: &Path) -> Option<String> {
    let parts = missing_parts(path);
    address(&parts).or_else(|| parts.iter().find_map(|part| of_windows(part))).or_else(|| unexpanded(&parts))
}

/// Returns the parts of a path from the first on that does not exist.
fn missing_parts(path: &Path) -> Vec<String> {
    let mut before = std::path::PathBuf::new();
    let mut missing = Vec::new();
    for component in path.components() {
        before.push(component);
        if let Component::Normal(name) = component
            && (!missing.is_empty() || !before.exists())
        {
            missing.push(name.to_string_lossy().into_owned());
        }
    }
    missing
}

/// Finds `scheme://rest`, of which a path keeps one slash only.
fn address(parts: &[String]) -> Option<String> {
    let at = parts.iter().position(|part| part.strip_suffix(':').is_some_and(is_scheme))?;
    let rest = parts[at + 1..].join("/");
    Some(match parts[at].as_str() {
        "file:" => format!("`file://` is not part of a path: write `/{rest}`"),
        scheme => format!(
            "`{scheme}//{rest}` is an address, and accrue reads local files: copy it here first, and name the copy"
        ),
    })
}

/// Drives of Windows have one letter, schemes more.
fn is_scheme(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    name.len() > 1 && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(is_part)
}

fn of_windows(part: &str) -> Option<String> {
    let has_drive =
        matches!(part.as_bytes(), [letter, b':'] | [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    if !has_drive && !part.contains('\\') {
        return None;
    }
    Some(format!("`{part}` is a path of Windows: write the path that the file has on this machine, with `/`"))
}

fn unexpanded(parts: &[String]) -> Option<String> {
    let is_home = |part: &String| part.starts_with('~');
    let is_variable = |part: &String| {
        let is_percent = part.len() > 2 && part.starts_with('%') && part.ends_with('%');
        is_percent || part.contains('$') || part.contains("{{")
    };
    let part = parts.iter().find(|part| is_home(part) || is_variable(part))?;
    let what = if is_home(part) { "`~` is" } else { "variables are" };
    Some(format!("there is no `{part}`, and {what} not expanded in a path: write it in full"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_local_path_is_told_from_what_is_only_missing() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &str| not_local(&folder.path().join(path)).unwrap_or_default();
        let address = "`s3://bucket/day/orders*.csv` is an address, and accrue reads local files: copy it here first, and \
            name the copy";
        assert_eq!(said("s3:/bucket/day/orders*.csv"), address);
        for scheme in ["gs", "abfss", "https", "http", "dbfs", "sftp", "az"] {
            assert!(
                said(&format!("{scheme}:/host@x/orders.csv"))
                    .starts_with(&format!("`{scheme}://host@x/orders.csv` is"))
            );
        }
        assert_eq!(said("file:/data/orders.csv"), "`file://` is not part of a path: write `/data/orders.csv`");
        for windows in ["C:\\exports\\orders.csv", "C:/exports/orders.csv", "exports\\orders.csv", "\\\\server\\x.csv"]
        {
            assert!(said(windows).contains("is a path of Windows"), "{windows}");
        }
        assert!(said("~/orders.csv").contains("`~` is not expanded in a path: write it in full"));
        for variable in ["$HOME/orders.csv", "${DAY}.csv", "%USERPROFILE%/orders.csv", "{{ ds }}/orders.csv"] {
            assert!(said(variable).contains("variables are not expanded"), "{variable}");
        }
        for ordinary in ["orders.csv", "a/b/orders-2024-*.csv", "dt=2024/x.csv", "orders 100%.csv", "a:b.csv"] {
            assert_eq!(said(ordinary), "", "{ordinary}");
        }
    }

    #[test]
    fn a_folder_that_is_there_is_not_suspected() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("$data")).unwrap();
        assert_eq!(not_local(&folder.path().join("$data/orders.csv")), None);
    }
}
