//! What nobody has expected: a panic ends a command as any other failure does, and what it says is for people.

use super::exit::{Code, Failure};
use super::say::say;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a run has begun to be posted.
static POSTING: AtomicBool = AtomicBool::new(false);

/// Takes note that from now on a run may be in its book.
pub(crate) fn posting_begins() {
    POSTING.store(true, Ordering::Relaxed);
}

/// Says what has gone wrong, on whichever thread it was.
pub(crate) fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        let what = text.unwrap_or("a panic");
        let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        say(format_args!(
            "error: a fault of accrue or of the machine, not of your data: {what}{place}; please report this line"
        ));
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            say(trace);
        }
    }));
}

/// Does the work of a command that posts, or of one that does not; a panic is a failure.
pub(crate) fn caught(posts: bool, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    // Nothing is used any more of what the work has left.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(after_panic(posts, POSTING.load(Ordering::Relaxed))))
}

fn after_panic(posts: bool, was_posting: bool) -> Failure {
    match (posts, was_posting) {
        (true, false) => Failure::before_posting(Code::Unexpected, "the command has ended early"),
        (true, true) => {
            let remedy = "`accrue runs` shows whether the run is posted; if it is, the next run completes it";
            Failure::new(Code::Unexpected, format!("the command has ended while a run was being posted: {remedy}"))
        }
        (false, _) => Failure::new(Code::Unexpected, "the command has ended early"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_that_says_what_is_known_of_posting() {
        let failure = caught(true, || panic!("on purpose")).unwrap_err();
        assert_eq!((failure.code, failure.says_nothing_was_posted()), (Code::Unexpected, true));
        assert!(caught(true, || Ok(())).is_ok());
        let while_posting = after_panic(true, true);
        assert!(!while_posting.says_nothing_was_posted() && while_posting.message.contains("accrue runs"));
        assert!(!after_panic(false, false).says_nothing_was_posted());
    }
}
