//! What each room is given of the settings.

use std::path::PathBuf;

use super::{ChromeLevel, Compress, Ledger, OutFormat, Paragraphs, RepairLevel};
use crate::model::Switches;

/// What the room `read` needs.
#[derive(Clone, Debug)]
pub struct ReadSettings {
    /// Field that holds the text.
    pub text_field: String,
    /// Field that holds the id.
    pub id_field: String,
    /// Field that holds the address.
    pub url_field: String,
}

/// What the room `write` needs.
#[derive(Clone, Debug)]
pub struct WriteSettings {
    /// Field that the text goes back into.
    pub text_field: String,
    /// Compression of the big files.
    pub compress: Compress,
    /// Bytes from which a big file goes on in the next one, before compression.
    pub shard_bytes: Option<u64>,
    /// How much of the ledger is written.
    pub ledger: Ledger,
    /// Format of the documents.
    pub format: OutFormat,
    /// Also write each document as a text file.
    pub mirror: bool,
}

/// What the room `decode` needs.
#[derive(Clone, Debug, Default)]
pub struct DecodeSettings {
    /// Which rules are on.
    pub switches: Switches,
}

/// What the room `normalise` needs.
#[derive(Clone, Debug, Default)]
pub struct NormaliseSettings {
    /// Which rules are on.
    pub switches: Switches,
    /// Turn traditional characters into simplified ones.
    pub to_simplified: bool,
}

/// What the room `repair` needs.
#[derive(Clone, Debug)]
pub struct RepairSettings {
    /// Which rules are on.
    pub switches: Switches,
    /// How sure a repair must be to be applied.
    pub level: RepairLevel,
    /// A model file instead of the shipped one.
    pub model: Option<PathBuf>,
}

/// What the room `chrome` needs.
#[derive(Clone, Debug)]
pub struct ChromeSettings {
    /// Which rules are on.
    pub switches: Switches,
    /// How readily lines are taken for site text.
    pub level: ChromeLevel,
    /// Rule files beside the shipped ones.
    pub rule_files: Vec<PathBuf>,
    /// The text of one more, learnt right before the run.
    pub learnt_rules: Option<String>,
}

/// What the room `restructure` needs.
#[derive(Clone, Debug)]
pub struct RestructureSettings {
    /// Which rules are on.
    pub switches: Switches,
    /// Split compilation pages.
    pub split: bool,
    /// Paragraph breaks.
    pub paragraphs: Paragraphs,
}
