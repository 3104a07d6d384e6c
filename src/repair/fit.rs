//! Fitting the weights: which word stands in a place, told from those it is confused with.
//!
//! A log-linear model: the score of a word at a place is the logarithm of its frequency plus its
//! weights for the features of the place. The weights are fitted by stochastic gradient steps
//! (AdaGrad, Duchi, Hazan and Singer 2011) to tell the word that stands in clean text from those
//! that a swap would leave open.

use super::context::{MOST_FEATURES, weight_key};

/// Passes over the samples.
const EPOCHS: usize = 4;
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

/// A word at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) word: u32,
    /// Ended by zeros; the first `near` touch the place.
    pub(crate) features: [u32; MOST_FEATURES],
    pub(crate) near: u8,
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

/// Weights by key, of a size that is set beforehand.
struct Weights {
    slots: Vec<Slot>,
    shift: u32,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// The feature and the word that the key was made of.
    feature: u32,
    word: u32,
    weight: f32,
    /// Sum of squared gradients.
    past: f32,
}

impl Weights {
    fn new(bits: u32) -> Self {
        Self {
            slots: vec![Slot::default(); 1 << bits],
            shift: 64 - bits,
        }
    }

    fn find(&self, key: u64) -> Option<usize> {
        let from = (key >> self.shift) as usize;
        (0..PROBES)
            .map(|probe| (from + probe) & (self.slots.len() - 1))
            .take_while(|&at| self.slots[at].key != 0)
            .find(|&at| self.slots[at].key == key)
    }

    fn weight(&self, key: u64) -> f32 {
        self.find(key).map_or(0.0, |at| self.slots[at].weight)
    }

    fn update(&mut self, key: u64, feature: u32, word: u32, gradient: f32) {
        let from = (key >> self.shift) as usize;
        for probe in 0..PROBES {
            let at = (from + probe) & (self.slots.len() - 1);
            let slot = &mut self.slots[at];
            if slot.key == 0 {
                (slot.key, slot.feature, slot.word) = (key, feature, word);
            }
            if slot.key == key {
                slot.past += gradient * gradient;
                slot.weight -= RATE * gradient / (slot.past + 0.1).sqrt();
                return;
            }
        }
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
}

/// The weights of the samples' features, `(word number, feature, weight)` in no order.
pub(crate) fn fit(samples: &mut [Sample], words: &Words<'_>) -> Vec<(u64, u32, f32)> {
    forget_rare(samples);
    let bits = (samples.len() * 64).next_power_of_two().ilog2();
    let mut weights = Weights::new(bits.clamp(12, 24));
    let mut dice = Dice(7);
    let mut rivals: Vec<u32> = Vec::new();
    let mut scores: Vec<f32> = Vec::new();
    for _ in 0..EPOCHS {
        for at in (1..samples.len()).rev() {
            let other = dice.below(at + 1);
            samples.swap(at, other);
        }
        for sample in samples.iter() {
            let word = sample.word as usize;
            let (own, disguises) = (&words.choices[word], &words.disguises[word]);
            let ways = disguises.len() + usize::from(!own.is_empty());
            if ways == 0 {
                continue;
            }
            let wrong = *disguises.get(dice.below(ways)).unwrap_or(&sample.word);
            rivals.clear();
            rivals.push(sample.word);
            if wrong != sample.word {
                rivals.push(wrong);
            }
            let choices = &words.choices[wrong as usize];
            let from = dice.below(choices.len());
            for nth in 0..choices.len() {
                let choice = choices[(from + nth) % choices.len()];
                if choice != sample.word && rivals.len() < MOST_RIVALS {
                    rivals.push(choice);
                }
            }
            let features = sample.features.iter().take_while(|&&feature| feature != 0);
            scores.clear();
            for &rival in &rivals {
                let number = words.numbers[rival as usize];
                let sum: f32 = features
                    .clone()
                    .map(|&feature| weights.weight(weight_key(number, feature)))
                    .sum();
                scores.push(words.frequencies[rival as usize] + sum);
            }
            let top = scores.iter().copied().fold(f32::MIN, f32::max);
            let total: f32 = scores.iter().map(|score| (score - top).exp()).sum();
            for (nth, &rival) in rivals.iter().enumerate() {
                let share = (scores[nth] - top).exp() / total;
                let error = if nth == 0 { share - 1.0 } else { share };
                if error.abs() >= LEAST_ERROR {
                    let number = words.numbers[rival as usize];
                    for &feature in features.clone() {
                        weights.update(weight_key(number, feature), feature, rival, error);
                    }
                }
            }
        }
    }
    weights
        .slots
        .into_iter()
        .filter(|slot| slot.key != 0)
        .map(|slot| {
            let number = words.numbers[slot.word as usize];
            (number, slot.feature, slot.weight)
        })
        .collect()
}

/// Takes out the features that are seen too rarely to be learnt from.
fn forget_rare(samples: &mut [Sample]) {
    let mut seen = vec![0_u8; 1 << 26];
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
