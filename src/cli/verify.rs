//! `qingwen verify`: does an output hold what it says?

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};

use super::progress::Line;
use super::{Outcome, commands, flags, say, session};
use crate::pipeline::{self, Watch};
use crate::{Error, read};

pub(super) fn build() -> Command {
    commands::with_talk(commands::with_settings(
        Command::new("verify")
            .about("Replay the ledger of OUT on the sources and compare; exit 1 at the first thing that does not hold")
            .arg(Arg::new("folder").value_name("OUT").required_unless_present("dump_config").help("Output folder of an earlier run"))
            .arg(commands::inputs().help("What that run read, as it was named there")),
        &[flags::MACHINE],
    ))
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if session::dumped(matches, &settings)? {
        return Ok(Outcome::Done);
    }
    let folder: PathBuf = matches
        .get_one::<String>("folder")
        .map(PathBuf::from)
        .unwrap_or_default();
    if !folder.is_dir() {
        return Err(Error::config(
            folder.display().to_string(),
            "no such folder: name an output folder",
        )
        .into());
    }
    let inputs = read::list(&session::given_inputs(matches), Some(&folder))?;
    let quiet = commands::is_on(matches, "quiet")?;
    let when = commands::choice(matches, "progress", commands::PROGRESS)?;
    let watch = Watch {
        stop: session::stop_on_interrupt(),
        progress: Arc::new(Line::new(when, quiet)),
    };
    match pipeline::verify(&folder, inputs, settings.threads, &watch) {
        Ok(done) => {
            if !quiet {
                say(&format!(
                    "{} holds: {} records, {} documents and {} removed duplicates rebuilt",
                    folder.display(),
                    done.records,
                    done.documents,
                    done.removed
                ));
            }
            Ok(Outcome::Done)
        }
        Err(error @ Error::Check { .. }) => {
            watch.progress.end();
            say(&format!("does not hold: {error}"));
            Ok(Outcome::Found)
        }
        Err(error) => Err(error.into()),
    }
}
