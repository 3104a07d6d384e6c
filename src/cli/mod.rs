//! The terminal: arguments, one file per subcommand, progress, exit codes.
//!
//! Enters: what was typed. Leaves: an exit code, and on stderr one line where something failed.
//! It refuses to do work of its own: that is the library's.

mod apply;
mod clean;
mod commands;
mod compare;
mod explain;
mod flags;
mod index;
mod learn;
mod manual;
mod nightly;
mod progress;
mod rethreshold;
mod rules;
mod run;
mod session;
mod twins;
mod undo;
mod verify;

use std::process::ExitCode;
use std::sync::OnceLock;

/// How a command ended when it did not fail.
pub(crate) enum Outcome {
    /// 0.
    Done,
    /// 1: a check found something.
    Found,
    /// 2: it failed, and said why.
    Failed,
}

/// Parses the arguments, runs the command and gives the exit code.
pub fn main() -> ExitCode {
    let matches = match commands::parser().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let Some((name, given)) = matches.subcommand() else {
        return ExitCode::from(2);
    };
    let Some(command) = commands::SUBCOMMANDS
        .iter()
        .find(|command| command.name == name)
    else {
        return ExitCode::from(2);
    };
    if given.try_contains_id("log_format").is_ok() {
        match commands::choice(given, "log_format", commands::LOG_FORMATS) {
            Ok(format) => {
                let _ = JSON_TALK.set(format == "json");
            }
            Err(error) => {
                say(&error.to_string());
                return ExitCode::from(2);
            }
        }
    }
    match (command.run)(given) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if matches!(error.downcast_ref(), Some(crate::Error::Interrupted)) => {
            ExitCode::from(130)
        }
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Whether messages are JSON, which is told once.
static JSON_TALK: OnceLock<bool> = OnceLock::new();

/// Whether what is said on stderr is JSON, an object a line.
pub(crate) fn talks_json() -> bool {
    JSON_TALK.get().copied().unwrap_or(false)
}

/// One line on stderr.
pub(crate) fn say(line: &str) {
    say_with(line, &serde_json::json!({}));
}

/// One line on stderr, which as JSON has fields beside its message.
#[expect(clippy::print_stderr, reason = "this is the room of the terminal")]
pub(crate) fn say_with(line: &str, facts: &serde_json::Value) {
    let line = line.replace('\n', " ");
    if talks_json() {
        let mut row = serde_json::json!({ "message": line });
        for (name, value) in facts.as_object().into_iter().flatten() {
            row[name] = value.clone();
        }
        eprintln!("{row}");
    } else {
        eprintln!("qingwen: {line}");
    }
}

/// A wrong command line in one line; help and version as they are.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let text = text.split("\n\nUsage:").next().unwrap_or_default();
    let line: Vec<&str> = text.split_whitespace().collect();
    say(&format!(
        "{}; see qingwen --help",
        line.join(" ").trim_start_matches("error: ")
    ));
    ExitCode::from(2)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
