//! Runs work in parallel and returns the results in order, so that output does not depend on the number of threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Computes `work(state, 0) .. work(state, count - 1)` on the current pool's number of threads, each with a state of
/// its own, and hands the results to `sink` in that order, on the calling thread.
///
/// A few results per thread are in flight at most. The first error of `work` or `sink` ends it all.
pub(crate) fn in_order<S, T: Send, E: Send>(
    count: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Result<T, E> + Sync,
    mut sink: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = rayon::current_num_threads().clamp(1, count.max(1));
    let next = AtomicUsize::new(0);
    // A worker waits here while the sink is behind, so that encoded pieces do not pile up in memory.
    let (send, receive) = mpsc::sync_channel::<(usize, Result<T, E>)>(threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            scope.spawn(|| {
                let send = send;
                let mut state = state();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    // The sink is gone where it has met an error.
                    if index >= count || send.send((index, work(&mut state, index))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, result) in receive {
            waiting.insert(index, result?);
            while let Some(result) = waiting.remove(&due) {
                sink(result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut seen = Vec::new();
            let work = |_: &mut (), index: usize| {
                std::thread::sleep(std::time::Duration::from_micros((index as u64 * 7919) % 300));
                Ok::<usize, ()>(index)
            };
            let sink = |index| {
                seen.push(index);
                Ok(())
            };
            pool.install(|| in_order(100, || (), work, sink)).unwrap();
            assert_eq!(seen, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_of_work_or_sink_ends_it() {
        let work = |_: &mut (), index: usize| if index == 7 { Err("work") } else { Ok(index) };
        assert_eq!(in_order(1000, || (), work, |_| Ok(())), Err("work"));
        assert_eq!(
            in_order(1000, || (), |_, index| Ok(index), |index| if index == 3 { Err("sink") } else { Ok(()) }),
            Err("sink")
        );
    }
}
