//! Asks the processor to fetch values from memory before they are read (software prefetching), so that it waits for
//! many values at once.
//!
//! The one file with `unsafe`. Why it is sound: the instruction is a hint. It reads and writes nothing that a
//! program can see, and faults at no address; here the addresses are those of a value. Why it is there: at 100 million
//! orders it makes a run a tenth faster (docs/performance.md).

#![allow(unsafe_code, reason = "the instruction is open only to code that says that the processor has it: see above")]

/// The number of values to ask for before the first of them is read.
pub const AT_A_TIME: usize = 256;

/// The size of a cache line in bytes.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// Begins to fetch a value into all levels of the cache.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn prefetch<T>(value: &T) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    let start = std::ptr::from_ref(value).cast::<i8>();
    // A value that is larger than its alignment may end on another line.
    let last = (size_of::<T>() > align_of::<T>()).then_some(size_of::<T>() - 1);
    for at in (0..size_of::<T>()).step_by(LINE).chain(last) {
        // SAFETY: see above; every x86-64 processor has SSE, which the instruction is part of.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(at)) };
    }
}

/// Does nothing: stable Rust has no such function for other processors.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub fn prefetch<T>(_: &T) {}
