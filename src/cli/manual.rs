//! `qingwen completions SHELL` and `qingwen man`.

use std::io::{self, Write};

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::{Shell, generate};

use super::{Outcome, commands};

pub(super) fn build_completions() -> Command {
    Command::new("completions")
        .about("Print completions for a shell: bash, elvish, fish, powershell, zsh")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell)),
        )
}

pub(super) fn run_completions(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    if let Some(&shell) = matches.get_one::<Shell>("shell") {
        let mut text = Vec::new();
        generate(shell, &mut commands::parser(), "qingwen", &mut text);
        io::stdout().write_all(&text)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn build_man() -> Command {
    Command::new("man")
        .about("Print the manual page, or that of a command")
        .arg(Arg::new("command").value_name("COMMAND"))
}

pub(super) fn run_man(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let mut parser = commands::parser();
    parser.build();
    let page = match matches.get_one::<String>("command") {
        None => parser,
        Some(name) => parser
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| crate::Error::config(name, "no such command: see `qingwen --help`"))?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    io::stdout().write_all(&text)?;
    Ok(Outcome::Done)
}
