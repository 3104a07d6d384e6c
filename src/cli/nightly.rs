//! `--index` of run and dedupe: the switches of a nightly job, and what it says at its end.

use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::session::Session;
use super::{say, say_with};
use crate::config::parse_size;
use crate::pipeline::night::{NightReport, NightStamp, index_settings};
use crate::pipeline::{Nightly, Totals};
use crate::{Error, Result};

const HEADING: &str = "Nightly";

/// Adds the switches of a nightly job.
pub(super) fn with_night(command: Command) -> Command {
    let value = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name.replace('_', "-"))
            .value_name(shown)
            .help_heading(HEADING)
            .help(help)
    };
    command
        .arg(value(
            "index",
            "DIR",
            "Compare with all nights of the index in DIR, and become one of them; the first night makes it",
        ))
        .arg(
            Arg::new("wait")
                .long("wait")
                .help_heading(HEADING)
                .action(ArgAction::SetTrue)
                .help("Wait for another job on the same index [default: fail, naming it]"),
        )
        .arg(
            value(
                "max_docs",
                "N",
                "Stop before more than N new documents; the next night goes on [default: all]",
            )
            .value_parser(clap::value_parser!(u64).range(1..)),
        )
        .arg(value(
            "max_bytes",
            "SIZE",
            "Stop once new documents hold SIZE of text, such as 2GiB [default: all]",
        ))
        .arg(value(
            "deadline",
            "TIME",
            "Stop reading after 90s, 30m or 4h, and finish what was read [default: none]",
        ))
        .arg(value(
            "metrics",
            "FILE",
            "Write counters of the night as a Prometheus textfile",
        ))
        .arg(
            Arg::new("nice")
                .long("nice")
                .help_heading(HEADING)
                .action(ArgAction::SetTrue)
                .help("Run with low priority, so that others go first"),
        )
}

/// How the night is to go; None without `--index`.
///
/// # Errors
/// [`Error::Config`] naming the switch.
pub(super) fn given(matches: &ArgMatches, session: &Session) -> Result<Option<Nightly>> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let Some(root) = text("index") else {
        let needs = ["max_docs", "max_bytes", "deadline", "metrics"]
            .into_iter()
            .find(|name| matches.contains_id(name));
        return match needs {
            Some(name) => Err(Error::config(
                format!("--{}", name.replace('_', "-")),
                "it belongs to a nightly job: give --index DIR too",
            )),
            None => Ok(None),
        };
    };
    apart(Path::new(root), text("out"))?;
    index_settings(&session.settings)?;
    if let Some(metrics) = text("metrics") {
        let folder = Path::new(metrics).parent();
        if folder.is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(Error::config(
                "--metrics",
                format!("the folder of {metrics} is not there: make it first"),
            ));
        }
    }
    if matches.get_flag("nice") {
        be_nice();
    }
    let deadline = text("deadline")
        .map(|text| duration(text).map(|lasts| Instant::now() + lasts))
        .transpose()?;
    Ok(Some(Nightly {
        root: root.into(),
        wait: matches.get_flag("wait"),
        max_docs: matches.get_one::<u64>("max_docs").copied(),
        max_bytes: text("max_bytes")
            .map(|text| parse_size("--max-bytes", text))
            .transpose()?,
        deadline,
        stamp: NightStamp {
            version: session.heading.version.clone(),
            rule_set: session.heading.rule_set.clone(),
            unix_seconds: now(),
        },
    }))
}

/// Refuses an output folder that is the index or lies in it.
fn apart(root: &Path, out: Option<&str>) -> Result<()> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match out {
        Some(out) if whole(Path::new(out)).starts_with(whole(root)) => Err(Error::config(
            "--out",
            format!(
                "{out} lies in the index {}: give a folder of its own",
                root.display()
            ),
        )),
        _ => Ok(()),
    }
}

/// Now, or what SOURCE_DATE_EPOCH says.
fn now() -> u64 {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs())
        })
}

fn duration(text: &str) -> Result<Duration> {
    let bad = || {
        Error::config(
            "--deadline",
            format!("{text:?} is none: write 90s, 30m or 4h"),
        )
    };
    let (number, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(bad()),
    };
    let number: u64 = number.parse().map_err(|_| bad())?;
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(bad)
}

/// Lowers the priority of this process by the system's own `renice`; without it nothing happens.
fn be_nice() {
    let _ = std::process::Command::new("renice")
        .args(["-n", "10", "-p", &std::process::id().to_string()])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
}

/// Says what the night came to, and writes the metrics.
///
/// # Errors
/// [`Error::Write`] for the metrics file.
pub(super) fn tell(
    matches: &ArgMatches,
    session: &Session,
    report: &NightReport,
    totals: &Totals,
    took: Duration,
) -> Result<()> {
    if !session.is_quiet() {
        let again = if report.is_repeated {
            ", which the index had already"
        } else {
            ""
        };
        let of = match report.is_idle {
            true => "nothing new, the index stays at night",
            false => "night",
        };
        let line = format!(
            "{of} {}{again}: {} new documents, {} known, {} new versions, {} replaced, {} records \
             left out; the index holds {} documents in {} bytes",
            report.night,
            report.new_docs,
            report.known_docs,
            report.version_records,
            report.replaced_docs,
            report.skipped_records,
            report.index_docs,
            report.index_bytes,
        );
        say_with(&line, &serde_json::to_value(report).unwrap_or_default());
        if report.is_cut_short {
            say(
                "stopped at the limit that was given: the same input, with another -o, goes on \
                 where this stopped",
            );
        }
    }
    match matches.get_one::<String>("metrics") {
        Some(path) => metrics(Path::new(path), report, totals, took),
        None => Ok(()),
    }
}

/// A file for the textfile collector of Prometheus' node exporter, put in place whole.
fn metrics(path: &Path, report: &NightReport, totals: &Totals, took: Duration) -> Result<()> {
    let mut text = String::new();
    let (at, took) = (now(), took.as_secs_f64());
    let is_cut_short = u8::from(report.is_cut_short);
    let rows: [(&str, &dyn Display, &str); 12] = [
        ("night", &report.night, "Number of the last night"),
        (
            "last_success_timestamp_seconds",
            &at,
            "When it was committed",
        ),
        (
            "duration_seconds",
            &format_args!("{took:.3}"),
            "How long it took",
        ),
        ("records", &totals.records, "Records read"),
        ("rejects", &totals.rejects, "Records rejected"),
        ("kept_documents", &totals.kept, "Documents that stay"),
        (
            "duplicate_documents",
            &totals.duplicates,
            "Documents that are duplicates",
        ),
        (
            "new_documents",
            &report.new_docs,
            "Documents that the index did not know",
        ),
        (
            "known_documents",
            &report.known_docs,
            "Documents that the index knew",
        ),
        (
            "cut_short",
            &is_cut_short,
            "Whether a limit left input for the next night",
        ),
        (
            "index_documents",
            &report.index_docs,
            "Documents of the index",
        ),
        ("index_bytes", &report.index_bytes, "Bytes of the index"),
    ];
    for (name, value, help) in rows {
        text += &format!(
            "# HELP qingwen_{name} {help}\n# TYPE qingwen_{name} gauge\nqingwen_{name} {value}\n"
        );
    }
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, text)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(Error::write(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(duration("90s").unwrap().as_secs(), 90);
        assert_eq!(duration("4h").unwrap().as_secs(), 14_400);
        for bad in ["", "4", "h", "4天", "-1s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
