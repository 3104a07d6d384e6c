//! `qingwen clean`: cleaning alone, into a folder or as a filter.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, commands, flags, say};
use crate::pipeline::{self, Job, Watch};
use crate::write::{Existing, Folder, Kind, Nowhere, OutFolder, Outlet, Streams};
use crate::{Error, read};

/// The kinds of rows that cleaning writes.
const KINDS: &[Kind] = &[
    Kind::Documents,
    Kind::Changes,
    Kind::Findings,
    Kind::Rejects,
];

pub(super) fn build() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .help_heading("Output")
            .help(help)
    };
    commands::with_settings(commands::with_out(
        Command::new("clean")
            .about("Clean, without clustering: a folder, or JSONL in and out with `clean - -o -`")
            .arg(commands::inputs()),
    ))
    .arg(file(
        "rejects",
        "As a filter: write rejects here, not to stderr",
    ))
    .arg(file("changes", "As a filter: write the ledger here"))
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if matches.get_flag("dump_config") {
        io::stdout().write_all(settings.to_toml().as_bytes())?;
        return Ok(Outcome::Done);
    }
    let given: Vec<String> = matches
        .get_many::<String>("inputs")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let out = matches.get_one::<String>("out").map(String::as_str);
    let existing = match (matches.get_flag("force"), matches.get_flag("resume")) {
        (true, _) => Existing::Force,
        (_, true) => Existing::Resume,
        _ => Existing::Refuse,
    };
    let filter = out == Some("-");
    let folder: Option<PathBuf> = out.filter(|_| !filter).map(PathBuf::from);
    let inputs = read::list(&given, folder.as_deref())?;
    let job = Job {
        inputs,
        settings: &settings,
        sample: matches.get_one::<u64>("sample").copied(),
        watch: Watch::default(),
    };
    let totals = if matches.get_flag("dry_run") {
        pipeline::run_clean(job, &mut Nowhere)?
    } else if let Some(folder) = &folder {
        OutFolder::check(folder, existing)?;
        let mut outlet = Folder::create(folder, existing, KINDS, &settings.write()?)?;
        let totals = pipeline::run_clean(job, &mut outlet)?;
        let mut summary = serde_json::to_vec_pretty(&totals)?;
        summary.push(b'\n');
        outlet.finish(&[("summary.json", summary)])?;
        totals
    } else {
        let mut outlet = streams(matches)?;
        let totals = pipeline::run_clean(job, &mut outlet)?;
        outlet.flush()?;
        totals
    };
    match pipeline::verdict(&totals, &settings)? {
        Some(why) => {
            say(&why);
            Ok(Outcome::Failed)
        }
        None => Ok(Outcome::Done),
    }
}

/// Documents to stdout, rejects to stderr or their file, the ledger to its file.
fn streams(matches: &ArgMatches) -> anyhow::Result<Streams> {
    let mut streams: Vec<(Kind, Box<dyn Write>)> = vec![(
        Kind::Documents,
        Box::new(BufWriter::with_capacity(1 << 16, io::stdout())),
    )];
    match matches.get_one::<String>("rejects") {
        Some(path) => streams.push((Kind::Rejects, create(path)?)),
        None => streams.push((Kind::Rejects, Box::new(io::stderr()))),
    }
    if let Some(path) = matches.get_one::<String>("changes") {
        streams.push((Kind::Changes, create(path)?));
    }
    Ok(Streams { streams })
}

fn create(path: &str) -> crate::Result<Box<dyn Write>> {
    let file = File::create(Path::new(path)).map_err(Error::write(path))?;
    Ok(Box::new(BufWriter::new(file)))
}
