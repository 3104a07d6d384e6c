//! Blank lines: a run of them becomes one, and none stand at the start or the end.

use super::lines::Lines;
use crate::config::Paragraphs;
use crate::model::{Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/blank-lines");

pub(super) fn find(text: &str, lines: &Lines, paragraphs: Paragraphs, edits: &mut Edits) {
    let (Some(first), Some(last)) = (lines.inked.first(), lines.inked.last()) else {
        return;
    };
    if *first > 0 {
        edits.remove(0, lines.all[*first as usize].start, RULE);
    }
    for pair in lines.inked.windows(2) {
        let (a, b) = (&lines.all[pair[0] as usize], &lines.all[pair[1] as usize]);
        let blanks = pair[1] - pair[0] - 1;
        let want = match paragraphs {
            Paragraphs::Keep => blanks.min(1),
            Paragraphs::Newline => 0,
            Paragraphs::Blank => 1,
        };
        if blanks == 0 && want == 0 {
            continue;
        }
        let between = if want == 0 { "\n" } else { "\n\n" };
        let is = b.start - a.end;
        if is == between.len() {
            continue;
        }
        edits.replace(a.end, b.start, between, RULE);
    }
    let end = lines.all[*last as usize].end;
    // One line end stays where the text had one.
    if text.len() > end + 1 {
        edits.remove(end + 1, text.len(), RULE);
    }
}
