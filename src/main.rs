//! The binary `accrue`. Everything is in the library.

fn main() -> std::process::ExitCode {
    accrue::cli::main()
}
