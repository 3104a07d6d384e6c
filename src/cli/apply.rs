//! `qingwen apply`: keep or drop by assignments that a person may have edited.

use std::path::Path;

use clap::{Arg, ArgMatches, Command};

use super::session::{Opening, Session};
use super::{Outcome, commands};
use crate::pipeline::{self, Assignments};
use crate::write::{Kind, Nowhere, Outlet};

pub(super) fn build() -> Command {
    commands::with_settings(
        commands::with_out(
            Command::new("apply")
                .about("Keep or drop documents by an assignments.jsonl, edited or not; a document it does not name stays")
                .arg(
                    Arg::new("assignments")
                        .value_name("ASSIGNMENTS")
                        .required_unless_present("dump_config")
                        .help("assignments.jsonl of an earlier run"),
                )
                .arg(commands::inputs()),
        )
        .args(commands::switch("as_is", "Cleaning", "Take the texts as they are, without cleaning them first")),
        &[],
    )
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let (session, inputs) = match Session::open("apply", matches, false)? {
        Opening::Run(both) => *both,
        Opening::Over => return Ok(Outcome::Done),
    };
    let path = matches
        .get_one::<String>("assignments")
        .map_or("", String::as_str);
    let assignments = Assignments::open(Path::new(path))?;
    let is_cleaning = !commands::is_on(matches, "as_is")?;
    let mut folder = session.folder(&[
        Kind::Documents,
        Kind::Assignments,
        Kind::Changes,
        Kind::Findings,
        Kind::Rejects,
    ])?;
    let outlet: &mut dyn Outlet = match &mut folder {
        Some(folder) => folder,
        None => &mut Nowhere,
    };
    let totals = pipeline::apply(session.job(inputs), &assignments, is_cleaning, outlet)?;
    session.close(&totals, None, folder)
}
