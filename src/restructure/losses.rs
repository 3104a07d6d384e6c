//! What is gone for good: stops that a page lost, and text that breaks off. Reported, never invented.

use super::lines::{Ending, Lines, opening_of};
use crate::model::{Draft, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/lost-stop");

/// Paragraphs of at least this width are expected to end with a stop.
const LEAST_COLS: u32 = 60;

pub(super) fn report(draft: &mut Draft, lines: &Lines, is_on: bool) {
    let text = draft.text();
    let mut found: Vec<usize> = Vec::new();
    let mut truncated = false;
    let count = lines.inked.len();
    for (nth, &at) in lines.inked.iter().enumerate() {
        let line = &lines.all[at as usize];
        let is_last = nth + 1 == count;
        if line.cols < LEAST_COLS && !is_last {
            continue;
        }
        let ink = line.ink(text);
        let ending = line.ending;
        if matches!(ending, Ending::Stop) {
            continue;
        }
        if ending == Ending::Pause && !(is_last && ink.ends_with(['：', ':'])) {
            continue;
        }
        let made = line.made;
        let prose = made.is_prose() && made.stops > 0 && made.commas > 0;
        if !prose {
            continue;
        }
        if is_last {
            truncated = true;
        } else if ending == Ending::Bare && !(opening_of(text, line).is_start() && made.stops == 0)
        {
            found.push(line.ink_end);
        }
    }
    draft.notes.truncated = truncated;
    if is_on {
        for at in found {
            draft.report(at, at, Some("。".to_owned()), RULE, 0.6);
        }
    }
}
