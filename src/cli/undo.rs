//! `qingwen undo`: the source texts again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, commands, say};
use crate::{Error, pipeline};

pub(super) fn build() -> Command {
    commands::with_talk(
        Command::new("undo")
            .about("Give the source texts again, from output and full ledger, as JSON Lines of id and text")
            .arg(Arg::new("folder").value_name("OUT").required(true).help("Output folder of an earlier run"))
            .arg(
                Arg::new("to")
                    .short('o')
                    .long("out")
                    .value_name("FILE")
                    .default_value("-")
                    .help("File to write; it must not be there yet"),
            ),
    )
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let folder: PathBuf = matches
        .get_one::<String>("folder")
        .map(PathBuf::from)
        .unwrap_or_default();
    let to = matches.get_one::<String>("to").map_or("-", String::as_str);
    let mut out: Box<dyn Write> = if to == "-" {
        Box::new(BufWriter::new(io::stdout()))
    } else {
        let file = File::create_new(Path::new(to)).map_err(Error::write(to))?;
        Box::new(BufWriter::new(file))
    };
    let mut records = 0_u64;
    let lost = pipeline::undo(&folder, |id, text| {
        records += 1;
        let row = serde_json::json!({ "id": id, "text": text });
        writeln!(out, "{row}").map_err(Error::write(to))
    })?;
    out.flush()?;
    if !commands::is_on(matches, "quiet")? && to != "-" {
        say(&format!("{records} source texts written to {to}"));
    }
    if let Some(first) = lost.first() {
        say(&format!(
            "{} records cannot be restored, {first} among them: documents of theirs were left out as duplicates; run with --keep-duplicates to keep them",
            lost.len()
        ));
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Done)
}
