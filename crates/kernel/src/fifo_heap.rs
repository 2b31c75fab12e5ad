//! What waits in line: for its expiry (docs/spec.md 5.1), or to be spent (docs/spec.md 5.2).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Keys in their order.
///
/// Lots mostly expire, and are spent, in the order they were made: those wait in a queue, and only the others in a
/// heap.
#[derive(Debug)]
pub(crate) struct FifoHeap<K> {
    queue: Vec<K>,
    /// Where the queue begins: what is before was taken out.
    start: usize,
    others: BinaryHeap<Reverse<K>>,
}

impl<K: Ord> Default for FifoHeap<K> {
    fn default() -> FifoHeap<K> {
        FifoHeap { queue: Vec::new(), start: 0, others: BinaryHeap::new() }
    }
}

impl<K: Ord + Copy> FifoHeap<K> {
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.start = 0;
        self.others.clear();
    }

    /// Adds a key, which may be there already.
    #[inline]
    pub(crate) fn add(&mut self, key: K) {
        if self.queue.last().is_none_or(|last| *last <= key) {
            self.queue.push(key);
        } else {
            self.others.push(Reverse(key));
        }
    }

    /// Returns the least key.
    #[inline]
    pub(crate) fn first(&self) -> Option<&K> {
        match (self.queue.get(self.start), self.others.peek()) {
            (Some(queued), Some(Reverse(other))) => Some(queued.min(other)),
            (Some(queued), None) => Some(queued),
            (None, other) => other.map(|Reverse(other)| other),
        }
    }

    /// Takes out the least key.
    pub(crate) fn pop(&mut self) -> Option<K> {
        let first = *self.first()?;
        if self.queue.get(self.start) == Some(&first) {
            self.start += 1;
        } else {
            self.others.pop();
        }
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_order_whatever_the_order_they_were_added_in() {
        let mut line = FifoHeap::default();
        for (lot, expires_at) in [5, 9, 7, 9, 3, 12].into_iter().enumerate() {
            line.add((expires_at, lot));
        }
        let next = |line: &mut FifoHeap<(i32, usize)>| {
            let first = line.first().copied();
            assert_eq!(line.pop(), first);
            first.map(|(_, lot)| lot)
        };
        assert_eq!([next(&mut line), next(&mut line)], [Some(4), Some(0)]);
        // What was given back is there again.
        line.add((5, 0));
        let rest: Vec<usize> = std::iter::from_fn(|| next(&mut line)).collect();
        assert_eq!(rest, [0, 2, 1, 3, 5]);
        line.add((1, 6));
        line.clear();
        assert_eq!(line.first(), None);
    }
}
