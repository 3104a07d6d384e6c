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
mod site_name;
mod split;
mod title;
mod wrap;

use crate::config::{Paragraphs, RestructureSettings};
use crate::model::{Draft, Edits, RuleDoc, RuleId};
use lines::Lines;

/// Passes over one text: a join may show the next.
const PASSES: u32 = 4;

/// What came of one run of this room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Bytes of the current text at which further documents begin, ascending; empty for the usual
    /// page of one document.
    pub cuts: Vec<usize>,
    /// Whether a second run over what this one leaves would change nothing.
    pub settled: bool,
    /// Whether it changed nothing, or only how many blank lines stand in a row.
    pub only_blank: bool,
}

/// Restores paragraphs, finds the title, and says where further documents begin.
///
/// ```
/// use qingwen::model::Draft;
/// use qingwen::{Settings, restructure};
/// let mut draft = Draft::from_text("秋收通知\n\n\n各村要按时开镰，颗粒归仓。\n");
/// let outcome = restructure::run(&mut draft, &Settings::default().restructure());
/// assert_eq!(draft.text(), "秋收通知\n\n各村要按时开镰，颗粒归仓。\n");
/// assert_eq!(draft.notes.title.as_deref(), Some("秋收通知"));
/// assert!(outcome.cuts.is_empty() && outcome.only_blank);
/// ```
pub fn run(draft: &mut Draft, settings: &RestructureSettings) -> Outcome {
    let on = |rule: RuleId| settings.switches.is_on(rule, true);
    let keeps_breaks = settings.paragraphs == Paragraphs::Keep;
    let mut lines = Lines::scan(draft.text());
    // Blank lines come first: what they parted is then seen as it will stay.
    let mut only_blank = !settle_blank(draft, &mut lines, settings) || keeps_breaks;
    let mut at_rest = false;
    for _ in 0..PASSES {
        let mut changed = false;
        if on(marks::RULE) {
            let mut edits = Edits::default();
            marks::find(draft.text(), &lines, &mut edits);
            changed |= settle(draft, &mut lines, edits);
        }
        if on(wrap::RULE) {
            let mut edits = Edits::default();
            wrap::find(draft, &lines, &mut edits);
            changed |= settle(draft, &mut lines, edits);
        }
        if on(join::RULE) {
            let mut edits = Edits::default();
            join::find(draft.text(), &lines, &mut edits);
            changed |= settle(draft, &mut lines, edits);
        }
        if on(breaks::RULE) {
            let mut edits = Edits::default();
            breaks::find(draft.text(), &lines, &mut edits);
            changed |= settle(draft, &mut lines, edits);
        }
        if !changed {
            at_rest = true;
            break;
        }
        only_blank = false;
        settle_blank(draft, &mut lines, settings);
    }
    if settings.split && on(split::RULE) {
        let mut edits = Edits::default();
        let cuts = split::find(draft.text(), &lines, &mut edits);
        let changed = settle(draft, &mut lines, edits);
        if !cuts.is_empty() {
            return Outcome {
                cuts,
                ..Outcome::default()
            };
        }
        if changed {
            return Outcome {
                only_blank: false,
                ..run(draft, settings)
            };
        }
    }
    let dropped = name(draft, &mut lines, settings);
    losses::report(draft, &lines, on(losses::RULE));
    Outcome {
        cuts: Vec::new(),
        settled: at_rest && !dropped,
        only_blank: only_blank && !dropped,
    }
}

/// Brings blank lines to their number. Whether that changed the text.
fn settle_blank(draft: &mut Draft, lines: &mut Lines, settings: &RestructureSettings) -> bool {
    if !settings.switches.is_on(blank::RULE, true) {
        return false;
    }
    let mut edits = Edits::default();
    blank::find(draft.text(), lines, settings.paragraphs, &mut edits);
    settle(draft, lines, edits)
}

/// Finds the title and drops its copies. Whether any went.
fn name(draft: &mut Draft, lines: &mut Lines, settings: &RestructureSettings) -> bool {
    let mut edits = Edits::default();
    let title = title::find(draft, lines, &settings.switches, &mut edits);
    let dropped = settle(draft, lines, edits);
    draft.notes.title = title;
    dropped
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
