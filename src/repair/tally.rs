//! What the words and places of a document say together: of its being spun, by which family, and
//! of the habits of its author.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::document::Hit;
use super::judge::Judge;
use super::lexicon::{Choice, Swaps};
use super::page::{Page, Pair};
use crate::model::spun::FAMILIES;

/// How many of the places of an active pair are swapped, at the rates that sites show: the
/// logarithms of the rest and of how likely each rate is. The rates are 0.2 (0.22 times as likely
/// as the others), 0.6 and 0.92.
const RATES: [(f32, f32); 3] = [
    (-0.223_143_55, -1.514_127_7),
    (-0.916_290_7, 0.0),
    (-2.525_728_7, 0.0),
];
pub(super) const MOST_RATE: f32 = 0.92;
/// What speaks for a document being spun before anything is seen of it. Words that are not swapped
/// speak against it, so that clean documents lie far below.
pub(super) const PRIOR_SPUN: f32 = 0.0;
/// What is taken off where the spinner is of no family that is known pair by pair.
const UNKNOWN_FAMILY: f32 = 1.0;
/// Share of the words that are swapped in a spun document: of a family that is at work, and of
/// the rest.
const SHARE_OF_FAMILY: f32 = 0.6;
const SHARE_OF_OTHERS: f32 = 0.02;
/// How likely a pair is at work at least, of which the page shows no family: odd words of the
/// author's own are more frequent than that.
const SHARE_OF_STRANGERS: f32 = 0.006;
/// Shares of all words that a spinner of no known family may swap.
const SHARES: [f32; 4] = [0.5, 0.2, 0.07, 0.03];
/// What a word may say of the document.
const WORD_CAP: f32 = 9.0;
/// How many places of a word in this document weigh as much as its frequencies at large, and
/// what they may say for a pair: of no family that is at work, of such a family.
pub(super) const HABIT: f32 = 3.0;
pub(super) const HABIT_MOST: [f32; 2] = [1.5, 3.0];

/// One hypothesis for each family, then one for each share of a spinner of none.
const HYPOTHESES: usize = FAMILIES.len() + SHARES.len();

/// Logarithms of how likely each hypothesis is.
pub(super) type Totals = [f32; HYPOTHESES];

impl Judge {
    /// What each right word says of the document being spun, under every hypothesis.
    pub(super) fn words_say(&self, page: &Page, says: &[f32], survivors: &[f32]) -> Words {
        let mut words = Words {
            totals: std::array::from_fn(|h| {
                let is_known = h + 1 < FAMILIES.len();
                PRIOR_SPUN - (HYPOTHESES as f32).ln() - if is_known { 0.0 } else { UNKNOWN_FAMILY }
            }),
            seen: Vec::new(),
            nth_seen: vec![None; page.rights.len()],
            active: [0.15; FAMILIES.len()],
            tested: [4.0; FAMILIES.len()],
        };
        for (right, here) in page.rights.iter().enumerate() {
            let says = &says[here.pairs()];
            let count = survivors[right];
            let swaps = &self.lexicon.swaps[here.word];
            if says.iter().all(|&says| says == 0.0) {
                if count > 0.0 {
                    UNTOUCHED.say(count, swaps, &mut words);
                }
                continue;
            }
            let gone = likelihood(0.0, count).exp();
            let at_work: SmallVec<[(u8, f32); 8]> = page.pairs[here.pairs()]
                .iter()
                .zip(says)
                .filter(|&(_, &says)| says != 0.0)
                .map(|(pair, &says)| (pair.families, likelihood(says, count).exp()))
                .collect();
            // A word that is swapped in several ways is swapped in each by the root of their number.
            let mean_of = |ways: u8, is_one: &dyn Fn(u8) -> bool| {
                let (mut sum, mut seen) = (0.0, 0.0);
                for &(_, odds) in at_work.iter().filter(|&&(families, _)| is_one(families)) {
                    sum += odds;
                    seen += 1.0;
                }
                let ways = f32::from(ways.max(1)).sqrt();
                (sum / ways + gone * (1.0 - seen / ways).max(0.0)).max(gone)
            };
            let say_of = |share: f32, mean: f32| (1.0 - share + share * mean).ln().min(WORD_CAP);
            let mean = mean_of(swaps.all, &|_| true);
            let of_others = say_of(SHARE_OF_OTHERS, mean);
            let mut word = Word {
                right,
                says: [of_others; HYPOTHESES],
            };
            let (of_families, of_none) = word.says.split_at_mut(FAMILIES.len());
            for (bit, (say, &ways)) in of_families.iter_mut().zip(&swaps.by_family).enumerate() {
                if ways > 0 {
                    let mean = mean_of(ways, &|families| families >> bit & 1 == 1);
                    *say = say_of(SHARE_OF_FAMILY, mean);
                }
            }
            for (say, share) in of_none.iter_mut().zip(SHARES) {
                *say = say_of(share, mean);
            }
            for (total, say) in words.totals.iter_mut().zip(word.says) {
                *total += say;
            }
            words.nth_seen[right] = Some(words.seen.len() as u32);
            words.seen.push(word);
        }
        self.credit(page, &mut words, says, survivors);
        words
    }

    /// Counts how many words of each family are swapped. A word that several families swap alike
    /// is credited to the likeliest of them alone: a page of one family is no sign of another.
    fn credit(&self, page: &Page, words: &mut Words, says: &[f32], survivors: &[f32]) {
        let mut order: SmallVec<[usize; FAMILIES.len()]> = (0..FAMILIES.len()).collect();
        order.sort_by(|&a, &b| words.totals[b].total_cmp(&words.totals[a]));
        for word in &words.seen {
            let count = survivors[word.right];
            let here = &page.rights[word.right];
            let swapped = here
                .pairs()
                .filter(|&pair| likelihood(says[pair], count) > 1.1)
                .fold(0, |families, pair| families | page.pairs[pair].families);
            if let Some(&bit) = order.iter().find(|&&bit| swapped >> bit & 1 == 1) {
                words.active[bit] += 1.0;
                words.tested[bit] += 1.0;
            } else if count >= 2.0 {
                let swaps = &self.lexicon.swaps[here.word];
                for (tested, ways) in words.tested.iter_mut().zip(swaps.by_family) {
                    *tested += f32::from(ways.min(1));
                }
            }
        }
    }

    /// How likely a pair is at work in a spun document, by how many words of its families are.
    pub(super) fn share(&self, pair: Pair, words: &Words) -> f32 {
        let swaps = &self.lexicon.swaps[pair.right];
        (0..FAMILIES.len())
            .filter(|bit| pair.families >> bit & 1 == 1)
            .map(|bit| {
                let ways = f32::from(swaps.by_family[bit]).max(1.0);
                words.active[bit] / words.tested[bit] / ways.sqrt()
            })
            .fold(SHARE_OF_STRANGERS, f32::max)
            .min(0.9)
    }
}

/// What a right word says of the document being spun, under every hypothesis.
pub(super) struct Word {
    /// Its number on the page.
    pub(super) right: usize,
    pub(super) says: Totals,
}

/// What the words of a document say of its being spun.
pub(super) struct Words {
    pub(super) totals: Totals,
    /// Those that have a pair which says something, ascending by word.
    pub(super) seen: Vec<Word>,
    /// For each right word its place among them.
    nth_seen: Vec<Option<u32>>,
    /// Right words that are swapped, and those that could be, by family.
    active: [f32; FAMILIES.len()],
    tested: [f32; FAMILIES.len()],
}

/// What right words that survive and are nowhere swapped say, by how often they stand: tables,
/// since most words of a document are such.
struct Untouched([[f32; 2 + SHARES.len()]; 16]);

static UNTOUCHED: LazyLock<Untouched> = LazyLock::new(Untouched::new);

impl Untouched {
    fn new() -> Self {
        let [a, b, c, d] = SHARES;
        let shares = [SHARE_OF_OTHERS, SHARE_OF_FAMILY, a, b, c, d];
        Self(std::array::from_fn(|count| {
            let gone = likelihood(0.0, count as f32).exp();
            shares.map(|share| (1.0_f32 - share + share * gone).ln())
        }))
    }

    fn say(&self, count: f32, swaps: &Swaps, words: &mut Words) {
        let [others, family, any @ ..] = self.0[(count as usize).min(self.0.len() - 1)];
        for (total, any) in words.totals[FAMILIES.len()..].iter_mut().zip(any) {
            *total += any;
        }
        for (bit, &ways) in swaps.by_family.iter().enumerate() {
            words.totals[bit] += if ways > 0 { family } else { others };
            if ways > 0 && count >= 2.0 {
                words.tested[bit] += 1.0;
            }
        }
    }
}

impl Words {
    pub(super) fn of(&self, right: usize) -> Option<&Word> {
        self.nth_seen[right].map(|nth| &self.seen[nth as usize])
    }
}

/// How a document uses a wrong word: how many of its places are swapped by the first guess. A
/// word whose other places are all swapped is hardly the author's own.
pub(super) struct Habits {
    /// Places that are swapped, by pair and by wrong word, and all places of the wrong word.
    by_pair: Vec<f32>,
    by_wrong: Vec<(f32, f32)>,
}

impl Habits {
    /// Habits by a first guess, `likely`: how likely each place is swapped.
    pub(super) fn of(page: &Page, hits: &[Hit], likely: &[f32]) -> Self {
        let mut habits = Self {
            by_pair: vec![0.0; page.pairs.len()],
            by_wrong: vec![(0.0, 0.0); page.wrong_words()],
        };
        let guessed = hits
            .iter()
            .zip(likely)
            .filter(|(hit, _)| hit.odds > f32::MIN);
        for (hit, likely) in guessed {
            let (swapped, all) = &mut habits.by_wrong[hit.word];
            *all += 1.0;
            if let Some(best) = hit.best() {
                *swapped += likely;
                habits.by_pair[page.choices(hit.word)[best.choice].pair] += likely;
            }
        }
        habits
    }

    /// What the other places of a wrong word add to the frequencies' say on a choice of a place
    /// that is swapped as likely as `own`.
    pub(super) fn add(
        &self,
        word: usize,
        pair: usize,
        own: f32,
        is_best: bool,
        choice: &Choice,
        most: f32,
    ) -> f32 {
        let (swapped, all) = self.by_wrong[word];
        let this = self.by_pair[pair] - if is_best { own } else { 0.0 };
        let stays = (all - 1.0 - (swapped - own)).max(0.0);
        let right = choice.prior_share;
        let adapted = ((HABIT * right + this.max(0.0)) / (HABIT * (1.0 - right) + stays)).ln();
        (adapted - choice.prior).clamp(-2.0, most)
    }
}

/// Log-likelihood ratio of a pair being at work, at the better of the rates.
pub(super) fn likelihood(places: f32, survivors: f32) -> f32 {
    RATES
        .iter()
        .map(|(rest, likely)| places + survivors * rest + likely)
        .fold(f32::MIN, f32::max)
        .clamp(-12.0, 12.0)
}

pub(super) fn logit(share: f32) -> f32 {
    (share / (1.0 - share)).ln()
}

pub(super) fn logistic(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}
