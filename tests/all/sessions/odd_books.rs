//! What is no regular file in the place of a book's files and folders: nobody waits for it, it is named, and nothing is
//! posted.

use super::continuity::with_a_stopped_run;
use super::damage::{COMMANDS, RUN_ON, expect_named, files, shop};
use super::shop::Shop;
use insta::assert_snapshot;
use rayon::prelude::*;
use std::fs;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Seconds that a command has; whoever waits for a FIFO waits for ever.
const SECONDS: &str = "60";

/// Puts a FIFO in the place of a file or a folder.
fn fifo(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Types a command, which must end by itself.
fn typed(shop: &Shop, line: &str, what: &str) -> Output {
    let command = shop.command(line);
    let mut limited = Command::new("timeout");
    limited.arg(SECONDS).arg(command.get_program()).args(command.get_args()).current_dir(shop.path(""));
    let output = limited.output().unwrap();
    assert_ne!(output.status.code(), Some(124), "{what}: {line}: it waits");
    output
}

/// Types everything that reads a book; returns whether each command went well.
fn expect_no_wait(shop: &Shop, place: &Path) -> Vec<bool> {
    let (what, name) = (place.display().to_string(), place.file_name().unwrap().to_string_lossy().into_owned());
    let runs = || fs::read_dir(shop.path("out")).unwrap().count();
    let typed = |line: &&str| {
        let before = runs();
        let code = expect_named(&format!("{what}: {line}"), &name, &typed(shop, line, &what));
        assert!(code == 0 || runs() == before, "{what}: {line}: posted with exit code {code}");
        code == 0
    };
    COMMANDS.iter().map(typed).collect()
}

#[test]
fn nobody_waits_for_a_fifo_in_the_place_of_a_file_or_folder_of_a_book() {
    let whole = shop();
    let mut places = files(&whole);
    let folders: Vec<PathBuf> = places.iter().filter_map(|file| file.parent().map(Path::to_path_buf)).collect();
    places.extend(folders);
    places.extend(["book/runs", "book.head.json"].map(|name| whole.path(name)));
    places.retain(|place| *place != whole.path("book"));
    places.sort();
    places.dedup();
    places.par_iter().for_each(|path| {
        let (shop, place) = (whole.copy(), path.strip_prefix(whole.path("")).unwrap());
        fifo(&shop.path(place.to_str().unwrap()));
        let went_well = expect_no_wait(&shop, place);
        let is_verified = went_well[0];
        assert!(!is_verified || place.ends_with("book.head.json"), "{}: verify finds nothing", place.display());
    });
}

#[test]
fn a_run_that_is_to_be_completed_from_no_regular_file_is_refused() {
    let (stopped, ..) = with_a_stopped_run();
    let kept: Vec<PathBuf> = files(&stopped).into_iter().filter(|path| is_of_second_run(path)).collect();
    assert_eq!(kept.len(), 6, "{kept:?}");
    for path in kept {
        let (shop, place) = (stopped.copy(), path.strip_prefix(stopped.path("")).unwrap());
        fifo(&shop.path(place.to_str().unwrap()));
        let name = place.file_name().unwrap().to_str().unwrap();
        let output = typed(&shop, RUN_ON, name);
        assert_eq!(expect_named(name, name, &output), 1);
        assert!(String::from_utf8_lossy(&output.stderr).ends_with("nothing was posted\n"), "{name}");
    }
}

fn is_of_second_run(path: &Path) -> bool {
    path.to_string_lossy().contains("/book/runs/run-000002-")
}

#[test]
fn the_message_says_what_is_there_in_the_place_of_the_file() {
    let mut said = Vec::new();
    let shop = Shop::with_book();
    shop.succeed(super::RUN);
    let commit = "book/ledger/_delta_log/00000000000000000001.json";
    fifo(&shop.path(commit));
    said.extend(["runs book", "verify book", RUN_ON].map(|line| shop.session(line)));
    shop.remove(commit);
    let _socket = UnixListener::bind(shop.path(commit)).unwrap();
    said.push(shop.session("runs book"));
    assert_snapshot!(said.join("\n"));
}
