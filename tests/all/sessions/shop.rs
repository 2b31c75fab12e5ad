//! A copy of the fixture shop in a folder of its own, and what is typed there.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FILES: [&str; 7] = [
    "fixtures/shop/adjustments.csv",
    "fixtures/shop/orders.csv",
    "fixtures/shop/redemptions.csv",
    "fixtures/shop/refunds.csv",
    "fixtures/shop/registrations.csv",
    "pipelines/fixture.toml",
    "pipelines/programs/fixture.toml",
];

pub struct Shop {
    home: tempfile::TempDir,
}

impl Shop {
    pub fn new() -> Shop {
        let shop = Shop { home: tempfile::tempdir().unwrap() };
        for name in FILES {
            shop.write(name, fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap());
        }
        shop
    }

    /// Makes a second shop that has everything this one has.
    pub fn copy(&self) -> Shop {
        let shop = Shop { home: tempfile::tempdir().unwrap() };
        // With times, and with files that have two names.
        let copied = Command::new("cp").arg("-a").args([self.path("."), shop.path("")]).status();
        assert!(copied.unwrap().success());
        shop
    }

    /// Makes a shop whose pipeline keeps a book.
    pub fn with_book() -> Shop {
        let shop = Shop::new();
        shop.replace("pipelines/fixture.toml", "output = ", "book = \"../book\"\noutput = ");
        shop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        // A file of a book is read-only.
        let _ = fs::remove_file(self.path(name));
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Replaces a text that is once in a file.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {name}");
        self.write(name, text.replace(from, to));
    }

    /// Replaces a text that is once in a commit of a table's log, as somebody would who knows its digest.
    pub fn forge(&self, log: &str, from: &str, to: &str) {
        self.replace(log, from, to);
        let (sealed, rest) = ("{\"commitInfo\":{", self.read(log));
        let rest = rest.strip_prefix(&format!("{sealed}\"digest\":\"")).expect("a commit with a digest");
        self.write(log, format!("{sealed}{}", rest.split_once("\",").expect("it ends").1));
    }

    pub fn append(&self, name: &str, more: &str) {
        self.write(name, self.read(name) + more);
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Returns the command that would be typed in the shop's folder.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_accrue"));
        command.args(line.split_whitespace()).current_dir(self.home.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Types a command that must succeed.
    pub fn succeed(&self, line: &str) -> Output {
        let output = self.command(line).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Types a command and returns what came of it.
    pub fn session(&self, line: &str) -> String {
        let before = self.listing();
        let output = self.command(line).output().unwrap();
        let mut text = format!("$ accrue {line}\n");
        shown(&mut text, "stdout", &output.stdout);
        shown(&mut text, "stderr", &output.stderr);
        let new: Vec<String> = self.listing().difference(&before).cloned().collect();
        let files = if new.is_empty() { "nothing".to_owned() } else { new.join(" ") };
        writeln!(text, "-- exit code {}, new: {files}", output.status.code().unwrap()).unwrap();
        self.masked(&text)
    }

    /// Returns everything in the shop's folder, folders with a slash.
    fn listing(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![self.home.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.home.path()).unwrap().display().to_string();
                if path.is_dir() {
                    found.insert(format!("{name}/"));
                    folders.push(path);
                } else {
                    found.insert(name);
                }
            }
        }
        found
    }

    fn masked(&self, text: &str) -> String {
        let text = text.replace(&self.home.path().display().to_string(), "[shop]");
        let text = mask(&text, "run-######-########-######-######", "[run]");
        let text = mask(&text, "run-########-######-######", "[run]");
        let text = mask(&text, "\"posted_at\": \"####-##-##T##:##:##.######Z\"", "\"posted_at\": \"[now]\"");
        text.lines().map(without_figures).map(|line| line + "\n").collect()
    }
}

fn shown(text: &mut String, stream: &str, bytes: &[u8]) {
    if !bytes.is_empty() {
        write!(text, "-- {stream}\n{}", String::from_utf8_lossy(bytes)).unwrap();
    }
}

/// Puts a name in the place of everything of a shape, in which # stands for a digit.
pub fn mask(text: &str, shape: &str, name: &str) -> String {
    let fits = |candidate: &str| {
        let mut pairs = shape.bytes().zip(candidate.bytes());
        candidate.len() >= shape.len() && pairs.all(|(s, c)| if s == b'#' { c.is_ascii_digit() } else { s == c })
    };
    let mut masked = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (shown, length) =
            if fits(rest) { (name, shape.len()) } else { (&rest[..letter.len_utf8()], letter.len_utf8()) };
        masked += shown;
        rest = &rest[length..];
    }
    masked
}

/// Masks a line of the summary that says how long a stage took, or which bytes a file had.
fn without_figures(line: &str) -> String {
    let Some((key, _)) = line.split_once(": ") else { return line.to_owned() };
    match key.trim() {
        "\"sha256\"" => format!("{key}: [digest]"),
        "\"id\"" => format!("{key}: [id]"),
        "\"read\"" | "\"resolve\"" | "\"compute\"" | "\"write\"" | "\"total\"" => format!("{key}: [seconds]"),
        _ => line.to_owned(),
    }
}
