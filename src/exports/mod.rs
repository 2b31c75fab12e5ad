//! Exports that somebody has, before there is a pipeline (docs/beginning.md): what each file is, which facts it would
//! give, what is missing for a full run, and a pipeline and a program that read what is there.
//!
//! Files are recognised by their content alone: by the canonical columns and those of the platforms' variants. Facts
//! are read by the pipeline that would be written, so that what is shown is what a run would read.
//!
//! The room deliberately knows no rule about credit, and asks nobody: what the files do not say is an argument.

mod facts;
mod found;
mod input;
mod known;
mod missing;
pub(crate) mod setup;
mod shown;
mod values;

pub(crate) use found::look;
pub(crate) use known::Known;
pub(crate) use missing::missing;
pub(crate) use shown::inspected;
