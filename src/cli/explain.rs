//! `qingwen explain`: one document on the terminal, each change with rule and confidence.

use std::io::{self, IsTerminal, Write};

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, commands, flags, say, session};
use crate::pipeline::{self, Watch};
use crate::read;
use crate::report::{self, Colours, Shown};

pub(super) fn build() -> Command {
    commands::with_settings(
        Command::new("explain")
            .about("Show one document with each change, its rule and how sure it is")
            .arg(commands::inputs().value_name("FILE").num_args(1))
            .arg(
                Arg::new("record")
                    .long("record")
                    .value_name("ID")
                    .help("Id of the record, in a file of many [default: the first]"),
            )
            .arg(commands::text_or_json()),
        commands::LOOKING,
    )
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    if session::dumped(matches, &settings)? {
        return Ok(Outcome::Done);
    }
    session::known_rules(&settings)?;
    let inputs = read::list(&session::given_inputs(matches), None)?;
    let wanted = matches.get_one::<String>("record").map(String::as_str);
    let watch = Watch {
        stop: session::stop_on_interrupt(),
        ..Watch::default()
    };
    let (record, others) = pipeline::find(inputs, &settings, wanted, &watch)?;
    let cleaned = pipeline::clean_one(record, &settings)?;
    let documents = cleaned.documents();
    let ids: Vec<String> = (0..documents.len())
        .map(|at| {
            if at == 0 {
                cleaned.record.clone()
            } else {
                format!("{}#{}", cleaned.record, at + 1)
            }
        })
        .collect();
    let emptied = cleaned.emptied();
    let mut shown: Vec<Shown<'_>> = documents
        .iter()
        .zip(&ids)
        .map(|(document, id)| Shown {
            id,
            title: document.draft.notes.title.as_deref(),
            span: document.span,
            text: document.draft.text(),
            changes: &document.changes,
            reasons: &document.draft.notes.reasons,
        })
        .collect();
    if shown.is_empty() {
        shown.push(Shown {
            id: &cleaned.record,
            title: None,
            span: (0, cleaned.source_text().len()).into(),
            text: "",
            changes: &emptied,
            reasons: &[],
        });
    }
    let findings = cleaned.findings();
    let mut out = io::stdout().lock();
    if commands::wants_json(matches) {
        let text = report::json(
            &cleaned.record,
            cleaned.source_text(),
            cleaned.encoding,
            &shown,
            &findings,
        );
        writeln!(out, "{text}")?;
    } else {
        out.write_all(
            report::text(cleaned.source_text(), &shown, &findings, colours()).as_bytes(),
        )?;
    }
    if others {
        say("only the first record is shown: choose another with --record ID");
    }
    Ok(Outcome::Done)
}

/// Colours where stdout is a terminal and nobody asked for none.
fn colours() -> Colours {
    let wanted = io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if !wanted {
        return Colours::default();
    }
    Colours {
        gone: "\u{1b}[31m",
        come: "\u{1b}[32m",
        aside: "\u{1b}[2m",
        reset: "\u{1b}[0m",
    }
}
