//! The console blocks of the README: each command is typed in a copy of the repository's shop, and prints what is
//! printed there.
//!
//! Needs `jq`, as the README says.

use super::shop::mask;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is typed and cannot be compared: data that the repository does not have, and seconds.
const NOT_COMPARED: [&str; 3] =
    ["head -19 pipelines/uci-online-retail.toml", "run pipelines/uci-orders.toml", "-c .seconds"];

/// A command of the README, and what it prints there.
struct Block {
    command: String,
    printed: String,
}

/// Reads the commands of a page's console blocks, in order.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_console = false;
    for line in page.lines() {
        match line.strip_prefix("$ ") {
            _ if line.starts_with("```") => is_console = line == "```console",
            Some(command) if is_console => blocks.push(Block { command: command.to_owned(), printed: String::new() }),
            None if is_console => {
                blocks.last_mut().expect("a block begins with a command").printed += &format!("{line}\n")
            }
            _ => {}
        }
    }
    blocks
}

/// Masks the clock: ids of runs and when they were posted. An empty line between two commands is none of the output's.
fn masked(text: &str) -> String {
    let text = mask(text, "run-######-########-######-######", "[run]");
    mask(&text, "####-##-## ##:##:##", "[time]").trim_end().to_owned()
}

#[test]
fn commands_of_the_readme_print_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = tempfile::tempdir().unwrap();
    for folder in ["pipelines", "fixtures", "platforms"] {
        let copied = Command::new("cp").arg("-r").args([root.join(folder), home.path().join(folder)]).status();
        assert!(copied.unwrap().success());
    }
    // Data of others may lie there.
    let _ = fs::remove_dir_all(home.path().join("pipelines/data"));
    let program = PathBuf::from(env!("CARGO_BIN_EXE_accrue"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let (mut compared, mut left_out) = (0, 0);
    for Block { command, printed } in blocks(&fs::read_to_string(root.join("README.md")).unwrap()) {
        if NOT_COMPARED.iter().any(|other| command.contains(other)) {
            left_out += 1;
            continue;
        }
        let line = format!("{{ {command}\n}} 2>&1");
        let output =
            Command::new("sh").args(["-c", &line]).current_dir(home.path()).env("PATH", &path).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(masked(&said), masked(&printed), "$ {command}");
        compared += 1;
    }
    assert!(compared >= 20 && left_out == NOT_COMPARED.len(), "{compared} were compared, {left_out} not");
}
