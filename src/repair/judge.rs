//! One place: how likely is it that another word stood here?
//!
//! For a pair the model gives the share of the right word among both, at the start over all
//! places, then in each longer neighbourhood, each smoothed towards the one before. What a side
//! adds to the log-odds is its gain; the gains of both sides add up.

use smallvec::SmallVec;

use super::context::Context;
use super::document::Candidate;
use super::lexicon::{Choice, Lexicon};
use super::model::Model;
use super::phrases::Verdict;

/// How many places of the shorter neighbourhood weigh as much as what it says.
const SMOOTHING: f32 = 2.0;
/// How often a word may stand in ordinary text that the training text does not show: words of
/// other registers must not look impossible. Per million characters.
const UNSEEN_PER_MILLION: f32 = 4.0;
/// Bounds of what the frequencies alone may say.
const PRIOR_RANGE: (f32, f32) = (-7.0, 5.0);
/// Log-odds of the frequencies from which down a pair of the wide family is not looked for.
const HOPELESS: f32 = -1.0;
/// Bounds of what one side may add.
const GAIN_RANGE: (f32, f32) = (-7.0, 7.0);
/// What a phrase adds.
const HARDLY: f32 = 4.5;
const NEVER: f32 = 9.0;
const KEEP: f32 = -12.0;

/// Counts of a word: alone, and per neighbourhood.
#[derive(Clone, Copy, Default)]
struct Seen {
    left: [f32; 3],
    right: [f32; 3],
    both: f32,
}

/// What speaks for one right word at one place, in natural logarithms of odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// Right over wrong in clean text at large.
    pub(crate) prior: f32,
    /// What the neighbours add.
    pub(crate) context: f32,
    /// What phrases add.
    pub(crate) phrase: f32,
    /// Whether the right word is known in these very neighbours.
    pub(crate) is_supported: bool,
    /// Whether a phrase says that the wrong word cannot stand here.
    pub(crate) is_never: bool,
}

impl Evidence {
    /// All of it.
    pub(crate) fn total(&self) -> f32 {
        self.prior + self.context + self.phrase
    }
}

/// Model and lexicon together.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) lexicon: Lexicon,
    pub(crate) model: Model,
    /// Counts of every word of the lexicon.
    totals: Vec<f32>,
    unseen: f32,
}

impl Judge {
    pub(crate) fn new(mut lexicon: Lexicon, model: Model) -> Self {
        let totals: Vec<f32> = lexicon
            .numbers
            .iter()
            .map(|&number| model.count(number))
            .collect();
        let unseen = (model.training_chars as f32 / 1e6 * UNSEEN_PER_MILLION).max(4.0);
        // Of a word that is far more frequent than what it is put for, hardly any place can be
        // told; without phrases of its own such a pair is not looked for.
        lexicon.forget(|wrong, right| {
            ((totals[right] + 0.5) / (totals[wrong] + unseen)).ln() < HOPELESS
        });
        Self {
            lexicon,
            model,
            totals,
            unseen,
        }
    }

    /// Whether the wrong word is plainly at home between its two neighbours: a cheap look that
    /// spares most places of clean text the full one.
    pub(crate) fn is_at_home(&self, wrong: usize, left: &str, right: &str) -> bool {
        let context = Context::nearest(left, right);
        let word = self.lexicon.numbers[wrong];
        self.model.count(context.both_key(word)) >= 2.0
            || (context
                .left_keys(word)
                .all(|key| self.model.count(key) >= 3.0)
                && context
                    .right_keys(word)
                    .all(|key| self.model.count(key) >= 3.0))
    }

    /// What may have stood between two neighbours in the place of a wrong word, the likeliest
    /// first; nothing where a phrase keeps the word.
    pub(crate) fn candidates(
        &self,
        left: &str,
        right: &str,
        wrong: usize,
    ) -> SmallVec<[Candidate; 4]> {
        let context = Context::between(left, right);
        let seen_wrong = self.seen(wrong, &context);
        let mut candidates: SmallVec<[Candidate; 4]> = SmallVec::new();
        for (place, choice) in self.lexicon.choices[wrong].iter().enumerate() {
            let phrase = choice.phrases.verdict(left, right);
            if phrase == Verdict::Keep {
                return SmallVec::new();
            }
            let evidence = self.evidence(wrong, &seen_wrong, choice, &context, phrase);
            candidates.push(Candidate::new(place, evidence));
        }
        candidates.sort_by(|a, b| b.evidence.total().total_cmp(&a.evidence.total()));
        // The far less likely ones are in nobody's way.
        let top = candidates.first().map_or(0.0, |best| best.evidence.total());
        candidates.retain(|candidate| candidate.evidence.total() > top - 6.0);
        candidates.truncate(3);
        candidates
    }

    /// The evidence for `choice` in the place of `wrong`.
    fn evidence(
        &self,
        wrong: usize,
        seen_wrong: &Seen,
        choice: &Choice,
        context: &Context,
        phrase: Verdict,
    ) -> Evidence {
        let seen_right = self.seen(choice.right, context);
        let right = self.totals[choice.right] + 0.5;
        let wrong = self.totals[wrong] + self.unseen;
        let prior = (right / wrong).ln().clamp(PRIOR_RANGE.0, PRIOR_RANGE.1);
        let share = right / (right + wrong);
        let left = gain(share, seen_right.left, seen_wrong.left);
        let right_gain = gain(share, seen_right.right, seen_wrong.right);
        let both = gain(
            share,
            [seen_right.both, 0.0, 0.0],
            [seen_wrong.both, 0.0, 0.0],
        );
        // Neighbours of both sides that are known together say more than each alone, and must
        // not be outweighed by one side.
        let context = left + right_gain + (both - left.max(right_gain)).clamp(-2.0, 2.0) * 0.5;
        let is_supported = seen_right.left[1] >= 2.0
            || seen_right.right[1] >= 2.0
            || seen_right.both >= 2.0
            || (seen_right.left[0] >= 3.0 && seen_right.right[0] >= 3.0);
        Evidence {
            prior,
            context,
            phrase: match phrase {
                Verdict::Keep => KEEP,
                Verdict::Silent => 0.0,
                Verdict::Hardly => HARDLY,
                Verdict::Never => NEVER,
            },
            is_supported,
            is_never: phrase == Verdict::Never,
        }
    }

    fn seen(&self, word: usize, context: &Context) -> Seen {
        let mut seen = Seen::default();
        if self.totals[word] == 0.0 {
            return seen;
        }
        let number = self.lexicon.numbers[word];
        fill(&mut seen.left, context.left_keys(number), &self.model);
        fill(&mut seen.right, context.right_keys(number), &self.model);
        if seen.left[0] > 0.0 && seen.right[0] > 0.0 {
            seen.both = self.model.count(context.both_key(number));
        }
        seen
    }
}

/// Counts from the shortest neighbourhood on; the longer ones are no more than the shorter.
fn fill(counts: &mut [f32; 3], keys: impl Iterator<Item = u64>, model: &Model) {
    for (count, key) in counts.iter_mut().zip(keys) {
        *count = model.count(key);
        if *count == 0.0 {
            return;
        }
    }
}

/// What one side adds to the log-odds.
fn gain(share: f32, right: [f32; 3], wrong: [f32; 3]) -> f32 {
    let mut here = share;
    let mut before = f32::MAX;
    for (right, wrong) in right.into_iter().zip(wrong) {
        // A longer neighbourhood that holds the very places of the shorter one says nothing new.
        if right + wrong < before * 0.8 {
            here = (right + SMOOTHING * here) / (right + wrong + SMOOTHING);
            before = right + wrong;
        }
    }
    (odds(here) - odds(share)).clamp(GAIN_RANGE.0, GAIN_RANGE.1)
}

fn odds(share: f32) -> f32 {
    let share = share.clamp(1e-6, 1.0 - 1e-6);
    (share / (1.0 - share)).ln()
}
