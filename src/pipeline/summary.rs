//! `summary.json`: what was done, with what, and the sums.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use super::totals::Totals;
use crate::config::Settings;
use crate::read::Inputs;
use crate::{Error, Result};

/// Settings that change how fast a run is and not what comes out.
const MACHINE_KEYS: [&str; 3] = ["threads", "memory", "tmp_dir"];

/// What was read, so that a run can be told from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFacts {
    /// Files named or found.
    pub files: u64,
    /// Their bytes on the disk; null with standard input.
    pub bytes: Option<u64>,
    /// Hash of their names, in order.
    pub listing_xxh3: String,
    /// Records after which reading stopped (`--sample`); null where all were read.
    pub sample: Option<u64>,
}

/// The first half of `summary.json`: all but the sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// Always `qingwen`.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// The subcommand.
    pub command: String,
    /// Hash of all rules and the data behind them.
    pub rule_set: String,
    /// What was read.
    pub input: InputFacts,
    /// All settings that change what comes out.
    pub settings: Value,
}

impl Heading {
    /// The heading of a run that is about to start.
    ///
    /// # Errors
    /// [`Error::Rule`] for unusable rule files.
    pub fn new(
        command: &str,
        settings: &Settings,
        inputs: &Inputs,
        sample: Option<u64>,
    ) -> Result<Self> {
        let mut listing = Xxh3::new();
        for file in &inputs.files {
            listing.update(file.source.as_bytes());
            listing.update(b"\n");
        }
        let mut values = serde_json::to_value(settings)
            .map_err(|error| Error::config("settings", error.to_string()))?;
        if let Value::Object(keys) = &mut values {
            for key in MACHINE_KEYS {
                keys.remove(key);
            }
        }
        Ok(Self {
            program: "qingwen".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            command: command.into(),
            rule_set: rule_set(settings)?,
            input: InputFacts {
                files: inputs.files.len() as u64,
                bytes: inputs.total_bytes,
                listing_xxh3: format!("{:032x}", listing.digest128()),
                sample,
            },
            settings: values,
        })
    }

    /// The heading of an earlier run, from its `summary.json`.
    ///
    /// # Errors
    /// A description of what is wrong with it.
    pub fn from_json(text: &str) -> std::result::Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The settings of that run, on this machine.
    ///
    /// # Errors
    /// [`Error::Config`] for settings of another version.
    pub fn settings(&self) -> Result<Settings> {
        serde_json::from_value(self.settings.clone()).map_err(|error| {
            Error::config(
                "summary.json",
                format!("settings of another version: {error}"),
            )
        })
    }

    /// `summary.json` whole. The sums stand at its top level.
    pub fn with(&self, totals: &Totals, dedupe: Option<Value>) -> Vec<u8> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            heading: &'a Heading,
            #[serde(flatten)]
            totals: &'a Totals,
            #[serde(skip_serializing_if = "Option::is_none")]
            dedupe: Option<Value>,
        }
        let whole = Whole {
            heading: self,
            totals,
            dedupe,
        };
        let mut bytes = serde_json::to_vec_pretty(&whole).expect("sums are plain numbers");
        bytes.push(b'\n');
        bytes
    }
}

/// Hash of every rule's description and of the data files built in or loaded.
fn rule_set(settings: &Settings) -> Result<String> {
    let mut hash = Xxh3::new();
    hash.update(env!("QINGWEN_DATA_HASH").as_bytes());
    for rule in super::rules(settings)? {
        hash.update(
            &serde_json::to_vec(&rule)
                .map_err(|error| Error::config("rules", error.to_string()))?,
        );
    }
    Ok(format!("{:032x}", hash.digest128()))
}
