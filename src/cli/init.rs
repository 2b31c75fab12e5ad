//! The command `accrue init`: writes a pipeline and a program for the exports in a folder.

use super::arguments::InitOptions;
use super::ask::Asker;
use super::exit::{Code, Failure};
use super::progress::Line;
use super::say::say;
use crate::exports::Known;
use crate::exports::setup::{self, Answers, Draft, LeftOut, Like, Looked, PIPELINE, PROGRAM, Why};
use crate::kernel::currency::Currency;
use crate::text::visible;
use chrono_tz::Tz;
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn init(options: &InitOptions) -> Result<(), Failure> {
    let folder = options.folder.as_deref().unwrap_or(Path::new("."));
    refuse_taken(folder)?;
    let given = Given::of(options)?;
    let progress = Line::new();
    let known = Known::all();
    let looked = setup::look_at(folder, &known, &progress).map_err(Failure::of_looking)?;
    drop(progress);
    let mut asker = Asker::of_terminal();
    let platform = platform(&looked, options.platform.as_deref(), folder, &mut asker)?;
    let progress = Line::new();
    let draft = setup::draft(looked, platform.as_deref(), (folder, &known), &progress).map_err(Failure::of_looking)?;
    drop(progress);
    say_files(&draft, folder);
    if draft.inputs().is_empty() {
        let what = format!("there is no export in `{}` that can be read", folder.display());
        return Err(Failure::new(Code::Input, format!("{what}: `accrue inspect FILE...` says more of each file")));
    }
    let answers = answers(&draft, given, folder, &mut asker)?;
    let [pipeline, program] =
        setup::write(folder, &draft, &answers).map_err(|(path, error)| unwritten(&path, &error))?;
    say_next(&draft, &pipeline, &program);
    Ok(())
}

/// Returns the platform whose files are read, where there are files of several: credit of two shops is not added up.
fn platform(looked: &Looked, given: Option<&str>, folder: &Path, asker: &mut Asker) -> Result<Option<String>, Failure> {
    let platforms = looked.platforms();
    let names: Vec<&str> = platforms.keys().copied().collect();
    let known = |name: &str| match names.contains(&name) {
        true => Ok(name.to_owned()),
        false if names.is_empty() => Err(format!("no file of `{}` is of a platform", folder.display())),
        false => Err(format!("no file is of `{name}`: there are files of {}", names.join(", "))),
    };
    if let Some(name) = given {
        return known(name).map(Some).map_err(Failure::usage);
    }
    if platforms.len() < 2 {
        return Ok(None);
    }
    let shown = |path: &Path| visible(&path.strip_prefix(folder).unwrap_or(path).to_string_lossy()).into_owned();
    let files = |files: &[&Path]| files.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ");
    if asker.is_there() {
        platforms.iter().for_each(|(name, own)| say(format_args!("  {name:<12}{}", files(own))));
        return asker.ask("Which platform's files to read", None, known).map(Some);
    }
    let listed: Vec<String> = platforms.iter().map(|(name, own)| format!("{name} ({})", files(own))).collect();
    Err(Failure::usage(format!(
        "the folder has files of several platforms, {}: say whose to read with `--platform {}`, or give each a folder of its own",
        listed.join(" and "),
        names[0]
    )))
}

/// What was given as options.
struct Given {
    name: Option<String>,
    currency: Option<Currency>,
    zone: Option<Tz>,
    like: Option<Like>,
}

impl Given {
    fn of(options: &InitOptions) -> Result<Given, Failure> {
        let currency = options.currency.as_deref().map(|code| currency(code).map_err(Failure::usage)).transpose()?;
        let zone = options.timezone.as_deref().map(|name| zone(name).map_err(Failure::usage)).transpose()?;
        Ok(Given { name: options.name.clone(), currency, zone, like: options.like.map(|like| like.0) })
    }
}

/// Asks for what was not given as an option. Without a terminal it takes the default instead, and says so.
fn answers(draft: &Draft, given: Given, folder: &Path, asker: &mut Asker) -> Result<Answers, Failure> {
    let name = match given.name {
        Some(name) => name,
        None => asker.ask("Name of the scheme", Some(&folder_name(folder)), |text| Ok(text.to_owned()))?,
    };
    let seen = draft.currency().map(Currency::code);
    let currency = match (given.currency, seen) {
        (Some(currency), _) => currency,
        (None, None) if !asker.is_there() => {
            return Err(Failure::usage(
                "no file says which currency its amounts are in: give `--currency`, such as USD",
            ));
        }
        (None, seen) => asker.ask("Currency of the program's amounts", seen, currency)?,
    };
    let zone = match given.zone {
        Some(zone) => zone,
        None => asker.ask("Time zone of the shop", Some(&usual_zone(asker.is_there())), zone)?,
    };
    let like = match given.like {
        Some(like) => like,
        None => {
            asker.tell_choices(Like::ALL.map(|like| (like.name(), like.words())));
            asker.ask("Which rules to begin with", Some(Like::Plain.name()), like_of)?
        }
    };
    Ok(Answers { name, currency, zone, like })
}

fn currency(code: &str) -> Result<Currency, String> {
    let found = Currency::from_code(&code.to_uppercase());
    found.ok_or_else(|| format!("`{code}` is no currency of ISO 4217: write its code, such as USD or EUR"))
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| format!("`{name}` is no time zone: write its IANA name, such as America/New_York"))
}

fn like_of(name: &str) -> Result<Like, String> {
    let found = Like::ALL.into_iter().find(|like| like.name() == name);
    let names = Like::ALL.map(Like::name).join(", ");
    found.ok_or_else(|| format!("`{name}` is none of {names}"))
}

/// Returns the zone of the machine for somebody who can say that it is another one; without anybody, UTC.
fn usual_zone(is_asked: bool) -> String {
    let of_machine = iana_time_zone::get_timezone().ok().filter(|name| is_asked && zone(name).is_ok());
    of_machine.unwrap_or_else(|| "UTC".to_owned())
}

fn folder_name(folder: &Path) -> String {
    let name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    name.unwrap_or_else(|| "Store credit".to_owned())
}

fn refuse_taken(folder: &Path) -> Result<(), Failure> {
    match [PIPELINE, PROGRAM].map(|name| folder.join(name)).into_iter().find(|path| path.exists()) {
        Some(path) => {
            Err(Failure::usage(format!("`{}` is there already: remove it, or name another folder", path.display())))
        }
        None => Ok(()),
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AlreadyExists => Failure::usage(format!("`{}` is there already", path.display())),
        _ => Failure::new(Code::Unexpected, format!("`{}` cannot be written: {error}", path.display())),
    }
}

/// Says what was found.
fn say_files(draft: &Draft, folder: &Path) {
    for (at, input) in draft.inputs().iter().enumerate() {
        let platform = input.platform.map_or(String::new(), |own| format!(" of {}", own.name));
        let files = draft.read.facts.files.iter().filter(|file| file.input.get() == at);
        let (rows, accepted) = files.fold((0, 0), |(rows, good), file| (rows + file.rows, good + file.filled.accepted));
        let kind = input.kind.name();
        let kind = if accepted == 1 { kind.trim_end_matches('s') } else { kind };
        let what = if rows == 1 { "row" } else { "rows" };
        let rejected = match draft.rejected(at) {
            0 => String::new(),
            1 => "; 1 is rejected".to_owned(),
            count => format!("; {count} are rejected"),
        };
        say(format_args!("{}{platform}: {accepted} {kind} in {rows} {what}{rejected}", input.path));
    }
    for LeftOut { path, why } in &draft.left_out {
        let path = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
        let path = visible(&path);
        match why {
            Why::Unreadable(why) | Why::Unread(why) => say(format_args!("{path}: left out: {why}")),
            Why::OtherPlatform(name) => say(format_args!("{path}: left out: it is of {name}")),
            Why::Unknown => say(format_args!("{path}: left out: not recognised; `accrue inspect` says more")),
            Why::SameFacts(kind, name) => {
                let kind = kind.name();
                say(format_args!("{path}: left out: it has {kind} that stand in \"{name}\" too"));
            }
        }
    }
}

fn say_next(draft: &Draft, pipeline: &Path, program: &Path) {
    let kinds: Vec<&str> = draft.missing.iter().map(|kind| kind.name()).collect();
    if !kinds.is_empty() {
        say(format_args!("missing: {}; `accrue inspect` says what for, and where to click", kinds.join(", ")));
    }
    say(format_args!(
        "\nwrote {} and {}: put your own amounts into the program, then\n  accrue check {}   # lists what is rejected, and writes \
         nothing\n  accrue run {} --format csv",
        pipeline.display(),
        program.display(),
        pipeline.display(),
        pipeline.display()
    ));
}
