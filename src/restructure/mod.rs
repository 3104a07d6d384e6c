//! Where do paragraphs really end, and where documents? Text → text, and cuts.
//!
//! Enters: a draft without site text. Leaves: paragraphs as they were written, the title in the
//! notes, and the places where a next document begins. It refuses to join what may be a heading,
//! to number what is no page, to break what is one paragraph, and to invent a stop that is lost.

mod blank;
mod breaks;
mod join;
mod lines;
mod losses;
mod marks;
mod opening;
mod rules;
mod seams;
mod split;
mod title;
mod wrap;

use crate::config::RestructureSettings;
use crate::model::{Draft, Edits, RuleDoc, RuleId};
use lines::Lines;

/// Passes over one text: a join may show the next.
const PASSES: u32 = 4;

/// Restores paragraphs and finds the title; returns the bytes of the current text at which
/// further documents begin, ascending (empty for the usual page of one document).
///
/// ```
/// use qingwen::model::Draft;
/// use qingwen::{Settings, restructure};
/// let mut draft = Draft::from_text("秋收通知\n\n\n各村要按时开镰，颗粒归仓。\n");
/// let cuts = restructure::run(&mut draft, &Settings::default().restructure());
/// assert_eq!(draft.text(), "秋收通知\n\n各村要按时开镰，颗粒归仓。\n");
/// assert_eq!(draft.notes.title.as_deref(), Some("秋收通知"));
/// assert!(cuts.is_empty());
/// ```
pub fn run(draft: &mut Draft, settings: &RestructureSettings) -> Vec<usize> {
    let on = |rule: RuleId| settings.switches.is_on(rule, true);
    let mut lines = Lines::scan(draft.text());
    for _ in 0..PASSES {
        let before = draft.revision();
        if on(marks::RULE) {
            let mut edits = Edits::default();
            marks::find(draft.text(), &lines, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if on(wrap::RULE) {
            let mut edits = Edits::default();
            wrap::find(draft, &lines, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if on(join::RULE) {
            let mut edits = Edits::default();
            join::find(draft.text(), &lines, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if on(breaks::RULE) {
            let mut edits = Edits::default();
            breaks::find(draft.text(), &lines, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if on(blank::RULE) {
            let mut edits = Edits::default();
            blank::find(draft.text(), &lines, settings.paragraphs, &mut edits);
            settle(draft, &mut lines, edits);
        }
        if draft.revision() == before {
            break;
        }
    }
    if settings.split && on(split::RULE) {
        let mut edits = Edits::default();
        let cuts = split::find(draft.text(), &lines, &mut edits);
        let changed = settle(draft, &mut lines, edits);
        if !cuts.is_empty() {
            return cuts;
        }
        if changed {
            return run(draft, settings);
        }
    }
    name(draft, &mut lines, settings);
    losses::report(draft, &lines, on(losses::RULE));
    Vec::new()
}

/// Finds the title and drops its copies.
fn name(draft: &mut Draft, lines: &mut Lines, settings: &RestructureSettings) {
    let mut edits = Edits::default();
    let title = title::find(draft, lines, &settings.switches, &mut edits);
    settle(draft, lines, edits);
    draft.notes.title = title;
}

fn settle(draft: &mut Draft, lines: &mut Lines, edits: Edits) -> bool {
    let changed = draft.apply(edits);
    if changed {
        *lines = Lines::scan(draft.text());
    }
    changed
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    rules::all()
}
