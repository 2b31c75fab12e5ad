//! The files that templates are made of: their names, the built-in ones, and the shop's folder.

use super::fault::{TemplateFault, nearest};
use super::job::JobKind;
use crate::files;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

const LAYOUT: &str = "layout";

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../pipelines/emails/", $name)))),+]
    };
}

/// The built-in templates: the ready copies that shops start from, in English.
///
/// The German copies beside them are not built in: a shop that wrote its own `received.html` must not have its
/// German customers served by somebody else's.
pub(crate) const BUILT_IN: [(&str, &str); 14] = built_in![
    "layout.html",
    "layout.txt",
    "received.subject.txt",
    "received.txt",
    "received.html",
    "redeemed.subject.txt",
    "redeemed.txt",
    "redeemed.html",
    "expiring.subject.txt",
    "expiring.txt",
    "expiring.html",
    "refunded.subject.txt",
    "refunded.txt",
    "refunded.html",
];

/// The parts of a mail, each a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Subject,
    Text,
    Html,
}

impl Part {
    /// In the order that endings are tried in: `.txt` also ends a subject's name.
    pub(crate) const ALL: [Part; 3] = [Part::Subject, Part::Text, Part::Html];

    fn ending(self) -> &'static str {
        [".subject.txt", ".txt", ".html"][self as usize]
    }
}

/// Returns the name of a template: `received.de.html`.
pub(crate) fn name(kind: JobKind, locale: Option<&str>, part: Part) -> String {
    match locale {
        Some(locale) => format!("{}.{locale}{}", kind.name(), part.ending()),
        None => format!("{}{}", kind.name(), part.ending()),
    }
}

/// Returns a locale as file names spell it: `de_at` is `de-AT`. `None` for what is not a language tag.
pub(crate) fn canonical_locale(text: &str) -> Option<String> {
    let mut tags = text.split(['-', '_']);
    let language = tags.next().filter(|tag| (2..=3).contains(&tag.len()) && is_alphabetic(tag))?;
    let mut locale = language.to_ascii_lowercase();
    for tag in tags {
        if !(2..=8).contains(&tag.len()) || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        locale.push('-');
        match tag.len() {
            2 => locale.push_str(&tag.to_ascii_uppercase()),
            4 if is_alphabetic(tag) => {
                locale.push_str(&tag[..1].to_ascii_uppercase());
                locale.push_str(&tag[1..].to_ascii_lowercase());
            }
            _ => locale.push_str(&tag.to_ascii_lowercase()),
        }
    }
    Some(locale)
}

/// Reads the shop's templates, by name. Files whose names begin with a dot are left alone.
pub(crate) fn read_folder(folder: &Path, faults: &mut Vec<TemplateFault>) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let entries = match fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()) {
        Ok(entries) => entries,
        Err(source) => {
            faults.push(TemplateFault::Folder { path: folder.to_owned(), source });
            return sources;
        }
    };
    let mut names: Vec<String> = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    for name in names.into_iter().filter(|name| !name.starts_with('.')) {
        let path = folder.join(&name);
        if let Err(nearest) = check_name(&name) {
            faults.push(TemplateFault::UnknownFile { path, nearest });
            continue;
        }
        match files::read(&path).and_then(text) {
            Ok(source) => {
                sources.insert(name, source.trim_start_matches('\u{feff}').to_owned());
            }
            Err(source) => faults.push(TemplateFault::File { path, source }),
        }
    }
    sources
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error.utf8_error()))
}

/// Returns the locale in the name of a template, where it has one.
pub(crate) fn locale_in(name: &str) -> Option<&str> {
    let (_, locale, _) = split(name)?;
    locale
}

/// Tells whether a file has the name of a template; if not, which name was probably meant.
fn check_name(file_name: &str) -> Result<(), Option<String>> {
    let Some((stem, locale, part)) = split(file_name) else {
        let known = BUILT_IN.map(|(name, _)| name);
        return Err(nearest(file_name, &known).map(str::to_owned));
    };
    match locale.map(|locale| (locale, canonical_locale(locale))) {
        None => Ok(()),
        Some((locale, Some(spelled))) if spelled == locale => Ok(()),
        Some((_, Some(spelled))) => Err(Some(format!("{stem}.{spelled}{}", part.ending()))),
        Some((_, None)) => Err(Some(format!("{stem}{}", part.ending()))),
    }
}

fn split(file_name: &str) -> Option<(&str, Option<&str>, Part)> {
    let (front, part) = Part::ALL.iter().find_map(|&part| Some((file_name.strip_suffix(part.ending())?, part)))?;
    let (stem, locale) = match front.split_once('.') {
        Some((stem, locale)) => (stem, Some(locale)),
        None => (front, None),
    };
    let is_mail = JobKind::ALL.iter().any(|kind| kind.name() == stem);
    (is_mail || stem == LAYOUT && part != Part::Subject).then_some((stem, locale, part))
}

fn is_alphabetic(tag: &str) -> bool {
    tag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_spelled_as_language_tags() {
        let spelled = |text| canonical_locale(text).unwrap_or_default();
        assert_eq!(spelled("de"), "de");
        assert_eq!(spelled("DE_at"), "de-AT");
        assert_eq!(spelled("zh-hans-cn"), "zh-Hans-CN");
        assert_eq!(spelled("es-419"), "es-419");
        for text in ["", "subject", "german", "de-", "../../etc", "d", "de.UTF-8", "dé"] {
            assert_eq!(canonical_locale(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_templates_are_known_and_others_get_the_nearest() {
        for name in ["received.subject.txt", "layout.html", "layout.de.html", "expiring.pt-BR.txt"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        let meant = |name| check_name(name).unwrap_err().unwrap_or_default();
        assert_eq!(meant("recieved.html"), "received.html");
        assert_eq!(meant("received.de_at.html"), "received.de-AT.html");
        assert_eq!(meant("received.german.txt"), "received.txt");
        assert_eq!(meant("refund.txt"), "refunded.txt");
        assert_eq!(meant("received.htm"), "received.html");
        assert_eq!(meant("layout.subject.txt"), "layout.txt");
        assert_eq!(meant("notes.md"), "");
    }
}
