//! Every switch, once: the parser, the help, the environment and `--dump-config` are made from
//! this list.

use clap::{Arg, ArgAction, ArgMatches};
use toml::{Table, Value};

use crate::config::{
    ChromeLevel, Compress, DedupeMode, KeepOrMerge, Ledger, OnError, OnKnownId, OutFormat,
    Paragraphs, RepairLevel, Settings, VerifyStore,
};
use crate::{Error, Result};

/// What a switch takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing; it has a `--no-` twin.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// Any text, which help names so.
    Text(&'static str),
    /// A number or a word, kept as it is written.
    NumberOrWord(&'static str),
    /// Any text, many times.
    List(&'static str),
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// One switch. Its key in files is the flag with `_` for `-`.
pub(super) struct Flag {
    pub(super) key: &'static str,
    pub(super) group: &'static str,
    pub(super) takes: Takes,
    pub(super) help: &'static str,
}

const fn flag(key: &'static str, group: &'static str, takes: Takes, help: &'static str) -> Flag {
    Flag {
        key,
        group,
        takes,
        help,
    }
}

pub(super) const MACHINE: &str = "Machine";
pub(super) const READING: &str = "Reading";
pub(super) const CLEANING: &str = "Cleaning";
pub(super) const DEDUPE: &str = "Dedupe";
const REJECTS: &str = "Rejects";
const WRITING: &str = "Writing";
const INDEX: &str = "Index";

/// All settings as switches.
pub(super) const FLAGS: &[Flag] = &[
    flag(
        "threads",
        MACHINE,
        Takes::Int,
        "Worker threads; 0 is one for each core",
    ),
    flag(
        "memory",
        MACHINE,
        Takes::Text("SIZE"),
        "Memory that clustering may use, in bytes or KiB, MiB, GiB",
    ),
    flag(
        "tmp_dir",
        MACHINE,
        Takes::Text("DIR"),
        "Folder for temporary files; the system's where not given",
    ),
    flag(
        "text_field",
        READING,
        Takes::Text("NAME"),
        "Field of a record that holds its text",
    ),
    flag(
        "id_field",
        READING,
        Takes::Text("NAME"),
        "Field of a record that holds its id",
    ),
    flag(
        "url_field",
        READING,
        Takes::Text("NAME"),
        "Field of a record that holds its address",
    ),
    flag(
        "rules",
        CLEANING,
        Takes::List("FILE"),
        "Rule file to load beside the shipped ones; may be given again",
    ),
    flag(
        "enable",
        CLEANING,
        Takes::List("RULE-OR-ROOM"),
        "Rule or room to switch on; may be given again",
    ),
    flag(
        "disable",
        CLEANING,
        Takes::List("RULE-OR-ROOM"),
        "Rule or room to switch off; may be given again",
    ),
    flag(
        "repair",
        CLEANING,
        Takes::Choice(RepairLevel::NAMES),
        "How sure a word repair must be to be applied",
    ),
    flag(
        "repair_model",
        CLEANING,
        Takes::Text("FILE"),
        "Repair model to use instead of the shipped one",
    ),
    flag(
        "chrome",
        CLEANING,
        Takes::Choice(ChromeLevel::NAMES),
        "How readily lines are taken for site text",
    ),
    flag(
        "learn",
        CLEANING,
        Takes::Bool,
        "Learn the corpus's own site text in a first pass",
    ),
    flag(
        "split",
        CLEANING,
        Takes::Bool,
        "Split compilation pages into their documents",
    ),
    flag(
        "paragraphs",
        CLEANING,
        Takes::Choice(Paragraphs::NAMES),
        "What stands between paragraphs",
    ),
    flag(
        "to_simplified",
        CLEANING,
        Takes::Bool,
        "Turn traditional characters into simplified ones",
    ),
    flag(
        "jaccard",
        DEDUPE,
        Takes::Float,
        "Shingle Jaccard from which texts are near-duplicates, a ratio from 0 to 1",
    ),
    flag(
        "aligned",
        DEDUPE,
        Takes::NumberOrWord("RATIO|off"),
        "Share of the longer text that must align in order, from Jaccard 0.5 on, a ratio from 0 to 1",
    ),
    flag(
        "recall",
        DEDUPE,
        Takes::Float,
        "Least probability that a pair at the threshold is found, from 0 to 1",
    ),
    flag(
        "masks",
        DEDUPE,
        Takes::Text("auto|off|FILE"),
        "Shingles that signatures leave out, as they stand in a large share of the documents or of one site: \
         found in the corpus, none, or those of a run's masks.txt; an index keeps those of its first night",
    ),
    flag(
        "siblings",
        DEDUPE,
        Takes::Choice(KeepOrMerge::NAMES),
        "Texts of one template with other names and numbers",
    ),
    flag(
        "revisions",
        DEDUPE,
        Takes::Choice(KeepOrMerge::NAMES),
        "Revisions of one text",
    ),
    flag(
        "contained",
        DEDUPE,
        Takes::Choice(KeepOrMerge::NAMES),
        "Texts contained in another",
    ),
    flag(
        "mode",
        DEDUPE,
        Takes::Choice(DedupeMode::NAMES),
        "What is compared: with `paragraph` all documents stay, and a paragraph stays in the first that has it",
    ),
    flag(
        "keep_duplicates",
        DEDUPE,
        Takes::Bool,
        "Write duplicates to documents.jsonl too",
    ),
    flag(
        "prefer",
        DEDUPE,
        Takes::Text("EXPR"),
        "Which copy stays, such as site:gov.cn,newest:date",
    ),
    flag(
        "max_rejects",
        REJECTS,
        Takes::Text("SHARE|COUNT"),
        "Rejects from which a run counts as failed, a percentage or a number of records",
    ),
    flag("strict", REJECTS, Takes::Bool, "Allow no reject at all"),
    flag(
        "on_error",
        REJECTS,
        Takes::Choice(OnError::NAMES),
        "What happens to a record that cannot be processed",
    ),
    flag(
        "format",
        WRITING,
        Takes::Choice(OutFormat::NAMES),
        "Format of the documents",
    ),
    flag(
        "compress",
        WRITING,
        Takes::Choice(Compress::NAMES),
        "Compression of the big files",
    ),
    flag(
        "shard_size",
        WRITING,
        Takes::Text("SIZE"),
        "Size from which a big file goes on in the next, in bytes or KiB, MiB, GiB; never where not given",
    ),
    flag(
        "mirror",
        WRITING,
        Takes::Bool,
        "Also write each document as a text file under mirror/",
    ),
    flag(
        "ledger",
        WRITING,
        Takes::Choice(Ledger::NAMES),
        "How much of the ledger is written",
    ),
    flag(
        "on_known_id",
        INDEX,
        Takes::Choice(OnKnownId::NAMES),
        "What happens to a known id with another text",
    ),
    flag(
        "verify_store",
        INDEX,
        Takes::Choice(VerifyStore::NAMES),
        "What an index keeps for verification",
    ),
    flag(
        "rekeep",
        INDEX,
        Takes::Bool,
        "Let a better copy of tonight replace an announced keeper",
    ),
];

impl Flag {
    /// The long name without dashes.
    pub(super) fn long(&self) -> String {
        self.key.replace('_', "-")
    }

    fn env(&self) -> String {
        format!("QINGWEN_{}", self.key.to_ascii_uppercase())
    }

    /// The parser's arguments for it: one, or two with its twin.
    pub(super) fn args(&self, defaults: &Table) -> Vec<Arg> {
        let default = match defaults.get(self.key) {
            Some(Value::String(text)) => format!(" [default: {text}]"),
            Some(Value::Array(_)) | None => String::new(),
            Some(Value::Boolean(on)) => format!(" [default: {}]", if *on { "on" } else { "off" }),
            Some(value) => format!(" [default: {value}]"),
        };
        let arg = Arg::new(self.key)
            .long(self.long())
            .help_heading(self.group)
            .help(format!("{}{default}", self.help))
            .overrides_with(self.key);
        match self.takes {
            Takes::Bool => {
                let no = format!("no_{}", self.key);
                vec![
                    arg.action(ArgAction::SetTrue).overrides_with(no.clone()),
                    Arg::new(no.clone())
                        .long(no.replace('_', "-"))
                        .help_heading(self.group)
                        .help(format!("The opposite of --{}", self.long()))
                        .action(ArgAction::SetTrue)
                        .overrides_with(no),
                ]
            }
            Takes::Int | Takes::Float => vec![arg.value_name("N").allow_negative_numbers(true)],
            Takes::Text(name) | Takes::NumberOrWord(name) => vec![arg.value_name(name)],
            Takes::List(name) => vec![
                Arg::new(self.key)
                    .long(self.long())
                    .help_heading(self.group)
                    .help(self.help)
                    .value_name(name)
                    .action(ArgAction::Append),
            ],
            Takes::Choice(names) => vec![arg.value_name(names.join("|"))],
        }
    }

    fn value(&self, text: &str, from: &str) -> Result<Value> {
        let bad = |what: String| Error::config(from, what);
        Ok(match self.takes {
            Takes::Bool => Value::Boolean(truth(text, from)?),
            Takes::Int => match text.parse::<u32>() {
                Ok(number) => Value::Integer(number.into()),
                Err(_) => return Err(bad(format!("{text:?} is no whole number"))),
            },
            Takes::Float => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Float(number),
                _ => return Err(bad(format!("{text:?} is no number"))),
            },
            Takes::NumberOrWord(_) => match text.parse::<f64>() {
                Ok(number) => Value::Float(number),
                Err(_) => Value::String(text.to_owned()),
            },
            Takes::Text(_) => Value::String(text.to_owned()),
            Takes::List(_) => Value::Array(
                text.split(',')
                    .map(|one| Value::String(one.trim().to_owned()))
                    .collect(),
            ),
            Takes::Choice(names) => {
                if !names.contains(&text) {
                    return Err(bad(format!("{text:?} is none of {}", names.join(", "))));
                }
                Value::String(text.to_owned())
            }
        })
    }

    /// What was given for it on the command line.
    fn given(&self, matches: &ArgMatches) -> Result<Option<Value>> {
        // A command that does not have the switch knows nothing of its name; release builds of the
        // parser do not tell the two apart but by giving nothing.
        let is_set = |name: &str| {
            let value = matches.try_get_one::<bool>(name).ok().flatten();
            value.copied().unwrap_or(false)
        };
        let named = format!("--{}", self.long());
        Ok(match self.takes {
            Takes::Bool => {
                let no = format!("no_{}", self.key);
                match (is_set(self.key), is_set(&no)) {
                    (true, _) => Some(Value::Boolean(true)),
                    (_, true) => Some(Value::Boolean(false)),
                    _ => None,
                }
            }
            Takes::List(_) => matches
                .try_get_many::<String>(self.key)
                .ok()
                .flatten()
                .map(|many| Value::Array(many.map(|one| Value::String(one.clone())).collect())),
            _ => match matches.try_get_one::<String>(self.key).ok().flatten() {
                Some(text) => Some(self.value(text, &named)?),
                None => None,
            },
        })
    }
}

/// Reads a yes or a no of an environment variable.
///
/// # Errors
/// [`Error::Config`] naming it.
pub(super) fn truth(text: &str, from: &str) -> Result<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" | "" => Ok(false),
        _ => Err(Error::config(
            from,
            format!("{text:?} is neither true nor false"),
        )),
    }
}

/// The settings: flags before environment before file before defaults.
///
/// # Errors
/// [`Error::Config`] naming flag, variable, or file and key.
pub(super) fn settings(matches: &ArgMatches) -> Result<Settings> {
    let mut table = Table::new();
    if let Some(path) = matches.get_one::<String>("config") {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::config("--config", format!("{path} cannot be read: {error}"))
        })?;
        // Read by itself first, so that an error names the file.
        Settings::from_toml(&text, path)?;
        table = toml::from_str(&text).map_err(|error| Error::config(path, error.to_string()))?;
    }
    for flag in FLAGS {
        let env = flag.env();
        if let Ok(text) = std::env::var(&env) {
            table.insert(flag.key.into(), flag.value(&text, &env)?);
        }
        if let Some(value) = flag.given(matches)? {
            table.insert(flag.key.into(), value);
        }
    }
    let settings: Settings = table
        .try_into()
        .map_err(|error: toml::de::Error| Error::config("settings", error.message().to_owned()))?;
    settings.check()?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_switch_and_every_switch_its_setting() {
        let full = Settings {
            tmp_dir: Some("x".into()),
            repair_model: Some("x".into()),
            prefer: Some("x".into()),
            shard_size: Some("1".into()),
            ..Settings::default()
        };
        let table: Table = toml::from_str(&full.to_toml()).unwrap();
        let mut keys: Vec<&str> = table.keys().map(String::as_str).collect();
        let mut flags: Vec<&str> = FLAGS.iter().map(|flag| flag.key).collect();
        keys.sort_unstable();
        flags.sort_unstable();
        assert_eq!(keys, flags, "add the missing line to cli/flags.rs");
    }
}
