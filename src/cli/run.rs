//! `qingwen run` and `qingwen dedupe`: everything at once, and clustering alone.

use clap::{ArgMatches, Command};
use serde_json::Value;

use super::session::{Opening, Session};
use super::{Outcome, commands, nightly, rethreshold};
use crate::Result;
use crate::config::DedupeMode;
use crate::pipeline::{self, Totals};
use crate::read::Inputs;
use crate::write::{Kind, Nowhere, Outlet};

/// The kinds of rows of a whole run.
const ALL: &[Kind] = &[
    Kind::Documents,
    Kind::Changes,
    Kind::Findings,
    Kind::Rejects,
    Kind::Assignments,
    Kind::Clusters,
    Kind::Siblings,
    Kind::Related,
    Kind::Edges,
];
/// The kinds of rows where paragraphs are compared: `run` and `dedupe` alike have a ledger.
const BY_PARAGRAPH: &[Kind] = &[
    Kind::Documents,
    Kind::Changes,
    Kind::Findings,
    Kind::Rejects,
    Kind::Assignments,
    Kind::Paragraphs,
];
/// The same without a ledger: nothing was changed.
const WITHOUT_CHANGES: &[Kind] = &[
    Kind::Documents,
    Kind::Findings,
    Kind::Rejects,
    Kind::Assignments,
    Kind::Clusters,
    Kind::Siblings,
    Kind::Related,
    Kind::Edges,
];

pub(super) fn build() -> Command {
    commands::with_settings(
        commands::with_out(nightly::with_night(
            Command::new("run")
                .about("The main job: clean, split, fingerprint and cluster, and write everything")
                .arg(commands::inputs()),
        )),
        &[],
    )
}

pub(super) fn build_dedupe() -> Command {
    let command = commands::with_out(nightly::with_night(
        Command::new("dedupe")
            .about("Clustering alone, of texts that are clean already")
            .arg(commands::inputs()),
    ));
    commands::with_settings(rethreshold::with_rethreshold(command), &[])
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    go("run", matches, ALL, pipeline::run)
}

pub(super) fn run_dedupe(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    if let Some(outcome) = rethreshold::run(matches)? {
        return Ok(outcome);
    }
    go("dedupe", matches, WITHOUT_CHANGES, pipeline::run_dedupe)
}

type Engine = fn(pipeline::Job<'_>, &std::path::Path, &mut dyn Outlet) -> Result<(Totals, Value)>;

fn go(
    command: &'static str,
    matches: &ArgMatches,
    kinds: &[Kind],
    engine: Engine,
) -> anyhow::Result<Outcome> {
    let (session, inputs): (Session, Inputs) = match Session::open(command, matches, false)? {
        Opening::Run(both) => *both,
        Opening::Over => return Ok(Outcome::Done),
    };
    let night = nightly::given(matches, &session)?;
    let kinds = match session.settings.mode {
        DedupeMode::Document => kinds,
        DedupeMode::Paragraph => BY_PARAGRAPH,
    };
    let mut folder = session.folder(kinds)?;
    let tmp_dir = match (&session.settings.tmp_dir, &folder) {
        (Some(dir), _) => dir.clone(),
        (None, Some(folder)) => folder.tmp_dir().to_owned(),
        (None, None) => std::env::temp_dir(),
    };
    let own = tempfile::Builder::new()
        .prefix("qingwen-")
        .tempdir_in(&tmp_dir)
        .map_err(crate::Error::write(&tmp_dir))?;
    let outlet: &mut dyn Outlet = match &mut folder {
        Some(folder) => folder,
        None => &mut Nowhere,
    };
    let job = session.job(inputs);
    let (totals, facts) = match &night {
        None => engine(job, own.path(), outlet)?,
        Some(night) => {
            let started = std::time::Instant::now();
            let (totals, facts, report) =
                pipeline::run_night(job, own.path(), outlet, night, command == "run")?;
            nightly::tell(matches, &session, &report, &totals, started.elapsed())?;
            (totals, facts)
        }
    };
    drop(own);
    session.close(&totals, Some(facts), folder)
}
