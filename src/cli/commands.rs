//! Every subcommand, once, and the arguments that several of them share.

use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Table;

use super::flags::{self, FLAGS};
use super::{
    Outcome, apply, clean, compare, explain, index, learn, manual, rules, run, undo, verify,
};
use crate::config::Settings;
use crate::{Error, Result};

/// One subcommand.
pub(super) struct Subcommand {
    pub(super) name: &'static str,
    /// Its arguments.
    pub(super) build: fn() -> Command,
    pub(super) run: fn(&ArgMatches) -> anyhow::Result<Outcome>,
}

const fn subcommand(
    name: &'static str,
    build: fn() -> Command,
    run: fn(&ArgMatches) -> anyhow::Result<Outcome>,
) -> Subcommand {
    Subcommand { name, build, run }
}

/// All of them, in the order of the help.
pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    subcommand("run", run::build, run::run),
    subcommand("clean", clean::build, clean::run),
    subcommand("dedupe", run::build_dedupe, run::run_dedupe),
    subcommand("apply", apply::build, apply::run),
    subcommand("explain", explain::build, explain::run),
    subcommand("compare", compare::build, compare::run),
    subcommand("rules", rules::build, rules::run),
    subcommand("learn", learn::build, learn::run),
    subcommand("verify", verify::build, verify::run),
    subcommand("index", index::build, index::run),
    subcommand("undo", undo::build, undo::run),
    subcommand(
        "completions",
        manual::build_completions,
        manual::run_completions,
    ),
    subcommand("man", manual::build_man, manual::run_man),
];

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

/// Adds the switches of the settings, those of some groups or of all.
pub(super) fn with_settings(command: Command, groups: &[&str]) -> Command {
    let defaults: Table =
        toml::from_str(&Settings::default().to_toml()).expect("defaults are valid TOML");
    let chosen = FLAGS
        .iter()
        .filter(|flag| groups.is_empty() || groups.contains(&flag.group));
    command
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help_heading("Settings")
                .help("TOML file of settings; keys are the flags with _ for -"),
        )
        .arg(
            Arg::new("dump_config")
                .long("dump-config")
                .help_heading("Settings")
                .action(ArgAction::SetTrue)
                .help("Print the settings that result, and stop"),
        )
        .args(chosen.flat_map(|flag| flag.args(&defaults)))
}

/// The switches of commands that look at texts and write no files.
pub(super) const LOOKING: &[&str] = &[
    flags::MACHINE,
    flags::READING,
    flags::CLEANING,
    flags::DEDUPE,
];

/// The INPUT arguments.
pub(super) fn inputs() -> Arg {
    Arg::new("inputs")
        .value_name("INPUT")
        .num_args(1..)
        .required_unless_present("dump_config")
        .help("Files, folders, globs, or - for standard input")
}

/// A switch of the run itself, with its `--no-` twin.
pub(super) fn switch(name: &'static str, heading: &'static str, help: &'static str) -> [Arg; 2] {
    let no = format!("no_{name}");
    let arg = |name: String| {
        Arg::new(name.clone())
            .long(name.replace('_', "-"))
            .help_heading(heading)
            .action(ArgAction::SetTrue)
    };
    [
        arg(name.to_owned())
            .help(help)
            .overrides_with(no.clone())
            .overrides_with(name),
        arg(no.clone())
            .help(format!("The opposite of --{}", name.replace('_', "-")))
            .overrides_with(no),
    ]
}

/// Whether a switch of the run is on: by its flag, else by its variable.
pub(super) fn is_on(matches: &ArgMatches, name: &str) -> Result<bool> {
    let no = format!("no_{name}");
    if matches.get_flag(name) || matches.get_flag(&no) {
        return Ok(matches.get_flag(name));
    }
    let variable = format!("QINGWEN_{}", name.to_ascii_uppercase());
    match std::env::var(&variable) {
        Ok(text) => flags::truth(&text, &variable),
        Err(_) => Ok(false),
    }
}

/// The value of a choice of the run: by its flag, else by its variable, else the first.
pub(super) fn choice(
    matches: &ArgMatches,
    name: &str,
    choices: &[&'static str],
) -> Result<&'static str> {
    let variable = format!("QINGWEN_{}", name.to_ascii_uppercase());
    let (text, from) = match matches.get_one::<String>(name) {
        Some(text) => (text.clone(), format!("--{}", name.replace('_', "-"))),
        None => match std::env::var(&variable) {
            Ok(text) => (text, variable),
            Err(_) => return Ok(choices.first().copied().unwrap_or_default()),
        },
    };
    choices
        .iter()
        .find(|choice| **choice == text)
        .copied()
        .ok_or_else(|| Error::config(from, format!("{text:?} is none of {}", choices.join(", "))))
}

/// When progress is shown.
pub(super) const PROGRESS: &[&str] = &["auto", "always", "never"];
/// What messages look like.
pub(super) const LOG_FORMATS: &[&str] = &["text", "json"];

/// How much a command says, and how.
pub(super) fn with_talk(command: Command) -> Command {
    const TALK: &str = "Messages";
    let value = |name: &'static str, choices: &[&str], help: &str| {
        Arg::new(name)
            .long(name.replace('_', "-"))
            .value_name(choices.join("|"))
            .help_heading(TALK)
            .help(format!("{help} [default: {}]", choices[0]))
            .overrides_with(name)
    };
    command
        .args(switch("quiet", TALK, "Say nothing but errors"))
        .arg(value(
            "progress",
            PROGRESS,
            "Show how far it is; auto does so on a terminal",
        ))
        .arg(value(
            "log_format",
            LOG_FORMATS,
            "What messages on stderr look like",
        ))
}

/// The output folder, and what to do when it is there.
pub(super) fn with_out(command: Command) -> Command {
    const OUTPUT: &str = "Output";
    with_talk(command)
        .arg(
            Arg::new("out")
                .short('o')
                .long("out")
                .value_name("OUT")
                .required_unless_present_any(["dump_config", "dry_run"])
                .help_heading(OUTPUT)
                .help("Folder to write; it must not be there yet"),
        )
        .args(switch(
            "force",
            OUTPUT,
            "Replace the files of an earlier run in OUT, and only those",
        ))
        .args(switch(
            "resume",
            OUTPUT,
            "Finish an unfinished run in OUT; a finished one is left as it is",
        ))
        .args(switch("dry_run", OUTPUT, "Do everything and write nothing"))
        .arg(
            Arg::new("sample")
                .long("sample")
                .value_name("N")
                .value_parser(clap::value_parser!(u64).range(1..))
                .help_heading("Reading")
                .help("Stop after the first N records [default: all]"),
        )
}

/// `--format text|json` of the commands that speak to people.
pub(super) fn text_or_json() -> Arg {
    Arg::new("shape")
        .long("format")
        .value_name("text|json")
        .value_parser(["text", "json"])
        .default_value("text")
        .hide_possible_values(true)
        .help("How it is shown")
}

/// Whether JSON was asked for.
pub(super) fn wants_json(matches: &ArgMatches) -> bool {
    matches
        .get_one::<String>("shape")
        .is_some_and(|shape| shape == "json")
}
