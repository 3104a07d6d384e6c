//! `qingwen compare`: two documents side by side.

use std::io::{self, Write};

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, commands, flags, session};
use crate::pipeline::{self, Watch};
use crate::read;

pub(super) fn build() -> Command {
    let side = |name: &'static str, value: &'static str| {
        Arg::new(name)
            .value_name(value)
            .required_unless_present("dump_config")
            .help("A file, or FILE#ID for a record of a file of many")
    };
    commands::with_settings(
        Command::new("compare")
            .about("Compare two documents, cleaned first: Jaccard, containment, alignment, SimHash distance, relation, differences")
            .arg(side("a", "A"))
            .arg(side("b", "B"))
            .arg(commands::text_or_json()),
        commands::LOOKING,
    )
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if session::dumped(matches, &settings)? {
        return Ok(Outcome::Done);
    }
    let watch = Watch {
        stop: session::stop_on_interrupt(),
        ..Watch::default()
    };
    let mut texts = Vec::new();
    for side in ["a", "b"] {
        let named = matches.get_one::<String>(side).map_or("", String::as_str);
        let (file, id) = match named.split_once('#') {
            Some((file, id)) if !std::path::Path::new(named).exists() => (file, Some(id)),
            _ => (named, None),
        };
        let inputs = read::list(&[file.to_owned()], None)?;
        let (record, _) = pipeline::find(inputs, &settings, id, &watch)?;
        let cleaned = pipeline::clean_one(record, &settings)?;
        let parts: Vec<&str> = cleaned
            .documents()
            .iter()
            .map(|document| document.draft.text())
            .collect();
        texts.push(parts.join("\n\n"));
    }
    let compared = pipeline::compare(&texts[0], &texts[1], &settings);
    let mut out = io::stdout().lock();
    if commands::wants_json(matches) {
        writeln!(out, "{}", serde_json::to_string_pretty(&compared)?)?;
        return Ok(Outcome::Done);
    }
    writeln!(out, "relation     {}", compared.relation.as_str())?;
    writeln!(
        out,
        "by           {} {:.4}",
        compared.measure.as_str(),
        compared.similarity
    )?;
    writeln!(out, "jaccard      {:.4}", compared.jaccard)?;
    writeln!(
        out,
        "containment  {:.4} of the first, {:.4} of the second",
        compared.containment[0], compared.containment[1]
    )?;
    match compared.aligned {
        Some(share) => writeln!(out, "aligned      {share:.4}")?,
        None => writeln!(out, "aligned      too far apart to ask")?,
    }
    writeln!(out, "simhash      {} of 128 bits differ", compared.hamming)?;
    for (first, second) in &compared.differs {
        writeln!(out, "differs      [-{first}-]{{+{second}+}}")?;
    }
    Ok(Outcome::Done)
}
