//! What all long commands share: settings, inputs, output folder, progress, Ctrl-C, the last word.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::progress::Line;
use super::{Outcome, commands, flags, say, say_with, talks_json};
use crate::config::{OutFormat, Settings};
use crate::pipeline::{self, Heading, Job, Totals, Watch};
use crate::read::{self, Inputs};
use crate::write::{Existing, Folder, Kind, OutFolder};
use crate::{Error, Result};

/// Where output goes.
pub(super) enum Target {
    Folder(PathBuf, Existing),
    /// Standard output.
    Filter,
    /// Nowhere.
    Dry,
}

/// A long command that is about to run.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) target: Target,
    pub(super) heading: Heading,
    pub(super) watch: Watch,
    quiet: bool,
    started: Instant,
}

/// Sets a flag at the first Ctrl-C and ends the program at the second.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    // A handler that cannot be set leaves the system's own, which ends the program at once.
    let _ = ctrlc::set_handler(move || {
        if told.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    stop
}

/// The INPUT arguments.
pub(super) fn given_inputs(matches: &ArgMatches) -> Vec<String> {
    matches
        .get_many::<String>("inputs")
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

/// Prints the settings when `--dump-config` asks for it.
pub(super) fn dumped(matches: &ArgMatches, settings: &Settings) -> anyhow::Result<bool> {
    if matches.get_flag("dump_config") {
        io::stdout().write_all(settings.to_toml().as_bytes())?;
        return Ok(true);
    }
    Ok(false)
}

/// What [`Session::open`] found to do.
pub(super) enum Opening {
    Run(Box<(Session, Inputs)>),
    /// Nothing is left to do.
    Over,
}

impl Session {
    /// Checks everything that can be checked before anything is written.
    pub(super) fn open(
        command: &'static str,
        matches: &ArgMatches,
        filter: bool,
    ) -> anyhow::Result<Opening> {
        let settings = flags::settings(matches)?;
        if dumped(matches, &settings)? {
            return Ok(Opening::Over);
        }
        known_rules(&settings)?;
        if settings.format == OutFormat::Parquet {
            return Err(Error::config(
                "format",
                "parquet cannot be written by this version: use jsonl",
            )
            .into());
        }
        let out = matches.get_one::<String>("out").map(String::as_str);
        let existing = match (
            commands::is_on(matches, "force")?,
            commands::is_on(matches, "resume")?,
        ) {
            (true, _) => Existing::Force,
            (_, true) => Existing::Resume,
            _ => Existing::Refuse,
        };
        let target = match out {
            _ if commands::is_on(matches, "dry_run")? => Target::Dry,
            Some("-") if filter => Target::Filter,
            Some("-") => {
                return Err(
                    Error::config("--out", format!("{command} writes a folder: name one")).into(),
                );
            }
            Some(out) => Target::Folder(out.into(), existing),
            None => Target::Dry,
        };
        let folder = match &target {
            Target::Folder(folder, _) => Some(folder.as_path()),
            _ => None,
        };
        let given = given_inputs(matches);
        let inputs = read::list(&given, folder)?;
        if let Some(folder) = folder {
            not_an_input(folder, &inputs, &given)?;
        }
        let sample = matches.get_one::<u64>("sample").copied();
        let heading = Heading::new(command, &settings, &inputs, sample)?;
        if let Target::Folder(folder, existing) = &target {
            OutFolder::check(folder, *existing)?;
            if *existing == Existing::Resume && is_done(folder, &heading)? {
                say(&format!("{}: already done", folder.display()));
                return Ok(Opening::Over);
            }
        }
        let quiet = commands::is_on(matches, "quiet")?;
        let when = commands::choice(matches, "progress", commands::PROGRESS)?;
        let quietly = quiet || matches!(target, Target::Filter);
        let watch = Watch {
            stop: stop_on_interrupt(),
            progress: Arc::new(Line::new(when, quietly)),
        };
        let (settings, heading) = if settings.learn {
            let settings = with_learnt_rules(settings, &given, folder, &watch)?;
            let heading = Heading::new(command, &settings, &inputs, sample)?;
            (settings, heading)
        } else {
            (settings, heading)
        };
        let session = Self {
            settings,
            target,
            heading,
            watch,
            quiet: quietly,
            started: Instant::now(),
        };
        Ok(Opening::Run(Box::new((session, inputs))))
    }

    /// Whether nothing but errors is said.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The job of the library.
    pub(super) fn job(&self, inputs: Inputs) -> Job<'_> {
        Job {
            inputs,
            settings: &self.settings,
            sample: self.heading.input.sample,
            watch: self.watch.clone(),
        }
    }

    /// Opens the output folder.
    pub(super) fn folder(&self, kinds: &[Kind]) -> Result<Option<Folder>> {
        match &self.target {
            Target::Folder(root, existing) => {
                Folder::create(root, *existing, kinds, &self.settings.write()?).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Gives the files their names, says the last word and tells how it went.
    pub(super) fn close(
        &self,
        totals: &Totals,
        dedupe: Option<Value>,
        folder: Option<Folder>,
    ) -> anyhow::Result<Outcome> {
        let timings = self.timings(totals);
        if let Some(folder) = folder {
            let mut text = serde_json::to_vec_pretty(&timings)?;
            text.push(b'\n');
            let mut last = vec![("timings.json", text)];
            if let Some(rules) = &self.settings.learnt_rules {
                last.push(("learnt-rules.toml", rules.clone().into_bytes()));
            }
            last.push(("summary.json", self.heading.with(totals, dedupe)));
            folder.finish(&last)?;
        }
        if !self.quiet {
            self.last_word(totals, &timings)?;
        }
        match pipeline::verdict(totals, &self.settings)? {
            Some(why) => {
                say(&why);
                Ok(Outcome::Failed)
            }
            None => Ok(Outcome::Done),
        }
    }

    fn timings(&self, totals: &Totals) -> Value {
        let seconds = self.started.elapsed().as_secs_f64();
        let rate = |count: u64| (count as f64 / seconds.max(1e-6)).round();
        json!({
            "seconds": (seconds * 1000.0).round() / 1000.0,
            "threads": if self.settings.threads == 0 {
                std::thread::available_parallelism().map_or(1, usize::from)
            } else {
                self.settings.threads
            },
            "input_bytes": self.heading.input.bytes,
            "source_bytes": totals.source_bytes,
            "source_bytes_per_second": rate(totals.source_bytes),
            "records_per_second": rate(totals.records),
            "docs_per_second": rate(totals.documents_made),
            "peak_memory_bytes": peak_memory_bytes(),
        })
    }

    #[expect(clippy::print_stderr, reason = "this is the room of the terminal")]
    fn last_word(&self, totals: &Totals, timings: &Value) -> anyhow::Result<()> {
        let changes: u64 = totals.by_stage.values().map(|stage| stage.changes).sum();
        if talks_json() {
            let folder = match &self.target {
                Target::Folder(folder, _) => Some(folder.display().to_string()),
                _ => None,
            };
            let facts = json!({
                "records": totals.records, "with_documents": totals.with_documents,
                "empties": totals.empties, "rejects": totals.rejects,
                "documents": totals.documents_made, "kept": totals.kept,
                "duplicates": totals.duplicates, "changes": changes,
                "text_bytes": totals.text_bytes, "source_bytes": totals.source_bytes,
                "seconds": timings["seconds"], "out": folder,
                "ignored_files": totals.ignored_files, "duplicate_ids": totals.duplicate_ids,
            });
            say_with("done", &facts);
            return Ok(());
        }
        let size = |bytes: u64| indicatif::HumanBytes(bytes).to_string();
        let count = |count: u64| indicatif::HumanCount(count).to_string();
        let mut text = format!(
            "records    {:>10}   with documents {}, empty {}, rejected {}\n",
            count(totals.records),
            count(totals.with_documents),
            count(totals.empties),
            count(totals.rejects),
        );
        text += &format!(
            "documents  {:>10}   kept {}, duplicates {}\n",
            count(totals.documents_made),
            count(totals.kept),
            count(totals.duplicates),
        );
        let stages: Vec<String> = totals
            .by_stage
            .iter()
            .filter(|(_, stage)| stage.changes > 0)
            .map(|(name, stage)| format!("{name} {}", count(stage.changes)))
            .collect();
        text += &format!(
            "changes    {:>10}   {}\n",
            count(changes),
            stages.join(", ")
        );
        text += &format!(
            "text       {:>10}   of {}\n",
            size(totals.text_bytes),
            size(totals.source_bytes)
        );
        let of = |key: &str| timings[key].as_f64().unwrap_or_default();
        text += &format!(
            "time       {:>8.1} s   {}/s, {} docs/s, peak {}\n",
            of("seconds"),
            size(of("source_bytes_per_second") as u64),
            count(of("docs_per_second") as u64),
            size(of("peak_memory_bytes") as u64),
        );
        if let Target::Folder(folder, _) = &self.target {
            text += &format!("written to {}\n", folder.display());
        }
        for (what, number) in [
            ("files of unknown kinds ignored", totals.ignored_files),
            ("records bore an id seen before", totals.duplicate_ids),
        ] {
            if number > 0 {
                text += &format!("note: {} {what}\n", count(number));
            }
        }
        eprint!("{text}");
        Ok(())
    }
}

/// The settings with the corpus's own dress learnt in passes of their own.
fn with_learnt_rules(
    mut settings: Settings,
    given: &[String],
    out: Option<&Path>,
    watch: &Watch,
) -> Result<Settings> {
    twice_readable(given)?;
    let dress = pipeline::learn(|| read::list(given, out), &settings, watch)?;
    settings.learnt_rules = Some(learnt_rule_file(&dress));
    Ok(settings)
}

/// Learning reads its inputs twice.
pub(super) fn twice_readable(given: &[String]) -> Result<()> {
    if given.iter().any(|input| input == "-") {
        let problem = "learning reads its inputs twice, and standard input is there once: save it to a file first";
        return Err(Error::config("-", problem));
    }
    Ok(())
}

/// What was learnt as the text of a rule file.
pub(super) fn learnt_rule_file(dress: &pipeline::LearntDress) -> String {
    crate::chrome::learn::to_toml(&dress.lines, dress.pages)
}

/// Refuses names that no rule bears.
pub(super) fn known_rules(settings: &Settings) -> Result<()> {
    let switches = settings.switches();
    if switches.names().next().is_none() {
        return Ok(());
    }
    let rules = pipeline::rules(settings)?;
    for name in switches.names() {
        let known = rules
            .iter()
            .any(|rule| rule.id.as_str() == name || rule.id.room() == name)
            || pipeline::ROOMS.contains(&name);
        if !known {
            return Err(super::rules::unknown(name, &rules));
        }
    }
    Ok(())
}

/// Refuses to write over what is read.
fn not_an_input(folder: &Path, inputs: &Inputs, given: &[String]) -> Result<()> {
    let Ok(real) = folder.canonicalize() else {
        return Ok(());
    };
    let same = |path: &Path| {
        path.canonicalize()
            .is_ok_and(|path| path == real || path.starts_with(&real))
    };
    let hit = inputs
        .files
        .iter()
        .filter_map(|file| file.path.as_deref())
        .chain(given.iter().map(Path::new))
        .find(|path| same(path));
    match hit {
        Some(path) => Err(Error::config(
            "--out",
            format!(
                "{} holds the input {}: choose another folder",
                folder.display(),
                path.display()
            ),
        )),
        None => Ok(()),
    }
}

/// Whether an earlier run did all of it.
fn is_done(folder: &Path, heading: &Heading) -> Result<bool> {
    let Ok(text) = fs::read_to_string(folder.join("summary.json")) else {
        return Ok(false);
    };
    if Heading::from_json(&text).is_ok_and(|earlier| earlier == *heading) {
        return Ok(true);
    }
    Err(Error::Store {
        path: folder.to_owned(),
        problem: "it holds a finished run of other input or settings: use --force to replace it"
            .into(),
    })
}

/// The most memory that this process has used so far, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}
