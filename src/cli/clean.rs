//! `qingwen clean`: cleaning alone, into a folder or as a filter.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::{Arg, ArgMatches, Command};

use super::session::{Opening, Session, Target};
use super::{Outcome, commands};
use crate::pipeline;
use crate::write::{Kind, Nowhere, Outlet, Streams};
use crate::{Error, Result};

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
            .about("Clean without clustering: into a folder, or JSONL in and JSONL out with `clean - -o -`")
            .arg(commands::inputs()),
    ), &[])
    .arg(file("rejects", "As a filter: write rejects here and not to stderr"))
    .arg(file("changes", "As a filter: write the ledger here"))
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let (session, inputs) = match Session::open("clean", matches, true)? {
        Opening::Run(both) => *both,
        Opening::Over => return Ok(Outcome::Done),
    };
    let job = session.job(inputs);
    match &session.target {
        Target::Dry => {
            let totals = pipeline::run_clean(job, &mut Nowhere)?;
            session.close(&totals, None, None)
        }
        Target::Filter => {
            let mut outlet = streams(matches)?;
            let totals = pipeline::run_clean(job, &mut outlet)?;
            outlet.flush()?;
            session.close(&totals, None, None)
        }
        Target::Folder(..) => {
            let mut folder = session.folder(KINDS)?;
            let outlet: &mut dyn Outlet = match &mut folder {
                Some(folder) => folder,
                None => &mut Nowhere,
            };
            let totals = pipeline::run_clean(job, outlet)?;
            session.close(&totals, None, folder)
        }
    }
}

/// Documents to stdout, rejects to stderr or their file, the ledger to its file.
fn streams(matches: &ArgMatches) -> Result<Streams> {
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

fn create(path: &str) -> Result<Box<dyn Write>> {
    let file = File::create(Path::new(path)).map_err(Error::write(path))?;
    Ok(Box::new(BufWriter::new(file)))
}
