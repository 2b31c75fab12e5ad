//! The command `accrue platforms`: lists the platforms whose exports accrue reads without a mapping of one's own.

use super::arguments::{PlatformsCommand, PlatformsOptions};
use super::exit::Failure;
use super::print::print;
use crate::pipeline::platform::{BuiltIn, Description, as_toml, built_in, description};
use std::fmt::Write;

pub(crate) fn platforms(options: &PlatformsOptions) -> Result<(), Failure> {
    match &options.command {
        None => print(list(), "the list of platforms"),
        Some(PlatformsCommand::Show { name }) => match built_in().find(|own| own.name == name) {
            Some(platform) => print(shown(&platform), "the platform"),
            None => Err(Failure::usage(format!("there is no platform `{name}`: `accrue platforms` lists them"))),
        },
    }
}

fn list() -> String {
    let mut text = String::new();
    for platform in built_in() {
        let kinds = platform.files.iter().filter_map(|(file, _)| file.strip_suffix(".toml"));
        let kinds: Vec<&str> = kinds.filter(|kind| *kind != "platform").collect();
        let _ = writeln!(text, "{:<14}{}: {}", platform.name, description(&platform).title, kinds.join(", "));
    }
    text += "\n`accrue platforms show NAME` shows one; docs/platforms has a page for each.\n";
    text
}

/// Shows what a platform is in words, then its files as they are.
fn shown(platform: &BuiltIn) -> String {
    let Description { title, cannot_tell, options, unread } = description(platform);
    let mut text = format!("{title}\n\nWhat its files cannot tell:\n");
    for sentence in cannot_tell {
        let _ = writeln!(text, "- {sentence}");
    }
    if !options.is_empty() {
        text += "\nOptions, as they are where an input says nothing:\n";
    }
    for option in options {
        let _ = writeln!(text, "- {} = {}: {}", option.name, as_toml(&option.default), option.words);
    }
    if !unread.is_empty() {
        text += "\nFiles of it that are of no use:\n";
    }
    for file in unread {
        let _ = writeln!(text, "- {}: {}", file.name, file.why);
    }
    for (file, own) in platform.files {
        let _ = write!(text, "\n#### {file}\n\n{own}");
    }
    text
}
