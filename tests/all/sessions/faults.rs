//! Faults of the system at each step of `run`, `apply` and `maintain`: strace kills the program at a call, or has the
//! call fail, and disks of many sizes are full. After each of them the message is right about what was posted, the book
//! is sound, and the next night posts and mails what it would have without the fault, once.
//!
//! Needs strace and unshare (util-linux), so that these tests run only where they are asked for, as `.ci/run` does.

use super::damage::Dice;
use super::foreign::LATER;
use super::shop::Shop;
use super::signals::drafts;
use super::{ORDERS, RUN};
use crate::routes::books::{self, Posted};
use accrue::run::Silent;
use accrue::run::inspect::{self, BookView};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SEED: u64 = 13;
const AGAIN: &str = "run pipelines/fixture.toml --as-of 2024-07-02";
const PLAN: &str = "plan pipelines/fixture.toml --as-of 2024-07-02 --save a.plan";
const APPLY: &str = "apply a.plan";
const NEXT: &str = "run pipelines/fixture.toml --as-of 2024-07-20";
/// Housekeeping, when all files are old enough to be removed.
const MAINTAIN: &str = "maintain book";
/// Tells a process of this test that it is `MAINTAIN`.
const HOUSEKEEPING: &str = "ACCRUE_TEST_HOUSEKEEPING";
/// Where strace writes what it sees.
const TRACE: &str = "trace";

/// Calls that change names or hand bytes to the disk: there are few, and each is tried.
const STEPS: &str =
    "fsync,fdatasync,link,linkat,rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,rmdir,fchmod,chmod";
/// Calls that read and write: there are many, and of each a seed picks some for each fault.
const MANY: [(&str, &[&str]); 7] = [
    ("openat", &["signal=KILL", "error=EIO", "error=EMFILE"]),
    ("read", &["signal=KILL", "error=EIO"]),
    ("pread64", &["signal=KILL", "error=EIO"]),
    ("write", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("copy_file_range", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("ioctl", &["signal=KILL", "error=EIO"]),
    ("getdents64", &["error=EIO"]),
];
const PICKED: usize = 4;

/// A shop, and a command that writes to its book.
struct Scene {
    shop: Shop,
    /// Typed before it: a plan names the shop that it was made in.
    before: Option<&'static str>,
    line: &'static str,
    /// The night that follows.
    next: &'static str,
    /// What the book holds after both, with no fault.
    expected: Posted,
}

/// A call of the command: its name, and its number among the calls of that name in its thread, from 1.
type Call = (String, usize);

fn scenes() -> Vec<Scene> {
    let night = Shop::with_book();
    night.succeed(RUN);
    night.append(ORDERS, "O-2001,eva,eva@example.com,2024-07-01T10:00:00,2024-07-01T10:00:00,,500.00,500.00,\n");
    let planned = night.copy();
    let grown = night.copy();
    for day in 2..12 {
        let at = format!("2024-07-{day:02}T01:00:00");
        grown.append(ORDERS, &format!("O-3{day:03},dan,,{at},{at},,50.00,55.00,\n"));
        grown.succeed(&format!("run pipelines/fixture.toml --as-of 2024-07-{day:02}T16:00:00Z"));
    }
    // What runs leave that are killed.
    for call in ["linkat", "renameat2", "mkdir"] {
        strace(&grown, "run pipelines/fixture.toml --as-of 2024-07-12", call, Some(("signal=KILL", 2)));
    }
    vec![
        Scene::new(night, None, AGAIN, AGAIN),
        Scene::new(planned, Some(PLAN), APPLY, AGAIN),
        Scene::new(grown, None, MAINTAIN, NEXT),
    ]
}

impl Scene {
    fn new(shop: Shop, before: Option<&'static str>, line: &'static str, next: &'static str) -> Scene {
        let undisturbed = shop.copy();
        for line in before.into_iter().chain([line, next]) {
            assert!(command(&undisturbed, line).output().unwrap().status.success(), "{line}");
        }
        let expected = books::read(&undisturbed.path("book"));
        assert_eq!(mailed(&undisturbed), expected.job_ids);
        Scene { shop, before, line, next, expected }
    }

    fn copy(&self) -> Shop {
        let shop = self.shop.copy();
        self.before.iter().for_each(|line| drop(shop.succeed(line)));
        shop
    }

    /// Runs the command with no fault; returns its calls of these names that are about files of the shop.
    fn calls(&self, names: &str) -> BTreeSet<Call> {
        let shop = self.copy();
        let traced = strace(&shop, self.line, names, None);
        assert!(traced.status.success(), "{}: {}", self.line, said(&traced));
        let home = fs::canonicalize(shop.path("")).unwrap();
        calls_of(&shop.read(TRACE), home.to_str().unwrap())
    }

    /// Runs the command with a fault, and checks all that must hold after it; returns how it ended.
    fn suffer(&self, (call, time): &Call, fault: &str) -> Option<i32> {
        let what = format!("{} with {fault} at {call} {time}", self.line);
        let shop = self.copy();
        let output = strace(&shop, self.line, call, Some((fault, *time)));
        self.expect_told(&what, &shop, &output);
        self.expect_recovered(&what, &shop);
        output.status.code()
    }

    /// Checks that the command says what it has done.
    fn expect_told(&self, what: &str, shop: &Shop, output: &Output) {
        let said = said(output);
        let Some(code) = output.status.code() else {
            return assert_eq!(output.status.signal(), Some(9), "{what}: {said}");
        };
        assert!([0, 1, 3, 4].contains(&code), "{what}: exit code {code}: {said}");
        assert!(!said.contains("panicked"), "{what}: {said}");
        if self.line != MAINTAIN {
            let has_posted = runs(shop) > runs(&self.shop);
            assert_eq!(has_posted, !said.contains("nothing was posted"), "{what}: exit code {code}: {said}");
            assert!(code != 0 || has_posted, "{what}: {said}");
        }
    }

    /// Checks that the book is sound, and that the night that follows makes everything good.
    fn expect_recovered(&self, what: &str, shop: &Shop) {
        let succeed = |line: &str| {
            let output = command(shop, line).output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{what}, then {line}: {printed}{}", said(&output));
        };
        succeed("verify book");
        succeed(self.next);
        succeed(MAINTAIN);
        let posted = books::read(&shop.path("book"));
        assert_eq!(posted.sums, self.expected.sums, "{what}");
        assert_eq!(posted.rows, self.expected.rows, "{what}");
        assert_eq!(posted.job_ids, self.expected.job_ids, "{what}");
        assert_eq!(mailed(shop), self.expected.job_ids, "{what}: mails");
        assert_eq!(drafts(&shop.path("")), [""; 0], "{what}");
    }
}

/// Types a command under strace, which traces calls of these names and has one of them fail.
fn strace(shop: &Shop, line: &str, names: &str, fault: Option<(&str, usize)>) -> Output {
    let traced = command(shop, line);
    let mut command = Command::new("strace");
    // Calls of other names then run at their own speed; but no signals are sent so.
    if !fault.is_some_and(|(fault, _)| fault.starts_with("signal")) {
        command.arg("--seccomp-bpf");
    }
    command.args(["-f", "-qq", "-y", "-o", TRACE, "-e", &format!("trace={names}")]);
    if let Some((fault, time)) = fault {
        command.args(["-e", &format!("inject={names}:{fault}:when={time}")]);
    }
    command.arg(traced.get_program()).args(traced.get_args()).stdin(Stdio::null());
    command.current_dir(shop.path("")).env(HOUSEKEEPING, "1").output().unwrap()
}

/// Reads a trace: the calls about files below a folder, which the command is in. Without those that are about another
/// file in another thread, since a fault would meet whichever comes first.
fn calls_of(trace: &str, home: &str) -> BTreeSet<Call> {
    let mut times = BTreeMap::<(&str, &str), usize>::new();
    let [mut own, mut others] = [BTreeSet::new(), BTreeSet::new()];
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((name, arguments)) = rest.trim_start().split_once('(') else { continue };
        if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            continue;
        }
        let time = times.entry((thread, name)).or_default();
        *time += 1;
        let calls = if is_within(arguments, home) { &mut own } else { &mut others };
        calls.insert((name.to_owned(), *time));
    }
    own.difference(&others).cloned().collect()
}

/// Tells whether a call is about a file below a folder: by the path of an open file, a whole path, or one from that
/// folder.
fn is_within(arguments: &str, home: &str) -> bool {
    let is_relative = !arguments.contains('<') || arguments.contains(&format!("<{home}>, \""));
    arguments.contains(&format!("<{home}/"))
        || arguments.contains(&format!("\"{home}/"))
        || (is_relative && arguments.contains('"') && !arguments.contains("\"/"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number of the last run of the book.
fn runs(shop: &Shop) -> usize {
    BookView::open(&shop.path("book")).unwrap().lines().len()
}

/// Returns the ids of the jobs in all the folders of runs, sorted.
fn mailed(shop: &Shop) -> Vec<String> {
    let runs = fs::read_dir(shop.path("out")).unwrap().map(|entry| entry.unwrap().path());
    let whole = runs.filter(|run| !run.file_name().unwrap().to_str().unwrap().starts_with('.'));
    let mut ids: Vec<String> = whole.flat_map(|run| books::ids_of_ndjson(&run.join("emails.ndjson"))).collect();
    ids.sort();
    ids
}

/// Returns the command of a line, which `MAINTAIN` has done when all files are old.
fn command(shop: &Shop, line: &str) -> Command {
    if line != MAINTAIN {
        return shop.command(line);
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "sessions::faults::housekeeping_when_all_files_are_old", "--nocapture"])
        .env(HOUSEKEEPING, "1");
    command.current_dir(shop.path(""));
    command
}

/// The other half of tests of `MAINTAIN`.
#[test]
#[ignore = "the other half of a test, which runs it in a process of its own"]
fn housekeeping_when_all_files_are_old() {
    std::env::var_os(HOUSEKEEPING).expect("the other half sets it");
    // Never the same time: files are called after it.
    let now = LATER.plus_micros(i64::from(std::process::id()));
    if let Err(error) = inspect::maintain(Path::new("book"), Some(Path::new("out")), now, 7, &Silent) {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

/// Checks that a tool can be used.
pub fn expect_tool(tool: &str, arguments: &[&str]) {
    let output = Command::new(tool).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(output.is_ok_and(|status| status.success()), "{tool} cannot be used: install it");
}

#[test]
#[ignore = "needs strace, or unshare that may make namespaces"]
fn a_fault_at_any_step_loses_and_doubles_nothing() {
    expect_tool("strace", &["-qq", "-e", "trace=none", "true"]);
    let mut dice = Dice(SEED);
    let (scenes, mut cases) = (scenes(), Vec::new());
    for scene in &scenes {
        let steps = scene.calls(STEPS);
        assert!(steps.len() > 20, "{}: {steps:?}", scene.line);
        for call in steps {
            let faults: &[&str] = match call.0.as_str() {
                "link" | "linkat" | "rename" | "renameat2" => &["signal=KILL", "error=EIO", "error=EPERM"],
                "mkdir" | "fsync" => &["signal=KILL", "error=EIO", "error=ENOSPC"],
                _ => &["signal=KILL", "error=EIO"],
            };
            cases.extend(faults.iter().map(|fault| (scene, call.clone(), *fault)));
        }
        for (name, faults) in MANY {
            let calls: Vec<Call> = scene.calls(name).into_iter().collect();
            for fault in faults {
                let picked = (0..PICKED.min(calls.len())).map(|_| calls[dice.throw(calls.len())].clone());
                cases.extend(picked.map(|call| (scene, call, *fault)));
            }
        }
    }
    let ends: Vec<Option<i32>> = cases.par_iter().map(|(scene, call, fault)| scene.suffer(call, fault)).collect();
    let count = |end: Option<i32>| ends.iter().filter(|found| **found == end).count();
    eprintln!(
        "{} faults: {} killed, {} done all the same, {} refused",
        ends.len(),
        count(None),
        count(Some(0)),
        count(Some(1))
    );
    assert!(count(None) > 100 && count(Some(1)) > 100);
}

/// Types a command in a shop whose disk has so much room left. It is a disk of this process alone; what it holds is in
/// the shop's folder when this returns.
const ON_FULL_DISK: &str = "set -e
cp -a \"$SHOP/.\" \"$HELD\"
mount -t tmpfs -o size=256m none \"$SHOP\"
cp -a \"$HELD/.\" \"$SHOP\"
used=$(df --output=used -B1 \"$SHOP\" | tail -1)
mount -o remount,size=$((used + ROOM)) \"$SHOP\"
(cd \"$SHOP\"; exec \"$@\") || code=$?
mount -o remount,size=256m \"$SHOP\"
find \"$HELD\" -mindepth 1 -delete
cp -a \"$SHOP/.\" \"$HELD\"
umount \"$SHOP\"
find \"$SHOP\" -mindepth 1 -delete
cp -a \"$HELD/.\" \"$SHOP\"
exit ${code:-0}";

/// Rooms on the disk, in bytes, from none to what is more than enough.
const ROOMS: [u64; 16] = [0, 4, 8, 12, 16, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256];

const OWN_DISKS: [&str; 3] = ["--user", "--map-root-user", "--mount"];

#[test]
#[ignore = "needs strace, or unshare that may make namespaces"]
fn a_full_disk_loses_and_doubles_nothing() {
    let script = "mount -t tmpfs none /mnt";
    expect_tool("unshare", &[&OWN_DISKS[..], &["sh", "-c", script]].concat());
    let scenes = scenes();
    let cases: Vec<(&Scene, u64)> = scenes.iter().flat_map(|scene| ROOMS.map(|room| (scene, room << 10))).collect();
    let ends: Vec<Option<i32>> = cases.par_iter().map(|(scene, room)| scene.on_full_disk(*room)).collect();
    for (scene, ends) in scenes.iter().zip(ends.chunks(ROOMS.len())) {
        let full = ends.iter().filter(|end| **end == Some(1)).count();
        assert!(full > 3 && *ends.last().unwrap() == Some(0), "{}: {ends:?}", scene.line);
    }
}

impl Scene {
    fn on_full_disk(&self, room: u64) -> Option<i32> {
        let what = format!("{} with room for {room} bytes", self.line);
        let (shop, held) = (self.copy(), tempfile::tempdir().unwrap());
        let accrue = shop.command(self.line);
        let mut command = Command::new("unshare");
        command
            .args(OWN_DISKS)
            .args(["sh", "-c", ON_FULL_DISK, "sh"])
            .arg(accrue.get_program())
            .args(accrue.get_args());
        command.env("SHOP", shop.path("")).env("HELD", held.path()).env("ROOM", room.to_string());
        let output = command.output().unwrap();
        self.expect_told(&what, &shop, &output);
        self.expect_recovered(&what, &shop);
        output.status.code()
    }
}
