//! Starts the worker threads before anything else, so that a machine that refuses them gives a message and no panic.

use super::exit::{Code, Failure};
use std::sync::{Arc, Barrier};
use std::thread::{Builder, available_parallelism};

/// Threads that come and go besides: those that write, and the progress line.
const OTHERS: usize = 4;

/// Begins so many threads, or one per core.
///
/// # Errors
/// The machine does not give as many as a command may need.
pub(crate) fn begin(wanted: Option<u16>) -> Result<(), Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(wanted.map_or(0, usize::from));
    pool.build_global().map_err(|error| refused(&error))?;
    // Mappings have two more for each core, and cannot say that they lack them: they panic, or wait for ever.
    probe(2 * available_parallelism().map_or(1, usize::from) + OTHERS)
}

/// Begins so many threads and ends them again.
fn probe(count: usize) -> Result<(), Failure> {
    let all_begun = Arc::new(Barrier::new(count + 1));
    let mut begun = Vec::with_capacity(count);
    for _ in 0..count {
        let barrier = Arc::clone(&all_begun);
        // Those that have begun end with the process.
        begun.push(Builder::new().stack_size(64 << 10).spawn(move || barrier.wait()).map_err(|error| refused(&error))?);
    }
    all_begun.wait();
    begun.into_iter().try_for_each(|thread| thread.join().map(|_| ()).map_err(|_| refused(&"a thread has ended early")))
}

fn refused(error: &dyn std::fmt::Display) -> Failure {
    let what =
        format!("the system gives no more threads: {error}: raise its limit (`ulimit -u`), or use fewer (`--threads`)");
    Failure::before_posting(Code::Unexpected, what)
}
