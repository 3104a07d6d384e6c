//! What speaks for each repair, for those who ask.

use super::Found;
use super::document::Verdicts;
use super::judge::Judge;
use crate::model::{Draft, Reason};

impl Judge {
    /// Notes in the draft what speaks for each place that was found in its text. A place that an
    /// earlier pass has explained keeps that: what it restored is no evidence any more.
    pub(super) fn give_reasons(&self, verdicts: &Verdicts, found: &Found, draft: &mut Draft) {
        let mut reasons = std::mem::take(&mut draft.notes.reasons);
        let text = draft.text();
        let (mut left, mut right) = (String::new(), String::new());
        for place in &found.places {
            let span = draft.source_span(place.start, place.end);
            let known = reasons.iter().any(|reason| reason.span == span);
            let hits = &verdicts.hits;
            let Ok(at) = hits.binary_search_by_key(&place.start, |hit| hit.start) else {
                continue;
            };
            let Some(best) = hits[at].best().filter(|_| !known) else {
                continue;
            };
            let hit = &hits[at];
            let instead = self.lexicon.choices[hit.wrong][best.choice].right;
            self.restored(text, hits, at, &mut left, &mut right);
            let [left_context, right_context, both_contexts] =
                self.sides(&left, &right, hit.wrong, instead).map(cents);
            let word = &text[place.start..place.end];
            let same = found.places.iter().filter(|other| {
                other.right == place.right && &text[other.start..other.end] == word
            });
            reasons.push(Reason {
                span,
                word: word.to_owned(),
                suggestion: place.right.to_string(),
                frequency: cents(best.evidence.prior),
                left_context,
                right_context,
                both_contexts,
                network: cents(best.evidence.context - best.evidence.known),
                phrase: best.evidence.phrase,
                document: cents(hit.odds - best.evidence.total()),
                total: cents(hit.odds),
                same_swaps: same.count(),
                survivors: text.matches(&*place.right).count(),
                spun: cents(verdicts.spun),
            });
        }
        draft.notes.reasons = reasons;
    }
}

/// Two decimals: more is not known.
fn cents(odds: f32) -> f32 {
    (odds * 100.0).round() / 100.0
}
