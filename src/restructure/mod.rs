//! Where do paragraphs really end, and where documents? Text → text, and cuts.
//!
//! Enters: a draft without site text. Leaves: paragraphs as they were written, the title in the
//! notes, and the places where a next document begins. It refuses to join what may be a heading.

mod blank;
mod lines;
mod opening;
mod rules;
mod seams;
mod wrap;

use crate::config::RestructureSettings;
use crate::model::{Draft, Edits, RuleDoc};
use lines::Lines;

/// Passes over one text: each join may show the next.
const PASSES: u32 = 4;

/// Restores paragraphs and finds the title; returns the bytes of the current text at which
/// further documents begin, ascending (empty for the usual page of one document).
pub fn run(draft: &mut Draft, settings: &RestructureSettings) -> Vec<usize> {
    let on = |rule| settings.switches.is_on(rule, true);
    let mut lines = Lines::scan(draft.text());
    for _ in 0..PASSES {
        let before = draft.revision();
        if on(blank::RULE) {
            let mut edits = Edits::default();
            blank::find(draft.text(), &lines, settings.paragraphs, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if on(wrap::RULE) {
            let mut edits = Edits::default();
            wrap::find(draft, &lines, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if draft.revision() == before {
            break;
        }
    }
    Vec::new()
}

fn settle(draft: &mut Draft, lines: &mut Lines, edits: Edits) {
    if draft.apply(edits) {
        *lines = Lines::scan(draft.text());
    }
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    rules::all()
}
