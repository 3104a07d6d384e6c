//! The document as evidence: which pairs are at work in it, and what follows for each place.
//!
//! A site that swaps words does so throughout. For each pair the places in the document tell
//! whether it is at work: places where the right word fits far better speak for it, right words
//! that have survived speak against it. What all the words say together is how likely the
//! document is spun at all, by which family; that lifts or sinks each place.

use smallvec::SmallVec;

use super::judge::{Evidence, Judge, MOST_CANDIDATES};
use super::model::Looks;
use super::neighbours;
use super::page::{Choice, Page};
use super::sight::{Sight, Sights};
use super::tally::{
    HABIT_MOST, Habits, MOST_RATE, PRIOR_SPUN, Totals, Words, likelihood, logistic, logit,
};
use crate::model::spun::FAMILIES;

/// From here on a pair counts as one of a family that is at work.
const KNOWN_SHARE: f32 = 0.15;
/// What a place says of its pair where the wrong word is plainly at home, as a ratio.
const FLOOR: f32 = 0.8;
/// What one place may say of its pair, and what its other places may add.
const PLACE_CAP: f32 = 5.5;
const MORE: f32 = 4.0;
/// How often the places are judged anew with their neighbours restored.
const ROUNDS: usize = 2;
/// Where no right word's evidence comes up to this, the wrong word is at home: no document makes
/// up for it.
const AT_HOME: f32 = -10.0;
/// How much a pair of no known family may gain by its other places.
const MOST_OF_OTHERS: f32 = 3.0;
/// A word that is right for other swaps may stand by itself at least this often.
const STAYS: f32 = 0.05;
/// Below these log-odds of being spun, nothing of a document is looked at again.
const PLAINLY_CLEAN: f32 = -1.0;

/// How far the frequencies of both words may say of a pair what its neighbours do not bear out:
/// whole registers (old prose, text from Taiwan, manuals) use words that are rare elsewhere, each
/// of them throughout a page, but not in neighbours where clean text has the other word.
const SLACK: f32 = -1.0;
/// Log-odds of being spun, by its other words, above which a document shows its spin, and the odds
/// of a place for which that is enough: what is plain by itself needs the less beside it. Measured
/// on short pages of every spinner and on clean text in registers that the weights had not seen
/// (docs/repair.md).
const SHOWN: [(f32, f32); 4] = [(3.0, f32::MIN), (2.5, 4.0), (2.0, 5.0), (1.3, 6.0)];
/// What the other places of its own pair must say for a place of these odds, where the other words
/// do not speak against the spin: a term of the trade recurs on clean pages.
const SHOWN_BY_OTHERS: (f32, f32) = (2.0, 5.0);

/// Log-odds of being spun of a document that is not weighed.
const UNWEIGHED: f32 = -3.0;

/// What the places of telling words must say together before the document is weighed: a page
/// that says less is not swapped, or too little to show it.
const WORTH_A_LOOK: f32 = 2.0;
/// A clean text says a point of it now and then.
const BYTES_A_POINT: f32 = 4000.0;
/// What a place says counts from here on.
const PLAIN: f32 = 1.0;

/// A right word that may have stood at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Place in the word's choices.
    pub(crate) choice: usize,
    pub(crate) evidence: Evidence,
    /// Log-odds against the wrong word, with the document's evidence for the pair.
    score: f32,
    /// What the place says of the pair where nothing else may have stood there.
    says: f32,
}

/// A place where a word of the lexicon stands.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) wrong: usize,
    /// The number of the word among those of the document.
    pub(super) word: usize,
    /// What may have stood there, the likeliest first. Empty where a phrase keeps the word.
    pub(crate) candidates: SmallVec<[Candidate; 4]>,
    /// Log-odds that the likeliest stood there.
    pub(crate) odds: f32,
    /// Log-odds that the document is spun, by its other words.
    elsewhere: f32,
    /// What the other places of its pair say.
    others: f32,
    /// Hash of the restored neighbours that the candidates were last judged by; 0 at first.
    pub(crate) seen: u64,
    /// What it saw of its neighbours.
    pub(super) sight: Sight,
}

impl Hit {
    pub(super) fn new(start: usize, end: usize, wrong: usize) -> Self {
        Self {
            start,
            end,
            wrong,
            word: 0,
            candidates: SmallVec::new(),
            odds: f32::MIN,
            elsewhere: f32::MIN,
            others: 0.0,
            seen: 0,
            sight: Sight::default(),
        }
    }

    pub(crate) fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }

    /// Whether the document shows its spin beside this place.
    pub(crate) fn is_shown_elsewhere(&self) -> bool {
        let by_words = |&(least, plain): &(f32, f32)| self.elsewhere > least && self.odds >= plain;
        let (others, plain) = SHOWN_BY_OTHERS;
        let by_others = self.others > others && self.odds >= plain && self.elsewhere > 0.0;
        SHOWN.iter().any(by_words) || by_others
    }

    fn is_never(&self) -> bool {
        self.best().is_some_and(|best| best.evidence.is_never)
    }
}

/// What came out of a document.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    pub(crate) hits: Vec<Hit>,
    /// Log-odds that the document is spun.
    pub(crate) spun: f32,
    /// Words that could be judged: wrong and right ones.
    pub(crate) judged_words: usize,
    pub(crate) family: Option<&'static str>,
}

impl Judge {
    /// Judges all places of a text. Costs one pass where nothing looks suspicious.
    pub(crate) fn document(&self, text: &str) -> Verdicts {
        // What the telling words say at most, each once; it must outweigh the prior.
        let mut suspicion = 0.0;
        let mut counted: SmallVec<[u32; 16]> = SmallVec::new();
        let mut looks = Looks::default();
        let enough = WORTH_A_LOOK + text.len() as f32 / BYTES_A_POINT;
        self.telling.scan(text, |at, len, id| {
            // A word counts once; again it matters only where a phrase may say that it is broken.
            let is_counted = counted.contains(&id);
            let choices = &self.lexicon.choices[id as usize];
            let may_matter = !is_counted || choices.iter().any(|c| c.phrases.may_be_never());
            if suspicion >= enough || !may_matter {
                return;
            }
            let (left, right) = (&text[..at], &text[at + len..]);
            let candidates = self.telling_candidates(left, right, id as usize, &mut looks);
            if let Some(best) = candidates.first() {
                let plain = best.says - PLAIN;
                if best.evidence.is_never {
                    suspicion = f32::INFINITY;
                } else if plain > 0.0 && !is_counted {
                    counted.push(id);
                    suspicion += plain;
                }
            }
        });
        if suspicion < enough {
            return Verdicts {
                spun: UNWEIGHED,
                ..Verdicts::default()
            };
        }
        let mut hits = Vec::new();
        let mut sights = Sights::default();
        self.lexicon.wrong.scan(text, |at, len, id| {
            let mut hit = Hit::new(at, at + len, id as usize);
            let (left, right) = (&text[..at], &text[at + len..]);
            hit.candidates =
                self.candidates_anew(left, right, hit.wrong, &mut sights, &mut hit.sight);
            hits.push(hit);
        });
        let mut standing = vec![0; self.lexicon.words.len()];
        let mut right_words = 0;
        self.lexicon.right.scan(text, |_, _, id| {
            standing[id as usize] += 1;
            right_words += 1;
        });
        let judged_words = hits.len() + right_words;
        let page = Page::new(&self.lexicon, &mut hits, &standing);
        let mut verdicts = self.weigh(&page, hits);
        verdicts.judged_words = judged_words;
        if verdicts.spun < PLAINLY_CLEAN && !verdicts.hits.iter().any(Hit::is_never) {
            verdicts.hits.clear();
            return verdicts;
        }
        for _ in 0..ROUNDS {
            let mut hits = std::mem::take(&mut verdicts.hits);
            neighbours::apart(&mut hits);
            self.look_again(text, &mut hits, &mut sights);
            verdicts = self.weigh(&page, hits);
        }
        self.raise_bars(&mut verdicts.hits);
        verdicts.judged_words = judged_words;
        verdicts
    }

    /// Lowers the odds of pairs whose repairs were measured to be worth less. A phrase that speaks
    /// for a repair outweighs that.
    fn raise_bars(&self, hits: &mut [Hit]) {
        for hit in hits {
            if let Some(best) = hit.best() {
                let bar = self.lexicon.choices[hit.wrong][best.choice].bar;
                if bar.is_finite() && best.evidence.phrase <= 0.0 {
                    hit.odds += bar;
                }
            }
        }
    }

    /// Odds for every place from its own evidence and the document's.
    fn weigh(&self, page: &Page, mut hits: Vec<Hit>) -> Verdicts {
        // How likely each place was swapped by the first guess.
        let likely: Vec<f32> = hits.iter().map(|hit| likely(hit.odds)).collect();
        let survivors = &authors_own(page, &hits, &likely);
        let says = pairs_say(page, &hits);
        let words = self.words_say(page, &says, survivors);
        let habits = Habits::of(page, &hits, &likely);
        let spun = log_sum(&words.totals);
        let likeliest =
            (0..FAMILIES.len()).max_by(|&a, &b| words.totals[a].total_cmp(&words.totals[b]));
        let family = likeliest.filter(|_| spun > 0.0).map(|bit| FAMILIES[bit]);
        // The share of each pair, and its log-odds.
        let mut shares = vec![(f32::NAN, 0.0); page.pairs.len()];
        let mut share_of = |pair: usize| {
            if shares[pair].0.is_nan() {
                let share = self.share(page.pairs[pair], &words);
                shares[pair] = (share, logit(share));
            }
            shares[pair]
        };
        // Pairs at work take their right words away, so that a wrong word which is the right one
        // of another pair is less likely to stand there by itself: chains.
        let mut taken = vec![0.0_f32; page.rights.len()];
        let is_spun = logistic(spun);
        for word in &words.seen {
            for pair in page.rights[word.right].pairs() {
                if says[pair] != 0.0 {
                    let odds = likelihood(says[pair], survivors[word.right]) + share_of(pair).1;
                    let known = &mut taken[word.right];
                    *known = known.max(logistic(odds) * is_spun * MOST_RATE);
                }
            }
        }
        // What is seen of the spin beside each wrong word, and how likely there is one.
        let mut beside = vec![(f32::NAN, 0.0); page.wrong_words()];
        for (hit, likely) in hits.iter_mut().zip(likely) {
            if hit.candidates.is_empty() {
                hit.odds = f32::MIN;
                continue;
            }
            let likeliest = hit.candidates.iter().map(|c| c.evidence.total());
            let likeliest = likeliest.fold(f32::MIN, f32::max);
            if likeliest < AT_HOME {
                hit.odds = likeliest;
                continue;
            }
            if beside[hit.word].0.is_nan() {
                let odds = log_sum(&totals_beside(page, hit.word, &says, &words));
                beside[hit.word] = (odds, logistic(odds));
            }
            let (elsewhere, is_spun) = beside[hit.word];
            let choices = page.choices(hit.word);
            let is_first_guess = hit.odds == f32::MIN;
            let best = hit.candidates[0].choice;
            for candidate in &mut hit.candidates {
                let Choice { pair, right } = choices[candidate.choice];
                let others = says[pair] - candidate.says.max(0.0);
                let (share, share_odds) = share_of(pair);
                // A page of other families shows no more of a pair than these few places.
                let most = if share < KNOWN_SHARE {
                    MOST_OF_OTHERS
                } else {
                    12.0
                };
                let at_work = likelihood(others, survivors[right]).min(most) + share_odds;
                // The document is spun by what is seen elsewhere, or by this very word.
                let at_work =
                    is_spun * logistic(at_work) + (1.0 - is_spun) * logistic(PRIOR_SPUN + at_work);
                let habit = if is_first_guess {
                    0.0
                } else {
                    let most = HABIT_MOST[usize::from(share >= KNOWN_SHARE)];
                    let is_best = candidate.choice == best;
                    let choice = &self.lexicon.choices[hit.wrong][candidate.choice];
                    habits.add(hit.word, pair, likely, is_best, choice, most)
                };
                candidate.score = candidate.evidence.total() + habit + at_work.ln();
            }
            hit.candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
            let stays = page.as_right(hit.word).map_or(0.0, |right| taken[right]);
            let stays = (1.0 - stays).max(STAYS);
            let others: f32 = hit.candidates[1..].iter().map(|c| c.score.exp()).sum();
            let best = &hit.candidates[0];
            hit.odds = best.score - (stays + others).ln();
            if best.evidence.is_never {
                hit.odds = hit.odds.max(best.evidence.phrase - 3.0);
            }
            hit.others = says[choices[best.choice].pair] - best.says.max(0.0);
            hit.elsewhere = elsewhere;
        }
        Verdicts {
            hits,
            spun,
            judged_words: 0,
            family,
        }
    }
}

/// What all words but those that a wrong word is put for say under every hypothesis.
fn totals_beside(page: &Page, word: usize, says: &[f32], words: &Words) -> Totals {
    let mut totals = words.totals;
    for choice in page.choices(word) {
        if says[choice.pair] != 0.0
            && let Some(word) = words.of(choice.right)
        {
            let both = totals.iter_mut().zip(word.says);
            both.for_each(|(sum, says)| *sum -= says.max(0.0));
        }
    }
    totals
}

/// How often each right word stands by itself: a place that is itself swapped for another word is
/// no survivor.
fn authors_own(page: &Page, hits: &[Hit], likely: &[f32]) -> Vec<f32> {
    let mut own: Vec<f32> = page.rights.iter().map(|right| right.survivors).collect();
    for (hit, likely) in hits.iter().zip(likely) {
        if hit.odds > -3.0
            && let Some(right) = page.as_right(hit.word)
        {
            own[right] = (own[right] - likely).max(0.0);
        }
    }
    own
}

/// What the places of each pair say together: the plainest, and some more by the others. The same
/// neighbours again say nothing new: a term of the trade recurs on a clean page too.
fn pairs_say(page: &Page, hits: &[Hit]) -> Vec<f32> {
    #[derive(Clone, Copy, Default)]
    struct Said {
        together: f32,
        plainest: f32,
        last: u32,
    }
    let mut said = vec![Said::default(); page.pairs.len()];
    for hit in hits {
        let top = hit.candidates.iter().map(|c| c.score).fold(0.0, f32::max);
        let mut parts = [0.0; MOST_CANDIDATES];
        for (part, candidate) in parts.iter_mut().zip(&hit.candidates) {
            *part = exp(candidate.score - top);
        }
        let sum: f32 = parts.iter().sum();
        for (candidate, part) in hit.candidates.iter().zip(parts) {
            let part = part / sum.max(f32::MIN_POSITIVE);
            let said = &mut said[page.choices(hit.word)[candidate.choice].pair];
            let print = candidate.evidence.context.to_bits() | 1;
            if part > 0.05 && said.last != print {
                said.last = print;
                let place = if part == 1.0 {
                    candidate.says
                } else {
                    place_says(&candidate.evidence, part)
                };
                said.together += place;
                said.plainest = said.plainest.max(place);
            }
        }
    }
    let both = said
        .iter()
        .map(|said| said.together.min(said.plainest + MORE));
    both.collect()
}

/// How likely a place with these odds was swapped; not at all before odds are known.
fn likely(odds: f32) -> f32 {
    if odds == f32::MIN {
        0.0
    } else {
        logistic(odds)
    }
}

/// What a place says of its pair: little where the wrong word is at home, for authors have their
/// favourite words, much where only the right word is. `part` is the share of this right word
/// among all that may have stood there. Slope and bound are those of the ratio of swapped to
/// authors' own words by their evidence, in texts of registers that the model does not know.
fn place_says(evidence: &Evidence, part: f32) -> f32 {
    if evidence.is_silent {
        return 0.0;
    }
    let seen = evidence.known.min(evidence.context);
    let frequencies = evidence.prior.min(SLACK + seen.max(0.0));
    let total = frequencies + seen + evidence.phrase;
    (FLOOR + (1.0 - FLOOR) * part * total.exp())
        .ln()
        .min(PLACE_CAP)
}

/// Differences of logarithms from which down nothing is added to the larger.
const NOTHING: f32 = -40.0;

fn log_sum(logs: &[f32]) -> f32 {
    let top = logs.iter().copied().fold(f32::MIN, f32::max);
    let less = logs.iter().map(|log| log - top);
    let sum: f32 = less.filter(|&less| less > NOTHING).map(exp).sum();
    top + sum.ln()
}

/// The exponential function, of nothing at no cost.
fn exp(log: f32) -> f32 {
    if log == 0.0 { 1.0 } else { log.exp() }
}

impl Candidate {
    pub(crate) fn new(choice: usize, evidence: Evidence) -> Self {
        Self {
            choice,
            evidence,
            score: evidence.total(),
            says: place_says(&evidence, 1.0),
        }
    }

    /// The same with other neighbours; what the document says of the pair stays.
    pub(crate) fn with(self, evidence: Evidence) -> Self {
        Self {
            score: self.score - self.evidence.total() + evidence.total(),
            says: place_says(&evidence, 1.0),
            evidence,
            ..self
        }
    }
}
