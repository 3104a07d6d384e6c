//! Every subcommand, once.

use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Table;

use super::flags::FLAGS;
use super::{Outcome, clean};
use crate::config::Settings;

/// One subcommand.
pub(super) struct Subcommand {
    pub(super) name: &'static str,
    /// Its arguments.
    pub(super) build: fn() -> Command,
    pub(super) run: fn(&ArgMatches) -> anyhow::Result<Outcome>,
}

/// All of them, in the order of the help.
pub(super) const SUBCOMMANDS: &[Subcommand] = &[Subcommand {
    name: "clean",
    build: clean::build,
    run: clean::run,
}];

/// The whole parser.
pub(super) fn parser() -> Command {
    Command::new("qingwen")
        .version(env!("CARGO_PKG_VERSION"))
        .about("清文: gives a scraped Chinese corpus back clean, and once")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .subcommands(SUBCOMMANDS.iter().map(|one| (one.build)().name(one.name)))
}

/// Adds the switches of the settings.
pub(super) fn with_settings(command: Command) -> Command {
    let defaults: Table =
        toml::from_str(&Settings::default().to_toml()).expect("defaults are valid TOML");
    command
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help_heading("Settings")
                .help("TOML file of settings, keys as the flags with _ for -"),
        )
        .arg(
            Arg::new("dump_config")
                .long("dump-config")
                .help_heading("Settings")
                .action(ArgAction::SetTrue)
                .help("Print the settings that result, and stop"),
        )
        .args(FLAGS.iter().flat_map(|flag| flag.args(&defaults)))
}

/// The INPUT arguments.
pub(super) fn inputs() -> Arg {
    Arg::new("inputs")
        .value_name("INPUT")
        .num_args(1..)
        .required_unless_present("dump_config")
        .help("Files, folders, globs, or - for standard input")
}

/// The output folder, and what to do when it is there.
pub(super) fn with_out(command: Command) -> Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name.replace('_', "-"))
            .help_heading("Output")
            .action(ArgAction::SetTrue)
            .help(help)
    };
    command
        .arg(
            Arg::new("out")
                .short('o')
                .long("out")
                .value_name("OUT")
                .required_unless_present_any(["dump_config", "dry_run"])
                .help_heading("Output")
                .help("Folder to write; it must not be there yet"),
        )
        .arg(switch(
            "force",
            "Replace the files of an earlier run in OUT, and only those",
        ))
        .arg(switch("resume", "Finish an unfinished run in OUT"))
        .arg(switch("dry_run", "Do everything and write nothing"))
        .arg(switch("quiet", "Say nothing but errors"))
        .arg(
            Arg::new("sample")
                .long("sample")
                .value_name("N")
                .value_parser(clap::value_parser!(u64))
                .help_heading("Reading")
                .help("Stop after the first N records"),
        )
}
