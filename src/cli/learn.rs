//! `qingwen learn`: the site text of a corpus, as rules that a person can review; a model of word
//! repair; and pairs of swapped words.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::progress::Line;
use super::session::{dumped, given_inputs, learnt_rule_file, stop_on_interrupt, twice_readable};
use super::{Outcome, commands, flags, say, twins};
use crate::config::Settings;
use crate::pipeline::{self, Watch};
use crate::{Error, read};

pub(super) fn build() -> Command {
    let command = commands::with_talk(
        Command::new("learn")
            .about(
                "Find the site text that repeats across a corpus and write it as rules to review",
            )
            .arg(commands::inputs().required_unless_present_any(["dump_config", "twins"]))
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
    let command = command.arg(
        Arg::new("twins")
            .long("twins")
            .value_name("OUT")
            .conflicts_with_all(["inputs", "pairs", "counts"])
            .help_heading("Learning")
            .help(
                "Learn pairs of swapped words from the duplicates of a run with --keep-duplicates",
            ),
    );
    let command = command.arg(
        Arg::new("pairs")
            .long("pairs")
            .value_name("FILE")
            .requires("repair")
            .help_heading("Learning")
            .help("More pairs of words for the repair model: a line each, the right word first"),
    );
    let command = command.arg(
        Arg::new("counts")
            .long("counts")
            .value_name("FILE")
            .requires("repair")
            .help_heading("Learning")
            .help("Counts of words and of neighbouring words elsewhere: lines of a word, or two, and a number"),
    );
    // Learning repairs nothing, so the switch says here what is learnt.
    commands::with_settings(command, &[]).mut_arg("repair", |arg| {
        arg.num_args(0..=1)
            .require_equals(true)
            .default_missing_value("report")
            .help_heading("Learning")
            .help("Learn a repair model from clean text instead")
    })
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if dumped(matches, &settings)? {
        return Ok(Outcome::Done);
    }
    let given = given_inputs(matches);
    let out = matches.get_one::<String>("out").map_or("-", String::as_str);
    let force = matches.get_flag("force");
    if out != "-" && !force && std::path::Path::new(out).exists() {
        return Err(Error::config(out, "is there already: take --force to replace it").into());
    }
    if let Some(run) = matches.get_one::<String>("twins") {
        let taught = twins::learn(run)?;
        written(out, taught.file.as_bytes())?;
        say(&format!(
            "{} pairs proposed from {} copies",
            taught.pairs, taught.twins
        ));
        return Ok(Outcome::Done);
    }
    let learns_repair = matches.value_source("repair") == Some(ValueSource::CommandLine);
    if !learns_repair {
        twice_readable(&given)?;
        read::list(&given, None)?;
    }
    let when = commands::choice(matches, "progress", commands::PROGRESS)?;
    let quiet = commands::is_on(matches, "quiet")?;
    let watch = Watch {
        stop: stop_on_interrupt(),
        progress: Arc::new(Line::new(when, quiet)),
    };
    if learns_repair {
        return model(matches, &settings, &given, out, &watch);
    }
    let dress = pipeline::learn(|| read::list(&given, None), &settings, &watch)?;
    written(out, learnt_rule_file(&dress).as_bytes())?;
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

/// Learns the model of word repair.
fn model(
    matches: &ArgMatches,
    settings: &Settings,
    given: &[String],
    out: &str,
    watch: &Watch,
) -> anyhow::Result<Outcome> {
    let text_of = |flag: &str| match matches.get_one::<String>(flag) {
        Some(file) => std::fs::read_to_string(file).map_err(Error::read(file)),
        None => Ok(String::new()),
    };
    let (pairs, counts) = (text_of("pairs")?, text_of("counts")?);
    let inputs = read::list(given, None)?;
    let learnt = pipeline::learn_repair(inputs, settings, &pairs, &counts, watch)?;
    written(out, &learnt.model)?;
    say(&format!(
        "weights learnt from {} characters of {} texts",
        learnt.chars, learnt.texts
    ));
    Ok(if learnt.unreadable_inputs > 0 {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

fn written(out: &str, bytes: &[u8]) -> anyhow::Result<()> {
    if out == "-" {
        io::stdout().write_all(bytes)?;
        return Ok(());
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(out)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(Error::write(out))?;
    Ok(())
}
