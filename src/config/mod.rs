//! Settings as plain structs; every default lives here.
//!
//! [`Settings`] is flat: its keys are the long flags with `_` for `-`, in the config file, in
//! Python and in `--dump-config` alike. Each room gets its own view of it.

mod rooms;
mod values;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::{RuleId, Switches};
use crate::{Error, Result};

pub use rooms::*;
pub use values::{Aligned, Masks, Rejects, parse_size};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// Every value as written in flags and files.
            pub const NAMES: &'static [&'static str] = &[$($text),+];
            /// The value as written in flags and files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> std::result::Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("{text:?} is none of {}", Self::NAMES.join(", "))),
                }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

choice!(
    /// How sure a word repair must be to be applied (`--repair`).
    RepairLevel {
        /// Only what is certain.
        Certain = "certain",
        /// Also what is probable.
        Probable = "probable",
        /// Nothing; all is reported.
        Report = "report",
        /// Nothing is looked for.
        Off = "off",
    }
);
choice!(
    /// How readily lines are taken for site text (`--chrome`).
    ChromeLevel {
        /// Protects body text above all.
        Cautious = "cautious",
        /// The default.
        Balanced = "balanced",
        /// Takes more at some cost of body text.
        Strict = "strict",
        /// Leaves all lines.
        Off = "off",
    }
);
choice!(
    /// What stands between paragraphs (`--paragraphs`).
    Paragraphs {
        /// As in the source.
        Keep = "keep",
        /// One line end.
        Newline = "newline",
        /// A blank line.
        Blank = "blank",
    }
);
choice!(
    /// Whether a kind of look-alike stays or is merged (`--siblings`, `--revisions`, `--contained`).
    KeepOrMerge {
        /// Both stay; listed in `siblings.jsonl` or `related.jsonl`.
        Keep = "keep",
        /// Counted as duplicates.
        Merge = "merge",
    }
);
choice!(
    /// What happens to a record that cannot be processed (`--on-error`).
    OnError {
        /// Written to `rejects.jsonl` with its bytes.
        Quarantine = "quarantine",
        /// Counted only, with its reason.
        Skip = "skip",
        /// Stops the run.
        Fail = "fail",
    }
);
choice!(
    /// How documents are written (`--format`).
    OutFormat {
        /// JSON Lines.
        Jsonl = "jsonl",
        /// Parquet.
        Parquet = "parquet",
        /// One text file a document.
        Txt = "txt",
    }
);
choice!(
    /// Compression of the big files (`--compress`).
    Compress {
        /// None.
        None = "none",
        /// Zstandard.
        Zstd = "zstd",
        /// Gzip.
        Gzip = "gzip",
    }
);
choice!(
    /// How much of the ledger is written (`--ledger`).
    Ledger {
        /// With `before`.
        Full = "full",
        /// Without `before`.
        Compact = "compact",
        /// Not at all.
        Off = "off",
    }
);
choice!(
    /// What a dedupe unit is (`--mode`).
    DedupeMode {
        /// Whole documents.
        Document = "document",
        /// Paragraphs across documents.
        Paragraph = "paragraph",
    }
);
choice!(
    /// What happens to a known id with another text (`--on-known-id`).
    OnKnownId {
        /// The new text is kept as `id~2`.
        Version = "version",
        /// The new text is left out.
        Skip = "skip",
        /// The new text takes the place of the old.
        Replace = "replace",
    }
);
choice!(
    /// What an index keeps for verification (`--verify-store`).
    VerifyStore {
        /// Canonical texts, compressed.
        Text = "text",
        /// Signatures alone; similarities are then estimates.
        None = "none",
    }
);

/// Every setting of a run. Sizes are bytes, ratios 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Worker threads; 0 is one for each core.
    pub threads: usize,
    /// Memory that clustering may use, in bytes, with or without KiB, MiB, GiB.
    pub memory: String,
    /// Folder for temporary files; the system's where unset.
    pub tmp_dir: Option<PathBuf>,
    /// Field of a record that holds the text.
    pub text_field: String,
    /// Field of a record that holds its id.
    pub id_field: String,
    /// Field of a record that holds its address.
    pub url_field: String,
    /// Rule files to load beside the shipped ones.
    pub rules: Vec<PathBuf>,
    /// Rules or rooms to switch on.
    pub enable: Vec<String>,
    /// Rules or rooms to switch off.
    pub disable: Vec<String>,
    /// Word repair.
    pub repair: RepairLevel,
    /// A repair model to use instead of the shipped one.
    pub repair_model: Option<PathBuf>,
    /// Site text.
    pub chrome: ChromeLevel,
    /// Learn the corpus's own site text in a first pass.
    pub learn: bool,
    /// The rule file that this pass gave, for the run that follows. Not a setting to be written.
    #[serde(skip)]
    pub learnt_rules: Option<String>,
    /// Split compilation pages into their documents.
    pub split: bool,
    /// Paragraph breaks.
    pub paragraphs: Paragraphs,
    /// Turn traditional characters into simplified ones.
    pub to_simplified: bool,
    /// Shingle Jaccard from which two texts are near-duplicates.
    pub jaccard: f64,
    /// Share of the longer text that must align in order from Jaccard 0.5 on; or "off".
    pub aligned: Aligned,
    /// Least probability that a pair at the threshold is found.
    pub recall: f64,
    /// Boilerplate that is left out of signatures: "auto", "off" or a file.
    pub masks: Masks,
    /// Template siblings.
    pub siblings: KeepOrMerge,
    /// Revisions of one text.
    pub revisions: KeepOrMerge,
    /// Texts contained in another.
    pub contained: KeepOrMerge,
    /// Dedupe unit.
    pub mode: DedupeMode,
    /// Write duplicates to `documents.jsonl` too.
    pub keep_duplicates: bool,
    /// Keeper preferences, `site:gov.cn, newest:date, …`.
    pub prefer: Option<String>,
    /// Rejects allowed before the run counts as failed: a share ("1%") or a number.
    pub max_rejects: String,
    /// Allow no reject at all.
    pub strict: bool,
    /// What happens to a record that cannot be processed.
    pub on_error: OnError,
    /// Format of the documents.
    pub format: OutFormat,
    /// Compression of the big files.
    pub compress: Compress,
    /// Size from which a big file is continued in a next one, in bytes; empty: never.
    pub shard_size: Option<String>,
    /// Also write each document as a text file under `mirror/`.
    pub mirror: bool,
    /// The ledger.
    pub ledger: Ledger,
    /// Known ids with another text.
    pub on_known_id: OnKnownId,
    /// What an index keeps for verification.
    pub verify_store: VerifyStore,
    /// Let tonight's better copy replace an announced keeper.
    pub rekeep: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threads: 0,
            memory: "4GiB".into(),
            tmp_dir: None,
            text_field: "text".into(),
            id_field: "id".into(),
            url_field: "url".into(),
            rules: Vec::new(),
            enable: Vec::new(),
            disable: Vec::new(),
            repair: RepairLevel::Certain,
            repair_model: None,
            chrome: ChromeLevel::Balanced,
            learn: false,
            learnt_rules: None,
            split: true,
            paragraphs: Paragraphs::Keep,
            to_simplified: false,
            jaccard: 0.7,
            aligned: Aligned(Some(0.85)),
            recall: 0.99,
            masks: Masks::Auto,
            siblings: KeepOrMerge::Keep,
            revisions: KeepOrMerge::Keep,
            contained: KeepOrMerge::Keep,
            mode: DedupeMode::Document,
            keep_duplicates: false,
            prefer: None,
            max_rejects: "1%".into(),
            strict: false,
            on_error: OnError::Quarantine,
            format: OutFormat::Jsonl,
            compress: Compress::None,
            shard_size: None,
            mirror: false,
            ledger: Ledger::Full,
            on_known_id: OnKnownId::Version,
            verify_store: VerifyStore::Text,
            rekeep: false,
        }
    }
}

impl Settings {
    /// Reads a TOML config file's text; `name` is the file's name for errors.
    ///
    /// # Errors
    /// [`Error::Config`] naming file and key for unknown keys and wrong types.
    pub fn from_toml(text: &str, name: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::config(name, error.to_string().trim_end()))
    }

    /// The settings as a TOML config file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("plain settings are valid TOML")
    }

    /// Checks what types cannot: ranges and sizes.
    ///
    /// # Errors
    /// [`Error::Config`] naming the key.
    pub fn check(&self) -> Result<()> {
        let ratio = |key: &str, value: f64| {
            if (0.0..=1.0).contains(&value) && value > 0.0 {
                Ok(())
            } else {
                Err(Error::config(
                    key,
                    format!("{value} is no ratio: give a number above 0 and up to 1"),
                ))
            }
        };
        ratio("jaccard", self.jaccard)?;
        if let Some(share) = self.aligned.0 {
            ratio("aligned", share)?;
        }
        ratio("recall", self.recall)?;
        if self.recall >= 1.0 {
            return Err(Error::config(
                "recall",
                "1 cannot be promised: give a number below 1, such as 0.99",
            ));
        }
        for (key, field) in [
            ("text_field", &self.text_field),
            ("id_field", &self.id_field),
        ] {
            if field.is_empty() || field == "qingwen" {
                return Err(Error::config(
                    key,
                    "give the name of a field other than `qingwen`",
                ));
            }
        }
        if self.text_field == self.id_field {
            return Err(Error::config(
                "id_field",
                "text and id cannot be the same field",
            ));
        }
        self.memory_bytes()?;
        self.shard_bytes()?;
        Rejects::parse(&self.max_rejects)?;
        Ok(())
    }

    /// `memory` in bytes.
    ///
    /// # Errors
    /// [`Error::Config`] when it is no size.
    pub fn memory_bytes(&self) -> Result<u64> {
        parse_size("memory", &self.memory)
    }

    /// `shard_size` in bytes.
    ///
    /// # Errors
    /// [`Error::Config`] when it is no size.
    pub fn shard_bytes(&self) -> Result<Option<u64>> {
        self.shard_size
            .as_deref()
            .map(|size| parse_size("shard_size", size))
            .transpose()
    }

    /// The rule switches.
    pub fn switches(&self) -> Switches {
        Switches::new(self.enable.iter().cloned(), self.disable.iter().cloned())
    }

    /// What reading needs.
    pub fn read(&self) -> ReadSettings {
        ReadSettings {
            text_field: self.text_field.clone(),
            id_field: self.id_field.clone(),
            url_field: self.url_field.clone(),
        }
    }

    /// What writing needs.
    ///
    /// # Errors
    /// [`Error::Config`] when the shard size is no size.
    pub fn write(&self) -> Result<WriteSettings> {
        Ok(WriteSettings {
            text_field: self.text_field.clone(),
            compress: self.compress,
            shard_bytes: self.shard_bytes()?,
            ledger: self.ledger,
            format: self.format,
            mirror: self.mirror,
        })
    }

    /// What decoding needs.
    pub fn decode(&self) -> DecodeSettings {
        DecodeSettings {
            switches: self.switches(),
        }
    }

    /// What normalising needs.
    pub fn normalise(&self) -> NormaliseSettings {
        let switches = self.switches();
        let named = switches.is_on(RuleId::new("normalise/traditional"), false);
        NormaliseSettings {
            switches,
            to_simplified: self.to_simplified || named,
        }
    }

    /// What word repair needs.
    pub fn repair(&self) -> RepairSettings {
        RepairSettings {
            switches: self.switches(),
            level: self.repair,
            model: self.repair_model.clone(),
        }
    }

    /// What chrome removal needs.
    pub fn chrome(&self) -> ChromeSettings {
        ChromeSettings {
            switches: self.switches(),
            level: self.chrome,
            rule_files: self.rules.clone(),
            learnt_rules: self.learnt_rules.clone(),
        }
    }

    /// What restructuring needs.
    pub fn restructure(&self) -> RestructureSettings {
        RestructureSettings {
            switches: self.switches(),
            split: self.split,
            paragraphs: self.paragraphs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_survive_a_round_trip_through_toml() {
        let settings = Settings::default();
        assert_eq!(
            Settings::from_toml(&settings.to_toml(), "x").unwrap(),
            settings
        );
        settings.check().unwrap();
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = Settings::from_toml("jacard = 0.8", "my.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("my.toml") && error.contains("jacard"),
            "{error}"
        );
    }

    #[test]
    fn sizes_and_shares_are_read() {
        assert_eq!(parse_size("memory", "4GiB").unwrap(), 4 << 30);
        assert_eq!(parse_size("memory", "1.5 MB").unwrap(), 1_500_000);
        assert!(parse_size("memory", "lots").is_err());
        assert!(Rejects::parse("1%").unwrap().exceeded(2, 100));
        assert!(!Rejects::parse("1%").unwrap().exceeded(1, 100));
        assert!(Rejects::parse("110%").is_err());
    }
}
