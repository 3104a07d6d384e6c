//! `qingwen dedupe --rethreshold 0.8 OUT`: the clusters of a finished run at another similarity.

use std::path::Path;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::session::given_inputs;
use super::{Outcome, commands, say};
use crate::Error;
use crate::pipeline;

const NAME: &str = "rethreshold";

/// Adds the switch. With it the one INPUT is the output folder of an earlier run.
pub(super) fn with_rethreshold(command: Command) -> Command {
    command
        .arg(
            Arg::new(NAME)
                .long(NAME)
                .value_name("JACCARD")
                .value_parser(value_parser!(f64))
                .help_heading("Duplicates")
                .conflicts_with_all(["out", "index", "force", "resume", "sample"])
                .help("Cluster the finished run in the folder INPUT again at this similarity, from its edges.jsonl and in its place, without reading a text"),
        )
        .mut_arg("out", |out| out.required_unless_present(NAME))
}

/// Does it where it is asked for; None elsewhere.
pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Option<Outcome>> {
    let Some(&jaccard) = matches.get_one::<f64>(NAME) else {
        return Ok(None);
    };
    let given = given_inputs(matches);
    let [root] = given.as_slice() else {
        let problem = "name one folder, the OUT of a finished run";
        return Err(Error::config("--rethreshold", problem).into());
    };
    let is_dry = commands::is_on(matches, "dry_run")?;
    let out = pipeline::rethreshold(Path::new(root), jaccard, is_dry)?;
    if !commands::is_on(matches, "quiet")? {
        say(&format!(
            "{root}: kept {}, duplicates {} at Jaccard {jaccard}",
            out.kept, out.duplicates
        ));
        if out.texts_missing > 0 {
            say(&format!(
                "{} of them stay now and were left out of documents.jsonl: apply {root}/assignments.jsonl to the inputs for their texts",
                out.texts_missing
            ));
        }
    }
    Ok(Some(Outcome::Done))
}
