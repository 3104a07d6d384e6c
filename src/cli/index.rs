//! `qingwen index`: looking after a nightly index.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Outcome, commands, say};
use crate::Error;
use crate::fingerprint::CANONICAL_VERSION;
use crate::index::store::CANONICAL_FORM;
use crate::pipeline::{care, rebuild};
use crate::write;

pub(super) fn build() -> Command {
    let folder = || {
        Arg::new("dir")
            .value_name("DIR")
            .required(true)
            .help("Folder of the index")
    };
    let one = |name: &'static str, about: &'static str| {
        commands::with_talk(Command::new(name).about(about).arg(folder()))
    };
    let wait = || {
        Arg::new("wait")
            .long("wait")
            .action(ArgAction::SetTrue)
            .help("Wait for another job on the index")
    };
    Command::new("index")
        .about("Look after a nightly index")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            one("stats", "Documents, clusters, bytes by component, nights")
                .arg(commands::text_or_json()),
        )
        .subcommand(one(
            "verify",
            "Check checksums and references, and of a sample fingerprints and similarities",
        ))
        .subcommand(
            one("compact", "Write it anew without what was removed")
                .arg(wait())
                .arg(
                    Arg::new("prune_before")
                        .long("prune-before")
                        .value_name("DATE")
                        .help("First remove the documents of nights before 2026-01-31"),
                ),
        )
        .subcommand(
            one(
                "remove",
                "Remove documents or records; text and signatures are gone after compact",
            )
            .arg(
                Arg::new("ids")
                    .value_name("ID")
                    .num_args(1..)
                    .required_unless_present("file")
                    .help("Ids of documents or records"),
            )
            .arg(
                Arg::new("file")
                    .long("ids")
                    .value_name("FILE")
                    .help("File with an id a line"),
            )
            .arg(wait()),
        )
        .subcommand({
            let command = one(
                "rebuild",
                "Make fingerprints and decisions again from the stored texts, as after a new \
                 version or with other settings; the index as it was stays beside until compact",
            );
            SHARED
                .iter()
                .fold(command.arg(wait()), |command, &(name, shown)| {
                    command.arg(
                        Arg::new(name)
                            .long(name)
                            .value_name(shown)
                            .help("As for run [default: as the index has it]"),
                    )
                })
        })
        .subcommand(
            one(
                "export",
                "Write assignments.jsonl, clusters.jsonl and edges.jsonl of everything in it",
            )
            .arg(
                Arg::new("out")
                    .short('o')
                    .long("out")
                    .value_name("OUT")
                    .required(true)
                    .help("Folder to write; it must not be there yet"),
            ),
        )
}

/// Settings that all nights share and a rebuilding may change.
const SHARED: [(&str, &str); 6] = [
    ("jaccard", "RATIO"),
    ("aligned", "RATIO|off"),
    ("recall", "RATIO"),
    ("siblings", "keep|merge"),
    ("revisions", "keep|merge"),
    ("contained", "keep|merge"),
];

fn rebuild(root: &Path, matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let given = SHARED
        .iter()
        .filter_map(|&(name, _)| {
            let value = matches.get_one::<String>(name)?;
            Some((name.to_owned(), value.clone()))
        })
        .collect();
    let rebuilt = rebuild::rebuild(root, &given, &std::env::temp_dir(), waiting(matches))?;
    for setting in &rebuilt.settings {
        say(setting);
    }
    say(&format!(
        "{} documents made again, of which {} stay or go otherwise than before; the index as it \
         was lies in {}, until compact",
        rebuilt.documents,
        rebuilt.changed,
        root.join(&rebuilt.backup).display()
    ));
    Ok(Outcome::Done)
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(Outcome::Failed);
    };
    let root = matches
        .get_one::<String>("dir")
        .map(PathBuf::from)
        .unwrap_or_default();
    match name {
        "stats" => stats(&root, matches),
        "verify" => verify(&root),
        "compact" => compact(&root, matches),
        "remove" => remove(&root, matches),
        "export" => export(&root, matches),
        _ => rebuild(&root, matches),
    }
}

fn stats(root: &Path, matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let stats = care::stats(root)?;
    if commands::wants_json(matches) {
        return put(&format!("{}\n", serde_json::to_string_pretty(&stats)?));
    }
    let sizes = &stats.sizes;
    let mut out = format!(
        "documents  {}   kept {}, duplicates {}, removed and not yet compacted {}\n",
        stats.documents, stats.kept, stats.duplicates, stats.removed
    );
    out += &format!("clusters   {}\n", stats.clusters);
    out += &format!(
        "bytes      {}   {:.0} a document\n",
        sizes.total_bytes, stats.bytes_per_doc
    );
    for (what, bytes) in [
        ("postings", sizes.postings_bytes),
        ("rows", sizes.rows_bytes),
        ("glances", sizes.glances_bytes),
        ("canonical texts", sizes.forms_bytes),
        ("edges", sizes.edges_bytes),
        ("marks", sizes.marks_bytes),
    ] {
        out += &format!("  {what:<16} {bytes}\n");
    }
    out += &format!(
        "  canonical texts before compression {}\n",
        stats.raw_form_bytes
    );
    for (name, value) in &stats.settings {
        let ours = CANONICAL_VERSION.to_string();
        let hint = match name == CANONICAL_FORM && *value != ours {
            true => format!("   this version makes {ours}: see `qingwen index rebuild`"),
            false => String::new(),
        };
        out += &format!("setting    {name} = {value}{hint}\n");
    }
    for night in &stats.nights {
        out += &format!(
            "night {:>4}  {}  {} documents, {} duplicates, index {} bytes, version {}, rules {}\n",
            night.night,
            crate::index::store::iso_time(night.unix_seconds),
            night.documents,
            night.duplicates,
            night.index_bytes,
            night.version,
            night.rule_set,
        );
    }
    put(&out)
}

/// Writes to stdout. Who reads it may stop when he has seen enough.
fn put(text: &str) -> anyhow::Result<Outcome> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Outcome::Done),
    }
}

fn verify(root: &Path) -> anyhow::Result<Outcome> {
    match care::verify(root) {
        Ok(checked) => {
            say(&format!(
                "{} documents hold; {} fingerprints and {} similarities came out again",
                checked.documents, checked.fingerprints, checked.comparisons
            ));
            Ok(Outcome::Done)
        }
        Err(error @ Error::Check { .. }) => {
            say(&error.to_string());
            Ok(Outcome::Found)
        }
        Err(error) => Err(error.into()),
    }
}

/// For as long as it takes, where `--wait` is given.
fn waiting(matches: &ArgMatches) -> Option<&'static dyn Fn() -> bool> {
    matches.get_flag("wait").then_some(&|| true)
}

fn compact(root: &Path, matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let date = matches.get_one::<String>("prune_before");
    if let Some(date) = date {
        let is_date = date.len() == 10
            && date.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_date {
            return Err(Error::config(
                "--prune-before",
                format!("{date:?} is no date: write 2026-01-31"),
            )
            .into());
        }
    }
    let pruned = care::compact(root, date.map(String::as_str), waiting(matches))?;
    if date.is_some() {
        say(&format!("{pruned} documents removed"));
    }
    Ok(Outcome::Done)
}

fn remove(root: &Path, matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let mut ids: Vec<String> = matches
        .get_many::<String>("ids")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if let Some(path) = matches.get_one::<String>("file") {
        let text = fs::read_to_string(path).map_err(Error::read(path))?;
        ids.extend(
            text.lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    let removed = care::remove_ids(root, &ids, waiting(matches))?;
    for row in &removed.changed {
        put(&format!("{}\n", serde_json::to_string(row)?))?;
    }
    let hint = match removed.documents {
        0 => "",
        _ => "; run compact to erase them",
    };
    say(&format!(
        "{} documents removed, {} others changed their place{hint}",
        removed.documents,
        removed.changed.len()
    ));
    if let Some(first) = removed.unknown.first() {
        say(&match removed.unknown.len() {
            1 => format!("{first} is not in the index"),
            more => format!("{more} ids are not in the index: {first} and others"),
        });
        return Ok(Outcome::Found);
    }
    Ok(Outcome::Done)
}

fn export(root: &Path, matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let out = matches
        .get_one::<String>("out")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::create_dir(&out).map_err(Error::write(&out))?;
    let names = ["assignments.jsonl", "clusters.jsonl", "edges.jsonl"];
    let mut files = Vec::new();
    for name in names {
        let path = out.join(format!("{name}.unfinished"));
        let file = fs::File::create(&path).map_err(Error::write(&path))?;
        files.push(BufWriter::with_capacity(1 << 18, file));
    }
    let mut row = Vec::new();
    let shared = std::cell::RefCell::new((&mut files, &mut row));
    let put = |nth: usize, fill: &dyn Fn(&mut Vec<u8>)| {
        let (files, row) = &mut *shared.borrow_mut();
        row.clear();
        fill(row);
        files[nth].write_all(row).map_err(Error::write(&out))
    };
    care::export(
        root,
        |value| put(0, &|row| write::row(row, value)),
        |value| put(1, &|row| write::row(row, value)),
        |value| put(2, &|row| write::row(row, value)),
    )?;
    for (file, name) in files.into_iter().zip(names) {
        let file = file
            .into_inner()
            .map_err(|error| Error::write(&out)(error.into_error()))?;
        file.sync_all().map_err(Error::write(&out))?;
        fs::rename(out.join(format!("{name}.unfinished")), out.join(name))
            .map_err(Error::write(&out))?;
    }
    Ok(Outcome::Done)
}
