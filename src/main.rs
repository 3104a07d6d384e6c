//! The `qingwen` binary: parse, run, exit code.

fn main() -> std::process::ExitCode {
    qingwen::cli::main()
}
