//! Handles SIGTERM and SIGINT: the first asks a command to stop where nothing is half done, a later one ends it at
//! once.
//!
//! A process with the number 1, as in a container, gets a signal only if it has a handler for it. These are the
//! handlers.

use super::say::say;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// `timeout` and others send a signal twice, to the process and to its group.
const ONE: Duration = Duration::from_secs(1);
/// What shells add to the number of a signal that has ended a command.
const ENDED: i32 = 128;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Tells whether a signal has asked for an end.
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Begins to listen. Where there is no thread for it there is none for any work either.
pub(crate) fn listen() {
    if let Ok(signals) = Signals::new([SIGTERM, SIGINT]) {
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(|| hear(signals));
    }
}

#[expect(clippy::disallowed_methods, reason = "how long ago a signal came, not a time of the data")]
fn hear(mut signals: Signals) {
    let mut first: Option<Instant> = None;
    for signal in signals.forever() {
        STOPPED.store(true, Ordering::Relaxed);
        if first.get_or_insert_with(Instant::now).elapsed() > ONE {
            say("ended by a second signal; a run that was being posted is completed by the next one");
            exit(ENDED + signal);
        }
    }
}
