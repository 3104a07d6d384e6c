//! `qingwen rules`: lists every rule, and teaches one.

use std::io::{self, Write};

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, commands, flags};
use crate::model::RuleDoc;
use crate::{Error, pipeline};

pub(super) fn build() -> Command {
    commands::with_settings(
        Command::new("rules")
            .about("List every rule; with an id, teach it: removes, why, before and after, leaves alone, risk")
            .arg(Arg::new("id").value_name("ID").help("A rule to teach, or a room to list"))
            .arg(commands::text_or_json()),
        commands::LOOKING,
    )
}

pub(super) fn run(matches: &ArgMatches) -> anyhow::Result<Outcome> {
    let settings = flags::settings(matches)?;
    let rules = pipeline::rules(&settings)?;
    let is_json = commands::wants_json(matches);
    let mut out = io::stdout().lock();
    let chosen: Vec<&RuleDoc> = match matches.get_one::<String>("id") {
        None => rules.iter().collect(),
        Some(id) => {
            if let Some(rule) = rules.iter().find(|rule| rule.id.as_str() == id) {
                if is_json {
                    writeln!(out, "{}", serde_json::to_string_pretty(rule)?)?;
                } else {
                    out.write_all(lesson(rule).as_bytes())?;
                }
                return Ok(Outcome::Done);
            }
            let room: Vec<&RuleDoc> = rules.iter().filter(|rule| rule.id.room() == id).collect();
            if room.is_empty() {
                return Err(unknown(id, &rules).into());
            }
            room
        }
    };
    let switches = settings.switches();
    if is_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&chosen)?)?;
        return Ok(Outcome::Done);
    }
    let width = chosen
        .iter()
        .map(|rule| rule.id.as_str().len())
        .max()
        .unwrap_or(0);
    for rule in chosen {
        let on = if switches.is_on(rule.id, rule.on_by_default) {
            "on "
        } else {
            "off"
        };
        writeln!(out, "{:width$}  {on}  {}", rule.id.as_str(), rule.removes)?;
    }
    Ok(Outcome::Done)
}

/// One rule under its five headings.
fn lesson(rule: &RuleDoc) -> String {
    let mut text = format!(
        "{}  (since {}, {} by default)\n\nRemoves\n  {}\n\nWhy\n  {}\n\nBefore → after\n",
        rule.id,
        rule.since,
        if rule.on_by_default { "on" } else { "off" },
        rule.removes,
        rule.why,
    );
    let shown = |text: &str| text.replace('\n', "⏎");
    for (before, after) in &rule.examples {
        text += &format!(
            "  {}\n  → {}\n",
            shown(before),
            if after.is_empty() {
                "(nothing)".into()
            } else {
                shown(after)
            }
        );
    }
    if rule.examples.is_empty() {
        text += "  (it changes no text)\n";
    }
    text += &format!("\nLeaves alone\n  {}\n", rule.leaves_alone);
    for keep in &rule.keeps {
        text += &format!("  {}\n", shown(keep));
    }
    text += &format!("\nRisk\n  {}\n", rule.risk);
    text
}

/// The error for a name that is neither rule nor room, with names that look like it.
pub(super) fn unknown(name: &str, rules: &[RuleDoc]) -> Error {
    let mut near: Vec<(usize, &str)> = rules
        .iter()
        .map(|rule| (distance(name, rule.id.as_str()), rule.id.as_str()))
        .chain(
            pipeline::ROOMS
                .iter()
                .map(|room| (distance(name, room), *room)),
        )
        .collect();
    near.sort_unstable();
    let near: Vec<&str> = near
        .into_iter()
        .take(3)
        .filter(|(far, _)| *far <= name.len() / 2)
        .map(|(_, id)| id)
        .collect();
    let hint = if near.is_empty() {
        "see `qingwen rules`".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Error::config(name, format!("no rule or room of that name: {hint}"))
}

/// Levenshtein distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn near_names_are_near() {
        assert_eq!(distance("chrome/share-buttons", "chrome/share-button"), 1);
        assert_eq!(distance("", "甲"), 3);
    }
}
