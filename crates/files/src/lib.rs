//! Opens files that were there before, and tells whether one has changed since.
//!
//! The main entries are [`open`], [`read`] and [`Stamp`]. Only regular files are opened: opening a FIFO waits for
//! somebody who writes to it, and reading a device may never end, so both are refused before a byte is read.
//!
//! Not here: what a file is for. The crates that read a file say in their errors which file it is and what to do.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!("accrue runs on Linux and macOS: it relies on their rights, links and renames of files");

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod regular;

#[cfg(any(target_os = "linux", target_os = "macos"))]
pub use regular::*;
