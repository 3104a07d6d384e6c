//! Arguments, one file per subcommand, progress, exit codes.

use std::process::ExitCode;

/// Parses the arguments, runs the command and gives the exit code.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
