//! Platforms (docs/platforms.md): how the exports of a shop's software are read, as data in a folder.
//!
//! A folder has `platform.toml` (title, options, what the files cannot tell) and a file for each kind of facts with its
//! variants: mappings, each recognised by the columns that its files have. They rename, filter and sum; none holds a
//! rule about credit. Those that are part of the program are in `platforms/` of the repository; any other folder is
//! read alike.

mod built_in;
mod description;
mod options;
mod variant;

pub(crate) use built_in::{BuiltIn, built_in};
pub(crate) use description::{Description, OptionValue, Unread, read as describe};
pub(crate) use options::as_toml;
pub(crate) use variant::Described;

use super::fault::{Fault, Faults};
use super::nearest::{did_you_mean, listed};
use super::source;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::sources::input::Variant;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the files of a platform are.
enum Files {
    BuiltIn(BuiltIn),
    Folder(PathBuf),
}

impl Files {
    /// Finds the platform that an input names: one of the program's, or a folder where the name is a path.
    fn named(value: Value<'_>, folder: &Path) -> Option<Files> {
        let name = value.text()?;
        if name.contains('/') {
            let path = source::join(folder, name);
            if path.is_dir() {
                return Some(Files::Folder(path));
            }
            value.fault_with(format!("there is no folder `{}`", path.display()), "name the folder of a platform");
            return None;
        }
        let found = built_in().find(|own| own.name == name).map(Files::BuiltIn);
        if found.is_none() {
            let known: Vec<&str> = built_in().map(|own| own.name).collect();
            let remedy = match source::join(folder, name).is_dir() {
                true => format!("write `./{name}` if you mean the folder"),
                false => did_you_mean(name, &known),
            };
            value.fault_with(format!("`platform` is not a known one: `{name}`"), remedy);
        }
        found
    }

    /// Returns the path that messages name and the text of a file; `None` where the platform has no such file.
    fn text(&self, file: &str, at: Value<'_>) -> Option<(PathBuf, String)> {
        match self {
            Files::BuiltIn(own) => {
                let text = own.text(file)?.to_owned();
                Some((PathBuf::from(format!("{}/{file} (built in)", own.name)), text))
            }
            Files::Folder(folder) => {
                let path = folder.join(file);
                if !path.exists() {
                    return None;
                }
                match source::read(&path, "the folder of the platform") {
                    Ok(text) => Some((path, text)),
                    Err(refused) => {
                        at.adopt(refused.faults);
                        None
                    }
                }
            }
        }
    }

    /// Returns the kinds of facts that the platform has mappings for.
    fn kinds(&self) -> Vec<&'static str> {
        let has = |kind: &FactKind| {
            let file = format!("{}.toml", kind.name());
            match self {
                Files::BuiltIn(own) => own.text(&file).is_some(),
                Files::Folder(folder) => folder.join(&file).exists(),
            }
        };
        FactKind::ALL.iter().filter(|kind| has(kind)).map(|kind| kind.name()).collect()
    }
}

/// Finds the variants of the platform that an input names, for its kind of facts.
pub(super) fn find(
    input: &Section<'_>,
    name: Value<'_>,
    kind: Option<FactKind>,
    folder: &Path,
) -> Option<Vec<Variant>> {
    let files = Files::named(name, folder)?;
    let (options, shared) = match files.text("platform.toml", name) {
        Some((path, text)) => {
            let (description, faults) = description::read(&path, &text);
            name.adopt(faults);
            let options = options::of_input(input, &description);
            let (shared, faults) = definitions(&path, &text, &options);
            name.adopt(faults);
            (options, shared)
        }
        None => (options::of_input(input, &Description::default()), Vec::new()),
    };
    let kind = kind?;
    let Some((path, text)) = files.text(&format!("{}.toml", kind.name()), name) else {
        let what = format!("`{}` has no ready mapping for {}", name.text()?, kind.name());
        let has = match files.kinds().as_slice() {
            [] => format!("it has no mapping at all: write `{}.toml` in its folder", kind.name()),
            kinds => format!("it has one for {}: write `columns` of your own for others", listed(kinds)),
        };
        name.fault_with(what, has);
        return None;
    };
    let faults = Faults::new(&path, &text).with_options(options);
    let variants = variant::read(&faults, kind, &source::folder(&path), &shared);
    name.adopt(faults.into_sorted());
    (!variants.is_empty()).then(|| variants.into_iter().map(|described| described.variant).collect())
}

/// Returns the description of a platform of the program.
pub(crate) fn description(own: &BuiltIn) -> Description {
    let file = "platform.toml";
    own.text(file).map_or_else(Description::default, |text| describe(Path::new(file), text).0)
}

/// Returns the variants of a platform of the program for a kind of facts, with its options as they are by themselves;
/// none where it has no mapping for the kind.
pub(crate) fn variants(own: &BuiltIn, kind: FactKind) -> Vec<Described> {
    let file = format!("{}.toml", kind.name());
    let Some(text) = own.text(&file) else { return Vec::new() };
    let options = options::defaults(&description(own));
    let (shared, _) = definitions(Path::new(own.name), own.text("platform.toml").unwrap_or_default(), &options);
    let faults = Faults::new(Path::new(&file), text).with_options(options);
    variant::read(&faults, kind, Path::new(""), &shared)
}

/// Reads the definitions of `platform.toml`, with options in their places.
fn definitions(path: &Path, text: &str, options: &BTreeMap<String, String>) -> (Vec<(String, String)>, Vec<Fault>) {
    let faults = Faults::new(path, text).with_options(options.clone());
    let shared = description::definitions(&faults);
    (shared, faults.into_sorted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_platforms_of_the_program_have_no_faults() {
        for own in built_in() {
            let path = PathBuf::from(own.name);
            let (description, faults) = description::read(&path, own.text("platform.toml").expect("a description"));
            assert_eq!(faults, [], "{}", own.name);
            let options = options::defaults(&description);
            let (shared, faults) = definitions(&path, own.text("platform.toml").expect("a description"), &options);
            assert_eq!(faults, [], "{}", own.name);
            let (mut kinds, mut used) = (0, BTreeSet::new());
            for kind in FactKind::ALL {
                let Some(text) = own.text(&format!("{}.toml", kind.name())) else { continue };
                let faults = Faults::new(&path, text).with_options(options.clone());
                let variants = variant::read(&faults, kind, Path::new(""), &shared);
                assert!(!variants.is_empty(), "{} {}", own.name, kind.name());
                let define = variants.iter().flat_map(|own| &own.variant.input.mapping.as_ref().unwrap().define);
                used.extend(define.map(|(name, _)| name.clone()));
                assert_eq!(faults.into_sorted(), [], "{} {}", own.name, kind.name());
                kinds += 1;
            }
            assert_eq!(kinds + 1, own.files.len(), "each file of {} is of a kind", own.name);
            let unused = shared.iter().find(|(name, _)| !used.contains(name));
            assert_eq!(unused, None, "each definition of {} is used", own.name);
        }
    }
}
