//! No circle of files: where one file of a crate needs another, that one does not need it, not even through others.
//!
//! A file needs those whose items it names by a path; names that a file only passes on (`pub use`) are followed to the
//! file that has them. Modules of tests, and tests within files, are not looked at.

use crate::tidy::{is_of_word, members, production, root, sources, word};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// A module, or an item in one, from the root of its crate on: `["run", "plan"]` is `src/run/plan/mod.rs`.
type Names = Vec<String>;

/// What the files of a crate name.
struct Code {
    /// The paths in each module, as they are written.
    named: BTreeMap<Names, Vec<Names>>,
    /// What `use` brings into a module, by the name that it has there: a path, as it is written.
    imported: BTreeMap<(Names, String), Names>,
}

#[test]
fn no_files_need_each_other() {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut folders: Vec<_> = crates.map(|name| Path::new("crates").join(name).join("src")).collect();
    folders.push("src".into());
    let mut faults = Vec::new();
    for folder in folders {
        let files = sources(&folder).into_iter();
        let modules = files.map(|(path, text)| (module_of(path.strip_prefix(&folder).unwrap()), text));
        let files: BTreeMap<Names, String> = modules.filter(|(module, _)| !is_of_tests(module)).collect();
        faults.extend(circles(&files).into_iter().map(|circle| format!("{}: {circle}", folder.display())));
    }
    assert!(faults.is_empty(), "files that need each other, through what they name:\n{}", faults.join("\n"));
}

#[test]
fn circles_are_found_however_files_are_named() {
    let found = |files: &[(&str, &str)]| {
        let names = |module: &str| module.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        circles(&files.iter().map(|(module, text)| (names(module), (*text).to_owned())).collect())
    };
    let circle = ["a -> b::c -> a"];
    assert_eq!(found(&[("a", "use crate::b::c::C;"), ("b", "mod c;"), ("b::c", "use crate::a::A;")]), circle);
    assert_eq!(found(&[("a", "use super::b::C;"), ("b", "pub use c::C;"), ("b::c", "crate::a::f()")]), circle);
    assert_eq!(found(&[("a", "use crate::b; b::c::f()"), ("b", ""), ("b::c", "use super::super::{a::A, d};")]), circle);
    assert_eq!(found(&[("b", "use self::c::C;\nstruct B;"), ("b::c", "use super::{B as Other};")]), ["b -> b::c -> b"]);
    // What a file only passes on, or another crate has, or a module within the file, is no circle.
    assert_eq!(found(&[("b", "pub use c::C;\npub use d::D;"), ("b::c", "use super::D;"), ("b::d", "")]), [""; 0]);
    assert_eq!(found(&[("", "pub use accrue_c as c;\nuse a::A;"), ("a", "use crate::c::C;")]), [""; 0]);
    assert_eq!(found(&[("a", "struct A;\nmod c {\n    use super::A;\n}"), ("", "use a::A;\nstruct A;")]), [""; 0]);
}

/// Returns each circle, as the modules along it.
fn circles(files: &BTreeMap<Names, String>) -> Vec<String> {
    let code = Code::of(files);
    let needs: BTreeMap<&Names, BTreeSet<Names>> =
        code.named.keys().map(|module| (module, code.needs(module))).collect();
    let mut seen: BTreeSet<&Names> = BTreeSet::new();
    let mut circles = Vec::new();
    for start in files.keys() {
        let Some(circle) = way_back(start, &needs).filter(|_| !seen.contains(start)) else { continue };
        circles.push(circle.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(" -> "));
        seen.extend(circle);
    }
    circles
}

/// Returns a shortest way from a module through what it needs back to itself.
fn way_back<'f>(start: &'f Names, needs: &'f BTreeMap<&Names, BTreeSet<Names>>) -> Option<Vec<&'f Names>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut visited = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in &needs[way[way.len() - 1]] {
            let way = [way.as_slice(), &[next]].concat();
            if next == start {
                return Some(way);
            }
            if visited.insert(next) {
                ways.push_back(way);
            }
        }
    }
    None
}

impl Code {
    fn of(files: &BTreeMap<Names, String>) -> Code {
        let mut code = Code { named: BTreeMap::new(), imported: BTreeMap::new() };
        for (module, text) in files {
            let text = plain(production(text));
            let mut named = Vec::new();
            for (is_import, path, name) in paths(&text) {
                if is_import {
                    code.imported.entry((module.clone(), name)).or_insert_with(|| path.clone());
                }
                named.push(path);
            }
            code.named.insert(module.clone(), named);
        }
        code
    }

    /// Returns the other files that a file needs.
    fn needs(&self, module: &Names) -> BTreeSet<Names> {
        let files = self.named[module].iter().filter_map(|path| self.file_of(module, path));
        files.filter(|file| file != module).collect()
    }

    /// Returns the file that has what a path in a module names; `None` for another crate, and for a file as a whole.
    fn file_of(&self, module: &Names, path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let child = [module, std::slice::from_ref(first)].concat();
        match first.as_str() {
            "crate" => self.file_below(rest),
            "self" => self.file_below(&[module, rest].concat()),
            "super" => {
                let levels = path.iter().take_while(|name| *name == "super").count();
                self.file_below(&[&module[..module.len().checked_sub(levels)?], &path[levels..]].concat())
            }
            _ if self.named.contains_key(&child) => self.file_below(&[child.as_slice(), rest].concat()),
            _ => {
                let imported = self.imported.get(&(module.clone(), first.clone()))?;
                // `use glob::glob` is of another crate.
                (imported[0] != *first).then(|| self.file_of(module, &[imported, rest].concat())).flatten()
            }
        }
    }

    /// Returns the file that has what a path from the root on names.
    fn file_below(&self, path: &[String]) -> Option<Names> {
        let length = (0..=path.len()).rev().find(|&length| self.named.contains_key(&path[..length]))?;
        let (module, rest) = (path[..length].to_vec(), &path[length..]);
        match self.imported.get(&(module.clone(), rest.first()?.clone())) {
            Some(imported) => self.file_of(&module, &[imported, &rest[1..]].concat()),
            None => Some(module),
        }
    }
}

fn module_of(path: &Path) -> Names {
    let names = path.with_extension("").iter().map(|name| name.to_str().unwrap().to_owned()).collect::<Names>();
    names.into_iter().filter(|name| !["mod", "lib", "main"].contains(&name.as_str())).collect()
}

fn is_of_tests(module: &Names) -> bool {
    module.iter().any(|name| name.starts_with("tests"))
}

/// Returns code without comments; what a module within the file takes from `super` is in the same file.
fn plain(text: &str) -> String {
    let mut is_within = false;
    let line = |line: &str| {
        is_within = if is_within { line != "}" } else { line.contains("mod ") && line.ends_with('{') };
        let code = line.split("//").next().unwrap_or_default();
        if is_within { code.replacen("super::", "this_file::", 1) } else { code.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the paths in code that have several names, with the name that each is known by; whether `use` imports it.
fn paths(code: &str) -> Vec<(bool, Names, String)> {
    let mut found = Vec::new();
    let is_begin = |at: &usize| !code[..*at].ends_with(|before: char| is_of_word(before) || before == ':');
    for (at, _) in code.char_indices().filter(|(at, letter)| is_of_word(*letter) && is_begin(at)) {
        let is_import = code[..at].ends_with("use ");
        let expanded = expand(&code[at..]).into_iter().filter(|(path, _)| path.len() > 1 || is_import);
        found.extend(expanded.map(|(path, name)| (is_import, path, name)));
    }
    found
}

/// Returns a path, or each path of a group in braces, with the name that it is known by.
fn expand(path: &str) -> Vec<(Names, String)> {
    let path = path.trim_start();
    if let Some(group) = path.strip_prefix('{') {
        return members(group).into_iter().flat_map(expand).collect();
    }
    let first = word(path).to_owned();
    let rest = &path[first.len()..];
    match rest.strip_prefix("::") {
        Some(rest) => {
            let below = expand(rest).into_iter().map(|(names, name)| match names == ["self"] {
                true => (vec![first.clone()], first.clone()),
                false => ([vec![first.clone()], names].concat(), name),
            });
            below.collect()
        }
        None => {
            let name = rest.strip_prefix(" as ").map_or(first.as_str(), word).to_owned();
            vec![(vec![first], name)]
        }
    }
}
