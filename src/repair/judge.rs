//! One place: how likely is it that another word stood here?
//!
//! The model scores each word at a place by its frequency and by what the features of the place
//! speak for it; the log-odds of a right word are its score less that of the wrong word.

use smallvec::SmallVec;

use super::context::Context;
use super::document::Candidate;
use super::lexicon::{Choice, Lexicon};
use super::model::{Looks, Model, in_parts};
use super::network::{Network, View};
use super::phrases::Verdict;
use super::sight::{Sight, Sights};
use super::tally::logistic;
use super::train::unseen;
use super::window::window;
use crate::model::WordTable;

/// Bounds of what the frequencies alone may say.
const PRIOR_RANGE: (f32, f32) = (-7.0, 5.0);
/// Log-odds of the frequencies from which down a pair of the wide family is not looked for.
const HOPELESS: f32 = -1.0;
/// Log-odds of the frequencies from which up a wrong word tells of swaps.
const TELLING: f32 = 1.5;
/// The weights are fitted in few passes and a little timid.
const SCALE: f32 = 1.1;
/// How much the weights and the network count where there are both.
const BY_WEIGHTS: f32 = 0.8;
const BY_NETWORK: f32 = 0.25;
/// Evidence by the weights from which down the network is not asked: the wrong word is at home.
const NOT_ASKED: f32 = -2.0;
/// Bounds of what the neighbours may say.
const CONTEXT_RANGE: (f32, f32) = (-9.0, 9.0);
/// Evidence by what touches a place below which the words further off are not asked whether the
/// place tells of swaps.
const AT_HOME_NEARBY: f32 = 0.0;
/// Right words of a place that are weighed against each other.
pub(crate) const MOST_CANDIDATES: usize = 3;
/// A word alone between these is one that the text speaks of, as a grammar does.
const OPENING: [char; 4] = ['“', '‘', '「', '『'];
const CLOSING: [char; 4] = ['”', '’', '」', '』'];
/// What a phrase adds.
const HARDLY: f32 = 4.5;
const NEVER: f32 = 9.0;
const KEEP: f32 = -12.0;

/// What speaks for one right word at one place, in natural logarithms of odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// Right over wrong in clean text at large.
    pub(crate) prior: f32,
    /// What the neighbours add.
    pub(crate) context: f32,
    /// What they add by the weights alone, which say nothing of neighbours that they do not know.
    pub(crate) known: f32,
    /// What phrases add.
    pub(crate) phrase: f32,
    /// Whether a phrase says that the wrong word cannot stand here.
    pub(crate) is_never: bool,
    /// Whether it says nothing of the document: which of two free variants an author prefers does
    /// not, but for a phrase.
    pub(crate) is_silent: bool,
}

impl Evidence {
    /// All of it.
    pub(crate) fn total(&self) -> f32 {
        self.prior + self.context + self.phrase
    }
}

/// Puts the likeliest first.
pub(crate) fn by_evidence(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| b.evidence.total().total_cmp(&a.evidence.total()));
}

/// Model and lexicon together.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) lexicon: Lexicon,
    pub(crate) model: Model,
    /// The wrong words that seldom stand in clean text, beside what they are put for, and those
    /// that phrases know: a page that is swapped shows some of them.
    pub(crate) telling: WordTable,
    /// For each word its place in the network, if it has one.
    in_network: Vec<Option<u32>>,
    /// For each wrong word its number in the model and those of its choices.
    words: Vec<Box<[u64]>>,
}

/// Sums of weights: of a wrong word and of each of its choices.
type Sums = SmallVec<[i32; 8]>;

impl Judge {
    pub(crate) fn new(mut lexicon: Lexicon, model: Model) -> Self {
        let totals: Vec<f32> = lexicon
            .numbers
            .iter()
            .map(|&number| model.count(number))
            .collect();
        let unseen = unseen(model.training_chars);
        // Of a word that is far more frequent than what it is put for, hardly any place can be
        // told; without phrases of its own such a pair is not looked for.
        let by_frequency =
            |wrong: usize, right: usize| ((totals[right] + 0.5) / (totals[wrong] + unseen)).ln();
        lexicon.forget(|wrong, right| by_frequency(wrong, right) < HOPELESS);
        let telling = lexicon.table(|wrong| {
            lexicon.choices[wrong].iter().any(|choice| {
                choice.phrases.may_be_never() || by_frequency(wrong, choice.right) >= TELLING
            })
        });
        for (wrong, choices) in lexicon.choices.iter_mut().enumerate() {
            for choice in choices {
                let prior = by_frequency(wrong, choice.right);
                choice.prior = prior.clamp(PRIOR_RANGE.0, PRIOR_RANGE.1);
                choice.prior_share = logistic(choice.prior);
            }
        }
        let network = model.network.as_ref();
        let in_network = lexicon.numbers.iter();
        let in_network = in_network.map(|&number| network?.word(number)).collect();
        let number = |word: usize| lexicon.numbers[word];
        let words = lexicon.choices.iter().enumerate().map(|(wrong, choices)| {
            let rights = choices.iter().map(|choice| choice.right);
            std::iter::once(wrong).chain(rights).map(number).collect()
        });
        Self {
            in_network,
            words: words.collect(),
            lexicon,
            model,
            telling,
        }
    }

    /// What may have stood between two neighbours in the place of a wrong word, the likeliest
    /// first; nothing where a phrase keeps the word.
    pub(crate) fn candidates(
        &self,
        left: &str,
        right: &str,
        wrong: usize,
    ) -> SmallVec<[Candidate; 4]> {
        let (mut sights, mut sight) = Default::default();
        self.candidates_anew(left, right, wrong, &mut sights, &mut sight)
    }

    /// The same for a place that may have been judged before with other neighbours: what it saw
    /// then is of use where they are the same.
    pub(crate) fn candidates_anew(
        &self,
        left: &str,
        right: &str,
        wrong: usize,
        sights: &mut Sights,
        sight: &mut Sight,
    ) -> SmallVec<[Candidate; 4]> {
        let Some(verdicts) = self.verdicts(left, right, wrong) else {
            return SmallVec::new();
        };
        let context = Context::between(left, right);
        let words = &self.words[wrong];
        let mut sums = Sums::from_elem(0, words.len());
        sights.add_to(sight, &self.model, context.features(), words, &mut sums);
        let mut evidence: SmallVec<[Evidence; 8]> =
            self.evidence(wrong, &verdicts, &sums).collect();
        if let Some(network) = &self.model.network
            && evidence.iter().any(|e| e.total() > NOT_ASKED)
        {
            let view = network.view(&window(left, right));
            for (evidence, choice) in evidence.iter_mut().zip(&self.lexicon.choices[wrong]) {
                if let Some(says) = self.network_says(network, &view, wrong, choice.right) {
                    evidence.hear(says);
                }
            }
        }
        likeliest(evidence.into_iter())
    }

    /// The same as `candidates`, but nothing where what touches the place speaks so plainly for
    /// the wrong word that the words further off are not worth the look.
    pub(crate) fn telling_candidates(
        &self,
        left: &str,
        right: &str,
        wrong: usize,
        looks: &mut Looks,
    ) -> SmallVec<[Candidate; 4]> {
        let Some(verdicts) = self.verdicts(left, right, wrong) else {
            return SmallVec::new();
        };
        let context = Context::between(left, right);
        let words = &self.words[wrong];
        let mut sums = Sums::from_elem(0, words.len());
        let (near, far) = context.features().split_at(context.near());
        self.model.add(near, words, looks, &mut sums);
        let is_telling = |evidence: Evidence| evidence.total() >= AT_HOME_NEARBY;
        if !self.evidence(wrong, &verdicts, &sums).any(is_telling) {
            return SmallVec::new();
        }
        self.model.add(far, words, looks, &mut sums);
        likeliest(self.evidence(wrong, &verdicts, &sums))
    }

    /// What the phrases of each choice of a wrong word say; nothing where one keeps it, or where
    /// the text speaks of the word.
    fn verdicts(&self, left: &str, right: &str, wrong: usize) -> Option<SmallVec<[Verdict; 8]>> {
        if left.ends_with(OPENING) && right.starts_with(CLOSING) {
            return None;
        }
        let mut verdicts = SmallVec::new();
        for choice in &self.lexicon.choices[wrong] {
            let verdict = choice.phrases.verdict(left, right);
            if verdict == Verdict::Keep {
                return None;
            }
            verdicts.push(verdict);
        }
        Some(verdicts)
    }

    /// The evidence for each choice, by the sums of the weights of the wrong word and of each right
    /// one.
    fn evidence(
        &self,
        wrong: usize,
        verdicts: &[Verdict],
        sums: &[i32],
    ) -> impl Iterator<Item = Evidence> {
        let choices = self.lexicon.choices[wrong].iter();
        let both = choices.zip(verdicts).zip(&sums[1..]);
        both.map(|((choice, &verdict), of_right)| {
            Evidence::of(choice, in_parts(of_right - sums[0]), verdict)
        })
    }

    /// What the network says for a right word against a wrong one, where it knows both.
    fn network_says(
        &self,
        network: &Network,
        view: &View,
        wrong: usize,
        right: usize,
    ) -> Option<f32> {
        let (wrong, right) = (self.in_network[wrong]?, self.in_network[right]?);
        Some(network.score(right, view) - network.score(wrong, view))
    }

    /// What the left, the right and both together say for a right word against a wrong one.
    pub(crate) fn sides(&self, left: &str, right: &str, wrong: usize, instead: usize) -> [f32; 3] {
        let context = Context::between(left, right);
        context.sides().map(|features| {
            let says = features.map(|features| {
                let mut sums = [0; 2];
                let words = [instead, wrong].map(|word| self.lexicon.numbers[word]);
                let mut looks = Looks::default();
                self.model.add(features, &words, &mut looks, &mut sums);
                in_parts(sums[0] - sums[1])
            });
            (says[0] + says[1]) * SCALE
        })
    }
}

/// The candidates with this evidence for each choice, the likeliest first; the far less likely
/// ones are in nobody's way.
fn likeliest(evidence: impl Iterator<Item = Evidence>) -> SmallVec<[Candidate; 4]> {
    let mut choices: SmallVec<[(f32, usize, Evidence); 8]> = SmallVec::new();
    for (choice, evidence) in evidence.enumerate() {
        choices.push((evidence.total(), choice, evidence));
    }
    choices.sort_by(|a, b| b.0.total_cmp(&a.0));
    let top = choices.first().map_or(0.0, |best| best.0);
    let mut candidates = SmallVec::new();
    for &(total, choice, evidence) in choices.iter().take(MOST_CANDIDATES) {
        if total > top - 6.0 {
            candidates.push(Candidate::new(choice, evidence));
        }
    }
    candidates
}

impl Evidence {
    /// The evidence for `choice`; `neighbours` is by how much its score is higher than that of
    /// the wrong word.
    fn of(choice: &Choice, neighbours: f32, phrase: Verdict) -> Self {
        let is_silent = choice.is_free && matches!(phrase, Verdict::Silent | Verdict::Keep);
        let known = (neighbours * SCALE).clamp(CONTEXT_RANGE.0, CONTEXT_RANGE.1);
        Self {
            prior: choice.prior,
            context: known,
            known,
            phrase: match phrase {
                Verdict::Keep => KEEP,
                Verdict::Silent => 0.0,
                Verdict::Hardly => HARDLY,
                Verdict::Never => NEVER,
            },
            is_never: phrase == Verdict::Never,
            is_silent,
        }
    }

    /// Takes in what the network says, frequencies included.
    fn hear(&mut self, says: f32) {
        let both = BY_WEIGHTS * (self.prior + self.context) + BY_NETWORK * says;
        self.context = (both - self.prior).clamp(CONTEXT_RANGE.0, CONTEXT_RANGE.1);
    }
}
