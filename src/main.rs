//! The binary: everything is in the library.

/// Workers fill and drop large columns all the time; the system's allocator gives their pages back and faults them in again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    accrue::cli::main()
}
