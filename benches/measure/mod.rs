//! Runs a program as a child and measures it on Linux: processor and wall time in seconds, peak memory in bytes.

#![expect(clippy::disallowed_methods, reason = "a stopwatch")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PEEK_EVERY: Duration = Duration::from_millis(5);
/// Linux counts processor time in hundredths of a second for whoever asks in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a child used.
pub struct Used {
    pub status: ExitStatus,
    pub cpu_seconds: f64,
    pub wall_seconds: f64,
    pub peak_bytes: u64,
}

/// Runs a program, its words going to a file.
pub fn run<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a str>, log: &Path) -> Used {
    let log = File::create(log).expect("a log can be written");
    let started = Instant::now();
    let child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the program can be started");
    watch(child, started)
}

/// Waits for a child and looks at what it uses: its memory while it runs, its processor time once it has ended and
/// before it is let go.
fn watch(mut child: Child, started: Instant) -> Used {
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    let mut peak_bytes = 0;
    loop {
        let stat = fs::read_to_string(proc.join("stat")).expect("Linux tells about a child not waited for");
        let (state, cpu_seconds) = state_and_cpu_seconds(&stat);
        if state == "Z" {
            let wall_seconds = started.elapsed().as_secs_f64();
            let status = child.wait().expect("the child has ended");
            return Used { status, cpu_seconds, wall_seconds, peak_bytes };
        }
        let status = fs::read_to_string(proc.join("status")).unwrap_or_default();
        let highest = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak_bytes = highest.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).map_or(peak_bytes, |kb| kb * 1024);
        sleep(PEEK_EVERY);
    }
}

/// Reads `/proc/<pid>/stat`. The name, in brackets, may hold anything; after it come the state and, 11 and 12 fields
/// on, the times.
pub fn state_and_cpu_seconds(stat: &str) -> (&str, f64) {
    let fields: Vec<&str> = stat[stat.rfind(')').expect("a name") + 2..].split(' ').collect();
    let ticks = |field: usize| fields[field].parse::<f64>().expect("a number of ticks");
    (fields[0], (ticks(11) + ticks(12)) / TICKS_PER_SECOND)
}
