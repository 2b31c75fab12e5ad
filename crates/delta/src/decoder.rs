//! Turns a panic of the Parquet decoder into an error: it panics over some contradictions in damaged files.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// The text of the error about a file over which the decoder has panicked.
pub const CONTRADICTION: &str = "what it says about itself cannot be true";

thread_local! {
    static IS_DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Runs a step; `None` where it has panicked. Nothing is printed of the panic. A decoder that has panicked must not be
/// used again.
pub fn caught<T>(step: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let otherwise = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_DECODING.get() {
                otherwise(panic);
            }
        }));
    });
    let outer = IS_DECODING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(step));
    IS_DECODING.set(outer);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_panics_returns_nothing() {
        assert_eq!(caught(|| 1), Some(1));
        let broken = || Vec::<u8>::new()[0];
        assert_eq!(caught(broken), None);
        assert_eq!(caught(|| caught(broken).is_none()), Some(true));
        assert!(!IS_DECODING.get());
    }
}
