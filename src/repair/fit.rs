//! Fitting the weights: which word stands in a place, told from those it is confused with.
//!
//! A log-linear model: the score of a word at a place is the logarithm of its frequency plus its
//! weights for the features of the place. The weights are fitted by stochastic gradient steps
//! (AdaGrad, Duchi, Hazan and Singer 2011) to tell the word that stands in clean text from those
//! that a swap would leave open.

use super::context::{MOST_FEATURES, weight_key};
use super::window::Window;

/// Passes over the samples.
const EPOCHS: usize = 6;
/// Step size of the first update of a weight.
const RATE: f32 = 0.25;
/// A place that is told with less error than this teaches nothing more.
const LEAST_ERROR: f32 = 0.01;
/// Most words told apart at one place.
const MOST_RIVALS: usize = 8;
/// How often a feature must be seen to have weights: those near the place, those further off.
const LEAST_SEEN: [u8; 2] = [2, 4];
/// How far a slot is looked for.
const PROBES: usize = 16;
/// Most weights that are fitted at a time, as a power of two.
const MOST_SLOT_BITS: u32 = 25;

/// Squared gradients that a weight to begin with is taken to have behind it.
const GIVEN_PAST: f32 = 0.3;

/// A weight to begin with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given {
    pub(crate) word: u32,
    pub(crate) feature: u32,
    pub(crate) weight: f32,
    /// How often the feature is taken to be seen with the word.
    pub(crate) seen: u32,
}

/// A word at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) word: u32,
    /// Ended by zeros; the first `near` touch the place.
    pub(crate) features: [u32; MOST_FEATURES],
    pub(crate) near: u8,
    /// The symbols around it.
    pub(crate) window: Window,
}

/// What the fitting is told of the words.
pub(crate) struct Words<'a> {
    /// The words' numbers in the model.
    pub(crate) numbers: &'a [u64],
    /// Logarithms of how often they stand in the samples.
    pub(crate) frequencies: &'a [f32],
    /// For each word the words that may have stood in its place.
    pub(crate) choices: &'a [Vec<u32>],
    /// For each word the words that are put in its place.
    pub(crate) disguises: &'a [Vec<u32>],
}

impl Words<'_> {
    /// The word that stands in a place, then those that a swap would leave open there: the place is
    /// seen under one of the word's disguises, or as it is, whichever the dice say. Nothing of a
    /// word that nothing is confused with.
    pub(crate) fn rivals(&self, stands: u32, dice: &mut Dice, rivals: &mut Vec<u32>) {
        rivals.clear();
        let word = stands as usize;
        let (own, disguises) = (&self.choices[word], &self.disguises[word]);
        let ways = disguises.len() + usize::from(!own.is_empty());
        if ways == 0 {
            return;
        }
        let wrong = *disguises.get(dice.below(ways)).unwrap_or(&stands);
        rivals.push(stands);
        if wrong != stands {
            rivals.push(wrong);
        }
        let choices = &self.choices[wrong as usize];
        let from = dice.below(choices.len());
        for nth in 0..choices.len() {
            let choice = choices[(from + nth) % choices.len()];
            if choice != stands && rivals.len() < MOST_RIVALS {
                rivals.push(choice);
            }
        }
    }
}

/// Weights by word and feature, of a size that is set beforehand. Only words that were seen with a
/// feature have a weight for it: that the others do not stand there follows from theirs.
struct Weights {
    slots: Vec<Slot>,
    shift: u32,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    feature: u32,
    /// The word, counted from one; 0 where the slot is empty.
    word: u32,
    weight: f32,
    /// Sum of squared gradients.
    past: f32,
    /// Samples that have both.
    seen: u32,
}

impl Weights {
    /// Nothing yet for each word and feature of the samples.
    fn of(samples: &[Sample]) -> Self {
        let bits = (samples.len() * 16).next_power_of_two().ilog2();
        let bits = bits.clamp(12, MOST_SLOT_BITS);
        let mut weights = Self {
            slots: vec![Slot::default(); 1 << bits],
            shift: 64 - bits,
        };
        for sample in samples {
            for feature in sample.features() {
                weights.open(sample.word, feature);
            }
        }
        weights
    }

    /// The places where the weight may stand.
    fn probes(&self, word: u32, feature: u32) -> impl Iterator<Item = usize> + use<> {
        let from = (weight_key(u64::from(word) << 32, feature) >> self.shift) as usize;
        let mask = self.slots.len() - 1;
        (0..PROBES).map(move |probe| (from + probe) & mask)
    }

    fn open(&mut self, word: u32, feature: u32) {
        for at in self.probes(word, feature) {
            let slot = &mut self.slots[at];
            if slot.word == 0 {
                (slot.word, slot.feature) = (word + 1, feature);
            }
            if (slot.word, slot.feature) == (word + 1, feature) {
                slot.seen += 1;
                return;
            }
        }
    }

    /// Sets a weight to begin with.
    fn give(&mut self, given: &Given) {
        self.open(given.word, given.feature);
        if let Some(at) = self.find(given.word, given.feature) {
            let slot = &mut self.slots[at];
            slot.weight = given.weight;
            slot.past = GIVEN_PAST;
            slot.seen = slot.seen.saturating_add(given.seen).max(1);
        }
    }

    /// Takes out all but about the `most` weights that matter: strong ones, and those that are
    /// met often.
    fn keep(&mut self, most: usize) {
        let worth = |slot: &Slot| slot.weight.abs() * (1.0 + slot.seen as f32).sqrt();
        let mut all: Vec<f32> = self.slots.iter().map(worth).collect();
        let at = all.len().saturating_sub(most + 1);
        let (_, &mut least, _) = all.select_nth_unstable_by(at, f32::total_cmp);
        // A slot that is out keeps its word, so that those behind it are still found.
        for slot in self.slots.iter_mut().filter(|slot| worth(slot) <= least) {
            (slot.weight, slot.seen) = (0.0, 0);
        }
    }

    fn find(&self, word: u32, feature: u32) -> Option<usize> {
        self.probes(word, feature)
            .take_while(|&at| self.slots[at].word != 0)
            .find(|&at| {
                let slot = &self.slots[at];
                (slot.word, slot.feature) == (word + 1, feature)
            })
    }

    /// Adds to `places` where the word's weights for the features of a sample stand; the sum of
    /// the weights.
    fn sum(&self, word: u32, sample: &Sample, places: &mut Vec<usize>) -> f32 {
        let from = places.len();
        let found = sample
            .features()
            .filter_map(|feature| self.find(word, feature));
        places.extend(found.filter(|&at| self.slots[at].seen > 0));
        places[from..].iter().map(|&at| self.slots[at].weight).sum()
    }

    fn update(&mut self, at: usize, gradient: f32) {
        let slot = &mut self.slots[at];
        slot.past += gradient * gradient;
        slot.weight -= RATE * gradient / (slot.past + 0.1).sqrt();
    }
}

impl Sample {
    fn features(&self) -> impl Iterator<Item = u32> + '_ {
        self.features
            .iter()
            .copied()
            .take_while(|&feature| feature != 0)
    }
}

/// A small deterministic source of numbers (splitmix64, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % count.max(1) as u64) as usize
    }

    /// A number from 0 to 1, 1 left out.
    pub(crate) fn share(&mut self) -> f32 {
        self.below(1 << 24) as f32 / (1 << 24) as f32
    }
}

/// The weights of the samples' features and of those given, at most about `most` of them: `(word
/// number, feature, weight)` in no order.
pub(crate) fn fit(
    samples: &mut [Sample],
    words: &Words<'_>,
    given: &[Given],
    most: usize,
) -> Vec<(u64, u32, f32)> {
    forget_rare(samples, given);
    let mut weights = Weights::of(samples);
    given.iter().for_each(|given| weights.give(given));
    let mut dice = Dice(7);
    let mut rivals: Vec<u32> = Vec::new();
    let mut scores: Vec<f32> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for epoch in 0..EPOCHS {
        // Those that stay learn to do without the others.
        if epoch + 1 == EPOCHS {
            weights.keep(most);
        }
        for at in (1..samples.len()).rev() {
            let other = dice.below(at + 1);
            samples.swap(at, other);
        }
        for sample in samples.iter() {
            words.rivals(sample.word, &mut dice, &mut rivals);
            scores.clear();
            places.clear();
            ends.clear();
            for &rival in &rivals {
                let sum = weights.sum(rival, sample, &mut places);
                scores.push(words.frequencies[rival as usize] + sum);
                ends.push(places.len());
            }
            let top = scores.iter().copied().fold(f32::MIN, f32::max);
            let total: f32 = scores.iter().map(|score| (score - top).exp()).sum();
            let mut from = 0;
            for (nth, (score, &to)) in scores.iter().zip(&ends).enumerate() {
                let share = (score - top).exp() / total;
                let error = if nth == 0 { share - 1.0 } else { share };
                if error.abs() >= LEAST_ERROR {
                    places[from..to]
                        .iter()
                        .for_each(|&at| weights.update(at, error));
                }
                from = to;
            }
        }
    }
    weights
        .slots
        .into_iter()
        .filter(|slot| slot.seen > 0)
        .map(|slot| {
            let number = words.numbers[slot.word as usize - 1];
            (number, slot.feature, slot.weight)
        })
        .collect()
}

/// Takes out the features that are seen too rarely to be learnt from and are not given.
fn forget_rare(samples: &mut [Sample], given: &[Given]) {
    let mut seen = vec![0_u8; 1 << 26];
    for given in given {
        seen[(given.feature >> 6) as usize] = LEAST_SEEN[0];
    }
    for sample in samples.iter() {
        for &feature in &sample.features {
            let count = &mut seen[(feature >> 6) as usize];
            *count = count.saturating_add(1);
        }
    }
    for sample in samples {
        let (mut kept, mut near) = ([0; MOST_FEATURES], 0);
        let mut count = 0;
        for (nth, &feature) in sample.features.iter().enumerate() {
            let is_near = nth < usize::from(sample.near);
            if feature != 0 && seen[(feature >> 6) as usize] >= LEAST_SEEN[usize::from(!is_near)] {
                kept[count] = feature;
                count += 1;
                near += u8::from(is_near);
            }
        }
        (sample.features, sample.near) = (kept, near);
    }
}
