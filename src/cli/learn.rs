//! `qingwen learn`: the site text of a corpus, as rules that a person can review.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::progress::Line;
use super::session::{dumped, given_inputs, learnt_rule_file, stop_on_interrupt, twice_readable};
use super::{Outcome, commands, flags, say};
use crate::pipeline::{self, Watch};
use crate::{Error, read};

pub(super) fn build() -> Command {
    let command = commands::with_talk(
        Command::new("learn")
            .about(
                "Find the site text that repeats across a corpus and write it as rules to review",
            )
            .arg(commands::inputs())
            .arg(
                Arg::new("out")
                    .short('o')
                    .long("out")
                    .value_name("FILE")
                    .required_unless_present("dump_config")
                    .help_heading("Output")
                    .help("Rule file to write, for --rules; - for standard output"),
            )
            .arg(
                Arg::new("force")
                    .long("force")
                    .help_heading("Output")
                    .action(ArgAction::SetTrue)
                    .help("Replace FILE if it is there"),
            ),
    );
    commands::with_settings(command, &[])
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if dumped(matches, &settings)? {
        return Ok(Outcome::Done);
    }
    let given = given_inputs(matches);
    twice_readable(&given)?;
    let out = matches.get_one::<String>("out").map_or("-", String::as_str);
    let force = matches.get_flag("force");
    if out != "-" && !force && std::path::Path::new(out).exists() {
        return Err(Error::config(out, "is there already: take --force to replace it").into());
    }
    read::list(&given, None)?;
    let when = commands::choice(matches, "progress", commands::PROGRESS)?;
    let quiet = commands::is_on(matches, "quiet")?;
    let watch = Watch {
        stop: stop_on_interrupt(),
        progress: Arc::new(Line::new(when, quiet)),
    };
    let dress = pipeline::learn(|| read::list(&given, None), &settings, &watch)?;
    let rules = learnt_rule_file(&dress);
    if out == "-" {
        io::stdout().write_all(rules.as_bytes())?;
    } else {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(out)
            .and_then(|mut file| file.write_all(rules.as_bytes()))
            .map_err(Error::write(out))?;
    }
    say(&format!(
        "{} lines learnt from {} pages",
        dress.lines.len(),
        dress.pages
    ));
    if dress.unreadable_inputs > 0 {
        say(&format!(
            "{} inputs could not be read to their end; the rest is learnt from",
            dress.unreadable_inputs
        ));
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Done)
}
