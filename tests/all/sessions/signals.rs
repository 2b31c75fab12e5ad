//! SIGTERM and SIGINT at any moment: a command stops and leaves nothing, or what it has begun to post is posted whole.

use super::faults::expect_tool;
use super::shop::Shop;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A generated shop whose pipeline keeps a book.
fn generated(orders: u32) -> Shop {
    let shop = Shop::new();
    shop.succeed(&format!("generate made --orders {orders}"));
    shop.replace("made/pipeline.toml", "output = ", "book = \"book\"\noutput = ");
    shop
}

/// Types a command and sends it a signal after so many milliseconds.
fn stopped(shop: &Shop, line: &str, signal: &str, after: u64) -> Output {
    let mut command = shop.command(line);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(after));
    // It may have ended by itself.
    let kill = format!("kill -{signal} {} 2>/dev/null || true", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns the names of drafts and temporary files below a folder.
pub fn drafts(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') {
            found.push(name);
        }
        if path.is_dir() {
            found.extend(drafts(&path));
        }
    }
    found
}

#[test]
fn a_run_that_is_stopped_at_any_moment_posts_nothing_or_everything() {
    let shop = generated(100_000);
    let (mut stops, mut runs) = (0, 0);
    for (number, signal) in (0..).zip(["TERM", "INT"].into_iter().cycle()) {
        let output = stopped(&shop, "run made/pipeline.toml --as-of 2024-12-31 --threads 1", signal, 10 + 40 * number);
        let said = said(&output);
        assert_eq!(drafts(&shop.path("made")), [""; 0], "{said}");
        match output.status.code() {
            Some(10) => {
                stops += 1;
                assert_eq!(said, "error: stopped by a signal\nnothing was posted\n");
                assert!(runs > 0 || !shop.path("made/out").exists());
            }
            Some(0) => {
                runs += 1;
                assert!(said.contains(&format!("Run {runs} of book")), "{said}");
                break;
            }
            _ => panic!("{:?}: {said}", output.status),
        }
        assert!(number < 200, "a run never comes to its end");
    }
    assert!(stops > 2, "only {stops} runs were stopped");
    assert!(String::from_utf8_lossy(&shop.succeed("verify made/pipeline.toml").stdout).contains("nothing is wrong"));
    let again = shop.succeed("run made/pipeline.toml --as-of 2024-12-31 --reread --everyone");
    assert!(said(&again).contains("Posted 0 entries"), "{}", said(&again));
}

#[test]
fn whatever_else_is_stopped_says_what_was_not_done_and_leaves_nothing() {
    let shop = generated(200_000);
    shop.succeed("run made/pipeline.toml --as-of 2024-06-30");
    let commands = [
        (
            "plan made/pipeline.toml --as-of 2024-07-20 --everyone --save a.plan",
            "no plan was saved\nnothing was posted\n",
        ),
        ("check made/pipeline.toml --as-of 2024-07-20 --out checked", "no folder was written\nnothing was posted\n"),
        ("verify made/pipeline.toml", "the book was not looked at to its end\n"),
        ("generate other --orders 20000000", "what it had written is removed\n"),
    ];
    for (line, rest) in commands {
        let output = stopped(&shop, line, "TERM", 60);
        assert_eq!(said(&output), format!("error: stopped by a signal: {rest}"), "{line}");
        assert_eq!(output.status.code(), Some(10));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(drafts(&shop.path("")), [""; 0]);
    assert!(!shop.path("a.plan").exists() && !shop.path("checked").exists());
    assert_eq!(fs::read_dir(shop.path("other")).unwrap().count(), 0);
}

#[test]
fn balances_of_a_command_that_is_killed_are_whole_or_not_there() {
    let shop = generated(100_000);
    shop.succeed("run made/pipeline.toml --as-of 2024-06-30");
    shop.succeed("balance made/pipeline.toml --out whole.csv");
    let mut kills = 0;
    for number in 0.. {
        let output = stopped(&shop, "balance made/pipeline.toml --out all.csv", "KILL", 20 + 20 * number);
        if output.status.code() == Some(0) {
            break;
        }
        kills += 1;
        // The signal may also come between the file's last step and the end of the process.
        if shop.path("all.csv").exists() {
            assert!(shop.read("all.csv") == shop.read("whole.csv"), "a part appears as the whole");
            fs::remove_file(shop.path("all.csv")).unwrap();
        }
    }
    assert!(kills > 0);
    assert!(shop.read("all.csv") == shop.read("whole.csv"), "balances differ");
    let left = drafts(&shop.path(""));
    assert!(left.iter().all(|name| name.starts_with(".all.csv.") && name.ends_with(".part")), "{left:?}");
}

/// In a container the program is often the first process, which the system sends no signal that it does not ask for.
#[test]
#[ignore = "needs strace, or unshare that may make namespaces"]
fn the_first_process_of_a_container_is_stopped_too() {
    let own_processes = ["--user", "--map-root-user", "--pid", "--fork", "--"];
    expect_tool("unshare", &[&own_processes[..], &["true"]].concat());
    let shop = generated(400_000);
    for signal in ["TERM", "INT"] {
        let accrue = shop.command("run made/pipeline.toml --as-of 2024-12-31 --threads 1");
        let mut command = Command::new("unshare");
        command.args(own_processes).arg(accrue.get_program()).args(accrue.get_args()).current_dir(shop.path(""));
        let parent = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", parent.id())).unwrap();
        let sent = Command::new("kill").args([&format!("-{signal}"), children.trim()]).status();
        assert!(sent.unwrap().success(), "it has ended before it was stopped");
        let output = parent.wait_with_output().unwrap();
        assert_eq!(said(&output), "error: stopped by a signal\nnothing was posted\n");
        assert_eq!(output.status.code(), Some(10));
    }
    assert_eq!(drafts(&shop.path("made")), [""; 0]);
}
