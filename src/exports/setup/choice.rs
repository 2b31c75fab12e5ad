//! Chooses the inputs for the files of a folder: files that are written alike and named alike become one input.

use super::super::found::{Export, Found, Use};
use super::super::input::PlannedInput;
use super::super::known::Known;
use crate::facts::FactKind;
use crate::pipeline::platform::{BuiltIn, Described, OptionValue, description};
use crate::sources::readers::Form;
use glob::Pattern;
use std::path::{Path, PathBuf};

/// Signs that mean something in a pattern.
const SIGNS: [char; 5] = ['*', '?', '[', ']', '{'];

/// A file that no input reads.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) path: PathBuf,
    pub(crate) why: Why,
}

/// Why a file is not read.
#[derive(Debug)]
pub(crate) enum Why {
    Unreadable(String),
    /// It is known, and of no use.
    Unread(String),
    Unknown,
    /// It is of another platform than the one that was chosen.
    OtherPlatform(&'static str),
    /// It has facts of a kind again that another list has.
    SameFacts(FactKind, String),
}

/// One kind of facts of one file.
struct Candidate {
    path: PathBuf,
    form: Form,
    own: Use,
}

/// Chooses the inputs of a pipeline in a folder, and says which files none of them reads; of several platforms the
/// files of one.
pub(super) fn choose(
    exports: Vec<Export>,
    platform: Option<&str>,
    folder: &Path,
    known: &Known,
) -> (Vec<PlannedInput>, Vec<LeftOut>) {
    let files: Vec<PathBuf> = exports.iter().map(|export| export.path.clone()).collect();
    let (mut candidates, mut left_out) = (Vec::new(), Vec::new());
    for Export { path, found } in exports {
        let why = match found {
            Found::Read { form, uses } => {
                let is_chosen =
                    |own: &&Use| platform.is_none() || own.platform_name().is_none_or(|own| Some(own) == platform);
                let Some(other) = uses.iter().find(|own| !is_chosen(own)).and_then(Use::platform_name) else {
                    candidates.extend(uses.into_iter().map(|own| Candidate {
                        path: path.clone(),
                        form: form.clone(),
                        own,
                    }));
                    continue;
                };
                Why::OtherPlatform(other)
            }
            Found::Unread { name, why, .. } => Why::Unread(format!("{name}: {why}")),
            Found::Unknown { .. } => Why::Unknown,
            Found::Unreadable(fault) => Why::Unreadable(fault.to_string()),
        };
        left_out.push(LeftOut { path, why });
    }
    let (mut candidates, same_facts) = without_same_facts(candidates, known);
    left_out.extend(same_facts);
    // In the order of the kinds, which is that in which people read a pipeline.
    candidates.sort_by_key(|candidate| (candidate.own.kind, candidate.own.platform.map(|own| own.name)));
    let needs = needs(&candidates);
    (inputs(&candidates, folder, &files, &needs), left_out)
}

/// Leaves out files whose facts are in another list too: that of the variant is kept which the platform names first.
fn without_same_facts(candidates: Vec<Candidate>, known: &Known) -> (Vec<Candidate>, Vec<LeftOut>) {
    let rank = |own: &Use| {
        let known = known.of(own.platform?, own.kind)?;
        known.variants.iter().position(|described| described.variant.name == own.described.variant.name)
    };
    let first = |own: &Use| {
        let alike = candidates.iter().map(|other| &other.own).filter(|other| is_of(other, own.kind, own.platform));
        alike.min_by_key(|other| rank(other)).map(|other| other.described.clone())
    };
    let kept: Vec<Option<Described>> = candidates.iter().map(|candidate| first(&candidate.own)).collect();
    let (mut left, mut left_out) = (Vec::new(), Vec::new());
    for (candidate, kept) in candidates.into_iter().zip(kept) {
        match kept.filter(|kept| kept.list != candidate.own.described.list) {
            None => left.push(candidate),
            Some(kept) => {
                let why = Why::SameFacts(candidate.own.kind, kept.variant.name);
                left_out.push(LeftOut { path: candidate.path, why });
            }
        }
    }
    (left, left_out)
}

fn is_of(own: &Use, kind: FactKind, platform: Option<BuiltIn>) -> bool {
    own.kind == kind && own.platform.map(|own| own.name) == platform.map(|own| own.name)
}

/// Returns the options that files of each platform need.
fn needs(candidates: &[Candidate]) -> Vec<(&'static str, String, OptionValue)> {
    let mut needs: Vec<(&'static str, String, OptionValue)> = Vec::new();
    for Candidate { own, .. } in candidates {
        let Some(platform) = own.platform else { continue };
        for (name, value) in &own.described.needs {
            let need = (platform.name, name.clone(), value.clone());
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    }
    needs
}

/// Puts files together that differ in numbers and dates of their names only.
fn inputs(
    candidates: &[Candidate],
    folder: &Path,
    files: &[PathBuf],
    needs: &[(&'static str, String, OptionValue)],
) -> Vec<PlannedInput> {
    let mut inputs: Vec<PlannedInput> = Vec::new();
    for Candidate { path, form, own } in candidates {
        let is_alike = |kind, platform: Option<BuiltIn>, other: &Form| is_of(own, kind, platform) && other == form;
        let options = needs.iter().filter(|(platform, ..)| own.platform.is_some_and(|own| own.name == *platform));
        let options = options.map(|(_, name, value)| (name.clone(), value.clone())).collect();
        let relative = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        let pattern = pattern(&relative).filter(|pattern| {
            let is_own = |file: &Path| {
                let mut same = candidates.iter().filter(|other| other.path == file);
                same.any(|other| is_alike(other.own.kind, other.own.platform, &other.form))
            };
            matched(pattern, folder, files).all(is_own)
        });
        let named = pattern.unwrap_or(relative);
        let is_same = |input: &PlannedInput| input.path == named && is_alike(input.kind, input.platform, &input.form);
        if !inputs.iter().any(is_same) {
            let (kind, platform, is_folder) = (own.kind, own.platform, path.is_dir());
            inputs.push(PlannedInput { kind, path: named, is_folder, platform, form: form.clone(), options });
        }
    }
    inputs
}

/// Returns the pattern of a file and of those that will be exported under the same name with another number or date.
fn pattern(relative: &str) -> Option<String> {
    let (folder, name) = relative.rsplit_once('/').map_or(("", relative), |(folder, name)| (folder, name));
    let ending = name.find('.').map(|at| &name[at..])?;
    let stem = &name[..name.len() - ending.len()];
    let words = stem.find(|char: char| char.is_ascii_digit() || char == '(').map_or(stem, |at| &stem[..at]);
    let words = words.trim_end_matches([' ', '-', '_', '.']);
    let is_plain = !words.is_empty() && !relative.contains(SIGNS);
    let separator = if folder.is_empty() { "" } else { "/" };
    is_plain.then(|| format!("{folder}{separator}{words}*{ending}"))
}

/// Returns the files that a pattern names.
fn matched<'f>(pattern: &str, folder: &'f Path, files: &'f [PathBuf]) -> impl Iterator<Item = &'f Path> {
    let pattern = Pattern::new(pattern);
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
    let is_named = move |path: &&Path| {
        let relative = path.strip_prefix(folder).unwrap_or(path);
        pattern.as_ref().is_ok_and(|pattern| pattern.matches_path_with(relative, options))
    };
    files.iter().map(PathBuf::as_path).filter(is_named)
}

/// Returns the options that a platform has for a kind of facts: their names, values and words.
pub(super) fn options_of(platform: BuiltIn, kind: FactKind) -> Vec<(String, OptionValue, String)> {
    let mappings = platform.text(&format!("{}.toml", kind.name())).unwrap_or_default();
    let options = description(&platform).options.into_iter();
    let is_used = |name: &str| mappings.contains(&format!("${{{name}}}"));
    options.filter(|option| is_used(&option.name)).map(|option| (option.name, option.default, option.words)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_leaves_out_numbers_and_dates() {
        let named = |name: &str| pattern(name);
        assert_eq!(named("orders_export.csv").unwrap(), "orders_export*.csv");
        assert_eq!(named("orders_export (1).csv").unwrap(), "orders_export*.csv");
        assert_eq!(named("in/orders-2024-05.csv.gz").unwrap(), "in/orders*.csv.gz");
        assert_eq!(named("2024-05-01.csv"), None);
        assert_eq!(named("orders[1].csv"), None);
        assert_eq!(named("orders"), None);
    }

    #[test]
    fn a_pattern_names_files_of_its_folder_only() {
        let files =
            ["orders_1.csv", "orders_2.csv", "sub/orders_3.csv", "orders.json"].map(|name| Path::new("x").join(name));
        let matched: Vec<_> = matched("orders*.csv", Path::new("x"), &files).collect();
        assert_eq!(matched, [Path::new("x/orders_1.csv"), Path::new("x/orders_2.csv")]);
    }
}
